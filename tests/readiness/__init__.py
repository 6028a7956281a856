"""Tests of the room `readiness`."""
