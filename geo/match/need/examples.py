"""Needs that are right, for the published schema, the documentation and the tests."""

from typing import Any

WORKSHOP: dict[str, Any] = {
    "schema": "emprise/need/1",
    "name": "Atelier",
    "buildings": [{"length_m": 40, "width_m": 20}],
    "setback_m": 5,
    "use": "industrie",
    "place": {"communes": ["74173"]},
    "include": ["prospect"],
}
"""A small workshop in one commune, also on land that nobody offers yet."""

HYDROGEN_EQUIPMENT: dict[str, Any] = {
    "schema": "emprise/need/1",
    "name": "Électrolyseurs",
    "buildings": [{"length_m": 220, "width_m": 120, "count": 1}],
    "setback_m": 10,
    "land_m2": {"min": "8 ha"},
    "use": "industrie",
    "icpe": {"regime": "E", "rubriques": ["2560"]},
    "power_mw": {"at_opening": 10},
    "start_by": "2028-06-30",
    "probability": 0.8,
    "place": {"departments": ["38", "69"]},
    "tenure": "buy",
    "limit": 10,
}
"""A plant on 8 ha with 10 MW, works within a date held at 80 %."""

BATTERY_CELLS: dict[str, Any] = {
    "schema": "emprise/need/1",
    "name": "Cellules",
    "buildings": [{"length_m": 644, "width_m": 100}],
    "land_m2": {"min": "34 ha", "max": "80 ha"},
    "height_m": 31,
    "use": "industrie",
    "icpe": {"regime": "A", "seveso": "SB"},
    "power_mw": {"at_opening": 60, "ramp": [{"on": "2031-01-01", "mw": 120}]},
    "production_by": "2030-12-31",
    "price_max_eur_m2": 60,
    "wishes": {
        "price_max_eur_m2": {"weight": 2, "ideal": 30, "worst": 90},
        "production_by": {"weight": 3, "ideal": "2030-06-30", "worst": "2031-12-31"},
        "use": {"weight": 1},
    },
}
"""A large plant whose price and production date are wishes; its height and regime are still to check on each site."""

LAND_ONLY: dict[str, Any] = {
    "land_m2": "12 000 m²",
    "brownfield": "only",
    "place": {"near": {"lon": 4.83, "lat": 45.76, "km": 30}},
}
"""Any brownfield of 12,000 m2 or more around a point: nothing else is a must."""

SECTOR: dict[str, Any] = {
    "preset": "hydrogen-equipment",
    "land_m2": "8 ha",
    "power_mw": "10 MW",
    "start_by": "2028-06-30",
    "place": {"departments": ["38", "69"]},
}
"""What plants of a sector usually ask, but for what is said."""

TWO_PHASES: dict[str, Any] = {
    "buildings": [{"length_m": "120 m", "width_m": "80 m"}],
    "setback_m": {"road": 10, "neighbour": 5},
    "extension": {"buildings": [{"length_m": 80, "width_m": 60}], "within_years": "5 ans"},
    "place": {"adjacent_to": "34749951900010"},
}
"""A second phase beside the first, next to an establishment."""

EXAMPLES: tuple[dict[str, Any], ...] = (
    WORKSHOP,
    HYDROGEN_EQUIPMENT,
    BATTERY_CELLS,
    LAND_ONLY,
    SECTOR,
    TWO_PHASES,
)
