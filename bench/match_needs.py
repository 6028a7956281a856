"""What bench/match.py asks: needs of one rectangle each, and a second set that is varied in kind."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bench.match_base import AS_OF, SEED
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.store.database import Database, Role

NEEDS, OF_A_KIND = 200, 10
ELL = {
    "type": "Polygon",
    "coordinates": [[[0, 0], [120, 0], [120, 40], [60, 40], [60, 80], [0, 80], [0, 0]]],
}
EPCIS = "select distinct epci_name from core.site where epci_name is not null order by 1"
NEIGHBOURS = "select a from core.adjacency where shared_m >= 20 order by a, b limit 1000"


def needs(database: Database) -> tuple[list[Need], list[Need]]:
    """Needs asked before, and those measured: one in five of a class of needs that was not."""
    with database.connection(Role.WORKER) as connection:
        communes = list(connection.scalars(text("select distinct commune_insee from core.parcel_derived order by 1")))
    dice = random.Random(SEED)
    departments = sorted({one[:2] for one in communes if one})
    classes = [{"icpe": {"regime": regime}, "power_mw": power} for regime in ("D", "E") for power in (None, 1, 8)]
    known = [read_need(_need(dice, departments, _without_none(one))) for one in classes]
    asked = []
    for number in range(NEEDS):
        facts = _unseen(number) if number % 5 == 0 else _without_none(dice.choice(classes))
        asked.append(read_need(_need(dice, departments, facts)))
    return known, asked


def _without_none(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def _unseen(number: int) -> dict[str, Any]:
    """Facts that no need before had together."""
    found: dict[str, Any] = {"icpe": {"regime": ("NC", "D", "E", "A")[number // 5 % 4]}}
    found["floor_m2"] = (800, 4_000, 15_000, 60_000)[number // 20 % 4]
    for bit, (name, value) in enumerate((("water_m3h", 30), ("rail_siding", True), ("gas_m3h", 200))):
        if number // 80 >> bit & 1:
            found[name] = value
    return found


def _need(dice: random.Random, departments: list[str], facts: dict[str, Any]) -> dict[str, Any]:
    long = dice.choice((40, 60, 80, 100, 120, 150, 180, 220))
    need: dict[str, Any] = {
        **facts,
        "buildings": [{"length_m": long, "width_m": round(long * dice.choice((0.3, 0.5, 0.8)))}],
        "setback_m": dice.choice((0, 5, 10)),
        "use": "industrie",
    }
    if dice.random() < 0.5:
        need["land_m2"] = {"min": dice.choice((5_000, 10_000, 20_000, 50_000))}
    if dice.random() < 0.4:
        need["place"] = {"departments": [dice.choice(departments)]}
    if dice.random() < 0.4:
        need["price_max_eur_m2"] = dice.choice((40, 60, 90))
    if dice.random() < 0.4:
        need["start_by"] = (AS_OF + timedelta(days=dice.choice((365, 730, 1_100)))).isoformat()
    if dice.random() < 0.2:
        need["max_km"] = {"substation": dice.choice((2, 5, 10))}
    return need


def varied(database: Database) -> list[tuple[str, Need]]:
    """Needs of other kinds, with the name of each kind: some of every kind, one after another."""
    with database.connection(Role.WORKER) as connection:
        epcis = list(connection.scalars(text(EPCIS)))
        beside = list(connection.scalars(text(NEIGHBOURS)))
    dice = random.Random(SEED + 1)
    return [
        (kind, read_need({"use": "industrie", **facts}))
        for _ in range(OF_A_KIND)
        for kind, facts in _of_each_kind(dice, epcis, beside)
    ]


def _of_each_kind(dice: random.Random, epcis: list[str], beside: list[int]) -> Iterator[tuple[str, dict[str, Any]]]:
    long, land = dice.choice((60, 90, 120)), dice.choice((10_000, 20_000, 40_000))
    hall = {"length_m": long, "width_m": long // 2}
    yield "a named place", {"land_m2": land, "buildings": [hall], "place": {"named": [dice.choice(epcis)]}}
    small = {"length_m": 40, "width_m": 20, "count": dice.choice((1, 2))}
    yield "several buildings", {"buildings": [hall, small], "gap_m": 8, "setback_m": 5}
    yield "an outline", {"buildings": [{"polygon": ELL}], "setback_m": dice.choice((0, 5))}
    later = {"land_m2": land // 2, "buildings": [small], "within_years": 5}
    yield "a second phase", {"land_m2": land, "buildings": [hall], "extension": later}
    yield "an aid zone", {"land_m2": land, "buildings": [hall], "aid_zone": True}
    yield "next to a parcel", {"land_m2": 2_000, "place": {"adjacent_to": str(dice.choice(beside))}}
    start = (AS_OF + timedelta(days=dice.choice((400, 800)))).isoformat()
    wishes = {"price_max_eur_m2": {"weight": 2}, "start_by": {"weight": 3}, "power_mw": {}, "max_km": {}}
    asked = {"price_max_eur_m2": 50, "start_by": start, "power_mw": 5, "max_km": {"substation": 4}}
    yield "wishes", {"land_m2": land, "buildings": [hall], **asked, "wishes": wishes}
