"""Which three questions would remove most of the land that a vague need leaves."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import shapely

from geo.land.vocabulary import Market
from geo.match.answer import answer
from geo.match.parcel.around import Around, Nearest
from geo.match.parcel.candidate import Candidate
from geo.match.questions import MOST_LOOKED_AT, Question, spread
from tests.match.parcels import AS_OF, VERSIONS, Dates, need, parcel, ready


def asked(*land: Candidate, readiness: Any = ready, **members: Any) -> dict[str, Question]:
    found = answer(need(**members), land, readiness, as_of=AS_OF, versions=VERSIONS, with_questions=True).questions
    assert found is not None
    assert len(found) <= 3
    assert [one.removes for one in found] == sorted((one.removes for one in found), reverse=True)
    return {one.field: one for one in found}


def test_they_are_asked_only_when_wanted() -> None:
    assert answer(need(), [parcel()], ready, as_of=AS_OF, versions=VERSIONS).questions is None


def test_where_is_worth_what_the_land_is_spread_over() -> None:
    """Of six, three lie in one department, two in another, one in a third: an answer leaves 36/6 - 14/6."""
    communes = ["69123", "69381", "69123", "38185", "38185", "74010"]
    found = asked(*(parcel(i, commune_insee=insee) for i, insee in enumerate(communes, 1)))
    place = found["place"]
    assert place.of == 6
    assert place.removes == pytest.approx(6 - (9 + 4 + 1) / 6)
    assert {reply.value: (reply.share, reply.removes) for reply in place.replies} == {
        "69": (3 / 6, 3), "38": (2 / 6, 4), "74": (1 / 6, 5)
    }  # fmt: skip


def test_a_fact_nobody_knows_makes_a_question_worth_nothing() -> None:
    land = [parcel(i, price_eur_m2=200.0, commune_insee=None, power_mw=None) for i in range(1, 5)]
    assert "price_max_eur_m2" in asked(*land)
    unknown = asked(*(replace(one, price_eur_m2=None) for one in land))
    assert unknown.keys().isdisjoint({"price_max_eur_m2", "place", "power_mw"})


def test_what_the_need_says_is_not_asked_again() -> None:
    land = [parcel(i, price_eur_m2=200.0, power_mw=0.1, market=Market.FOR_LEASE) for i in range(1, 5)]
    assert {"price_max_eur_m2", "power_mw", "tenure"} == set(asked(*land))
    rest = asked(*land, price_max_eur_m2=300, power_mw=0.1, tenure="any")
    assert rest.keys().isdisjoint({"price_max_eur_m2", "power_mw", "tenure"})


def test_what_would_remove_hardly_any_land_is_not_asked() -> None:
    """Two companies in ten lease: of one parcel for sale 0.2 would go, of four 0.8."""
    land = [parcel(i, market=Market.FOR_SALE) for i in range(1, 5)]
    assert "tenure" in asked(*land)
    assert "tenure" not in asked(*land[:1])


def test_when_is_worth_asking_of_land_that_is_late() -> None:
    late = asked(parcel(1), parcel(2), readiness=lambda _: Dates(date(2028, 6, 1)))
    replies = {reply.value: reply.removes for reply in late["start_by"].replies}
    assert replies == {"2027-04-01": 2, "2027-10-01": 2, "2028-10-01": 0, "2029-10-01": 0}
    assert late["start_by"].removes == pytest.approx(1)


def test_how_near_is_worth_asking_where_all_around_is_loaded() -> None:
    """Of eight, four lie 7 km from a junction and two 30 km; where another may be nearer nothing is removed."""
    here = shapely.Point(840_000.0, 6_520_000.0)
    known = {kind: here.buffer(60_000) for kind in ("motorway_junction", "airport")} | {"port": here}
    metres = [1_000.0] * 2 + [7_000.0] * 4 + [30_000.0] * 2
    land = [
        parcel(i, nearest={kind: Nearest(far, 1) for kind in known}, around=Around(extents=known))
        for i, far in enumerate(metres, 1)
    ]
    found = asked(*land)
    assert [(one.value, one.removes) for one in found["max_km.motorway_junction"].replies] == [(5, 6), (10, 2), (20, 2)]
    assert found["max_km.motorway_junction"].removes == pytest.approx(0.2 * 6 + 0.3 * 2 + 0.2 * 2)
    assert "max_km.port" not in found
    again = asked(*land, near=[{"kind": "motorway_junction", "max_km": 50}])
    assert "max_km.motorway_junction" not in again, "the need says it"


def test_land_that_is_rejected_is_not_asked_about() -> None:
    found = asked(parcel(1), parcel(2, price_eur_m2=90.0), price_max_eur_m2=50)
    assert {one.of for one in found.values()} <= {1}


def test_many_candidates_are_looked_at_evenly() -> None:
    few = spread(range(5 * MOST_LOOKED_AT + 1))
    assert len(few) <= MOST_LOOKED_AT
    assert few[0] == 0
    assert len({b - a for a, b in pairwise(few)}) == 1
