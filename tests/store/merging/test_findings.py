"""What only the base shows of rows just merged: outlines that overlap, land outside the commune it names."""

from datetime import date

import shapely
from sqlalchemy import Connection, insert, select

from geo.store import tables
from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from geo.store.merging import findings
from tests import land_rows as rows

PARCELS = LAYERS["parcels"]


def commune(connection: Connection, insee: str, name: str, shape: shapely.Polygon) -> None:
    known = {"insee": insee, "name": name, "departement": insee[:2], "digest": b"0" * 16}
    made = insert(tables.commune).values(geom=rows.ewkb(shape), **known)
    connection.execute(made)


def test_outlines_that_overlap_are_paired_once_the_largest_first(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        merged = rows.import_row(connection)
        own = {"import": merged}
        rows.parcel(connection, "a", rows.square(0, 0), **own)
        rows.parcel(connection, "b", rows.square(90, 0), **own)  # 10 x 100 m on a
        rows.parcel(connection, "c", rows.square(100, 100), **own)  # only touches a, shares 90 m with b's top
        rows.parcel(connection, "d", rows.square(10, 10, 20), **own)  # within a
        rows.parcel(connection, "e", rows.square(500, 0), **own)
        rows.parcel(connection, "old", rows.square(500, 95))  # of another import, 5 x 100 m on e
        found = findings.overlaps(connection, PARCELS, merged, 5)
    assert found.total == 3
    assert [({row.one, row.other}, round(row.m2, 1)) for row in found.worst] == [  # on the ground: planar / k2
        ({"a", "b"}, 1_001.7),
        ({"e", "old"}, 500.9),
        ({"a", "d"}, 400.7),
    ]


def test_overlaps_are_not_looked_for_in_many_rows_nor_among_the_gone(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        merged = rows.import_row(connection)
        rows.parcel(connection, "a", rows.square(0, 0), **{"import": merged})
        rows.parcel(connection, "b", rows.square(10, 0), deleted_on=date(2026, 1, 1), **{"import": merged})
        assert findings.overlaps(connection, PARCELS, merged, 2).total == 0
        rows.parcel(connection, "c", rows.square(10, 0), **{"import": merged})
        assert findings.overlaps(connection, PARCELS, merged, 3).total == 1
        assert findings.overlaps(connection, PARCELS, merged, findings.MOST_ROWS + 1).total == 0
        assert findings.overlaps(connection, LAYERS["buildings"], merged, 3).total == 0


def test_land_outside_its_commune_is_told_with_how_far(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        commune(connection, "69001", "Ici", rows.square(0, 0, 1_000))
        merged = rows.import_row(connection)
        own = {"import": merged, "commune_insee": "69001"}
        rows.parcel(connection, "inside", rows.square(0, 0), **own)
        rows.parcel(connection, "near", rows.square(1_000 + findings.TOLERANCE_M - 1, 0), **own)
        rows.parcel(connection, "far", rows.square(1_200, 0), **own)
        rows.parcel(connection, "farther", rows.square(2_000, 0), **own)
        rows.parcel(connection, "prospect", rows.square(3_000, 0), origin="cadastre", **own)
        rows.parcel(connection, "elsewhere", rows.square(3_000, 0), **(own | {"commune_insee": "69002"}))
        rows.parcel(connection, "before", rows.square(3_000, 0), commune_insee="69001")
        found = findings.outside(connection, PARCELS, merged)
        assert connection.scalar(select(tables.commune.c.name)) == "Ici"
    assert found.total == 2
    assert [(row.key, row.metres, row.name) for row in found.worst] == [
        ("farther", 1_000.0, "Ici"),
        ("far", 200.0, "Ici"),
    ]
