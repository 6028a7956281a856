"""A relaxation tells exactly what the answer to the changed need finds: the change is made and the need asked again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.fit.profile_build import measure
from geo.match.answer import Answer, answer
from geo.match.fit.fit import FitOutcome, FitVerdict, cannot_hold, decide_fit
from geo.match.fit.outcome import DecideFit
from geo.match.judged import Readiness
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.trial import ReadinessFor
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle
from tests.match.test_metamorphic import LAND, NEEDS, STARTS


def surface_only(asked: Need, candidate: Candidate) -> FitOutcome:
    """A fit refused by surfaces alone."""
    if candidate.stale:
        return FitOutcome(FitVerdict.OPEN, "fit.stale")
    return FitOutcome(FitVerdict.NO if cannot_hold(asked, candidate) else FitVerdict.FITS, "fit.surface")


def readinesses(starts: list[int | None]) -> Callable[[Need], Readiness]:
    """Dates that the power and the land asked move: a day for each MW, ten for each hectare."""

    def dates_for(asked: Need) -> Readiness:
        later = int(asked.power_mw.at_opening) * 20 if asked.power_mw else 0
        later += int((asked.land_m2.min or 0) / 500) if asked.land_m2 else 0

        def readiness(candidate: Candidate) -> Dates | None:
            days = starts[candidate.id % len(starts)]
            if days is None:
                return None
            start = AS_OF + timedelta(days=days + later)
            return Dates(start, None, start + timedelta(days=400), spread_days=90, doubt_days=days % 300)

        return readiness

    return dates_for


def check(
    document: dict[str, Any],
    land: Sequence[Candidate],
    starts: list[int | None],
    decide: DecideFit,
    *,
    asks_again: bool = True,
) -> int:
    """Make every change and ask again: the parcels it lets in are those told, part by part. How many changes."""
    dates_for = readinesses(starts)
    again: ReadinessFor | None = (lambda changed, _: dates_for(changed)) if asks_again else None

    def ask(asked: Need) -> Answer:
        return answer(
            asked, land, dates_for(asked), as_of=AS_OF, versions=VERSIONS, decide_fit=decide, readiness_for=again
        )

    before = ask(read_need({**document, "limit": 100}))
    already = ids(before, "matches") | ids(before, "to_check")
    for relaxation in before.relaxations:
        after = ask(relaxation.change.apply(read_need({**document, "limit": 100})))
        proved, to_check = ids(after, "matches") - already, ids(after, "to_check") - already
        assert (len(proved), len(to_check)) == (relaxation.opens, relaxation.to_check), relaxation
        assert after.counts.open - before.counts.open == relaxation.open, relaxation
        assert relaxation.first in (proved or to_check) or relaxation.open
    for near in before.near_misses:
        for change, standing in near.changes:
            after = ask(change.apply(read_need({**document, "limit": 100})))
            found = {"proved": ids(after, "matches"), "to_check": ids(after, "to_check")}.get(standing.value)
            assert near.one.candidate.id in found if found is not None else near.one.candidate.stale
    return len(before.relaxations)


def ids(found: Answer, part: str) -> set[int]:
    return {row.candidate.id for row in getattr(found, part)}


@pytest.mark.parametrize("asks_again", [True, False])
@settings(deadline=None, max_examples=tried(150))
@given(document=NEEDS, land=LAND, starts=STARTS)
def test_the_change_applied_lets_in_exactly_what_is_told(
    *, asks_again: bool, document: dict[str, Any], land: list[Candidate], starts: list[int | None]
) -> None:
    """With buildings, land being recomputed, and dates that depend on the need."""
    check(document, land, starts, surface_only, asks_again=asks_again)


def profiled(id_: int, shape: Any, **facts: Any) -> Candidate:
    return replace(parcel(id_, shape, **facts), profile=measure(shape).to_bytes())


NOTCHED = rectangle(200, 120, 20) - shapely.Point(840_090, 6_520_050).buffer(30)
SHAPES = (
    *(rectangle(200, 110), rectangle(260, 84, 33), rectangle(150, 140, 61), rectangle(320, 60, 12)),
    *(NOTCHED, shapely.MultiPolygon([rectangle(180, 90), rectangle(140, 100, 0, (840_400.0, 6_520_000.0))])),
)
KNOWN = tuple(profiled(i, shape, price_eur_m2=20.0 + 10 * i) for i, shape in enumerate(SHAPES, 1))


@settings(deadline=None, max_examples=tried(40))
@given(
    length=st.integers(80, 260),
    width=st.integers(40, 130),
    setback=st.sampled_from([0, 5, 10, {"road": 10, "neighbour": 5}]),
    price=st.none() | st.integers(20, 90),
)
def test_so_do_changes_of_the_building_read_from_profiles(
    length: int, width: int, setback: Any, price: int | None
) -> None:
    """Narrower, shorter, of another shape, nearer the boundary: decided with the exact fit."""
    document = {"buildings": [{"length_m": length, "width_m": width}], "setback_m": setback, "limit": 100}
    check(document | ({} if price is None else {"price_max_eur_m2": price}), KNOWN, [30], decide_fit)
