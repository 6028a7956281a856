"""Neighbours kept beside the land: random edits, then deriving what is marked, give the pairs of all the land."""

import random
from datetime import date

import pytest
import shapely
from sqlalchemy import Connection, text

from geo.derive import work
from geo.fit.adjacency import neighbours
from geo.store.database import Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)
Pair = tuple[int, int, float, float]

KEPT = text("select a, b, shared_m, overlap_m2 from core.adjacency order by a, b")
LIVE = text("select id, st_asbinary(geom) from core.parcel where deleted_on is null and geom is not null order by id")


def kept(connection: Connection) -> list[Pair]:
    return [(a, b, round(shared, 6), round(overlap, 6)) for a, b, shared, overlap in connection.execute(KEPT)]


def anew(connection: Connection) -> list[Pair]:
    """The pairs of all the land that stands, without the base."""
    found = connection.execute(LIVE).all()
    ids = [row[0] for row in found]
    pairs = neighbours(shapely.from_wkb([row[1] for row in found]))
    return [
        (ids[a], ids[b], round(shared, 6), round(overlap, 6))
        for a, b, shared, overlap in zip(*(column.tolist() for column in pairs), strict=True)
    ]


def edit(connection: Connection, dice: random.Random, n: int) -> None:
    """One random change of what neighbours depend on, or of something else."""
    one = {"id": connection.scalar(text("select id from core.parcel order by random() limit 1"))}
    kind = dice.choice(("add", "move", "end", "stand", "name", "point"))
    if kind == "add":
        rows.parcel(connection, f"N{n}", rows.square(50 * dice.randrange(8), 50 * dice.randrange(6), 50))
    elif kind == "move":
        shift = {"x": 50 * dice.randint(-2, 2) + dice.choice((0, 0.2, 7)), "y": 50 * dice.randint(-2, 2)}
        moved = "update core.parcel set geom = st_translate(geom, :x, :y), digest = digest || '\\x00' where id = :id"
        connection.execute(text(moved), one | shift)
    elif kind == "end":
        connection.execute(text("update core.parcel set deleted_on = '2026-01-01' where id = :id"), one)
    elif kind == "stand":
        connection.execute(text("update core.parcel set deleted_on = null where id = :id"), one)
    elif kind == "name":
        connection.execute(text("update core.parcel set name = name || 'x' where id = :id"), one)
    else:
        connection.execute(text("update core.parcel set geom = null where id = :id"), one)


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_leave_the_pairs_of_the_land_as_it_is(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("select setseed(:s)"), {"s": seed / 10})
        for n in range(20):
            rows.parcel(connection, f"start{n}", rows.square(50 * (n % 5), 50 * (n // 5), 50))
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        assert len(kept(connection)) == 31
    told = 0
    for round_ in range(6):
        with database.connection(Role.WORKER) as connection:
            for n in range(4):
                edit(connection, dice, 100 * round_ + n)
        work.derive(database, as_of=AS_OF)
        with database.connection(Role.WORKER) as connection:
            assert kept(connection) == anew(connection)
            told += len(kept(connection))
    assert told > 60


def test_only_the_land_around_a_moved_parcel_is_marked(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        first, second, far = (
            rows.parcel(connection, f"P{n}", rows.square(east, 0)) for n, east in enumerate((0, 100, 900))
        )
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        moved = "update core.parcel set geom = st_translate(geom, 0, -60), digest = '\\x01' where id = :id"
        connection.execute(text(moved), {"id": first})
        marks = {row.parcel: row.parts for row in connection.execute(text("select parcel, parts from core.dirty"))}
        assert marks[second] == 512
        assert far not in marks
        connection.execute(text("update core.parcel set name = 'N' where id = :id"), {"id": far})
        assert connection.scalar(text("select parts & 512 from core.dirty where parcel = :id"), {"id": far}) == 0
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        assert kept(connection) == [(first, second, 40.0, 0.0)]
