"""Lengths and surfaces on the ground of what is drawn in the plane of the target system (design §5)."""

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake.crs import WGS84

Geometries = NDArray[np.object_]


def scale_factors(shapes: Geometries, srid: int) -> NDArray[np.float64]:
    """The scale factor k of EPSG:``srid`` (projected, metres) at the middle of each shape's bounds."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    lon, lat = pyproj.Transformer.from_crs(f"EPSG:{srid}", WGS84, always_xy=True).transform(x, y)
    factors = pyproj.Proj(f"EPSG:{srid}").get_factors(lon, lat)
    return np.asarray(factors.meridional_scale, dtype=np.float64)


def ground_areas(shapes: Geometries, srid: int) -> NDArray[np.float64]:
    """Surfaces in m2 on the ground of shapes drawn in EPSG:``srid``: planar area / k2."""
    return np.asarray(shapely.area(shapes) / scale_factors(shapes, srid) ** 2, dtype=np.float64)


def ground_area(shape: BaseGeometry, srid: int) -> float:
    """The surface of one shape in m2 on the ground; 0 for what has none."""
    return float(ground_areas(np.array([shape], dtype=object), srid)[0]) if shape.area else 0.0
