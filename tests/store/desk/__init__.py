"""Tests of the statements of the desk."""
