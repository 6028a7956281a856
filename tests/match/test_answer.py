from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from geo.land.vocabulary import Effect, Industry, Market
from geo.match.answer import MOST_SLOW, Answer, answer
from geo.match.fit.fit import FitOutcome, FitVerdict, decide_fit
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView, Touched
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready, rectangle


def run(asked: Need, candidates: Sequence[Candidate], readiness: Any = ready) -> Answer:
    return answer(asked, candidates, readiness, as_of=AS_OF, versions=VERSIONS)


def ids(rows: Sequence[Any]) -> list[int]:
    return [row.candidate.id for row in rows]


PLANT = need(
    land_m2={"min": "8 ha"},
    buildings=[{"length_m": 220, "width_m": 120}],
    setback_m=10,
    use="industrie",
    icpe={"regime": "E"},
    power_mw=10,
    start_by="2028-06-30",
)


def six_parcels() -> list[Candidate]:
    """Ready 9 ha; a strip; land to open by a plan change; power unknown; optioned; under a PPRT's red zone."""
    nine = rectangle(360, 250)
    red = rectangle(330, 250)
    left = nine.difference(red)
    return [
        parcel(1, nine),
        parcel(2, rectangle(818, 110)),
        parcel(3, nine, industry=Industry.AFTER_PLAN_CHANGE),
        parcel(4, nine, power_mw=None),
        parcel(5, nine, market=Market.OPTIONED),
        parcel(
            6, nine, constraints=(Touched(60, "PPRT", Effect.FORBIDS, red),), buildable=left, buildable_m2=left.area
        ),
    ]


def six_dates(candidate: Candidate) -> ReadinessView:
    return Dates(date(2030, 1, 1)) if candidate.id == 3 else Dates(date(2027, 9, 1))


def test_six_parcels() -> None:
    found = run(PLANT, six_parcels(), six_dates)
    assert ids(found.matches) == [1, 5]
    assert ids(found.to_check) == [4]
    assert found.counts.rejected == {"fit": 2, "start_by": 1}
    assert (found.counts.considered, found.counts.proved, found.counts.open, found.counts.to_check) == (6, 2, 0, 1)


def test_six_parcels_say_why() -> None:
    found = run(PLANT, six_parcels(), six_dates)
    optioned, to_check = found.matches[1], found.to_check[0]
    assert {c.name: c.code for c in optioned.criteria}["market"] == "market.optioned"
    unknown = [c for c in to_check.criteria if c.asks]
    assert [(c.name, c.code, c.detail["who"]) for c in unknown] == [("power_mw", "power.unknown", "grid_operator")]
    assert [c.name for c in optioned.criteria][-1] == "fit"
    assert to_check.fit is not None
    assert to_check.fit.verdict is FitVerdict.FITS
    assert to_check.readiness is not None


def test_six_parcels_say_what_would_have_to_change() -> None:
    (relaxation,) = run(PLANT, six_parcels(), six_dates).relaxations
    assert (relaxation.change.path, relaxation.change.to) == ("/start_by", "2030-01-01")
    assert (relaxation.opens, relaxation.first) == (1, 3)


def test_available_land_comes_before_optioned_then_unknown_then_prospects() -> None:
    markets = [Market.PROSPECT, Market.OPTIONED, Market.FOR_SALE, Market.FOR_LEASE]
    land = [parcel(i, market=market, price_eur_m2=float(i)) for i, market in enumerate(markets)]
    found = run(need(include=["prospect"]), [*land, parcel(9, market=None)])
    assert ids(found.matches) == [2, 3, 1, 0]
    assert ids(found.to_check) == [9]


def test_conditional_land_is_a_match_after_allowed_land() -> None:
    land = [parcel(1, industry=Industry.CONDITIONAL), parcel(2, industry=Industry.ALLOWED)]
    assert ids(run(need(use="industrie"), land).matches) == [2, 1]


def test_fits_are_decided_in_order_until_enough_are_proved() -> None:
    """Of 2 asked: the second is too narrow and is replaced; the last two are never looked at."""
    asked = need(buildings=[{"length_m": 100, "width_m": 50}], limit=2, wishes={"price_max_eur_m2": {}})
    narrow = rectangle(500, 40)
    land = [parcel(i, narrow if i == 2 else None, price_eur_m2=20.0 + i) for i in (5, 4, 3, 2, 1)]
    looked_at: list[int] = []

    def watch(asked: Need, candidate: Candidate) -> FitOutcome:
        looked_at.append(candidate.id)
        return decide_fit(asked, candidate)

    found = answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=watch)
    assert looked_at == [1, 2, 3]
    assert ids(found.matches) == [1, 3]
    assert (found.counts.proved, found.counts.open, found.counts.rejected) == (2, 2, {"fit": 1})


SHORT: dict[str, Any] = {"buildings": [{"length_m": 100, "width_m": 50}], "power_mw": 5, "limit": 1}


def test_a_borderline_fit_is_to_check() -> None:
    """Before those with an unknown fact, and its place among the proved is taken by the next."""
    asked = need(**SHORT)

    def decide(asked: Need, candidate: Candidate) -> FitOutcome:
        borderline = FitOutcome(FitVerdict.BORDERLINE, "fit.borderline")
        return borderline if candidate.id == 2 else decide_fit(asked, candidate)

    land = [parcel(1, power_mw=None), parcel(2), parcel(3), parcel(4)]
    found = answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)
    assert (ids(found.matches), ids(found.to_check)) == ([3], [2])
    assert (found.counts.proved, found.counts.open, found.counts.to_check) == (1, 2, 1)
    longer = answer(need(**{**SHORT, "limit": 9}), land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)
    assert (ids(longer.matches), ids(longer.to_check)) == ([3, 4], [2, 1])
    assert longer.to_check[0].criteria[-1].code == "fit.borderline"


@pytest.mark.parametrize("facts", [{"stale": True}, {"buildable": None}])
def test_a_parcel_being_recomputed_is_open(facts: dict[str, Any]) -> None:
    asked = need(buildings=[{"length_m": 100, "width_m": 50}])
    found = run(asked, [parcel(1, **facts), parcel(2)])
    assert (ids(found.matches), ids(found.to_check), found.counts.open) == ([2], [], 1)


def test_stale_land_is_open_without_a_building_too() -> None:
    assert run(need(), [parcel(1, stale=True)]).counts.open == 1


def test_a_parcel_without_geometry_is_to_check() -> None:
    asked = need(buildings=[{"length_m": 100, "width_m": 50}])
    found = run(asked, [parcel(1, geometry=None, buildable=None)])
    assert [c.code for c in found.to_check[0].criteria if c.asks] == ["fit.no_geometry"]


def test_buildings_that_take_longer_are_decided_in_order_until_enough_are_proved() -> None:
    asked = need(buildings=[{"length_m": 300, "width_m": 50, "count": 2}], limit=1)
    land = [parcel(1, rectangle(200, 200)), parcel(2), parcel(3), parcel(4, stale=True)]
    found = run(asked, land)
    counts = found.counts
    assert (ids(found.matches), ids(found.to_check)) == ([2], [])
    assert (counts.proved, counts.open, counts.to_check, counts.rejected) == (1, 2, 0, {"fit": 1})


def test_only_so_many_slow_fits_are_decided() -> None:
    """An open fit is to check; those that are not looked at are open."""
    asked = need(buildings=[{"length_m": 99, "width_m": 40}, {"length_m": 80, "width_m": 64}], limit=1)
    found = run(asked, [parcel(k, rectangle(100, 100)) for k in range(1, MOST_SLOW + 4)])
    assert (found.counts.to_check, found.counts.open) == (MOST_SLOW, 3)


def test_to_check_rows_are_decided_and_refilled() -> None:
    """A row whose fit is impossible leaves `to_check`, and the next one takes its place."""
    asked = need(buildings=[{"length_m": 100, "width_m": 50}], fibre=True, limit=1)
    found = run(asked, [parcel(1, rectangle(500, 40)), parcel(2), parcel(3)])
    counts = found.counts
    assert (ids(found.to_check), counts.to_check, counts.open, counts.rejected) == ([2], 1, 1, {"fit": 1})
    assert found.to_check[0].fit is not None


def test_rows_to_check_are_those_whose_fit_was_looked_at() -> None:
    """The undecided ones are open, whatever the limit; without a building nothing is left to decide."""
    land = [parcel(i, rectangle(500, 40) if i % 2 else None) for i in range(8)]
    told = []
    for limit in (1, 2, 8):
        counts = run(need(buildings=[{"length_m": 100, "width_m": 50}], fibre=True, limit=limit), land).counts
        told.append((counts.to_check, counts.open, counts.rejected.get("fit", 0)))
    assert told == [(1, 3, 4), (2, 2, 4), (4, 0, 4)]
    assert run(need(fibre=True, limit=1), land).counts.to_check == 8


def test_land_alone_is_proved_without_a_fit() -> None:
    found = run(need(limit=2), [parcel(i) for i in range(4)])
    assert (ids(found.matches), found.counts.proved, found.matches[0].fit) == ([0, 1], 4, None)


def test_the_first_failing_must_is_the_reason() -> None:
    gone = parcel(1, market=Market.SOLD, surface_m2=10.0)
    small = parcel(2, surface_m2=10.0, price_eur_m2=900.0)
    found = run(need(price_max_eur_m2=50), [gone, small, parcel(3, price_eur_m2=None, surface_m2=10.0)])
    assert found.counts.rejected == {"market": 1, "land_m2": 2}


def test_a_wish_missed_rejects_nothing() -> None:
    found = run(need(price_max_eur_m2=10, wishes={"price_max_eur_m2": {}}), [parcel(1), parcel(2, price_eur_m2=12.0)])
    assert ids(found.matches) == [2, 1]
    (price,) = [c for c in found.matches[1].criteria if c.name == "price_max_eur_m2"]
    assert (price.verdict.value, price.role.value) == ("fail", "wish")


def test_no_candidates() -> None:
    found = run(PLANT, [])
    assert (found.counts.considered, found.matches, found.relaxations) == (0, (), ())


def test_the_order_of_the_candidates_changes_nothing() -> None:
    land = six_parcels()
    one, other = run(PLANT, land, six_dates), run(PLANT, land[::-1], six_dates)
    assert ids(one.matches) == ids(other.matches)
    assert one.counts == other.counts


def test_each_readiness_is_asked_once() -> None:
    asked_of: list[int] = []

    def readiness(candidate: Candidate) -> ReadinessView | None:
        asked_of.append(candidate.id)
        return None

    run(PLANT, [replace(parcel(), id=i) for i in range(3)], readiness)
    assert asked_of == [0, 1, 2]


def test_an_answer_may_be_in_the_order_of_a_date() -> None:
    days = {1: date(2027, 9, 1), 2: date(2027, 3, 1), 3: date.max, 4: None, 5: date(2027, 3, 1)}
    land = [parcel(1, power_mw=30.0), parcel(2), parcel(3), parcel(4), parcel(5, market=Market.OPTIONED)]
    asked = need(wishes={"power_mw": {"weight": 1}}, power_mw=20)

    def found(sort: str) -> list[int]:
        dates = {one: Dates(day, power=day) for one, day in days.items()}
        made = answer(asked, land, lambda one: dates[one.id], as_of=AS_OF, versions=VERSIONS, sort=sort)
        assert made.sorted_by == sort
        return ids(made.matches)

    assert found("score")[0] == 1, "it has the power that is wished for"
    assert found("start") == [2, 5, 1, 3, 4], "equal days as by score; never after every day, not known last"
    assert found("power") == found("start")
    with pytest.raises(ValueError, match="no such order"):
        found("soon")
