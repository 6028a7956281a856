"""Enquiries: taken in, read, answered in 48 hours."""
