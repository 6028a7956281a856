"""Tests of the room `derive`."""
