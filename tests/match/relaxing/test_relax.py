from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from geo.land.vocabulary import Industry, Market
from geo.match.answer import Answer, answer
from geo.match.fit.outcome import FitOutcome, FitVerdict
from geo.match.judged import Readiness
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.relax import Relaxation
from geo.match.relaxing.trial import MOST_WORK
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready, rectangle


def relaxations(asked: Need, *land: Candidate, readiness: Any = ready) -> tuple[Relaxation, ...]:
    found: Answer = answer(asked, land, readiness, as_of=AS_OF, versions=VERSIONS)
    return found.relaxations


@pytest.mark.parametrize(
    ("members", "facts", "path", "to"),
    [
        ({"land_m2": {"min": 20_000}}, {"surface_m2": 15_000.7}, "/land_m2/min", 15_000),
        ({"land_m2": {"max": 20_000}}, {"surface_m2": 25_000.2}, "/land_m2/max", 25_001),
        ({"price_max_eur_m2": 30}, {"price_eur_m2": 41.237}, "/price_max_eur_m2", 41.24),
        ({"power_mw": 20}, {"power_mw": 12.34567}, "/power_mw/at_opening", 12.345),
        ({"max_km": {"substation": 2}}, {"substation_km": 3.14}, "/max_km/substation", 3.2),
        ({"tenure": "lease"}, {}, "/tenure", "any"),
        ({"brownfield": "only"}, {}, "/brownfield", "any"),
        ({}, {"market": Market.PROSPECT}, "/include", ["prospect"]),
        ({"place": {"near": {"lon": 4.83, "lat": 45.70, "km": 3}}}, {}, "/place/near/km", 6.7),
        ({"place": {"communes": ["38185"]}}, {}, "/place", None),
        ({"place": {"departments": ["69"], "exclude": {"communes": ["69123"]}}}, {}, "/place/exclude", None),
    ],
)
def test_proposes_the_change_that_lets_the_parcel_in(
    members: dict[str, Any], facts: dict[str, Any], path: str, to: object
) -> None:
    (found,) = relaxations(need(**members), parcel(7, **facts))
    assert (found.change.path, found.change.to, found.opens, found.first) == (path, to, 1, 7)


def test_a_date_is_moved_to_the_day_the_land_is_ready() -> None:
    asked = need(start_by="2026-12-01")
    (found,) = relaxations(asked, parcel())
    assert (found.change.before, found.change.to, found.change.size) == ("2026-12-01", "2027-01-01", 31)


@pytest.mark.parametrize(
    ("members", "facts"),
    [
        ({"use": "industrie"}, {"industry": Industry.FORBIDDEN}),
        ({}, {"market": Market.SOLD}),
        ({"price_max_eur_m2": 30, "power_mw": 20}, {}),
        ({"power_mw": 20}, {"power_mw": 0.0}),
        ({"place": {"communes": ["38185"], "near": {"lon": 4.83, "lat": 45.70, "km": 3}}, "price_max_eur_m2": 1}, {}),
    ],
)
def test_proposes_nothing_that_a_change_of_the_need_cannot_open(members: dict[str, Any], facts: dict[str, Any]) -> None:
    assert relaxations(need(**members), parcel(**facts)) == ()


def test_a_date_beyond_what_a_need_may_ask_is_not_proposed() -> None:
    asked = need(start_by="2026-12-01")
    assert relaxations(asked, parcel(), readiness=lambda _: Dates(date(2301, 1, 1))) == ()


def test_steps_open_the_first_half_and_all() -> None:
    land = [parcel(i, price_eur_m2=30.0 + 10 * i) for i in range(1, 6)]
    found = relaxations(need(price_max_eur_m2=30), *land)
    assert [(one.change.to, one.opens, one.first) for one in found] == [(80, 5, 1), (60, 3, 1), (40, 1, 1)]


def test_the_first_is_the_one_that_ranks_first() -> None:
    land = [parcel(1, price_eur_m2=50.0, market=Market.OPTIONED), parcel(2, price_eur_m2=50.0)]
    (found,) = relaxations(need(price_max_eur_m2=30), *land)
    assert (found.opens, found.first) == (2, 2)


def by_path(found: tuple[Relaxation, ...]) -> dict[tuple[str, ...], int]:
    return {one.change.paths: one.opens for one in found}


def test_land_too_small_for_the_building_or_being_recomputed_is_not_promised() -> None:
    """Of four parcels below the surface asked only one may hold 100 x 50 m behind 10 m: 40 x 30 m cannot."""
    asked = need(land_m2={"min": 50_000}, buildings=[{"length_m": 100, "width_m": 50}], setback_m=10)
    sizes = {1: (150, 100), 2: (40, 30), 3: (110, 60)}
    land = [parcel(i, rectangle(*size)) for i, size in sizes.items()]
    less, least = relaxations(asked, *land, parcel(4, rectangle(150, 90), stale=True))
    assert (less.change.to, less.opens, less.open, less.first) == (13_500, 1, 1, 1)
    assert (least.change.to, least.opens, least.open, least.first) == (15_000, 1, 0, 1)


@pytest.mark.parametrize(
    "members",
    [
        {"fibre": True},
        {"icpe": {"regime": "A"}},
        {"use": "bureau"},
        {"max_km": {"port": 20}},
        {"place": {"minutes_from": {"lon": 4.8, "lat": 45.7, "minutes": 30}}},
    ],
    ids=str,
)
def test_a_must_that_no_fact_can_answer_hides_no_relaxation(members: dict[str, Any]) -> None:
    (found,) = relaxations(need(price_max_eur_m2=30, **members), parcel(7))
    assert (found.change.path, found.opens, found.to_check, found.first) == ("/price_max_eur_m2", 0, 1, 7)


def test_land_of_which_a_fact_is_missing_would_be_to_check() -> None:
    (found,) = relaxations(need(price_max_eur_m2=30, power_mw=2), parcel(power_mw=None))
    assert (found.opens, found.open, found.to_check) == (0, 0, 1)
    (found,) = relaxations(need(power_mw={"at_opening": 20, "ramp": [{"on": "2030-01-01", "mw": 40}]}), parcel())
    assert (found.change.to, found.opens, found.open, found.to_check) == (12, 0, 0, 1)


def test_two_late_dates_are_moved_together() -> None:
    asked = need(start_by="2026-12-01", production_by="2027-12-01", footprint_m2=500)
    (found,) = relaxations(asked, parcel(7))
    change = found.change
    assert (change.path, change.to) == ("/start_by", "2027-01-01")
    assert [(other.path, other.to) for other in change.also] == [("/production_by", "2028-01-01")]
    assert (change.size, found.opens, found.first) == (31, 1, 7)


def test_a_date_that_never_comes_is_moved_to_no_day() -> None:
    asked = need(start_by="2026-12-01", production_by="2027-12-01", footprint_m2=500)
    assert relaxations(asked, parcel(), readiness=lambda _: Dates(date(2027, 1, 1), None, date.max)) == ()


DATED: dict[str, Any] = {"power_mw": 20, "start_by": "2027-06-01"}


def test_less_power_is_not_promised_beside_a_date_it_may_move() -> None:
    assert relaxations(need(**DATED), parcel(power_mw=12.0)) == ()
    (found,) = relaxations(need(**DATED, wishes={"start_by": {}}), parcel(power_mw=12.0))
    assert found.change.path == "/power_mw/at_opening"


def test_less_power_is_judged_by_the_dates_of_the_changed_need() -> None:
    """Below 15 MW works start a year earlier: late land comes in by asking less power, and only by that."""

    def dates_for(asked: Need, _: Sequence[Candidate]) -> Readiness:
        high = asked.power_mw is not None and asked.power_mw.at_opening > 15
        return lambda _: Dates(date(2028, 1, 1) if high else date(2027, 1, 1))

    asked = need(**DATED)
    land = [parcel(1, power_mw=12.0), parcel(2, power_mw=18.0), parcel(3, power_mw=30.0), parcel(4, power_mw=12.0)]
    ask = {1: date(2027, 1, 1)}

    def now(candidate: Candidate) -> Dates:
        return Dates(ask.get(candidate.id, date(2028, 1, 1)))

    found = answer(asked, land, now, as_of=AS_OF, versions=VERSIONS, readiness_for=dates_for).relaxations
    assert by_path(found) == {("/power_mw/at_opening",): 4, ("/start_by",): 1}


def test_work_bounds_the_fits_decided_for_changes() -> None:
    """Land a little too dear: each fit takes all the work there is for changes, so one is decided, and that is told."""
    spent: set[int] = set()

    def decide(asked: Need, candidate: Candidate) -> FitOutcome:
        spent.add(candidate.id)
        return FitOutcome(FitVerdict.FITS, "fit.fits", work=MOST_WORK)

    asked = need(price_max_eur_m2=20, buildings=[{"length_m": 100, "width_m": 50, "count": 2}])
    land = [parcel(n, price_eur_m2=30.0) for n in range(1, 9)]
    found = answer(asked, land, ready, as_of=AS_OF, versions=VERSIONS, decide_fit=decide)
    assert len(spent) == 1
    assert [(one.opens, one.open, one.is_exact) for one in found.relaxations] == [(1, 7, False)]
