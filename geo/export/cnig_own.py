"""What our base knows by itself of a required official field that nobody stated: identifiers, days, area, commune.

A terrain of a planner's own table or of a drawing has none of the fields of a standard; it leaves all the same.
"""

from collections.abc import Mapping
from datetime import datetime


def own_value(name: str, field: str, record: Mapping[str, object]) -> object:
    """The value of the official ``field`` of the class ``name`` by our own knowledge, None when there is none."""
    match name, field:
        case "terrain-eco", "site_id":
            return record.get("site_around")
        case "terrain-eco", "terr_surf_brute":
            return _hectares(record.get("ground_m2"))
        case "terrain-eco", "terr_identif_date" if record.get("origin") == "drawn":
            # a drawing or a planner's list is identified by being entered here; an inventory has a day of its own
            return _day(record.get("created_at"))
        case ("terrain-eco", "terr_actu_date") | ("friches", "site_actu_date"):
            return _day(record.get("updated_at"))
        case "friches", "comm_insee":
            return record.get("insee")
        case "friches", "source_nom":
            return record.get("source_name")
    return None


def own_identifier(record: Mapping[str, object]) -> str | None:
    """``80024_TERRAIN-ECO_E12``: commune of origin, class and technical identifier, as the standard makes them.

    The E keeps our number apart from the numbers that inventories give. None without commune.
    """
    insee, number = record.get("insee"), record.get("id")
    return None if insee is None or number is None else f"{insee}_TERRAIN-ECO_E{number}"


def _hectares(ground_m2: object) -> float | None:
    """A surface in hectares, to the square metre."""
    area = round(ground_m2 / 10_000.0, 4) if isinstance(ground_m2, int | float) else None
    return int(area) if area is not None and area.is_integer() else area


def _day(moment: object) -> str | None:
    return moment.date().isoformat() if isinstance(moment, datetime) else None
