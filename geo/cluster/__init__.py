"""The embedded PostgreSQL: find, start, stop, adopt."""
