"""Readiness, imports and history of the land."""
