import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.land.vocabulary import Industry
from geo.match.judged import Judged, judge_all
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.scoring import UNKNOWN, Band, Interval, Scale, Score, exactly, score
from geo.match.wishes import wishes_of
from tests.match.parcels import AS_OF, Dates, need, parcel


def scored(asked: Need, candidate: Candidate, dates: Dates | None = None) -> Score:
    return score(candidate, dates, wishes_of(asked, AS_OF))


def satisfaction(asked: Need, wish: str, candidate: Candidate, dates: Dates | None = None) -> Interval:
    (part,) = [part for part in scored(asked, candidate, dates).contributions if part.wish == wish]
    return part.satisfaction


def test_a_scale_is_a_straight_line_flat_beyond() -> None:
    falling, rising = Scale(ideal=20, worst=120), Scale(ideal=10, worst=0)
    assert [falling.at(x).low for x in (0, 20, 70, 120, 500)] == [1, 1, 0.5, 0, 0]
    assert [rising.at(x).low for x in (-1, 0, 4, 10, 50)] == [0, 0, 0.4, 1, 1]
    assert [Scale(3, 3).at(x) for x in (3, 4)] == [exactly(1), exactly(0)]


def test_a_band_falls_on_both_sides() -> None:
    band = Band(10, 20, 40, 80)
    assert [band.at(x).low for x in (0, 15, 20, 40, 60, 90)] == [0, 0.5, 1, 1, 0.5, 0]


def test_contributions_add_up_to_the_score() -> None:
    dates = Dates(AS_OF + timedelta(days=548))
    found = scored(need(), parcel(industry=Industry.CONDITIONAL, surface_m2=10_000.0, price_eur_m2=None), dates)
    parts = {part.wish: part for part in found.contributions}
    assert [*parts] == ["land_m2", "price_max_eur_m2", "start_by", "use"]
    assert parts["land_m2"].contribution == Interval(0.25, 0.25)
    assert parts["price_max_eur_m2"].satisfaction == UNKNOWN
    assert parts["start_by"].contribution == Interval(0.1875, 0.1875)
    assert parts["use"].contribution == Interval(0.15, 0.15)
    assert found.total == Interval(0.5875, 0.7125)
    assert found.completeness == 0.875


@pytest.mark.parametrize(
    ("members", "surface", "expected"),
    [
        ({"land_m2": {"min": 10_000}}, 10_000, 1),
        ({"land_m2": {"min": 10_000}}, 20_000, 0.5),
        ({"land_m2": {"min": 10_000}}, 40_000, 0),
        ({"land_m2": {"min": 10_000, "max": 20_000}}, 15_000, 0.5),
        ({"land_m2": {"max": 20_000}}, 15_000, 1),
        ({"land_m2": None, "buildings": [{"length_m": 100, "width_m": 40}]}, 10_000, 1),
        ({"land_m2": None, "buildings": [{"length_m": 100, "width_m": 40}]}, 7_000, 0.5),
        ({"land_m2": None, "buildings": [{"length_m": 100, "width_m": 40}]}, 20_000, 0.5),
    ],
)
def test_as_much_land_as_asked_is_preferred(members: dict[str, Any], surface: float, expected: float) -> None:
    assert satisfaction(need(**members), "land_m2", parcel(surface_m2=surface)) == exactly(expected)


def test_an_early_start_is_preferred_and_the_day_asked_is_the_worst() -> None:
    early, late = Dates(AS_OF - timedelta(days=9)), Dates(AS_OF + timedelta(days=50))
    asked = need(start_by=(AS_OF + timedelta(days=100)).isoformat())
    assert satisfaction(asked, "start_by", parcel(), early) == exactly(1)
    assert satisfaction(asked, "start_by", parcel(), late) == exactly(0.5)
    assert satisfaction(asked, "start_by", parcel(), None) == UNKNOWN
    doubtful = replace(late, doubt_days=25)
    assert satisfaction(asked, "start_by", parcel(), doubtful) == Interval(0.5, 0.75)
    assert satisfaction(asked, "start_by", parcel(), Dates(date.max)) == exactly(0)
    past = need(start_by=(AS_OF - timedelta(days=100)).isoformat())
    assert satisfaction(past, "start_by", parcel(), late) == exactly(0)


def test_a_low_price_is_preferred() -> None:
    prices = [10, 20, 85, 150, 400]
    assert [satisfaction(need(), "price_max_eur_m2", parcel(price_eur_m2=p)).low for p in prices] == [1, 1, 0.5, 0, 0]
    asked = need(price_max_eur_m2=60)
    prices = [20, 30, 45, 60]
    assert [satisfaction(asked, "price_max_eur_m2", parcel(price_eur_m2=p)).low for p in prices] == [1, 1, 0.5, 0]


WISHED: dict[str, Any] = {
    "price_max_eur_m2": 50,
    "power_mw": 10,
    "production_by": "2028-01-01",
    "footprint_m2": 4_000,
    "land_m2": {"min": 10_000, "max": 20_000},
    "use": "industrie",
    "brownfield": "only",
    "fibre": True,
}


@pytest.mark.parametrize(
    ("wish", "facts", "expected"),
    [
        ("price_max_eur_m2", {"price_eur_m2": 50.0}, exactly(1)),
        ("price_max_eur_m2", {"price_eur_m2": 75.0}, exactly(0.5)),
        ("price_max_eur_m2", {"price_eur_m2": None}, UNKNOWN),
        ("power_mw", {"power_mw": 10.0}, exactly(1)),
        ("power_mw", {"power_mw": 4.0}, exactly(0.4)),
        ("power_mw", {"power_mw": None}, UNKNOWN),
        ("land_m2", {"surface_m2": 15_000.0}, exactly(1)),
        ("land_m2", {"surface_m2": 7_500.0}, exactly(0.5)),
        ("land_m2", {"surface_m2": 30_000.0}, exactly(0.5)),
        ("land_m2", {"surface_m2": None}, UNKNOWN),
        ("use", {"industry": Industry.AFTER_PLAN_CHANGE}, exactly(0.25)),
        ("use", {"industry": Industry.FORBIDDEN}, exactly(0)),
        ("use", {"industry": None}, UNKNOWN),
        ("brownfield", {"etat_occup": "friche"}, exactly(1)),
        ("brownfield", {"etat_occup": "occupé"}, exactly(0)),
        ("brownfield", {"etat_occup": "inconnu"}, UNKNOWN),
        ("fibre", {}, UNKNOWN),
    ],
)
def test_a_wish_on_a_value_asked(wish: str, facts: dict[str, Any], expected: Interval) -> None:
    asked = need(**WISHED, wishes={name: {} for name in WISHED})
    assert satisfaction(asked, wish, parcel(**facts)) == expected


@pytest.mark.parametrize(("days", "expected"), [(-10, 1), (0, 1), (73, 0.8), (365, 0), (900, 0)])
def test_a_day_wished_is_missed_little_by_little(days: int, expected: float) -> None:
    asked = need(**WISHED, wishes={"production_by": {}})
    dates = Dates(production=date(2028, 1, 1) + timedelta(days=days))
    assert satisfaction(asked, "production_by", parcel(), dates) == exactly(expected)


def test_a_wish_may_give_its_own_scale_and_weight() -> None:
    wishes = {
        "price_max_eur_m2": {"weight": 3, "ideal": 0, "worst": 80},
        "start_by": {"ideal": "2027-01-01", "worst": "2027-01-11"},
    }
    found = scored(need(wishes=wishes), parcel(price_eur_m2=40.0), Dates(date(2027, 1, 3)))
    assert [(p.wish, p.weight, p.satisfaction.low) for p in found.contributions] == [
        ("price_max_eur_m2", 3, 0.5),
        ("start_by", 1, 0.8),
    ]
    assert found.total == exactly(0.575)


def test_no_weight_makes_a_score_above_one() -> None:
    weights = {"use": {"weight": 0.1}, "start_by": {"weight": 0.3}, "price_max_eur_m2": {"weight": 0.7}}
    found = scored(need(wishes=weights), parcel(price_eur_m2=1.0), Dates(AS_OF))
    assert found.total == exactly(1)


def judged(asked: Need, candidate: Candidate, dates: Dates | None) -> Judged:
    return judge_all(asked, [candidate], lambda _: dates, wishes_of(asked, AS_OF))[0]


NEEDS = st.sampled_from(
    [
        need(),
        need(price_max_eur_m2=60, power_mw=5, use="industrie", start_by="2028-01-01"),
        need(price_max_eur_m2=60, power_mw=5, start_by="2028-01-01", wishes={"price_max_eur_m2": {}, "start_by": {}}),
        need(power_mw=5, brownfield="only", wishes={"power_mw": {"weight": 2}, "brownfield": {}, "use": {}}),
        need(**WISHED, wishes={name: {"weight": 1.5} for name in WISHED}),
    ]
)
PRICES = st.floats(1, 200)
POWERS = st.floats(0, 30)
DAYS = st.dates(AS_OF, date(2031, 1, 1))
ORDERED = [Industry.FORBIDDEN, Industry.AFTER_PLAN_CHANGE, Industry.CONDITIONAL, Industry.ALLOWED]


@given(NEEDS, PRICES, PRICES, POWERS, POWERS, DAYS, DAYS, st.tuples(st.integers(0, 3), st.integers(0, 3)))
@settings(deadline=None)
def test_a_better_fact_never_lowers_a_score(
    asked: Need, price: float, price_: float, power: float, power_: float, day: date, day_: date, use: tuple[int, int]
) -> None:
    worse = parcel(price_eur_m2=max(price, price_), power_mw=min(power, power_), industry=ORDERED[min(use)])
    better = replace(worse, price_eur_m2=min(price, price_), power_mw=max(power, power_), industry=ORDERED[max(use)])
    late, early = max(day, day_), min(day, day_)
    low = scored(asked, worse, Dates(late, late, late)).total
    high = scored(asked, better, Dates(early, early, early)).total
    assert low.low <= high.low
    assert low.high <= high.high


FACTS = ["price_eur_m2", "power_mw", "surface_m2", "industry", "etat_occup", "dates", "market"]


@given(NEEDS, st.sets(st.sampled_from(FACTS), min_size=1), PRICES, POWERS, DAYS)
@settings(deadline=None)
def test_unknown_never_beats_the_same_parcel_with_the_fact_known(
    asked: Need, hidden: set[str], price: float, power: float, day: date
) -> None:
    """Unless a fact known is worth nothing, or fails a must: then not knowing is right to come before."""
    known = judged(asked, parcel(price_eur_m2=price, power_mw=power), Dates(day, day, day))
    facts: dict[str, Any] = dict.fromkeys(hidden - {"dates"})
    dates = None if "dates" in hidden else Dates(day, day, day)
    unknown = judged(asked, replace(known.candidate, **facts), dates)
    if known.blocking or any(part.satisfaction.high == 0 for part in known.score.contributions):
        return
    place_of_known, place_of_unknown = ((bool(one.asking), *one.rank) for one in (known, unknown))
    assert place_of_known <= place_of_unknown
    assert unknown.score.total.low <= known.score.total.low
    assert known.score.total.high <= unknown.score.total.high


@given(st.floats(-1e9, 1e9), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_satisfaction_stays_between_0_and_1(value: float, ideal: float, worst: float) -> None:
    found = Scale(ideal, worst).at(value)
    assert 0 <= found.low == found.high <= 1
    assert math.isfinite(found.low)
