"""Lines and points made surfaces: a width or a radius measured on the ground, drawn in the target system."""

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.intake.crs import WGS84

POINTS, LINES = (0, 4), (1, 2, 5)
"""Type numbers of shapely that can be widened."""
_ARC = 8
"""Chords a quarter turn: a disc loses 0.6 % of its surface to them."""

Geometries = NDArray[np.object_]


def widened(shapes: Geometries, reach: NDArray[np.float64], srid: int) -> Geometries:
    """MultiPolygons all whose points are within ``reach`` (ground metres) of lines or points in EPSG:``srid``.

    The plane of a conformal system shows a ground metre as k metres (design §5); k is taken at each shape.
    """
    drawn = shapely.buffer(shapes, reach * scale_factors(shapes, srid), quad_segs=_ARC)
    single = np.flatnonzero(shapely.get_type_id(drawn) == 3)
    if len(single):
        drawn[single] = shapely.multipolygons(drawn[single], indices=np.arange(len(single)))
    return drawn


def scale_factors(shapes: Geometries, srid: int) -> NDArray[np.float64]:
    """The scale factor k of EPSG:``srid`` (projected, metres) at the middle of each shape's bounds."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    lon, lat = pyproj.Transformer.from_crs(f"EPSG:{srid}", WGS84, always_xy=True).transform(x, y)
    factors = pyproj.Proj(f"EPSG:{srid}").get_factors(lon, lat)
    return np.asarray(factors.meridional_scale, dtype=np.float64)
