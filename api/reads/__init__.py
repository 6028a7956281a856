"""Reads without the framework between: its routes, flattened once into calls."""
