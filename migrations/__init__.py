"""Alembic revisions; plain SQL by concern lies beside each."""
