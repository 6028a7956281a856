"""From the coordinates a polygon is drawn in to planar metres, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import UnusableShape

Floats = NDArray[np.float64]
G = TypeVar("G", bound=BaseGeometry)
Carry = Callable[[Floats], Floats]
BASE_M = 100.0
"""Length of the base the scale is measured on."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane in metres. ``scale``: its length of one metre as asked (1 unless ground metres were)."""

    scale: float = 1.0
    _forth: Carry | None = None
    _back: Carry | None = None

    def onto(self, shape: G) -> G:
        """A shape as drawn, in the plane."""
        return shape if self._forth is None else _carried(shape, self._forth)

    def back(self, shape: G) -> G:
        """A shape of the plane, as it would have been drawn."""
        return shape if self._back is None else _carried(shape, self._back)


def plane_of(crs: str | None, shape: BaseGeometry, *, ground: bool = False) -> Plane:
    """The plane for one shape drawn in ``crs`` (``EPSG:n``; None: some plane in metres).

    A projected system is taken as it is; with ``ground`` its scale is measured at the shape, so that lengths asked in
    metres on the ground can be multiplied. Degrees have no metres: the shape is carried to a transverse Mercator
    projection about its middle, where both are the same. Raises UnusableShape where the system does not reach.
    """
    x0, y0, x1, y1 = shape.bounds
    middle = 0.5 * (x0 + x1), 0.5 * (y0 + y1)
    if crs is None or not np.isfinite(middle).all():
        return Plane()
    system = _system(crs)
    if system.is_geographic:
        return _about(system, *middle)
    return Plane(_scale(system, *middle)) if ground else Plane()


@lru_cache(maxsize=64)
def _system(crs: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(crs)


def _about(system: pyproj.CRS, lon: float, lat: float) -> Plane:
    """The projection on the ellipsoid of the system itself: no datum is changed on the way."""
    if not (abs(lon) <= 180 and abs(lat) < 89):
        raise UnusableShape("shape.not_degrees", name="parcel", x=lon, y=lat)
    ellipsoid = system.ellipsoid
    if ellipsoid is None:
        raise UnusableShape("shape.outside_crs", name="parcel", crs=system.to_string(), x=lon, y=lat)
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    local = pyproj.Proj(proj="tmerc", lon_0=lon, lat_0=lat, a=a, b=b)

    def forth(xy: Floats) -> Floats:
        return np.column_stack(local(xy[:, 0], xy[:, 1]))

    def back(xy: Floats) -> Floats:
        return np.column_stack(local(xy[:, 0], xy[:, 1], inverse=True))

    return Plane(1.0, forth, back)


def _carried(shape: G, carry: Carry) -> G:
    carried: G = shapely.transform(shape, carry)
    return carried


def _scale(system: pyproj.CRS, x: float, y: float) -> float:
    """Planar over ground length at a point: a base of 100 m measured on the ellipsoid, as core.scale_factor does."""
    to = _degrees(system)
    (lon, other_lon), (lat, other_lat) = to.transform([x - BASE_M / 2, x + BASE_M / 2], [y, y])
    geod = system.get_geod()
    length = geod.inv(lon, lat, other_lon, other_lat)[2] if geod is not None else float("nan")
    if not np.isfinite(length) or length <= 0:
        raise UnusableShape("shape.outside_crs", name="parcel", crs=system.to_string(), x=x, y=y)
    return float(BASE_M / length)


@lru_cache(maxsize=64)
def _degrees(system: pyproj.CRS) -> pyproj.Transformer:
    base = system.geodetic_crs
    return pyproj.Transformer.from_crs(system, base, always_xy=True)
