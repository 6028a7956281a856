"""Networks, surfaces to be built, second phase, ground used before: what is recorded decides, the rest is asked."""

from dataclasses import replace
from typing import Any

import pytest

from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import Industry, Market, Origin
from geo.match.criteria.criterion import Criterion, Verdict
from geo.match.criteria.order import RULES
from geo.match.need.places import Near
from geo.match.parcel.around import Around, Beside, Travel
from geo.match.parcel.candidate import Candidate
from tests.match.parcels import need, parcel

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def of(name: str, asked: Any, candidate: Candidate) -> Criterion:
    return RULES[name].evaluate(need(**{name: asked}), candidate, None)


@pytest.mark.parametrize(
    ("name", "asked", "network", "said", "verdict", "code"),
    [
        ("fibre", True, "fibre", "oui", PASS, "fibre.at_site"),
        ("fibre", True, "fibre", "non", FAIL, "fibre.none_at_site"),
        ("fibre", True, "fibre", "inconnu", UNKNOWN, "fibre.not_recorded"),
        ("fibre", True, "gas", "oui", UNKNOWN, "fibre.not_recorded"),
        ("gas_m3h", 500, "gas", "oui", UNKNOWN, "gas_m3h.at_site"),
        ("gas_m3h", 500, "gas", "non", UNKNOWN, "gas_m3h.none_at_site"),
        ("water_m3h", 20, "water", "oui", UNKNOWN, "water_m3h.at_site"),
        ("effluents_m3d", 5, "sewer", "non", UNKNOWN, "effluents_m3d.none_at_site"),
        ("effluents_m3d", 5, "sewer", "sans objet", UNKNOWN, "effluents_m3d.not_recorded"),
    ],
)
def test_what_the_site_publishes_of_its_networks(
    name: str, asked: Any, network: str, said: str, verdict: Verdict, code: str
) -> None:
    found = of(name, asked, parcel(networks={network: said}, networks_source="ZAE 2025", networks_on="2025-03-01"))
    assert (found.verdict, found.code) == (verdict, code)
    assert verdict is UNKNOWN or (found.source, found.detail["known_on"]) == ("ZAE 2025", "2025-03-01")
    assert verdict is not UNKNOWN or found.detail["who"]


@pytest.mark.parametrize(
    ("asked", "free", "verdict", "code"),
    [
        (26_000, 80_000.0, PASS, "footprint.has_room"),
        (26_000, 26_000.0, PASS, "footprint.has_room"),
        (26_001, 26_000.0, FAIL, "footprint.too_large"),
        (26_000, None, UNKNOWN, "footprint.buildable_unknown"),
    ],
)
def test_a_footprint_needs_as_much_buildable_land(
    asked: float, free: float | None, verdict: Verdict, code: str
) -> None:
    found = of("footprint_m2", asked, parcel(buildable_m2=free))
    assert (found.verdict, found.code) == (verdict, code)
    if verdict is PASS:
        assert {one["rule"] for one in found.detail["not_checked"]} >= {"ces", "height"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ces", "surface", "code"),
    [
        (0.5, 60_000.0, "footprint.has_room"),
        (0.4, 60_000.0, "footprint.over_ces"),
        (None, 60_000.0, "footprint.has_room"),
        (0.1, None, "footprint.has_room"),
    ],
)
def test_a_footprint_keeps_to_the_share_the_plan_allows(ces: float | None, surface: float | None, code: str) -> None:
    land = parcel(surface_m2=surface, buildable_m2=60_000.0, limits={BuildingRule.CES: Limit(ces, "PLU", "zone")})
    found = of("footprint_m2", 26_000, land)
    assert found.code == code
    if found.verdict is PASS:
        assert "ces" not in {one["rule"] for one in found.detail["not_checked"]}  # type: ignore[attr-defined]


def test_floors_that_do_not_stand_on_one_level_are_asked_of_the_plan() -> None:
    land = parcel(buildable_m2=10_000.0)
    assert of("floor_m2", 10_000, land).code == "floor.on_one_level"
    found = of("floor_m2", 25_000, land)
    assert (found.code, found.detail["levels"], found.detail["who"]) == ("floor.needs_levels", 3, "planning_authority")
    assert of("floor_m2", 1, parcel(buildable_m2=0.0)).verdict is FAIL
    assert of("floor_m2", 1, parcel(buildable_m2=None)).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"etat_occup": "friche"}, "no_enaf.used_before"),
        ({"etat_occup": "vacant"}, "no_enaf.used_before"),
        ({"etat_occup": "Occupé"}, "no_enaf.used_before"),
        ({"etat_occup": None, "origin": Origin.FRICHE}, "no_enaf.used_before"),
        ({"etat_occup": "inoccupé", "usage": "parkings, stationnement"}, "no_enaf.used_before"),
        ({"etat_occup": "inoccupé", "usage": "espace agricole"}, "no_enaf.natural_or_farmed"),
        ({"etat_occup": "inoccupé", "usage": "espace vert"}, "no_enaf.unknown"),
        ({"etat_occup": "friche", "usage": "espace naturel ou forestier"}, "no_enaf.unknown"),
        ({"etat_occup": None, "usage": None}, "no_enaf.not_recorded"),
    ],
)
def test_ground_used_before_is_no_enaf(facts: dict[str, Any], code: str) -> None:
    verdict = {"no_enaf.used_before": PASS, "no_enaf.natural_or_farmed": FAIL}.get(code, UNKNOWN)
    found = of("no_enaf", True, parcel(**facts))
    assert (found.verdict, found.code) == (verdict, code)


NEIGHBOUR = parcel(2, surface_m2=30_000.0)


@pytest.mark.parametrize(
    ("beside", "code"),
    [
        ([], "extension.none_known"),
        ([NEIGHBOUR], "extension.next_door"),
        ([replace(NEIGHBOUR, surface_m2=19_999.0)], "extension.none_known"),
        ([replace(NEIGHBOUR, surface_m2=None)], "extension.none_known"),
        ([replace(NEIGHBOUR, market=Market.SOLD)], "extension.none_known"),
        ([replace(NEIGHBOUR, market=Market.OPTIONED)], "extension.none_known"),
        ([replace(NEIGHBOUR, market=None, origin=Origin.CADASTRE)], "extension.next_door"),
        ([replace(NEIGHBOUR, industry=Industry.FORBIDDEN)], "extension.none_known"),
        ([replace(NEIGHBOUR, market=Market.SOLD), replace(NEIGHBOUR, id=3)], "extension.next_door"),
    ],
)
def test_a_second_phase_on_land_one_can_take_an_option_on(beside: list[Candidate], code: str) -> None:
    rule, asked = RULES["extension"], need(land_m2="2 ha", extension={"land_m2": "2 ha"})
    found = rule.evaluate(asked, parcel(surface_m2=39_999.0, beside=tuple(beside)), None)
    assert found.code == code
    assert rule.evaluate(asked, parcel(surface_m2=40_000.0), None).code == "extension.same_parcel"
    assert rule.evaluate(asked, parcel(surface_m2=None, beside=tuple(beside)), None).verdict is UNKNOWN


def test_buildings_of_a_second_phase_are_placed_unless_they_are_a_wish() -> None:
    hall = [{"length_m": 100, "width_m": 50}]
    rule, later = RULES["extension"], {"buildings": hall}
    assert rule.evaluate(need(buildings=hall, extension=later), parcel(), None).code == "extension.in_fit"
    wished = need(buildings=hall, extension=later, wishes={"extension": {}})
    assert rule.evaluate(wished, parcel(surface_m2=14_999.0), None).code == "extension.none_known"
    assert rule.evaluate(wished, parcel(surface_m2=15_000.0), None).code == "extension.same_parcel"


@pytest.mark.parametrize(
    ("parcels", "facts", "code"),
    [
        (frozenset({1}), {}, "place.adjacent"),
        (frozenset({2}), {}, "place.not_adjacent"),
        (frozenset(), {}, "place.not_adjacent"),
        (frozenset({1}), {"geometry": None}, "place.outline_unknown"),
        (None, {}, "place.adjacent_to.not_found"),
    ],
)
def test_next_to_something(parcels: frozenset[int] | None, facts: dict[str, Any], code: str) -> None:
    around = Around(beside=Beside("12", parcels))
    found = of("place", {"adjacent_to": "12"}, parcel(1, around=around, **facts))
    wanted = {"place.adjacent": PASS, "place.not_adjacent": FAIL}.get(code, UNKNOWN)
    # what passes is told as the whole place
    assert (found.verdict, found.code) == (wanted, "place.inside" if wanted is PASS else code)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"commune_insee": "26362"}, "place.elsewhere"),
        ({"commune_insee": "26362", "lon": None}, "place.elsewhere"),
        ({"commune_insee": None, "lat": 45.9}, "place.too_far_to_touch"),
        ({"commune_insee": None, "lat": 45.8}, "place.outline_unknown"),
        ({"commune_insee": "69123", "lon": None}, "place.outline_unknown"),
        ({"commune_insee": None, "lon": None}, "place.outline_unknown"),
    ],
)
def test_land_without_an_outline_is_not_next_to_what_is_far(facts: dict[str, Any], code: str) -> None:
    """By its commune, which is neither that of the place nor one beside, or by its point, 10 km away."""
    beside = Beside("12", frozenset({1}), Near(lon=4.83, lat=45.76, km=10), frozenset({"26362"}))
    found = of("place", {"adjacent_to": "12"}, parcel(1, around=Around(beside=beside), geometry=None, **facts))
    assert (found.verdict, found.code) == (UNKNOWN if code == "place.outline_unknown" else FAIL, code)
    assert found.detail["part"] == "adjacent_to"
    drawn = of("place", {"adjacent_to": "12"}, parcel(1, around=Around(beside=beside), **facts))
    assert drawn.verdict is PASS, "an outline says it better"


@pytest.mark.parametrize(
    ("reach", "insee", "code"),
    [
        ({}, "69123", "place.minutes_from.not_recorded"),
        ({"69123": 30.0}, "69123", "place.inside"),
        ({"69123": 31.0}, "69123", "place.late"),
        ({"69123": 30.0}, "69381", "place.inside"),
        ({"38185": 10.0}, "69123", "place.minutes_from.unknown"),
        ({"38185": 10.0}, None, "place.minutes_from.unknown"),
    ],
)
def test_minutes_from_a_point(reach: dict[str, float], insee: str | None, code: str) -> None:
    around = Around(reach={key: Travel(minutes, None, "temps", "2026-01-01") for key, minutes in reach.items()})
    asked = {"minutes_from": {"lon": 4.8, "lat": 45.7, "minutes": 30}}
    found = of("place", asked, parcel(around=around, commune_insee=insee))
    wanted = {"place.inside": PASS, "place.late": FAIL}.get(code, UNKNOWN)
    assert (found.verdict, found.code) == (wanted, code)
