"""Rounding to decimals as Python's `round` does it, on arrays."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NEAR = 1e-4
"""Of one unit of the last decimal: what multiplying can move, and much more."""


def rounded(values: Floats, digits: int) -> Floats:
    """The values rounded to ``digits`` decimals, each as `round` would: to the nearest, by its exact binary value.

    Where multiplying may have moved a value across a half, Python is asked.
    """
    many = 10.0**digits
    scaled = values * many
    whole = np.rint(scaled)
    found: Floats = whole / many
    doubtful = np.flatnonzero(np.abs(np.abs(scaled - whole) - 0.5) < _NEAR)
    if len(doubtful):
        asked, which = np.unique(values[doubtful], return_inverse=True)
        found[doubtful] = np.array([round(float(one), digits) for one in asked])[which]
    return found
