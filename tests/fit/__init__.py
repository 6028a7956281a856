"""Tests of the room `fit`."""
