"""Saved searches and who is told of what changes: digests, feeds, letters that stop."""
