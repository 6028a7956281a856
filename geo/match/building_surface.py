"""How much ground a building of a need covers."""

from geo.match.need_parts import AreaBuilding, Building, OutlineBuilding


def ground_area(building: Building) -> float:
    """Ground surface of a building (all of its copies), m2."""
    if isinstance(building, AreaBuilding):
        return building.area_m2
    if isinstance(building, OutlineBuilding):
        return float(building.polygon.shape.area)
    return building.length_m * building.width_m * building.count
