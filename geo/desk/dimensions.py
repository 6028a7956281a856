"""Dimension lines of a building on a plan: along its length and its width, outside of it, with their figures."""

from dataclasses import dataclass
from math import atan2, degrees, hypot

import shapely
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Side = tuple[Point, Point]

AWAY_MM, TICK_MM, FIGURE_MM = 2.2, 1.2, 1.7
"""How far the line lies from the building, half a tick at its ends, and how far the figure lies beyond the line."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """The lines of one dimension, the first along the side and two ticks; millimetres on paper, y downwards.

    ``middle`` and ``angle`` are where its figure stands, in degrees clockwise from level and never upside down;
    ``length`` is that of the side, millimetres.
    """

    lines: tuple[Side, ...]
    middle: Point
    angle: float
    length: float


def dimensions(building: BaseGeometry) -> list[Dimension]:
    """Length and width of the smallest rectangle around a building drawn in millimetres, the longer first."""
    around = shapely.minimum_rotated_rectangle(building)
    if around.geom_type != "Polygon":
        return []
    corners: list[Point] = [(float(x), float(y)) for x, y in shapely.get_coordinates(around)[:4]]
    sides = [(corners[place], corners[(place + 1) % 4]) for place in range(4)]
    middle = (float(around.centroid.x), float(around.centroid.y))
    lower = [max(sides[place], sides[place + 2], key=_lowest) for place in (0, 1)]
    return sorted((_dimension(side, middle) for side in lower), key=lambda one: -one.length)


def _lowest(side: Side) -> tuple[float, float]:
    (x1, y1), (x2, y2) = side
    return round(y1 + y2, 6), round(x1 + x2, 6)


def _dimension(side: Side, middle: Point) -> Dimension:
    (x1, y1), (x2, y2) = side
    length = hypot(x2 - x1, y2 - y1)
    along = (x2 - x1) / length, (y2 - y1) / length
    out = -along[1], along[0]
    if out[0] * ((x1 + x2) / 2 - middle[0]) + out[1] * ((y1 + y2) / 2 - middle[1]) < 0:
        out = -out[0], -out[1]
    ends = [_moved(end, out, AWAY_MM) for end in side]
    ticks = tuple((_moved(end, out, -TICK_MM), _moved(end, out, TICK_MM)) for end in ends)
    centre = ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2)
    angle = degrees(atan2(along[1], along[0]))
    if not -90 < angle <= 90:
        angle += 180 if angle <= -90 else -180
    return Dimension(((ends[0], ends[1]), *ticks), _moved(centre, out, FIGURE_MM), angle, length)


def _moved(point: Point, towards: Point, far: float) -> Point:
    return point[0] + towards[0] * far, point[1] + towards[1] * far
