"""The land of neighbouring parcels as one, closed over the slivers between their drawings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.adjacency import TOLERANCE_M, grow
from geo.fit.checks import Shape

REACH_M = 0.5 * TOLERANCE_M + 1e-3
"""Metres by which land is grown and shrunk again: a sliver as wide as the tolerance is closed."""
TOUCHING_M = 2e-3
TELLING_M2 = 1e-4
"""Slivers smaller than this square centimetre are what rounding leaves."""


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Land of several parcels joined: ``land`` is ``owned``, their union, with the ``slivers`` between them."""

    land: Polygon
    owned: BaseGeometry
    slivers: BaseGeometry


def join(shapes: Sequence[Shape]) -> Joined | None:
    """The land of these parcels (valid, one planar CRS, metres) as one polygon; None when it does not come together.

    A sliver is a gap no wider than ``TOLERANCE_M`` that touches two of the parcels: two drawings of one limit. A slit
    within a parcel is none and stays out.
    """
    owned = shapely.union_all(list(shapes))
    closed = grow(grow(np.array([owned], dtype=object), REACH_M), -REACH_M - TOUCHING_M)[0]
    gaps = [gap for gap in shapely.get_parts(shapely.difference(closed, owned)) if gap.area > 0]
    between = [gap for gap in gaps if _touched(gap, shapes) > 1]
    within = [gap for gap in gaps if _touched(gap, shapes) < 2]
    slivers = shapely.union_all(between)
    whole = _in_one(shapely.difference(shapely.union(closed, owned), shapely.union_all(within)))
    return None if whole is None else Joined(whole, owned, slivers)


def _touched(gap: BaseGeometry, shapes: Sequence[Shape]) -> int:
    return int(shapely.dwithin(list(shapes), gap, TOUCHING_M).sum())


def _in_one(land: BaseGeometry) -> Polygon | None:
    """The one polygon that the land is, but for crumbs of rounding."""
    parts = [part for part in shapely.get_parts(land) if isinstance(part, Polygon) and part.area > TELLING_M2]
    return parts[0] if len(parts) == 1 else None


def forbidden(shapes: Sequence[Shape], buildable: Sequence[Shape]) -> BaseGeometry | None:
    """What is not buildable on these parcels; None when all of it is."""
    taken = [
        shapely.difference(shape, free)
        for shape, free in zip(shapes, buildable, strict=True)
        if not shapely.equals(shape, free)
    ]
    return shapely.union_all(taken) if taken else None


def buildable_of(joined: Joined, shapes: Sequence[Shape], buildable: Sequence[Shape]) -> Shape:
    """Where a building may stand on joined land: all of it but what is not buildable on one of the parcels."""
    taken = forbidden(shapes, buildable)
    if taken is None:
        return joined.land
    left = shapely.difference(joined.land, taken)
    polygons = [part for part in shapely.get_parts(left) if isinstance(part, Polygon)]
    return MultiPolygon(polygons)


def beyond_owned(placement: BaseGeometry, joined: Joined) -> float | None:
    """M2 of a placement on slivers rather than on land that is owned; None when it reaches beyond both.

    What lies outside the parcels must be of the slivers told, and nowhere wider than the tolerance.
    """
    outside = shapely.difference(placement, joined.owned)
    if outside.area <= TELLING_M2:
        return 0.0
    known = shapely.buffer(joined.slivers, TOUCHING_M, join_style="mitre")
    wide = shapely.buffer(outside, -(REACH_M + TOUCHING_M))
    if shapely.area(shapely.difference(outside, known)) > TELLING_M2 or not wide.is_empty:
        return None
    return float(outside.area)
