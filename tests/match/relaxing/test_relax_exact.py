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
from geo.match.relaxing.relax import Relaxation
from geo.match.relaxing.trial import ReadinessFor
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle
from tests.match.relaxing.test_loosening import AROUND, STEPS, ground
from tests.match.relaxing.test_loosening import document as required
from tests.match.test_metamorphic import LAND, NEEDS, STARTS

PAGES = st.sampled_from([100, 3, 1])


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
    """Make every change and ask again: the counts and the first parcel are those told. How many changes."""
    dates_for = readinesses(starts)
    again: ReadinessFor | None = (lambda changed, _: dates_for(changed)) if asks_again else None

    def ask(asked: Need) -> Answer:
        return answer(
            asked, land, dates_for(asked), as_of=AS_OF, versions=VERSIONS, decide_fit=decide, readiness_for=again
        )

    asked = read_need({"limit": 100, **document})
    before = ask(asked)
    for relaxation in before.relaxations:
        after = ask(relaxation.change.apply(asked))
        check_counts(relaxation, before, after)
        assert relaxation.first == first_new(before, after), relaxation
        assert ids(before, "matches") <= shown(after) or len(shown(after)) >= asked.limit
    for near in before.near_misses if asked.limit == 100 else ():
        for change, standing in near.changes:
            after = ask(change.apply(asked))
            found = {"proved": ids(after, "matches"), "to_check": ids(after, "to_check")}.get(standing.value)
            assert near.one.candidate.id in found if found is not None else near.one.candidate.stale
    return len(before.relaxations)


def check_counts(relaxation: Relaxation, before: Answer, after: Answer) -> None:
    """The counts of the answer to the changed need differ by what was told, or are no worse than it."""
    more = {name: getattr(after.counts, name) - getattr(before.counts, name) for name in ("proved", "open", "to_check")}
    if relaxation.is_exact:
        told = {"proved": relaxation.opens, "open": relaxation.open, "to_check": relaxation.to_check}
        assert more == told, relaxation
    else:
        assert more["proved"] >= relaxation.opens, relaxation
        assert more["open"] <= relaxation.open, relaxation
        assert more["to_check"] >= relaxation.to_check, relaxation
    assert max(more.values()) > 0


def first_new(before: Answer, after: Answer) -> int | None:
    """The first parcel shown that is new: proved, else to check."""
    proved = (row.candidate.id for row in after.matches if row.candidate.id not in ids(before, "matches"))
    to_check = (row.candidate.id for row in after.to_check if row.candidate.id not in shown(before))
    return next(proved, next(to_check, None))


def shown(found: Answer) -> set[int]:
    return ids(found, "matches") | ids(found, "to_check")


def ids(found: Answer, part: str) -> set[int]:
    return {row.candidate.id for row in getattr(found, part) if row.together is None}


@pytest.mark.parametrize("asks_again", [True, False])
@settings(deadline=None, max_examples=tried(150))
@given(document=NEEDS, land=LAND, starts=STARTS, page=PAGES)
def test_the_change_applied_lets_in_exactly_what_is_told(
    *, asks_again: bool, document: dict[str, Any], land: list[Candidate], starts: list[int | None], page: int
) -> None:
    """With buildings, land being recomputed, dates that depend on the need, and pages too short for all of it."""
    check(document | {"limit": page}, land, starts, surface_only, asks_again=asks_again)


def by_turns(asked: Need, candidate: Candidate) -> FitOutcome:
    """A fit that is too near to tell, or open, on every other parcel that surfaces do not refuse."""
    told = surface_only(asked, candidate)
    if told.verdict is not FitVerdict.FITS or candidate.id % 2:
        return told
    return FitOutcome(FitVerdict.OPEN if candidate.id % 4 else FitVerdict.BORDERLINE, "fit.by_turns")


@settings(deadline=None, max_examples=tried(300))
@given(
    facts=st.lists(st.tuples(st.sampled_from([12.0, None]), st.integers(20, 34)), min_size=6, max_size=12),
    page=st.integers(1, 3),
)
def test_so_do_changes_where_fits_are_known_and_not_proved(facts: list[tuple[float | None, int]], page: int) -> None:
    """They are told among those that ask something, as they are met."""
    land = [parcel(n, power_mw=power, price_eur_m2=float(price)) for n, (power, price) in enumerate(facts)]
    hall = {"length_m": 100, "width_m": 50}
    check({"buildings": [hall], "price_max_eur_m2": 30, "power_mw": 5, "limit": page}, land, [30], by_turns)


SCALES = {name: steps for name, steps in STEPS.items() if name.strip() not in ("tenure", "include")}


@settings(deadline=None, max_examples=tried(300))
@given(data=st.data(), page=PAGES)
def test_so_do_changes_of_needs_of_every_kind(data: st.DataObject, page: int) -> None:
    """On land whose facts lie at the values asked, below and above."""
    names = data.draw(st.lists(st.sampled_from(sorted(SCALES)), min_size=1, max_size=4, unique_by=str.strip), "asked")
    document = required({name: data.draw(st.sampled_from(SCALES[name]), name) for name in names})
    drawn = data.draw(st.lists(ground(), min_size=2, max_size=8), "land")
    land = [replace(one, id=number, around=AROUND) for number, one in enumerate(drawn)]
    starts = data.draw(st.lists(st.sampled_from([None, 31, 243, 792]), min_size=8, max_size=8), "starts")
    check(document | {"limit": page}, land, starts, decide_fit)


def test_what_is_not_decided_is_told_as_a_bound() -> None:
    """Two buildings take long to place: fewer are decided for a change than for the answer to it."""
    land = [parcel(n, rectangle(90 + 5 * n, 60 + n), price_eur_m2=30.0 + n % 3) for n in range(1, 31)]
    hall = {"length_m": 70, "width_m": 40, "count": 2}
    document = {"buildings": [hall], "price_max_eur_m2": 20, "limit": 8}
    asked = read_need(document)
    found = answer(asked, land, readinesses([30])(asked), as_of=AS_OF, versions=VERSIONS, decide_fit=surface_only)
    assert not all(one.is_exact for one in found.relaxations)
    assert check(document, land, [30], surface_only) == len(found.relaxations) > 1


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
    page=PAGES,
)
def test_so_do_changes_of_the_building_read_from_profiles(
    length: int, width: int, setback: Any, price: int | None, page: int
) -> None:
    """Narrower, shorter, of another shape, nearer the boundary: decided with the exact fit."""
    document = {"buildings": [{"length_m": length, "width_m": width}], "setback_m": setback, "limit": page}
    check(document | ({} if price is None else {"price_max_eur_m2": price}), KNOWN, [30], decide_fit)
