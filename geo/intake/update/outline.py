"""Whether an outline that went out and came back is the one that stands."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

MOVED_M = 0.001
"""An outline that nowhere moves farther than this (metres) is the same outline: writing decimals moved it."""
ROUNDED_M = 0.01
"""The same, when the file's degrees have seven decimals at most (RFC 7946's advice, a grid of one centimetre)."""
_GRID = 1e7


def tolerances(source: NDArray[np.object_], *, degrees: bool) -> NDArray[np.float64]:
    """How far each geometry of a file (its own coordinates) may lie from what went out, in metres."""
    allowed = np.full(len(source), MOVED_M)
    if degrees:
        for place, shape in enumerate(source):
            if shape is not None:
                cells = shapely.get_coordinates(shape) * _GRID
                if np.abs(cells - np.rint(cells)).max(initial=0.0) < 1e-3:
                    allowed[place] = ROUNDED_M
    return allowed


def same(one: BaseGeometry | None, other: BaseGeometry | None, tolerance: float) -> bool:
    """Whether two shapes (metres) are one, whatever vertex a ring begins with and whichever way it runs."""
    if one is None or other is None:
        return one is other
    if shapely.equals_exact(one, other, tolerance):
        return True
    if one.is_empty or other.is_empty or (shapely.get_dimensions(one) != shapely.get_dimensions(other)):
        return False
    if shapely.get_dimensions(one) == 0:
        return bool(one.distance(other) <= tolerance)
    return _near(one, other, tolerance)


def _near(one: BaseGeometry, other: BaseGeometry, tolerance: float) -> bool:
    """The edges lie on one another, and enclose the same ground (the same corners may be joined otherwise)."""
    if shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(other)) > tolerance:
        return False
    if not (one.is_valid and other.is_valid):
        return False
    return bool(one.symmetric_difference(other).area <= tolerance * (one.length + other.length))
