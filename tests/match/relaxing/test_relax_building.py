"""The building that would lie on a parcel which refuses the one asked, read from its profile."""

import json
from dataclasses import replace
from typing import Any

import pytest

from geo.fit.profile_build import measure
from geo.land.building_limits import BuildingRule, Limit
from geo.match.answer import answer
from geo.match.fit.fit import FitVerdict, decide_fit
from geo.match.need.parts import RectangleBuilding
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.building import building_changes
from geo.match.relaxing.change import Change
from geo.match.relaxing.ruled import rule_changes
from geo.match.relaxing.trial import Fits
from tests.match.parcels import AS_OF, VERSIONS, need, parcel, ready, rectangle

SHAPE = rectangle(200, 100, 30)
LAND = replace(parcel(7, SHAPE), profile=measure(SHAPE).to_bytes())


def changes(*land: Candidate, **asked: Any) -> dict[str, Change]:
    """By path, the changes that open the land; each opens it proved."""
    found = answer(need(**asked), land, ready, as_of=AS_OF, versions=VERSIONS)
    assert all(one.opens == 1 for one in found.relaxations)
    return {one.change.path: one.change for one in found.relaxations}


def building(length: float, width: float) -> list[dict[str, float]]:
    return [{"length_m": length, "width_m": width}]


def test_a_narrower_a_shorter_and_a_longer_building() -> None:
    found = changes(LAND, buildings=building(170, 110))
    assert set(found) == {"/buildings/0/width_m", "/buildings/0"}
    assert 98 < found["/buildings/0/width_m"].to < 100  # type: ignore[operator]
    shape: Any = found["/buildings/0"].to
    assert 187 <= shape["length_m"] <= 200
    assert shape["width_m"] < 100
    assert shape["length_m"] * shape["width_m"] >= 170 * 110
    found = changes(LAND, buildings=building(215, 50))
    assert set(found) == {"/buildings/0/length_m", "/buildings/0"}
    assert 195 < found["/buildings/0/length_m"].to <= 200  # type: ignore[operator]
    shape = found["/buildings/0"].to
    assert shape["width_m"] > 50


@pytest.mark.parametrize(("length", "width"), [(170, 110), (110, 170), (130, 105), (105, 130), (104, 104), (210, 99)])
def test_the_longer_side_stays_the_longer_one(length: float, width: float) -> None:
    """A building 110 m wide is not made 100 m long."""
    found = changes(LAND, buildings=building(length, width))
    assert found
    for change in found.values():
        asked = change.apply(need(buildings=building(length, width))).buildings[0]  # type: ignore[index]
        assert isinstance(asked, RectangleBuilding)
        assert asked.length_m >= asked.width_m if length >= width else asked.length_m <= asked.width_m


def test_the_building_asked_is_not_proposed_instead_of_itself() -> None:
    """Land on which it lies is refused for another reason, as by a rule of the plan on buildings."""
    asked = need(buildings=building(150, 80), setback_m=5)
    assert building_changes(asked, LAND) == ()


@pytest.mark.parametrize("asked", [10, {"road": 10, "neighbour": 8}, {"road": 10, "neighbour": 10}])
def test_less_kept_from_the_boundary(asked: Any) -> None:
    found = changes(replace(LAND, sides=None), buildings=building(185, 88), setback_m=asked)
    to: Any = found["/setback_m"].to
    json.dumps([found["/setback_m"].before, to])  # as the answer is written
    kept = max(to.values()) if isinstance(to, dict) else to
    assert 5.2 < kept < 6.0


def test_another_building_altogether_is_not_proposed() -> None:
    assert changes(LAND, buildings=building(195, 250)) == {}


@pytest.mark.parametrize(
    "facts",
    [{"profile": None}, {"industry_rule": "mix:forbidden", "forbidden": rectangle(10, 10)}],
    ids=["no profile", "a part of the land is forbidden"],
)
def test_nothing_is_read_where_the_profile_does_not_speak(facts: dict[str, Any]) -> None:
    assert changes(replace(LAND, **facts), buildings=building(170, 110), use="industrie") == {}


HALL = [{"length_m": 200, "width_m": 100}]


def ruled(**figures: float) -> Candidate:
    """Land of 400 x 250 m with rules of the plan on buildings."""
    return parcel(7, limits={BuildingRule(name): Limit(value, "UX 9") for name, value in figures.items()})


@pytest.mark.parametrize(
    ("asked", "figures", "to"),
    [
        ({"height_m": 12.5}, {"height": 12}, {"/height_m": 12.0}),
        ({"buildings": HALL, "height_m": 12.5}, {"height": 12}, {"/height_m": 12.0}),
        ({"footprint_m2": 30_000}, {"ces": 0.25}, {"/footprint_m2": 25_000.0}),
        ({"buildings": HALL}, {"ces": 0.15}, {"/buildings/0/length_m": 150.0, "/buildings/0/width_m": 75.0}),
        ({"buildings": [{"area_m2": 20_000}]}, {"ces": 0.15}, {"/buildings/0/area_m2": 15_000.0}),
        (
            {"buildings": HALL, "yard_m": 50},
            {"open_ground": 0.75},
            {"/buildings/0/length_m": 166.6, "/buildings/0/width_m": 75.0, "/yard_m": 25.0},
        ),
        ({"buildings": HALL}, {"ces": 0.05}, {}),
        ({"buildings": building(110, 100)}, {"ces": 0.09}, {"/buildings/0/width_m": 81.8}),
        ({"buildings": building(100, 110)}, {"ces": 0.09}, {"/buildings/0/length_m": 81.8}),
    ],
)
def test_what_the_plan_refuses_opens_by_what_it_admits(
    asked: dict[str, Any], figures: dict[str, float], to: dict[str, float]
) -> None:
    found = changes(ruled(**figures), **asked)
    assert {path: change.to for path, change in found.items()} == to


def test_a_refused_fit_cites_where_the_rule_is_written() -> None:
    found = decide_fit(need(buildings=HALL), ruled(ces=0.15)).criterion("inventaire")
    assert (found.code, found.source) == ("fit.over_ces", "UX 9")


def test_a_fit_that_was_refused_for_its_height_is_decided_anew_for_a_lower_one() -> None:
    """An explanation decides the fit before any change is tried."""
    asked, land = need(buildings=HALL, height_m=12.5), ruled(height=12)
    fits = Fits.of(asked, decide_fit)
    assert fits(asked, land).verdict is FitVerdict.NO
    (change,) = rule_changes(asked, land)
    assert fits(change.apply(asked), land).verdict is FitVerdict.FITS


def test_several_buildings_are_not_read_from_a_profile() -> None:
    assert changes(LAND, buildings=[{"length_m": 170, "width_m": 110, "count": 2}]) == {}
