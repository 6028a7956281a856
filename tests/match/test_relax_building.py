"""The building that would lie on a parcel which refuses the one asked, read from its profile."""

from dataclasses import replace
from typing import Any

import pytest

from geo.fit.profile_build import measure
from geo.match.answer import answer
from geo.match.candidate import Candidate
from geo.match.relax import Change
from geo.match.relaxing.building import building_changes
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
    assert set(found) == {"/buildings/0/width_m", "/buildings/0/length_m", "/buildings/0"}
    assert 97 < found["/buildings/0/length_m"].to <= 100  # type: ignore[operator]
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


def test_the_building_asked_is_not_proposed_instead_of_itself() -> None:
    """Land on which it lies is refused for another reason, as by a rule of the plan on buildings."""
    asked = need(buildings=building(150, 80), setback_m=5)
    assert building_changes(asked, LAND) == ()


@pytest.mark.parametrize("asked", [10, {"road": 10, "neighbour": 8}])
def test_less_kept_from_the_boundary(asked: Any) -> None:
    found = changes(replace(LAND, sides=None), buildings=building(185, 88), setback_m=asked)
    to: Any = found["/setback_m"].to
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


def test_several_buildings_are_not_read_from_a_profile() -> None:
    assert changes(LAND, buildings=[{"length_m": 170, "width_m": 110, "count": 2}]) == {}
