"""Territories asked what they have for a need, and what they answer."""
