"""A must loosened step by step loses no match and wins some: on land where the facts are known and differ."""

from itertools import pairwise
from typing import Any

import pytest

from geo.land.vocabulary import Market
from tests.match.parcels import parcel, rectangle
from tests.match.test_metamorphic import run

LAND = [
    parcel(
        number,
        rectangle(60 + 5 * number, 50 + 4 * number),
        price_eur_m2=10.0 + 2 * number,
        power_mw=number / 2,
        substation_km=number / 6,
        market=Market.FOR_LEASE if number % 5 == 0 else Market.FOR_SALE,
        etat_occup="friche" if number % 3 == 0 else "inoccupé",
    )
    for number in range(60)
]
STARTS: list[int | None] = [90 * number for number in range(12)]
STEPS: dict[str, list[Any]] = {
    "land_m2": [{"min": least} for least in (80_000, 40_000, 20_000, 5_000, 1_000)],
    "price_max_eur_m2": [20, 40, 55, 65, 90, 200],
    "power_mw": [25, 15, 8, 2, 0.1],
    "max_km": [{"substation": km} for km in (1, 3, 5, 9)],
    "start_by": ["2027-02-01", "2027-12-01", "2028-12-01", "2030-01-01"],
    "tenure": ["lease", "any"],
    "brownfield": ["only", "any"],
    "setback_m": [40, 20, 10, 0],
    "buildings": [[{"length_m": 120, "width_m": wide}] for wide in (240, 180, 130, 40)],
}


@pytest.mark.parametrize("name", STEPS)
def test_each_step_loses_none(name: str) -> None:
    beside = {"buildings": [{"length_m": 120, "width_m": 60}]} if name == "setback_m" else {}
    asked = [{"limit": 100, "land_m2": {"min": 1_000}} | beside | {name: one} for one in STEPS[name]]
    found = [{match.candidate.id for match in run(need, LAND, STARTS).matches} for need in asked]
    assert all(few < more for few, more in pairwise(found))
