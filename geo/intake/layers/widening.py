"""Lines and points made surfaces: a width or a radius measured on the ground, drawn in the target system."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.intake.layers.ground import Geometries, scale_factors

POINTS, LINES = (0, 4), (1, 2, 5)
"""Type numbers of shapely that can be widened."""
_ARC = 8
"""Chords a quarter turn: a disc loses 0.6 % of its surface to them."""


def widened(shapes: Geometries, reach: NDArray[np.float64], srid: int) -> Geometries:
    """MultiPolygons all whose points are within ``reach`` (ground metres) of lines or points in EPSG:``srid``.

    The plane of a conformal system shows a ground metre as k metres (design §5); k is taken at each shape.
    """
    drawn = shapely.buffer(shapes, reach * scale_factors(shapes, srid), quad_segs=_ARC)
    single = np.flatnonzero(shapely.get_type_id(drawn) == 3)
    if len(single):
        drawn[single] = shapely.multipolygons(drawn[single], indices=np.arange(len(single)))
    return drawn
