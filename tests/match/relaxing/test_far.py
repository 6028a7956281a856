"""How far columns say land is beyond what is asked is how far the rule moves the value for it."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.fit.profile_build import measure
from geo.match.judged import judge_all
from geo.match.need.need import DATE_WISHES
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.building import building_changes
from geo.match.relaxing.change import Change
from geo.match.relaxing.far import Far, far, late
from geo.match.relaxing.proposals import PROPOSALS, loosened, proposed
from geo.match.relaxing.room import room
from geo.match.screen.asking import Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.land import land_of
from tests.breadth import tried
from tests.match.parcels import parcel, rectangle
from tests.match.screen.test_verdicts import AROUND, NEEDS, candidates, readiness

ROUNDING = 1.001
"""Values of a change are rounded to a whole metre, square metre, job or minute at most."""


def sizes(found: list[Far], place: int) -> dict[str | None, float]:
    """What is told of one row, by path."""
    return {one.path: float(one.size[place]) for one in found if not np.isnan(one.size[place])}


def same(told: dict[str | None, float], change: Change, unit: float = ROUNDING) -> None:
    path = change.path if change.path in told else None
    assert abs(told[path] - change.size) <= unit, (told, change)


@settings(deadline=None, max_examples=tried(60))
@given(NEEDS, st.lists(candidates(), min_size=1, max_size=6))
def test_far_is_what_the_change_moves(asked: dict[str, Any], drawn: list[Candidate]) -> None:
    need = read_need(asked)
    land = [replace(one, id=number, around=AROUND) for number, one in enumerate(drawn, 1)]
    ask = Asking(need, land_of(land), ByCandidate(need, land, readiness), AROUND)
    for place, one in enumerate(judge_all(need, land, readiness, ())):
        row = ask.land.rows[place : place + 1]
        failing = [criterion for criterion in one.criteria if criterion.blocks]
        if len(failing) == 1 and failing[0].name in PROPOSALS.keys() - DATE_WISHES:
            change = loosened(need, one, failing[0])
            told = sizes(list(far(ask, failing[0].name, row)), 0)
            if change is not None and not failing[0].detail.get("parts"):
                same(told, change)
            assert change is not None or not told or failing[0].name == "footprint_m2"
        if failing and DATE_WISHES.issuperset(one.blocking):
            moved = proposed(need, one)
            found = sizes([late(ask, one.blocking, row)], 0)
            assert len(found) == len(moved)
            for change in moved:
                same(found, change)


SHAPES: tuple[Any, ...] = (rectangle(200, 110), rectangle(260, 84, 33), rectangle(150, 140, 61), rectangle(320, 60, 12))
NOTCHED: Any = SHAPES[0] - shapely.Point(840_090, 6_520_050).buffer(30)


@cache
def profiles() -> list[bytes]:
    """Measured when they are asked for, not by every process that only reads this file."""
    return [measure(one).to_bytes() for one in (*SHAPES, NOTCHED)]


@settings(deadline=None, max_examples=tried(60))
@given(
    st.integers(60, 280),
    st.integers(40, 160),
    st.sampled_from([0, 5, 10, {"road": 10, "neighbour": 5}]),
    st.floats(0.999, 1.002),
)
def test_room_is_what_the_building_gives_up(length: int, width: int, setback: Any, scale: float) -> None:
    need = read_need({"buildings": [{"length_m": length, "width_m": width}], "setback_m": setback})
    land = [replace(parcel(n), profile=one, scale=scale) for n, one in enumerate([*profiles(), None], 1)]
    land.append(replace(land[0], id=9, stale=True))
    ask = Asking(need, land_of(land), ByCandidate(need, land, readiness))
    found = list(room(ask, ask.land.rows))
    for place, one in enumerate(land):
        told, changes = sizes(found, place), {change.path: change for change in building_changes(need, one)}
        for change in changes.values():
            same(told, change, 0.1 + 1e-6)
        # what the rule rounds away: a tenth of a metre, or half of a side
        assert all(size < 0.2 or path == "/buildings/0" for path, size in told.items() if path not in changes)
