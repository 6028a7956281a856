"""The nearest object of each kind, and which parcels a change of one object makes stale."""

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geo.derive import nearest, work
from geo.store.database import Database, Role
from tests import land_rows as rows

TODAY = date(2026, 11, 22)
KINDS = ("airport", "station", "freight_station+station")


def found(connection: Connection, parcel: int) -> dict[str, tuple[str, float]]:
    told = text("""select e.kind, n.key, e.metres from core.parcel_nearest e join core.network_point n on n.id = e.point
        where e.parcel = :id""")
    return {row.kind: (row.key, row.metres) for row in connection.execute(told, {"id": parcel})}


def stale(connection: Connection) -> set[int]:
    return set(connection.scalars(text("select parcel from core.dirty where parts & 16 > 0")))


def test_an_object_of_two_kinds_is_found_as_either(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
        rows.substation(connection, "both", 2_100, 50, kind="freight_station+station")
        rows.substation(connection, "halt", 1_100, 50, kind="station")
        rows.substation(connection, "far", 9_000, 50, kind="airport")
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        near = found(connection, parcel)
        doc = connection.scalar(text("select doc from core.parcel_served"))
    assert {kind: key for kind, (key, _) in near.items()} == {
        "station": "halt",
        "freight_station": "both",
        "airport": "far",
    }
    assert near["station"][1] == pytest.approx(1_000, rel=2e-3), "ground metres from the outline"
    assert '"distance_m" : {"airport": 8' in str(doc)


def test_land_known_by_a_point_has_distances_too(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        point = rows.ewkb(shapely.Point(rows.LYON[0], rows.LYON[1]))
        parcel = rows.parcel(connection, "dot", geom=None, location=point)
        rows.substation(connection, "A", 3_000, 4_000, kind="airport")
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert found(connection, parcel)["airport"][1] == pytest.approx(5_000, rel=2e-3)
        rows.substation(connection, "B", 0, 900, kind="airport")
        assert stale(connection) == {parcel}


def test_only_parcels_whose_nearest_may_change_are_stale(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        west = rows.parcel(connection, "west", rows.square(0, 0))
        east = rows.parcel(connection, "east", rows.square(20_000, 0))
        rows.substation(connection, "W", 1_000, 0, kind="airport")
        rows.substation(connection, "E", 21_000, 0, kind="airport")
        far = rows.substation(connection, "F", 50_000, 0, kind="airport")
        assert stale(connection) == {west, east}
    work.derive(database, as_of=TODAY)
    changes: tuple[tuple[str, set[int]], ...] = (
        ("update core.network_point set name = 'B' where key = 'W'", set()),
        ("update core.network_point set geom = st_translate(geom, 5, 0) where key = 'W'", {west}),
        ("update core.network_point set geom = st_translate(geom, -300, 0) where key = 'F'", set()),
        ("delete from core.network_point where key = 'E'", {east}),
        ("update core.network_point set kind = 'quay' where key = 'F'", {west, east}),
    )
    for change, marked in changes:
        with database.connection(Role.WORKER) as connection:
            connection.execute(text(change))
            assert stale(connection) == marked, change
        work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert far in set(connection.scalars(text("select point from core.parcel_nearest where kind = 'quay'")))


def test_many_objects_at_once_mark_no_less(database: Database) -> None:
    """More than a few are taken for the box that holds them: whoever may be near one is in reach of it."""
    with database.connection(Role.WORKER) as connection:
        near = rows.parcel(connection, "near", rows.square(0, 0))
        away = rows.parcel(connection, "away", rows.square(90_000, 0))
        rows.substation(connection, "N", 1_000, 0, kind="airport")
        rows.substation(connection, "A", 91_000, 0, kind="airport")
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""insert into core.network_point (source, import, key, kind, digest, geom)
                select source, import, key || n, kind, digest, st_translate(geom, -n * 8, 0)
                from core.network_point, generate_series(1, 100) n where key = 'N'""")
        )
        assert stale(connection) == {near}
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert found(connection, near)["airport"][0] == "N100"
        assert found(connection, away)["airport"][0] == "A"


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_nearest_is_what_measuring_all_finds(database: Database, seed: int) -> None:
    dice = np.random.default_rng(seed)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.network_point"))
        connection.execute(text("delete from core.parcel"))
        shapes = {}
        for n, (east, north, side) in enumerate(dice.uniform((-3e4, -3e4, 5), (3e4, 3e4, 900), (12, 3)).tolist()):
            shape = rows.square(east, north, side)
            shapes[rows.parcel(connection, f"{seed}/{n}", shape)] = shape
        things = [
            (n, str(dice.choice(KINDS)), *dice.uniform(-6e4, 6e4, 2).tolist()) for n in range(int(dice.integers(1, 40)))
        ]
        for n, kind, east, north in things:
            rows.substation(connection, f"{seed}/{n}", east, north, kind=kind)
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        for parcel, shape in shapes.items():
            expected: dict[str, float] = {}
            for _, kinds, east, north in things:
                metres = shape.distance(shapely.Point(rows.LYON[0] + east, rows.LYON[1] + north))
                for kind in kinds.split("+"):
                    expected[kind] = min(metres, expected.get(kind, np.inf))
            scale = connection.scalar(text("select scale from core.parcel_derived where parcel = :id"), {"id": parcel})
            near = found(connection, parcel)
            assert {kind: metres * scale for kind, (_, metres) in near.items()} == pytest.approx(expected, abs=1e-6)


def test_the_index_orders_the_objects_of_one_kind(database: Database) -> None:
    """With a second key to order by, PostgreSQL 15 would measure them all."""
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
        rows.import_row(connection)
        connection.execute(
            text("""insert into core.network_point (source, import, key, kind, digest, geom)
                select source, id, n, case when n % 3 = 0 then 'airport' else 'station' end, '',
                       st_setsrid(st_point(700000 + n * 97 % 9000, 6300000 + n * 89 % 9100), 2154)
                from core.import, generate_series(1, 3000) n""")
        )
        connection.execute(text("select core.analyze_loaded('network_point')"))
        told = connection.scalars(text(f"explain {nearest.NEAREST.text}"), {"parcels": [parcel]}).all()
    place = next(at for at, line in enumerate(told) if "network_point_lane" in line)
    assert any("Order By" in line for line in told[place + 1 : place + 3])
