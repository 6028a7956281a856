"""Random filters find what the ``cql2`` package finds in memory; what it cannot reduce counts as no match."""

import random
from typing import Any

import cql2
import pytest

from tests.store.conftest import Land, found
from tests.store.cql2.filters import filter_text


def expected(land: Land, written: str) -> set[int]:
    oracle = cql2.parse_text(written)
    return {feature["id"] for feature in land.features if _matches(oracle, feature)}


def _matches(oracle: Any, feature: dict[str, Any]) -> bool:
    try:
        return bool(oracle.matches(feature))
    except Exception:
        return False


def compare(land: Land, filters: int, seed: int) -> None:
    draw = random.Random(seed)
    some = 0
    for _ in range(filters):
        written = filter_text(draw, land)
        ids = found(land, written)
        assert ids == expected(land, written), written
        some += 0 < len(ids) < len(land.features)
    assert some > filters / 3, "filters that find all or nothing prove little"


def test_random_filters_find_what_the_oracle_finds(land: Land) -> None:
    compare(land, 150, seed=1)


@pytest.mark.slow
def test_five_thousand_random_filters(land: Land) -> None:
    compare(land, 5_000, seed=2)
