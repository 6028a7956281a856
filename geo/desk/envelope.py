"""Land drawn so that it cannot be recognised: an octagon around it, turned and rounded.

The outline of a parcel is published with the cadastre: whoever has it, or its exact surface, finds the parcel. The
octagon keeps what a first look needs, whether the land is long or square and how the building lies in it.
"""

from collections.abc import Sequence
from math import atan2, ceil, degrees

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

ROUNDED_M = 10.0
"""Sides of the octagon are moved out to the next multiple of this, from the middle of what it is around."""


def turned(shapes: Sequence[BaseGeometry], scale: float) -> list[BaseGeometry]:
    """Planar shapes in ground metres around 0, 0, the longest side of the first one level; north is lost.

    ``scale``: planar metres are ground metres times it.
    """
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapes[0]))
    sides = [(corners[place + 1] - corners[place]) for place in (0, 1)]
    long = max(sides, key=lambda side: float(side[0] ** 2 + side[1] ** 2))
    middle = shapely.minimum_rotated_rectangle(shapes[0]).centroid
    angle = degrees(atan2(long[1], long[0]))
    level = [affinity.rotate(shape, -angle, origin=middle) for shape in shapes]
    moved = [affinity.translate(shape, -middle.x, -middle.y) for shape in level]
    return [affinity.scale(shape, 1 / scale, 1 / scale, origin=(0, 0)) for shape in moved]


def octagon(shape: BaseGeometry) -> BaseGeometry:
    """The octagon of level, upright and slanting sides around a shape, each moved out to a round distance from 0, 0."""
    slanted = affinity.rotate(_box(affinity.rotate(shape, 45, origin=(0, 0))), -45, origin=(0, 0))
    return shapely.convex_hull(shapely.intersection(_box(shape), slanted))


def _box(shape: BaseGeometry) -> BaseGeometry:
    west, south, east, north = shape.bounds
    return shapely.box(-_out(-west), -_out(-south), _out(east), _out(north))


def _out(far: float) -> float:
    return ceil(far / ROUNDED_M) * ROUNDED_M
