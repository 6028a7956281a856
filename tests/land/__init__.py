"""Tests of the room `land`."""
