"""How much ground buildings cover, and the yard beside them."""

import math

from geo.fit.building import Building as Placed
from geo.fit.building import Outline, Programme, Rectangle, Surface
from geo.match.need.parts import AreaBuilding, Building, OutlineBuilding


def ground_area(building: Building) -> float:
    """Ground surface of a building (all of its copies), m2."""
    if isinstance(building, AreaBuilding):
        return building.area_m2
    if isinstance(building, OutlineBuilding):
        return float(building.polygon.shape.area)
    return building.length_m * building.width_m * building.count


def covered(programme: Programme) -> float:
    """Ground surface of all buildings, m2."""
    return sum(map(_area, programme.buildings))


def yard_ground(programme: Programme) -> float:
    """The open ground of the yard along a long side of the largest building, m2; of forms left free, the least."""
    rectangles = [one for one in programme.buildings if isinstance(one, Rectangle)]
    if rectangles and len(rectangles) == len(programme.buildings):
        largest = max(rectangles, key=_area)
        return programme.yard * max(largest.length, largest.width)
    # of what has no form yet, the long side is no shorter than that of a square
    return programme.yard * math.sqrt(max(map(_area, programme.buildings), default=0.0))


def _area(one: Placed) -> float:
    if isinstance(one, Surface):
        return one.area
    return float(one.polygon.area) if isinstance(one, Outline) else one.length * one.width
