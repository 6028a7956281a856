"""A reload that passes over what the file repeats comes to the same as one that reads all, whatever was edited."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.database import Database
from tests.conftest import copied
from tests.intake.repeats.land import KEPT, LON, Feature, base, facts, forget_texts, parcel, run, write


def other(one: Feature, **facts: Any) -> Feature:
    return deepcopy(one) | {"properties": one["properties"] | facts}


EDITS: dict[str, Callable[[list[Feature], int], object]] = {
    "a fact": lambda land, at: land[at]["properties"].update(contenance=at),
    "an outline": lambda land, at: land[at]["geometry"]["coordinates"][0][1].__setitem__(0, LON - 0.0004),
    "rounding": lambda land, at: land[at]["geometry"]["coordinates"][0][2].__setitem__(0, LON + 4e-8),
    "gone": lambda land, at: land.pop(at),
    "new": lambda land, at: land.insert(at, parcel(300 + at)),
    "elsewhere": lambda land, at: land.insert(at, parcel(400 + at, commune="38002")),
    "said twice": lambda land, at: land.append(deepcopy(land[at])),
    "said twice in a row": lambda land, at: land.insert(at, deepcopy(land[at])),
    "in dispute": lambda land, at: land.append(other(land[at], contenance=1)),
    "refused": lambda land, at: land[at].update(geometry=None),
    "mended": lambda land, at: land[at]["properties"].update(contenance="12 m2"),
    "another text": lambda land, at: land[at].update(indent=1),
    "another field": lambda land, at: land[at]["properties"].update(nom="x"),
    "no more said": lambda land, at: [one["properties"].pop("updated", None) for one in land],
    "said again": lambda land, at: land[at]["properties"].update(updated="2024-01-01"),
    "another order": lambda land, at: land.insert(0, land.pop(at)),
    "renumbered": lambda land, at: land[at]["properties"].update(id=f"38001000AC{at + 1:04d}", section="AC"),
}  # fmt: skip
DRAWN = {"an outline", "rounding"}
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 200)), max_size=4)


@pytest.fixture(scope="module")
def twins(cluster: Running, template: str) -> Iterator[list[Database]]:
    with copied(cluster, template, "twin_one") as one, copied(cluster, template, "twin_two") as other:
        databases = [Database(address) for address in (one, other)]
        yield databases
        for database in databases:
            database.close()


def emptied(database: Database) -> None:
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"truncate {', '.join(KEPT)} restart identity cascade"))
    engine.dispose()


DAY = [("a fact", 30), ("gone", 33), ("new", 20), ("refused", 9), ("rounding", 25)]
NEXT = [("another order", 31), ("renumbered", 28), ("mended", 35), ("elsewhere", 22), ("another text", 24)]
READ = [([("mended", 29), *DAY], "cadastre"), (NEXT, "later")]
WHOLE, DISPUTED = [([("said twice", 30)], "cadastre")], [([("in dispute", 33)], "cadastre")]
LESS_SAID = [([("no more said", 0)], "cadastre"), ([("said again", 35)], "cadastre")]


def same_from_both(twins: list[Database], folder: Path, layer: str, versions: Sequence[tuple[Any, str]]) -> None:
    """Versions of a file: one base passes over what it knows, the other knows nothing and reads all of each."""
    for database in twins:
        emptied(database)
    land = [parcel(n) for n in range(1, 40)]
    for changes, name in ([], "cadastre"), *versions:
        for what, at in changes:
            if what not in DRAWN or land[at % len(land)]["geometry"]:  # a refused row has no outline to move
                EDITS[what](land, at % len(land))
        path = write(folder / f"{name}.json", land)
        quick = run(twins[0], path, layer)
        forget_texts(twins[1])
        assert facts(quick) == facts(run(twins[1], path, layer))
    assert base(twins[0]) == base(twins[1])


@pytest.mark.parametrize("layer", ["cadastre", "parcels"])
@pytest.mark.parametrize(
    ("versions", "skimmed"),
    [(READ, 2), (WHOLE, 0), (DISPUTED, 0), (LESS_SAID, 0)],
    ids=["read", "twice", "disputed", "less_said"],
)
def test_it_comes_to_the_same(
    twins: list[Database], tmp_path: Path, passed: list[int], layer: str, versions: list[tuple[Any, str]], skimmed: int
) -> None:
    same_from_both(twins, tmp_path, layer, versions)
    assert [rows > 20 for rows in passed] == [True] * skimmed


@pytest.mark.slow
@pytest.mark.parametrize("layer", ["cadastre", "parcels"])
def test_whatever_is_edited_it_comes_to_the_same(
    twins: list[Database], tmp_path: Path, passed: list[int], layer: str
) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(edits, edits, st.sampled_from(["cadastre", "later"]))
    def check(first: Any, second: Any, name: str) -> None:
        same_from_both(twins, tmp_path, layer, [(first, "cadastre"), (second, name)])

    check()
    assert sum(rows > 20 for rows in passed) > 40
