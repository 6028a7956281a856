"""Needs and their matches over HTTP."""
