"""What profiles prove is counted before fits are decided, and never more than they prove."""

from dataclasses import replace
from typing import Any

import pytest

from geo.fit.profile import Told
from geo.fit.profile_build import measure
from geo.match.answer import answer
from geo.match.fit.fit import FitVerdict, cannot_hold, decide_fit
from geo.match.fit.told import told
from geo.match.parcel.candidate import Candidate
from tests.match.parcels import AS_OF, VERSIONS, need, parcel, rectangle


def profiled(id_: int = 1, *, length: float = 200, width: float = 100, **facts: Any) -> Candidate:
    """A rectangle of land with its profile."""
    shape = rectangle(length, width, 30)
    land = replace(parcel(id_, shape), **facts)
    assert land.geometry is not None
    return replace(land, profile=measure(shape).to_bytes())


def one(length: float, width: float, **more: Any) -> Any:
    return need(buildings=[{"length_m": length, "width_m": width}], **more)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (one(190, 95), Told.YES),
        (one(190, 103), Told.NO),
        (one(180, 80, setback_m=5), Told.YES),
        (one(180, 80, setback_m=20), Told.NO),
        (one(180, 80, setback_m={"road": 20, "neighbour": 0}), Told.OPEN),
        (one(180, 80, setback_m={"road": 20, "neighbour": 18}), Told.NO),
        (one(190, 95, yard_m=20), Told.OPEN),
        (need(buildings=[{"length_m": 90, "width_m": 40, "count": 2}]), Told.OPEN),
        (need(buildings=[{"length_m": 90, "width_m": 40}, {"length_m": 110, "width_m": 120}]), Told.NO),
        (need(buildings=[{"area_m2": 1_000, "min_side_m": 20, "max_aspect": 3}]), Told.OPEN),
    ],
)
def test_what_is_proved_of_a_need(asked: Any, expected: Told) -> None:
    assert told(asked, profiled()) is expected
    verdict = decide_fit(asked, profiled()).verdict
    assert expected is not Told.NO or verdict is FitVerdict.NO
    assert expected is not Told.YES or verdict is FitVerdict.FITS


def test_lengths_of_a_need_are_on_the_ground() -> None:
    """The map is a hundredth longer than the ground here: 99.5 m of ground are 100.495 m of the map."""
    assert told(one(150, 99.2), profiled()) is Told.YES
    assert told(one(150, 99.9), profiled(scale=1.01)) is Told.NO


@pytest.mark.parametrize("facts", [{"stale": True}, {"profile": None}, {"profile": b"\xff"}])
def test_nothing_is_proved_without_a_profile_of_today(facts: dict[str, Any]) -> None:
    assert told(one(190, 103), replace(profiled(), **facts)) is Told.OPEN


def test_where_the_plan_forbids_a_part_only_refusals_hold() -> None:
    land = replace(profiled(), industry_rule="mix:allowed,forbidden")
    assert told(one(190, 95), land) is Told.OPEN
    assert told(one(190, 103), land) is Told.NO


def test_a_refusal_is_told_like_one_that_was_decided() -> None:
    decided = decide_fit(one(150, 103), replace(profiled(), profile=None))
    screened = decide_fit(one(150, 103), profiled())
    assert (screened.verdict, screened.code, screened.detail) == (decided.verdict, decided.code, decided.detail)
    assert cannot_hold(one(150, 103), profiled())
    assert not cannot_hold(one(150, 103), replace(profiled(), profile=None))


def test_what_is_not_shown_is_counted_by_its_profile() -> None:
    """One row is shown; of the others one fits, one does not, and one is left open since it has no profile."""
    land = [profiled(1), profiled(2), profiled(3, width=60), replace(profiled(4), profile=None)]
    asked = one(150, 80, limit=1)
    found = answer(asked, land, lambda _: None, as_of=AS_OF, versions=VERSIONS)
    counts = found.counts
    assert len(found.matches) == 1
    assert (counts.considered, counts.proved, counts.open, counts.rejected) == (4, 2, 1, {"fit": 1})
    shown = answer(one(150, 80, limit=4), land, lambda _: None, as_of=AS_OF, versions=VERSIONS).counts
    assert (shown.proved, shown.open, shown.rejected) == (3, 0, {"fit": 1})
