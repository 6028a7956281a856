"""Sides of parcels are read in the cadastre where it is whole, and follow what changes around them."""

import random
from datetime import date
from typing import Any

import pytest
import shapely
from sqlalchemy import Connection, insert, text

from geo.derive import work
from geo.fit.frontage import Sides
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store import tables
from geo.store.database import Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)
HERE, BESIDE = "69290", "69291"
KEPT = text("""
    select d.parcel, st_asewkb(d.sides), d.inputs ->> 'frontage'
    from core.parcel_derived d join core.parcel p on p.id = d.parcel and p.deleted_on is null order by 1
""")
FORGET = text("update core.parcel_derived set sides = null, inputs = inputs - 'frontage'")


def cadastral(connection: Connection, number: int, shape: shapely.Polygon, commune: str = HERE) -> None:
    """A cadastral parcel of section AB."""
    values: dict[str, Any] = {
        "commune_insee": commune,
        "prefixe": "000",
        "section": "AB",
        "numero": str(number),
        "digest": b"\x00",
    }
    values |= {"source": rows.source(connection), "import": rows.import_row(connection), "geom": rows.ewkb(shape)}
    connection.execute(insert(tables.cadastral_parcel).values(idu=f"{commune}000AB{number:04}", **values))


def complete(connection: Connection, code: str = HERE) -> None:
    connection.execute(
        text("insert into core.cadastre_complete (code, import) values (:code, :i) on conflict do nothing"),
        {"code": code, "i": rows.import_row(connection)},
    )


def block(connection: Connection) -> None:
    """Three rows of three lots of 100 m; a road of 10 m between the second and the third row."""
    for row, north in enumerate((0, 100, 210)):
        for column in range(3):
            cadastral(connection, 1 + 3 * row + column, rows.square(100 * column, north))


def sides(database: Database, parcel: int) -> Sides | None:
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        kept = connection.scalar(
            text("select st_asbinary(sides) from core.parcel_derived where parcel = :id"), {"id": parcel}
        )
    return None if kept is None else Sides.of(shapely.from_wkb(kept))


def lengths(found: Sides | None) -> list[int] | None:
    """Metres on public ground, neighbours, water, unknown."""
    if found is None:
        return None
    return [round(line.length) for line in (found.frontage, found.neighbour, found.water, found.unknown)]


def test_a_side_is_known_once_the_commune_is_whole(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        block(connection)
        middle = rows.parcel(connection, "middle of the second row", rows.square(100, 100), origin="cadastre")
        corner = rows.parcel(connection, "corner of the first row", rows.square(0, 0))
    assert sides(database, middle) is None
    with database.connection(Role.WORKER) as connection:
        complete(connection)
    assert lengths(sides(database, middle)) == [100, 300, 0, 0]
    assert lengths(sides(database, corner)) == [0, 200, 0, 200], "past it nothing says that all is loaded"


def test_across_the_limit_of_the_commune_the_other_one_must_be_whole_too(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        cadastral(connection, 1, rows.square(0, 0))
        cadastral(connection, 1, rows.square(110, 0), BESIDE)
        complete(connection)
        parcel = rows.parcel(connection, "T", rows.square(0, 0))
    assert lengths(sides(database, parcel)) == [0, 0, 0, 400]
    with database.connection(Role.WORKER) as connection:
        complete(connection, BESIDE)
    found = sides(database, parcel)
    assert found is not None
    assert 60 < found.frontage.length < 100
    assert found.frontage.length + found.unknown.length == pytest.approx(400)


def test_a_new_lot_takes_the_frontage_and_its_end_gives_it_back(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        block(connection)
        complete(connection)
        parcel = rows.parcel(connection, "T", rows.square(100, 100))
    assert lengths(sides(database, parcel)) == [100, 300, 0, 0]
    with database.connection(Role.WORKER) as connection:
        cadastral(connection, 50, shapely.box(*rows.square(0, 200).bounds[:2], *rows.square(300, 110).bounds[2:]))
    assert lengths(sides(database, parcel)) == [0, 400, 0, 0]
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.cadastral_parcel set retired_on = now() where numero = '50'"))
    assert lengths(sides(database, parcel)) == [100, 300, 0, 0]
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.cadastral_parcel where numero = '5' or numero = '2'"))
    found = sides(database, parcel)
    assert found is not None
    assert found.neighbour.length == pytest.approx(200, abs=1)


def test_water_gives_no_access(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        block(connection)
        complete(connection)
        parcel = rows.parcel(connection, "T", rows.square(100, 100))
        river = shapely.box(*rows.square(0, 200).bounds[:2], *rows.square(300, 110).bounds[2:])
    assert lengths(sides(database, parcel)) == [100, 300, 0, 0]
    with database.connection(Role.WORKER) as connection:
        rows.constraint(connection, "river", river, kind="water")
    found = sides(database, parcel)
    assert found is not None
    assert (lengths(found), found.has_access) == ([0, 300, 100, 0], False)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.constraint_area set kind = 'flood_red'"))
    assert lengths(sides(database, parcel)) == [100, 300, 0, 0]


def test_land_that_goes_on_beyond_its_outline_is_not_on_the_road_past_it(database: Database) -> None:
    """A plot drawn 3 m inside its own cadastral parcel: what is beside it is its own land."""
    with database.connection(Role.WORKER) as connection:
        block(connection)
        complete(connection)
        parcel = rows.parcel(connection, "T", shapely.box(*rows.square(100, 100, 97).bounds))
    found = sides(database, parcel)
    assert found is not None
    assert found.frontage.length == 0
    assert found.has_access is None


def test_a_match_says_the_access_with_its_source_and_decides_each_side(database: Database) -> None:
    """10 m from the road, 2 m from neighbours: of 100 m there are 96 x 88; 10 m all around leave 80."""
    asked = {"buildings": [{"length_m": 95, "width_m": 87}], "setback_m": {"road": 10, "neighbour": 2}}

    def told() -> tuple[str, str, Any, str]:
        work.derive(database, as_of=AS_OF)
        answer: Any = search(database, Role.PUBLIC, None, read_need(asked), AS_OF)
        (match,) = answer["matches"] or answer["to_check"]
        (access,) = [one for one in match["criteria"] if one["name"] == "access"]
        return access["verdict"], access["code"], access["source"], match["fit"]

    with database.connection(Role.WORKER) as connection:
        block(connection)
        rows.parcel(connection, "T", rows.square(100, 100))
    assert told() == ("unknown", "access.not_known", None, "open")
    with database.connection(Role.WORKER) as connection:
        complete(connection)
    assert told() == ("pass", "access.frontage", "cadastre", "fits")
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set geom = st_translate(geom, 0, -100), digest = '\\x01'"))
        cadastral(connection, 40, shapely.box(*rows.square(-20, -20).bounds[:2], *rows.square(220, -100).bounds[2:]))
    assert told() == ("unknown", "access.no_frontage", "cadastre", "fits")


def edit(connection: Connection, dice: random.Random, n: int) -> None:
    """One random change of what sides depend on, or of something else."""
    place = rows.square(50 * dice.randrange(6), 50 * dice.randrange(6) + dice.choice((0, 0.1, 10)), 50)
    any_of = "select id from core.{} order by id offset {} limit 1"
    kind = dice.choice(("lot", "parcel", "move lot", "move parcel", "retire", "drop", "whole", "water", "dry", "name"))
    table = "parcel" if "parcel" in kind else "cadastral_parcel"
    one = connection.scalar(text(any_of.format(table, dice.randrange(12))))
    shift = {"id": one, "x": 50 * dice.randint(-1, 1) + dice.choice((0, 0.2, 7)), "y": 50 * dice.randint(-1, 1)}
    if kind == "lot":
        cadastral(connection, n, place, dice.choice((HERE, BESIDE)))
    elif kind == "parcel":
        rows.parcel(connection, f"N{n}", place, origin=dice.choice(("terrain", "cadastre")))
    elif kind.startswith("move"):
        change = f"update core.{table} set geom = st_translate(geom, :x, :y), digest = digest || '\\x00' where id = :id"
        connection.execute(text(change), shift)
    elif kind == "retire":
        connection.execute(text("update core.cadastral_parcel set retired_on = now() where id = :id"), {"id": one})
    elif kind == "drop":
        connection.execute(text("delete from core.cadastral_parcel where id = :id"), {"id": one})
    elif kind == "whole":
        complete(connection, dice.choice((HERE, BESIDE)))
    elif kind == "water":
        rows.constraint(connection, f"W{n}", place, kind="water")
    elif kind == "dry":
        connection.execute(text("update core.constraint_area set kind = 'flood_red' where random() < 0.5"))
    else:
        connection.execute(text("update core.parcel set name = 'N' where id = :id"), {"id": one})


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_leave_the_sides_of_the_land_as_it_is(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("select setseed(:s)"), {"s": seed / 10})
        for n in range(16):
            place = rows.square(60 * (n % 4), 50 * (n // 4), 50)
            cadastral(connection, 1_000 + n, place, (HERE, BESIDE)[n % 4 == 3])
            rows.parcel(connection, f"start{n}", place)
    known = 0
    for round_ in range(6):
        with database.connection(Role.WORKER) as connection:
            for n in range(5):
                edit(connection, dice, 1 + 10 * round_ + n)
            if round_ == 2:
                complete(connection)
        work.derive(database, as_of=AS_OF)
        with database.connection(Role.WORKER) as connection:
            incremental = connection.execute(KEPT).all()
            connection.execute(FORGET)
        work.derive(database, as_of=AS_OF, everything=True)
        with database.connection(Role.WORKER) as connection:
            assert incremental == connection.execute(KEPT).all()
        known += sum(row[1] is not None for row in incremental)
    assert known > 20
