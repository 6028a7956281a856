"""The order in which land stands in the columns reaches no answer: a worker that followed an edit has another."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from geo.match.answer import answer
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.screen import screening
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle

NEIGHBOUR = parcel(900, surface_m2=30_000.0)


def land(count: int = 60) -> list[Candidate]:
    """Parcels of which many are alike; every third has land beside it."""
    return [
        parcel(
            number,
            rectangle(100 + 10 * (number % 4), 100),
            price_eur_m2=20.0 + 5 * (number % 5),
            commune_insee=f"69{number % 7:03d}",
            beside=(NEIGHBOUR,) if number % 3 == 0 else (),
        )
        for number in range(1, count + 1)
    ]


def dates(one: Candidate) -> Dates:
    """Power at the same day everywhere, works from days that differ."""
    return Dates(AS_OF + timedelta(30 * (one.id % 5)), AS_OF + timedelta(400))


def told(need: Mapping[str, Any], some: list[Candidate]) -> Any:
    """All of an answer that numbers tell."""
    found = answer(read_need(need), some, dates, as_of=AS_OF, versions=VERSIONS)
    rows = [[row.candidate.id for row in these] for these in (found.matches, found.to_check)]
    near = [(miss.one.candidate.id, miss.changes) for miss in found.near_misses]
    return found.counts, rows, found.relaxations, near


@pytest.mark.parametrize(
    "need",
    [
        {"land_m2": 5_000, "extension": {"land_m2": 20_000}},
        {"land_m2": 12_000, "price_max_eur_m2": 25, "limit": 40},
        {"land_m2": 5_000, "place": {"communes": ["69000"]}, "limit": 40},
        {"land_m2": 5_000, "place": {"communes": ["01004"]}},
        {"land_m2": 5_000, "power_mw": 5, "power_by": "2027-02-01", "start_by": "2026-10-01"},
        {"buildings": [{"length_m": 105, "width_m": 90}], "place": {"communes": ["69003", "69004"]}, "limit": 60},
    ],
    ids=lambda need: "-".join(need),
)
def test_another_order_gives_the_same_answer(need: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "MOST_SETTLED", 7)
    some = land()
    first = told(need, some)
    for seed in range(4):
        Random(seed).shuffle(some)
        assert told(need, some) == first
    assert first[0].proved or first[2]
