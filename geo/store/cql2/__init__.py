"""Filters in CQL2 (OGC 21-065r2): text or JSON in, a checked SQLAlchemy expression out.

``text`` reads the text form into the JSON form; ``compiler`` turns the JSON form into a condition on one audience's
columns. Nothing else reaches a statement: properties, operators and functions by allow-list, every literal bound.
"""
