"""A need without what tells whose it is: the fields that may go out to territories, by name."""

from collections.abc import Mapping, Sequence
from typing import Any

MAY_GO = (
    *("place", "land_m2", "buildings", "setback_m", "gap_m", "yard_m", "footprint_m2", "floor_m2", "extension"),
    *("height_m", "use", "icpe", "power_mw", "water_m3h", "gas_m3h", "fibre", "effluents_m3d", "rail_siding", "max_km"),
    *("near", "slope_max_pct", "brownfield", "no_enaf", "aid_zone", "labour", "start_by", "power_by", "production_by"),
    *("probability", "tenure", "price_max_eur_m2", "include", "wishes"),
)
"""Never: the name, the preset (a sector), the steps already taken, how many sites are shown."""
KEPT_BACK = frozenset({"price_max_eur_m2"})
"""What goes out only where it is chosen: whoever sells would know the most that would be paid."""
USUAL = tuple(name for name in MAY_GO if name not in KEPT_BACK)
PLACES = frozenset({"communes", "departments", "named", "polygon", "exclude"})
"""Parts of a place that may go out: not the plant, the customer or the home that it should lie near or next to."""


def anonymous(need: Mapping[str, Any], fields: Sequence[str] = USUAL) -> dict[str, Any]:
    """The need with the chosen fields alone, of those that may go out."""
    kept = {name: need[name] for name in MAY_GO if name in fields and need.get(name) is not None}
    if "place" in kept:
        place = {name: value for name, value in kept["place"].items() if name in PLACES}
        kept = {**kept, "place": place} if place else {name: kept[name] for name in kept if name != "place"}
    if "wishes" in kept:
        kept["wishes"] = {name: wish for name, wish in kept["wishes"].items() if name in kept}
        kept = kept if kept["wishes"] else {name: kept[name] for name in kept if name != "wishes"}
    return kept
