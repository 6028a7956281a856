"""Rounding to decimals as Python's `round` does it, on arrays."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

Floats = NDArray[np.float64]
_NEAR = 1e-4
"""Of one unit of the last decimal: what multiplying can move, and much more."""


def rounded(values: Floats, digits: int) -> Floats:
    """The values rounded to ``digits`` decimals, each as `round` would: to the nearest, by its exact binary value.

    Where multiplying may have moved a value across a half, Python is asked.
    """
    many, found = 10.0**digits, np.empty(len(values))
    if _round(values, many, found):
        scaled = values * many
        doubtful = np.flatnonzero(np.abs(np.abs(scaled - np.rint(scaled)) - 0.5) < _NEAR)
        asked, which = np.unique(values[doubtful], return_inverse=True)
        found[doubtful] = np.array([round(float(one), digits) for one in asked])[which]
    return found


@lean
def _round(values: Floats, many: float, out: Floats) -> int:
    """Round each to a whole number of ``1 / many``; how many are too near to a half to be told so."""
    doubtful = 0
    for place in range(values.shape[0]):
        scaled = values[place] * many
        whole = np.rint(scaled)
        out[place] = whole / many
        doubtful += abs(abs(scaled - whole) - 0.5) < _NEAR
    return doubtful
