"""The decorator of kernels, under the name by which this room imports it."""

from geo.compiler import njit

__all__ = ["njit"]
