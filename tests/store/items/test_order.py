"""Any order, page after page: nothing twice, nothing lost, rows without a value last."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.store.cql2.terms import Kind
from geo.store.database import Role
from geo.store.items.hits import After
from geo.store.items.page import Page, page
from geo.store.items.question import Order, Question
from tests.breadth import tried
from tests.store.conftest import Land

NAMES = ("name", "market", "surface_stated_m2", "power_mw", "observed_on", "updated_at", "synthetic", "id")


def order(land: Land, name: str, descending: bool) -> Order:
    term = land.queryables[name]
    sql = f'{term.sql} collate "C"' if term.kind is Kind.TEXT else str(term.sql)
    return Order(sql, term.kind, descending, total=name == "id")


def sorted_by(features: list[dict[str, Any]], keys: list[tuple[str, bool]]) -> list[int]:
    """Python's own order: stable sorts from the last key to the first, rows without a value at the end of each."""
    rows = sorted(features, key=lambda feature: feature["id"])
    for name, descending in reversed(keys):

        def value(feature: dict[str, Any], name: str = name) -> Any:
            return feature["properties"][name]

        known = [row for row in rows if value(row) is not None]
        rows = _stable(known, value, descending) + [row for row in rows if value(row) is None]
    return [row["id"] for row in rows]


def _stable(rows: list[dict[str, Any]], value: Callable[[dict[str, Any]], Any], descending: bool) -> list[Any]:
    return sorted(rows, key=value, reverse=descending)


@settings(max_examples=tried(60), deadline=None)
@given(
    keys=st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=4, unique_by=lambda key: key[0]),
    limit=st.sampled_from([1, 3, 7, 40, 100]),
)
def test_pages_come_in_the_order_asked_for(land: Land, keys: list[tuple[str, bool]], limit: int) -> None:
    asked = Question(orders=tuple(order(land, name, descending) for name, descending in keys))
    found: list[int] = []
    after: After | None = None
    with land.database.connection(Role.PUBLIC) as connection:
        while True:
            some = page(connection, Role.PUBLIC, asked, limit=limit, after=after)
            features = json.loads(b"[" + some.features + b"]")
            assert len(features) == some.returned <= limit
            assert some.matched == len(land.features)
            found += [feature["id"] for feature in features]
            after = some.after
            if after is None:
                break
            assert some.returned == limit
    assert found == sorted_by(land.features, keys)


@pytest.mark.parametrize("descending", [False, True])
def test_a_row_that_goes_between_pages_takes_no_other_with_it(land: Land, descending: bool) -> None:
    asked = Question(orders=(order(land, "surface_stated_m2", descending),))
    whole = sorted_by(land.features, [("surface_stated_m2", descending)])
    with land.database.connection(Role.PUBLIC) as connection:
        first = page(connection, Role.PUBLIC, asked, limit=10)
    with without(land, [whole[0], whole[9]]), land.database.connection(Role.PUBLIC) as connection:
        rest = page(connection, Role.PUBLIC, asked, limit=100, after=first.after)
    assert ids(first) + ids(rest) == whole


@contextmanager
def without(land: Land, parcels: list[int]) -> Iterator[None]:
    """Meanwhile these parcels are not shown."""
    with land.database.connection(Role.WORKER) as connection:
        gone = connection.execute(
            text("delete from core.parcel_served where parcel = any(:ids) returning *"), {"ids": parcels}
        )
        rows = [dict(row) for row in gone.mappings()]
    try:
        yield
    finally:
        with land.database.connection(Role.WORKER) as connection:
            names = ", ".join(rows[0])
            bound = ", ".join(f":{name}" for name in rows[0])
            connection.execute(text(f"insert into core.parcel_served ({names}) values ({bound})"), rows)


def ids(found: Page) -> list[int]:
    return [feature["id"] for feature in json.loads(b"[" + found.features + b"]")]
