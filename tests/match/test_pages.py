"""Pages of an answer are parts of one whole: nothing is told twice, nothing is lost, and the counts of each add up."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.match import bounds
from geo.match.answer import Answer, answer
from geo.match.document import to_document
from geo.match.fit.fit import FitOutcome, FitVerdict
from geo.match.need.need import Need
from geo.match.paging import page
from geo.match.parcel.candidate import Candidate
from geo.match.screen import screening
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, need, parcel, ready, to_lonlat

BUILDING = {"length_m": 100, "width_m": 50}
PARTS = ("matches", "to_check")
VERDICTS = st.sampled_from([FitVerdict.FITS, FitVerdict.FITS, FitVerdict.BORDERLINE, FitVerdict.OPEN, FitVerdict.NO])
BESIDE = parcel(1_000)
"""Large enough for a second phase; it turns out only when the parcel it is beside is read."""
ROWS = st.lists(
    st.fixed_dictionaries(
        {"fit": VERDICTS, "power": st.sampled_from([12.0, None]), "price": st.integers(20, 29), "beside": st.booleans()}
    ),
    min_size=5,
    max_size=14,
)


def land_of(rows: Sequence[dict[str, Any]]) -> list[Candidate]:
    return [
        parcel(n, power_mw=row["power"], price_eur_m2=float(row["price"]), beside=(BESIDE,) if row["beside"] else ())
        for n, row in enumerate(rows, 1)
    ]


def ask(asked: Need, rows: Sequence[dict[str, Any]], limit: int) -> Answer:
    def decide(asked: Need, candidate: Candidate) -> FitOutcome:
        verdict = rows[candidate.id - 1]["fit"]
        return FitOutcome(verdict, f"fit.{verdict.value}")

    whole = asked.model_copy(update={"limit": limit})
    return answer(whole, land_of(rows), ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)


def adds_up(found: Answer) -> bool:
    counts = found.counts
    return counts.considered == counts.proved + counts.open + counts.to_check + sum(counts.rejected.values())


def ids(document: dict[str, Any], part: str) -> list[int]:
    return [row["parcel_ids"][0] for row in document[part]]


def paged(asked: Need, rows: Sequence[dict[str, Any]], limit: int) -> dict[str, list[int]]:
    """The rows of all pages, one after another."""
    told: dict[str, list[int]] = {part: [] for part in PARTS}
    offset: int | None = 0
    while offset is not None:
        found = ask(asked, rows, offset + limit)
        assert adds_up(found)
        shown: dict[str, Any] = page(to_document(found, to_lonlat), found.places, offset, limit)
        for part in PARTS:
            assert len(shown[part]) <= limit
            told[part] += ids(shown, part)
        offset = shown["next_offset"]
    return told


@pytest.mark.parametrize("most", [500, 3])
@pytest.mark.parametrize("slow", [40, 2])
@settings(deadline=None, max_examples=tried(400))
@given(rows=ROWS, limit=st.integers(1, 3), count=st.sampled_from([1, 2, 0]), extends=st.booleans())
def test_pages_are_parts_of_one_whole(
    *, most: int, slow: int, rows: list[dict[str, Any]], limit: int, count: int, extends: bool
) -> None:
    """Without buildings, with one, with some that take long; and parcels that turn out otherwise when they are read."""
    asks: dict[str, Any] = {"price_max_eur_m2": 30, "power_mw": 5}
    if extends:
        asks["extension"] = {"land_m2": 95_000}
    asked = need(**asks, buildings=[{**BUILDING, "count": count}]) if count else need(**asks)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bounds, "MOST_QUICK", most)
        patched.setattr(bounds, "MOST_SLOW", slow)
        patched.setattr(screening, "MOST_SETTLED", 1)
        found = ask(asked, rows, 1_000)
        whole: dict[str, Any] = page(to_document(found, to_lonlat), found.places, 0, 1_000)
        told = paged(asked, rows, limit)
    assert adds_up(found)
    assert told == {part: ids(whole, part) for part in PARTS}
    every = told["matches"] + told["to_check"]
    assert len(set(every)) == len(every)


def test_what_turns_out_on_the_next_page_does_not_push_back_what_was_told() -> None:
    """The third parcel is met when the second page is decided; it is to check, and better than the fourth."""
    rows: list[dict[str, Any]] = [
        {"fit": FitVerdict.FITS, "power": 12.0, "price": 20, "beside": False},
        {"fit": FitVerdict.FITS, "power": 12.0, "price": 21, "beside": False},
        {"fit": FitVerdict.BORDERLINE, "power": 12.0, "price": 22, "beside": False},
        {"fit": FitVerdict.FITS, "power": None, "price": 23, "beside": False},
        {"fit": FitVerdict.FITS, "power": None, "price": 24, "beside": False},
    ]
    asked = need(price_max_eur_m2=30, power_mw=5, buildings=[BUILDING], wishes={"price_max_eur_m2": {}})
    assert paged(asked, rows, 1) == {"matches": [1, 2], "to_check": [4, 5, 3]}


def test_a_row_that_no_longer_asks_and_may_not_fit_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "MOST_SETTLED", 1)
    rows = [{"fit": FitVerdict.BORDERLINE, "power": 12.0, "price": 20, "beside": True} for _ in range(12)]
    asked = need(extension={"land_m2": 95_000}, buildings=[BUILDING])
    found = ask(asked, rows, 20)
    assert adds_up(found)
    assert (found.counts.to_check, len(found.to_check)) == (12, 12)


def test_a_row_that_no_longer_asks_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of both kinds some turn out proved and some refused by their fit, as no column says."""
    monkeypatch.setattr(screening, "MOST_SETTLED", 1)
    rows = [
        {"fit": FitVerdict.NO if n % 2 else FitVerdict.FITS, "power": 12.0, "price": 20, "beside": n % 3 == 0}
        for n in range(12)
    ]
    found = ask(need(extension={"land_m2": 95_000}, buildings=[BUILDING]), rows, 20)
    assert adds_up(found)
    assert found.counts.rejected == {"fit": 6}
    assert sorted(row.candidate.id for row in found.matches) == [1, 7]
    assert sorted(row.candidate.id for row in found.to_check) == [3, 5, 9, 11]


def test_land_read_to_check_is_bounded() -> None:
    """Eight hundred parcels of which power is unknown, and the building fits on none of them."""
    looked_at: list[int] = []

    def refuse(asked: Need, candidate: Candidate) -> FitOutcome:
        looked_at.append(candidate.id)
        return FitOutcome(FitVerdict.NO, "fit.no")

    land = [parcel(n, power_mw=None) for n in range(800)]
    for building, most in ((BUILDING, bounds.MOST_QUICK), ({**BUILDING, "count": 2}, bounds.MOST_SLOW)):
        looked_at.clear()
        asked = need(power_mw=5, buildings=[building])
        found = answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=refuse)
        assert len(set(looked_at)) == most
        assert (found.counts.rejected, found.counts.open) == ({"fit": most}, 800 - most)


def test_land_that_turns_out_proved_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parcel seems to ask about its second phase and has room next door: none of them fills the page."""
    monkeypatch.setattr(screening, "MOST_SETTLED", 1)
    monkeypatch.setattr(bounds, "MOST_QUICK", 30)
    rows = [{"fit": FitVerdict.FITS, "power": 12.0, "price": 20, "beside": True} for _ in range(120)]
    found = ask(need(extension={"land_m2": 95_000}), rows, 20)
    assert adds_up(found)
    assert (len(found.matches), found.counts.proved, found.counts.to_check) == (20, 31, 89)


@pytest.mark.parametrize("limit", [1, 20, 300])
@pytest.mark.parametrize("power", [12.0, None])
def test_slow_fits_are_as_many_whatever_the_limit(limit: int, power: float | None) -> None:
    looked_at: set[int] = set()

    def decide(asked: Need, candidate: Candidate) -> FitOutcome:
        looked_at.add(candidate.id)
        return FitOutcome(FitVerdict.NO, "fit.no")

    land = [parcel(n, power_mw=power) for n in range(120)]
    asked = need(power_mw=5, buildings=[{**BUILDING, "count": 2}], limit=limit)
    answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)
    assert len(looked_at) == bounds.MOST_SLOW


@pytest.mark.parametrize("power", [12.0, None])
def test_fits_that_take_much_work_are_fewer(power: float | None) -> None:
    """What is left is open: by what was looked at, so that the same need is answered alike on any machine."""
    spent: list[int] = []

    def decide(asked: Need, candidate: Candidate) -> FitOutcome:
        spent.append(candidate.id)
        return FitOutcome(FitVerdict.BORDERLINE, "fit.borderline", work=bounds.MOST_WORK / 3)

    land = [parcel(n, power_mw=power) for n in range(20)]
    asked = need(power_mw=5, buildings=[{**BUILDING, "count": 2}])
    found = answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)
    assert len(set(spent)) == 3
    assert (found.counts.to_check, found.counts.open) == (3, 17)
