"""Parcels edited over HTTP (OGC API Features, Part 4)."""
