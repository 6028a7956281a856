"""A better fact never lowers a score nor a place, and an unknown one never beats the same parcel with it known good."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.land.vocabulary import Industry, Market
from geo.match.judged import Judged, judge_all
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.wishes import wishes_of
from tests.breadth import tried
from tests.match.parcels import AS_OF, Dates
from tests.match.test_metamorphic import NEEDS, candidates

BEST: dict[str, Callable[[dict[str, Any]], object]] = {
    "price_eur_m2": lambda need: 0.5,
    "power_mw": lambda need: 1_000.0,
    "industry": lambda need: Industry.ALLOWED,
    "etat_occup": lambda need: "friche",
    "market": lambda need: Market.FOR_LEASE if need.get("tenure") == "lease" else Market.FOR_SALE,
    "substation_km": lambda need: 0.0,
    "commune_insee": lambda need: "69123",
}
"""Facts no need could have better."""
BETTER = {"price_eur_m2": lambda value: value / 2, "power_mw": lambda value: value * 2 + 1}


def with_fact(one: Candidate, name: str, fact: Any) -> Candidate:
    return replace(one, **{name: fact})


@st.composite
def wished(draw: st.DrawFn) -> dict[str, Any]:
    """A need of which some criteria are wishes."""
    need: dict[str, Any] = draw(NEEDS)
    able = [
        name for name in ("price_max_eur_m2", "power_mw", "start_by", "use", "brownfield", "tenure") if name in need
    ]
    named = draw(st.lists(st.sampled_from(able), unique=True, max_size=3)) if able else []
    return {**need, "wishes": {name: {"weight": draw(st.integers(1, 5))} for name in named}}


def judged(document: dict[str, Any], one: Candidate, days: int | None, doubt: int = 0) -> Judged:
    need = read_need(document)
    start = None if days is None else AS_OF + timedelta(days=days)
    dates = None if start is None else Dates(start, None, start + timedelta(days=400), doubt_days=doubt)
    (found,) = judge_all(need, [one], lambda _: dates, wishes_of(need, AS_OF))
    return found


def is_no_worse(better: Judged, worse: Judged) -> bool:
    """Not rejected where the other is not, no more to ask, no lower in score, no later in rank."""
    musts = set(better.blocking) <= set(worse.blocking) and (
        bool(worse.blocking) or len(better.asking) <= len(worse.asking)
    )
    ranks = bool(worse.blocking) or better.rank <= worse.rank  # land that is rejected has no place in the list
    return musts and better.score.total.low >= worse.score.total.low and ranks


@settings(deadline=None, max_examples=tried(100))
@given(need=wished(), one=candidates(), days=st.none() | st.integers(0, 1_500), name=st.sampled_from(sorted(BEST)))
def test_the_best_fact_beats_the_unknown_and_any_other(
    need: dict[str, Any], one: Candidate, days: int | None, name: str
) -> None:
    known = judged(need, with_fact(one, name, BEST[name](need)), days)
    assert is_no_worse(known, judged(need, with_fact(one, name, None), days))
    assert is_no_worse(known, judged(need, one, days))


@settings(deadline=None, max_examples=tried(100))
@given(need=wished(), one=candidates(), days=st.none() | st.integers(0, 1_500), name=st.sampled_from(sorted(BETTER)))
def test_a_better_figure_never_lowers_a_score(
    need: dict[str, Any], one: Candidate, days: int | None, name: str
) -> None:
    figure = getattr(one, name)
    if figure is not None:
        assert is_no_worse(judged(need, with_fact(one, name, BETTER[name](figure)), days), judged(need, one, days))


@settings(deadline=None, max_examples=tried(100))
@given(
    need=wished(), one=candidates(), days=st.integers(0, 1_500), sooner=st.integers(0, 400), doubt=st.integers(0, 300)
)
def test_sooner_is_no_worse_and_so_is_knowing_it(
    need: dict[str, Any], one: Candidate, days: int, sooner: int, doubt: int
) -> None:
    assert is_no_worse(judged(need, one, max(0, days - sooner), doubt), judged(need, one, days, doubt))
    at_once = {name: value for name, value in need.items() if name != "production_by"}
    assert is_no_worse(judged(at_once, one, 0), judged(at_once, one, None))
