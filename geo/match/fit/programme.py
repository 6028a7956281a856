"""The buildings of a need as a programme to place."""

from typing import cast

from shapely import Polygon

from geo.fit.building import Building, Outline, Programme, Rectangle, Surface
from geo.match.need.need import Need
from geo.match.need.parts import AreaBuilding, OutlineBuilding
from geo.match.need.parts import Building as Asked


def programme_of(need: Need) -> Programme:
    """What the need wants to stand on one site, in ground metres; its buildings in the order given.

    A yard that is only wished for refuses no land, so it is not part of it.
    """
    buildings = tuple(one for asked in need.buildings or [] for one in _each(asked))
    wished = "yard_m" in need.wishes
    return Programme(buildings, need.gap_m, 0.0 if wished else need.yard_m or 0.0)


def _each(asked: Asked) -> tuple[Building, ...]:
    if isinstance(asked, AreaBuilding):
        return (Surface(asked.area_m2, asked.min_side_m, asked.max_aspect),)
    if isinstance(asked, OutlineBuilding):
        return (Outline(cast(Polygon, asked.polygon.shape)),)
    return (Rectangle(asked.length_m, asked.width_m),) * asked.count
