"""The database: tables, statements, audience views."""
