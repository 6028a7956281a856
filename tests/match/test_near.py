"""What must be near, areas and people in reach, judged on facts alone."""

from typing import Any

import pytest
import shapely

from geo.match.criteria.criterion import Criterion, Verdict
from geo.match.criteria.near import has_siding
from geo.match.criteria.order import RULES
from geo.match.parcel.around import Around, NamedArea, Nearest, Thing, Travel
from geo.match.readiness.readiness import project_facts
from geo.readiness.catalogue_file import default
from geo.readiness.needclass import need_class
from tests.match.parcels import need, parcel, rectangle

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
HERE = (840_000.0, 6_520_000.0)
WIDE = shapely.Point(HERE).buffer(60_000)
THINGS = {1: Thing("LFLL", "Lyon", "aerodromes", "2026-11-03"), 2: Thing("J1", None, "echangeurs", "2025-01-01")}


def around(**facts: Any) -> Around:
    known: dict[str, Any] = {
        "things": THINGS,
        "extents": {"airport": WIDE, "motorway_junction": WIDE},
        "keys": {"airport": frozenset({"LFLL", "LFLY"}), "motorway_junction": frozenset({"J1"})},
    }
    return Around(**known | facts)


def judged(name: str, asked: Any, surroundings: Around | None = None, **facts: Any) -> Criterion:
    facts.setdefault("nearest", {"airport": Nearest(24_000.0, 1), "motorway_junction": Nearest(1_200.0, 2)})
    one = parcel(around=around() if surroundings is None else surroundings, **facts)
    return RULES[name].evaluate(need(**{name: asked}), one, None)


@pytest.mark.parametrize(
    ("asked", "verdict", "code"),
    [
        ([{"kind": "airport", "max_km": 25}], PASS, "distance.within"),
        ([{"kind": "airport", "max_km": 20}], FAIL, "distance.too_far"),
        ([{"kind": "quay", "max_km": 20}], UNKNOWN, "near.not_recorded"),
        ([{"kind": "airport", "max_minutes": 20}], UNKNOWN, "near.times_not_recorded"),
        ([{"kind": "airport", "max_km": 20}, {"kind": "quay", "max_km": 20}], FAIL, "distance.too_far"),
        ([{"kind": "airport", "max_km": 25}, {"kind": "quay", "max_km": 20}], UNKNOWN, "near.not_recorded"),
        ([{"kind": "motorway_junction", "max_km": 2}, {"kind": "airport", "max_km": 25}], PASS, "distance.within"),
    ],
)
def test_near_in_a_straight_line(asked: Any, verdict: Verdict, code: str) -> None:
    found = judged("near", asked)
    assert (found.verdict, found.code) == (verdict, code)


def test_a_distance_says_to_what_from_where_and_how_old() -> None:
    found = judged("near", [{"kind": "motorway_junction", "max_km": 2}, {"kind": "airport", "max_km": 25}])
    assert (found.fact, found.source) == (24.0, "aerodromes"), "the farthest of those that pass"
    assert dict(found.detail).items() >= {
        "to": "Lyon", "km": 24.0, "known_on": "2026-11-03", "straight_line": True, "asked_max": 25.0,
    }.items()  # fmt: skip
    assert [part["kind"] for part in found.detail["parts"]] == ["motorway_junction", "airport"]  # type: ignore[attr-defined]


def test_none_near_enough_is_proved_only_where_all_are_known() -> None:
    edge = around(extents={"airport": shapely.Point(HERE).buffer(15_000)})
    found = judged("near", [{"kind": "airport", "max_km": 20}], edge)
    assert (found.verdict, found.code) == (UNKNOWN, "distance.not_covered")
    assert judged("near", [{"kind": "airport", "max_km": 10}], edge).verdict is FAIL
    assert judged("near", [{"kind": "airport", "max_km": 24}], edge).verdict is PASS
    beyond = around(extents={"airport": shapely.box(0, 0, 1, 1)})
    assert judged("max_km", {"airport": 1}, beyond).code == "distance.not_covered"
    assert judged("max_km", {"airport": 20, "quay": 3}).code == "distance.too_far"
    assert judged("max_km", {"airport": 25, "quay": 3}).code == "max_km.not_recorded"


def test_land_without_an_outline_is_looked_at_from_its_point() -> None:
    asked = [{"kind": "airport", "max_km": 20}]
    assert judged("near", asked, geometry=None, location=shapely.Point(HERE)).code == "distance.too_far"
    edge = shapely.Point(HERE[0] + 59_000, HERE[1])
    assert judged("near", asked, geometry=None, location=edge).code == "distance.not_covered"
    assert judged("near", asked, geometry=None).code == "distance.not_covered"


TRAVELS = {
    "69123": {"LFLL": Travel(35.0, 31.0, "temps", "2026-10-01")},
    "scot/S": {"airport": Travel(50.0, None, "temps", "2026-10-01")},
    "T2": {"airport": Travel(20.0, 18.0, "temps", "2026-10-01")},
    "T1": {"LFLL": Travel(20.0, 18.0, "temps", None), "LFLY": Travel(15.0, None, "temps", None)},
}
AREAS = {7: NamedArea("scot", "S", "SCoT")}


@pytest.mark.parametrize(
    ("asked", "facts", "verdict", "code"),
    [
        ({"max_minutes": 35}, {}, PASS, "travel.within"),
        ({"max_minutes": 34}, {}, UNKNOWN, "travel.partly_known"),
        ({"max_minutes": 34}, {"commune_insee": "69383"}, UNKNOWN, "travel.partly_known"),
        ({"max_minutes": 15}, {"source_id": "T1"}, PASS, "travel.within"),
        ({"max_minutes": 14}, {"source_id": "T1"}, FAIL, "travel.too_long"),
        ({"max_minutes": 45}, {"commune_insee": "38185", "area_ids": frozenset({7})}, FAIL, "travel.too_long"),
        ({"max_minutes": 45}, {"commune_insee": "38185"}, UNKNOWN, "travel.unknown"),
        ({"max_km": 32}, {}, PASS, "distance.road_within"),
        ({"max_km": 30}, {}, UNKNOWN, "distance.road_partly_known"),
        ({"max_km": 23}, {}, FAIL, "distance.too_far"),
        ({"max_km": 17}, {"source_id": "T2"}, FAIL, "distance.road_too_far"),
        ({"max_km": 25, "max_minutes": 14}, {"source_id": "T1"}, FAIL, "travel.too_long"),
    ],
)
def test_a_table_of_travel_times_is_used_where_it_knows(
    asked: dict[str, float], facts: dict[str, Any], verdict: Verdict, code: str
) -> None:
    """A commune whose table leaves an airport out proves nothing of it; no road is shorter than a line."""
    found = judged("near", [{"kind": "airport", **asked}], around(travels=TRAVELS, areas=AREAS), **facts)
    assert (found.verdict, found.code) == (verdict, code)
    if code.startswith(("travel.within", "travel.too_long", "distance.road")):
        assert found.detail["straight_line"] is False
        assert found.source == "temps"


@pytest.mark.parametrize(
    ("metres", "site", "verdict", "code", "has"),
    [
        (60.0, None, PASS, "rail_siding.at_land", True),
        (60.0, "non", PASS, "rail_siding.at_land", True),
        (900.0, None, UNKNOWN, "rail_siding.none_at_land", False),
        (5_000.0, "non", UNKNOWN, "rail_siding.none_at_land", False),
        (5_001.0, "non", FAIL, "rail_siding.too_far", False),
        (104_000.0, None, FAIL, "rail_siding.too_far", False),
        (104_000.0, "oui", UNKNOWN, "rail_siding.at_site", None),
        (900.0, "oui", UNKNOWN, "rail_siding.at_site", None),
        (None, "oui", UNKNOWN, "rail_siding.at_site", None),
        (None, "non", UNKNOWN, "rail_siding.none_at_site", False),
        (None, "inconnu", UNKNOWN, "rail_siding.not_recorded", None),
        (None, None, UNKNOWN, "rail_siding.not_recorded", None),
    ],
)
def test_a_siding_may_still_be_built(
    metres: float | None, site: str | None, verdict: Verdict, code: str, has: bool | None
) -> None:
    """It fails where all sidings around are known and none is near; within reach, the dates have its building."""
    facts: dict[str, Any] = {"nearest": {} if metres is None else {"siding": Nearest(metres, 9)}}
    facts |= {"networks": {} if site is None else {"rail": site}}
    found = judged("rail_siding", True, around(extents={"siding": WIDE}), **facts)
    assert (found.verdict, found.code) == (verdict, code)
    land = parcel(**facts)
    assert has_siding(land) is has
    asked = need(rail_siding=True, footprint_m2=9_000)
    steps = dict(need_class(project_facts(asked, land), default()).steps)
    states = {None: ("to_do", "unknown"), True: ("to_do", None), False: (None, "to_do")}[has]
    assert tuple(one and one.state for one in (steps.get("RAIL_EX"), steps.get("RAIL_NEW"))) == states


@pytest.mark.parametrize(
    ("nearest", "known_m", "verdict", "code"),
    [
        ({"siding": 104_000.0}, 4_000, UNKNOWN, "rail_siding.not_covered"),
        ({"siding": 4_000.0}, 1_000, UNKNOWN, "rail_siding.none_at_land"),
        ({"siding": 9_000.0, "station": 2_000.0}, 60_000, UNKNOWN, "rail_siding.railway_near"),
        ({"siding": 9_000.0, "station": 8_000.0, "freight_station": 3_000.0}, 60_000, UNKNOWN,
         "rail_siding.railway_near"),
        ({"siding": 9_000.0, "station": 8_000.0}, 60_000, FAIL, "rail_siding.too_far"),
        ({"station": 2_000.0}, 60_000, UNKNOWN, "rail_siding.railway_near"),
        ({"station": 8_000.0}, 60_000, UNKNOWN, "rail_siding.not_recorded"),
    ],
)  # fmt: skip
def test_a_siding_is_asked_for_where_a_railway_is_near(
    nearest: dict[str, float], known_m: float, verdict: Verdict, code: str
) -> None:
    """Within five kilometres of a siding or a station; beyond the files loaded nobody knows."""
    extents = {"siding": shapely.Point(HERE).buffer(known_m)}
    near = {kind: Nearest(metres, 9) for kind, metres in nearest.items()}
    found = judged("rail_siding", True, around(extents=extents), nearest=near, geometry=rectangle(20, 20))
    assert (found.verdict, found.code) == (verdict, code)
    if nearest and code != "rail_siding.not_recorded":
        assert (
            found.detail["km"]
            == min(nearest.values() if code == "rail_siding.railway_near" else [nearest["siding"]]) / 1000
        )
    if verdict is UNKNOWN:
        assert found.detail["who"] == ("responsible" if code == "rail_siding.not_recorded" else "rail_manager")


ZONES = {
    1: NamedArea("aid_zone", "AFR-c", "AFR zone c", "afr", "2026-11-22", None, frozenset({"43"})),
    2: NamedArea("aid_zone", "FRR", "FRR", "frr", "2026-11-22", rectangle(9_000, 9_000)),
    3: NamedArea("epci", "AFR", "not an aid zone"),
}


@pytest.mark.parametrize(
    ("asked", "facts", "verdict", "code"),
    [
        (True, {"area_ids": frozenset({1, 3})}, PASS, "aid_zone.inside"),
        ("AFR", {"area_ids": frozenset({1})}, PASS, "aid_zone.inside"),
        ("afr zone", {"area_ids": frozenset({2}), "commune_insee": "43157"}, FAIL, "aid_zone.outside"),
        # the file of AFR says nothing of the Rhône, where that of FRR would
        (True, {"area_ids": frozenset({3})}, UNKNOWN, "aid_zone.not_covered"),
        ("FRR", {"area_ids": frozenset({3})}, FAIL, "aid_zone.outside"),
        (True, {"commune_insee": "43157"}, FAIL, "aid_zone.outside"),
        ("AFR", {}, UNKNOWN, "aid_zone.not_covered"),
        ("ZFU", {}, UNKNOWN, "aid_zone.not_recorded"),
    ],
)
def test_aid_zones(asked: object, facts: dict[str, Any], verdict: Verdict, code: str) -> None:
    found = judged("aid_zone", asked, around(areas=ZONES), **facts)
    assert (found.verdict, found.code) == (verdict, code)
    if verdict is PASS:
        assert (found.fact, found.source, found.detail["known_on"]) == ("AFR-c", "afr", "2026-11-22")


@pytest.mark.parametrize(
    ("people", "verdict", "code"),
    [
        ({}, UNKNOWN, "labour.not_recorded"),
        ({"38185": 9}, UNKNOWN, "labour.unknown"),
        ({"69123": 7_500}, PASS, "labour.enough"),
        ({"69123": 7_499}, UNKNOWN, "labour.to_ask"),
        ({"69123": 149}, FAIL, "labour.too_few"),
    ],
)
def test_labour(people: dict[str, int], verdict: Verdict, code: str) -> None:
    found = judged("labour", {"jobs": 150, "minutes": 30}, around(people=people))
    assert (found.verdict, found.code) == (verdict, code)
    assert verdict is not UNKNOWN or "who" in found.detail


@pytest.mark.parametrize(
    ("named", "facts", "verdict", "code"),
    [
        (["SCoT"], {"area_ids": frozenset({7})}, PASS, "place.inside"),
        (["scot/s"], {}, FAIL, "place.outside"),
        (["S"], {"commune_insee": None}, UNKNOWN, "place.unknown"),
        (["Scto"], {}, UNKNOWN, "place.not_loaded"),
        (["Scto", "metropole de lyon"], {}, PASS, "place.inside"),
        (["CC Bièvre"], {}, FAIL, "place.outside"),
    ],
)
def test_places_are_named_by_any_area(named: list[str], facts: dict[str, Any], verdict: Verdict, code: str) -> None:
    known = around(areas=AREAS, epcis=frozenset({"cc bievre", "metropole de lyon", "200046977"}))
    found = judged("place", {"named": named}, known, **facts)
    assert (found.verdict, found.code) == (verdict, code)
