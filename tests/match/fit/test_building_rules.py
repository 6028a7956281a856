"""Rules of the plan on what is built: what refuses, what is told, what stays to be asked."""

from typing import Any

import pytest

from geo.land.building_limits import ZONE, BuildingRule, Limit
from geo.match.assembly.merged import site_of
from geo.match.criteria.built import footprint
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.height import height
from geo.match.fit.building_rules import checked, refusing, unchecked
from geo.match.fit.fit import FitVerdict, decide_fit
from tests.match.parcels import need, parcel, rectangle

HALL: list[dict[str, Any]] = [{"length_m": 200, "width_m": 100}]


def limits(**figures: float | None) -> dict[BuildingRule, Limit]:
    return {BuildingRule(name): Limit(value, "règlement UX") for name, value in figures.items()}


@pytest.mark.parametrize(
    ("asked", "figures", "broken"),
    [
        ({}, {"ces": 0.2}, []),
        ({}, {"ces": 0.19}, ["ces"]),
        ({"footprint_m2": 20_004}, {"ces": 0.2}, ["ces"]),
        ({"footprint_m2": 30_000}, {"ces": 0.25}, ["ces"]),
        ({}, {"ces": None}, []),
        ({}, {"open_ground": 0.8}, []),
        ({}, {"open_ground": 0.81}, ["open_ground"]),
        ({"yard_m": 50}, {"open_ground": 0.75}, ["open_ground"]),
        ({"yard_m": 50, "buildings": [{"length_m": 100, "width_m": 200}]}, {"open_ground": 0.71}, ["open_ground"]),
        ({"yard_m": 50, "buildings": [{"area_m2": 20_000}]}, {"open_ground": 0.74}, ["open_ground"]),
        ({"height_m": 12}, {"height": 12}, []),
        ({"height_m": 12.5}, {"height": 12, "ces": 0.1}, ["ces", "height"]),
        ({}, {"height": 1}, []),
        ({"height_m": 12, "wishes": {"height_m": {"weight": 1}}}, {"height": 10}, []),
        ({}, {"parking": 100, "retention": 1_000}, []),
    ],
)
def test_what_is_built_is_held_to_the_rules_that_are_known(
    asked: dict[str, Any], figures: dict[str, float | None], broken: list[str]
) -> None:
    """A building of 200 x 100 m on 400 x 250 m."""
    wanted = need(**{"buildings": HALL} | asked)
    land = parcel(limits=limits(**figures))
    assert [one["rule"] for one in refusing(wanted, land)] == broken
    found = decide_fit(wanted, land)
    if broken:
        assert (found.verdict, found.code) == (FitVerdict.NO, f"fit.over_{broken[0]}")
        return
    assert found.verdict is FitVerdict.FITS
    rules: Any = found.detail["rules"]
    assert {one["rule"] for one in rules} == set(figures)
    not_checked: Any = found.detail["not_checked"]
    assert {one["rule"] for one in not_checked} == {rule.value for rule in BuildingRule} - set(figures)


def test_places_and_water_are_told_as_what_they_come_to() -> None:
    told = checked(need(buildings=HALL, floor_m2=30_000), parcel(limits=limits(parking=1.5, retention=40)))
    assert [(one["asked"], one["verdict"]) for one in told] == [(450, "unknown"), (800.0, "unknown")]
    (begun,) = checked(need(buildings=HALL, floor_m2=130), parcel(limits=limits(parking=1.5)))
    assert begun["asked"] == 2, "a place begun is a place"


def test_what_is_not_known_says_who_can_answer() -> None:
    assert {one["who"] for one in unchecked(parcel())} == {"planning_authority"}


def test_land_of_several_parcels_has_the_strictest_figure_of_rules_known_of_each() -> None:
    one = parcel(1, rectangle(100, 100), limits=limits(ces=0.6, height=10))
    other = parcel(2, rectangle(100, 100, at=(840_100.0, 6_520_000.0)), limits=limits(ces=0.4))
    site = site_of([one, other])
    assert site is not None
    assert {rule.value: limit.value for rule, limit in site.candidate.limits.items()} == {"ces": 0.4}
    on_half, on_more = need(buildings=[{"area_m2": 10_000}]), need(buildings=[{"area_m2": 12_400}])
    (told,) = checked(on_half, site.candidate)
    assert (told["limit"], told["loosest"], told["verdict"]) == (0.4, 0.6, "unknown")
    assert refusing(on_half, site.candidate) == []
    assert [one["rule"] for one in refusing(on_more, site.candidate)] == ["ces"], "neither parcel lets so much be built"


def test_what_zones_that_differ_say_is_asked_not_refused() -> None:
    ces = Limit(0.2, "UX", ZONE, loosest=Limit(0.5, "UY", ZONE))
    high = Limit(10, "UX", ZONE, loosest=Limit(None, "UY", ZONE))
    land = parcel(limits={BuildingRule.CES: ces, BuildingRule.HEIGHT: high})
    for asked, verdict in ((20_000, Verdict.PASS), (40_000, Verdict.UNKNOWN), (60_000, Verdict.FAIL)):
        assert footprint(need(footprint_m2=asked), land, None).verdict is verdict
    for metres, verdict in ((10, Verdict.PASS), (30, Verdict.UNKNOWN)):
        assert height(need(height_m=metres), land, None).verdict is verdict
