"""Temporal functions: every relation of intervals, ends that are open or unknown."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

from sqlalchemy import text

from geo.store.cql2 import times
from geo.store.cql2.compiler import condition
from geo.store.database import Role
from tests.store.conftest import Land, found

RELATIONS: dict[str, Callable[..., bool]] = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_disjoint": lambda a, b, c, d: a > d or b < c,
    "t_equals": lambda a, b, c, d: (a, b) == (c, d),
    "t_intersects": lambda a, b, c, d: a <= d and b >= c,
    "t_contains": lambda a, b, c, d: a < c and b > d,
    "t_during": lambda a, b, c, d: c < a and d > b,
    "t_finishedby": lambda a, b, c, d: a < c and b == d,
    "t_finishes": lambda a, b, c, d: a > c and b == d,
    "t_meets": lambda a, b, c, d: b == c,
    "t_metby": lambda a, b, c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: c < a < d < b,
    "t_overlaps": lambda a, b, c, d: a < c < b < d,
    "t_startedby": lambda a, b, c, d: a == c and b > d,
    "t_starts": lambda a, b, c, d: a == c and b < d,
}
"""OGC 21-065r2, table of temporal functions: intervals [a, b] and [c, d]."""


def test_temporal_functions_are_those_of_intervals(land: Land) -> None:
    assert set(RELATIONS) == set(times.FUNCTIONS)
    days = [date(2026, 1, 1) + timedelta(n) for n in range(4)]
    stretches = [(a, b) for a, b in product(days, days) if a < b]
    cases = [(name, *one, *other) for name in RELATIONS for one, other in product(stretches, stretches)]
    trees = [
        {"op": name, "args": [{"interval": [str(a), str(b)]}, {"interval": [str(c), str(d)]}]}
        for name, a, b, c, d in cases
    ]
    asked, values = [], dict[str, object]()
    for number, tree in enumerate(trees):
        where, given = condition(tree, land.queryables, 2154)
        for name in sorted(given, key=len, reverse=True):
            where = where.replace(f":{name}", f":c{number}_{name}")
            values[f"c{number}_{name}"] = given[name]
        asked.append(where)
    answers: list[bool] = []
    with land.database.connection(Role.PUBLIC) as connection:
        for start in range(0, len(asked), 100):
            some = asked[start : start + 100]
            wanted = {k: v for k, v in values.items() if start <= int(k[1:].split("_")[0]) < start + 100}
            answers += connection.execute(text("select " + ", ".join(some)), wanted).one()
    assert answers == [RELATIONS[name](*ends) for name, *ends in cases]


def test_open_and_unknown_ends(land: Land) -> None:
    dated = {f["id"] for f in land.features if f["properties"]["observed_on"] is not None}
    assert 0 < len(dated) < len(land.features)
    always = "T_INTERSECTS(observed_on, INTERVAL('..', '..'))"
    assert found(land, "T_INTERSECTS(observed_on, INTERVAL('..', '9999-12-31'))") == dated
    assert found(land, "NOT T_AFTER(observed_on, INTERVAL('..', '9999-12-31'))") == dated, "unknown is not false"
    assert found(land, always) == dated
