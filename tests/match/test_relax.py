from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from geo.land.vocabulary import Industry, Market
from geo.match.answer import Answer, answer
from geo.match.candidate import Candidate
from geo.match.need import Need
from geo.match.reading import read_need
from geo.match.relax import Relaxation
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready
from tests.match.test_metamorphic import LAND, NEEDS, STARTS, run


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
        ({"price_max_eur_m2": 30, "fibre": True}, {}),
        ({"power_mw": 20}, {"power_mw": 0.0}),
        ({"power_mw": {"at_opening": 20, "ramp": [{"on": "2030-01-01", "mw": 40}]}}, {}),
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


@settings(deadline=None, max_examples=250)
@given(NEEDS, LAND, STARTS)
def test_the_change_applied_opens_exactly_that_many(
    document: dict[str, Any], land: list[Candidate], starts: list[int | None]
) -> None:
    """Without buildings, whose fit a relaxation does not decide."""
    document = {**document, "buildings": None, "limit": 100}
    land = [one for one in land if not one.stale]
    before = run(document, land, starts)
    for relaxation in before.relaxations:
        asked = relaxation.change.apply(read_need(document))
        after = run(asked.model_dump(mode="json", by_alias=True, exclude_unset=True), land, starts)
        opened = {m.candidate.id for m in after.matches} - {m.candidate.id for m in before.matches}
        assert len(opened) == relaxation.opens
        assert relaxation.first in opened
