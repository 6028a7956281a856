"""The rectangle that stands for a building when it is placed beside others, and the building drawn inside it."""

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Polygon

from geo.fit.building import Building, Outline, Rectangle, Surface
from geo.fit.ground import Ground
from geo.fit.outline import level_of
from geo.fit.sized import length_of, widths
from geo.fit.turning import Posed

FORMS = 3
"""Proportions of a building known by its surface that are tried where not all can be."""


@dataclass(frozen=True, slots=True, eq=False)
class StandIn:
    """A rectangle long x wide (metres) about the origin, long along x, and what is drawn in it."""

    long: float
    wide: float
    building: Polygon
    yard: Polygon | None = None

    @property
    def area(self) -> float:
        """Square metres of the rectangle."""
        return self.long * self.wide


def stand_in(one: Building, form: int, ground: Ground) -> StandIn:
    """The rectangle for a building; ``form`` says which proportions a surface is tried in."""
    if isinstance(one, Outline):
        level = level_of(one.polygon)
        x0, y0, x1, y1 = level.bounds
        return StandIn(x1 - x0, y1 - y0, level)
    long, wide = sides_of(one, form, ground)
    return StandIn(long, wide, shapely.box(-long / 2, -wide / 2, long / 2, wide / 2))


def sides_of(one: Rectangle | Surface, form: int, ground: Ground) -> tuple[float, float]:
    """Long and short side, metres; the squarest form of a surface first."""
    if isinstance(one, Rectangle):
        return max(one.length, one.width), min(one.length, one.width)
    low, high = widths(one, ground)
    width = high * (max(low, high / 4) / high) ** (form / (FORMS - 1)) if 0 < low <= high else math.sqrt(one.area)
    return length_of(one, width), width


def with_yard(one: StandIn, depth: float) -> StandIn:
    """The same with ``depth`` metres of open ground along one long side."""
    building = shapely.transform(one.building, lambda xy: xy - (0.0, depth / 2))
    yard = shapely.box(-one.long / 2, (one.wide - depth) / 2, one.long / 2, (one.wide + depth) / 2)
    whole = replace(one, wide=one.wide + depth, building=building, yard=yard)
    if whole.long >= whole.wide:
        return whole
    return StandIn(whole.wide, whole.long, _across(building), _across(yard))


def _across(shape: Polygon) -> Polygon:
    turned: Polygon = shapely.transform(shape, lambda xy: np.column_stack([xy[:, 1], -xy[:, 0]]))
    return turned


def pose_of(rectangle: Polygon) -> Posed:
    """Where the middle of a placed rectangle is, and the direction of its long side."""
    corners = shapely.get_coordinates(rectangle.exterior)[:4]
    one, other = corners[1] - corners[0], corners[2] - corners[1]
    along = one if np.hypot(*one) >= np.hypot(*other) else other
    middle = corners.mean(axis=0)
    return Posed(float(middle[0]), float(middle[1]), math.atan2(along[1], along[0]))
