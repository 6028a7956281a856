"""The nearest object of each kind for many parcels, beside measuring them all in SQL and beside a tree in memory.

Run from the checkout: ``.venv/bin/python -m bench.nearest [--parcels 20000] [--things 5000] [--seed 1]``

The land is squares of 20 to 400 m strewn over 300 x 300 km, the things points of eight kinds, some far rarer than
others and one freight station in ten of two kinds: **synthetic**. Ours: ``geo.derive.nearest`` as a derivation runs it,
250 parcels a transaction, the rows written. Brute: the same answer by a lateral join that orders by ``st_distance``,
without the index, not written, over fewer parcels. Tree: ``shapely.STRtree.query_nearest`` a kind, geometries in memory
already, reading them from the database not counted. One kind among many: what the lanes of
migrations/networks/up/20_nearest.sql are for, the nearest object of the rarest kind by them and by a plain spatial
index. Ours and brute give the same distances, or it stops.
"""

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running, open_cluster
from geo.derive import measure, nearest, work
from geo.store.database import Database, Role
from geo.store.upgrade import make_database, upgrade

SRID = 2154
AS_OF = date(2026, 11, 22)
KINDS = ["substation", "motorway_junction", "freight_station", "station", "siding", "airport", "port", "quay"]
SHARES = (0.45, 0.2, 0.12, 0.1, 0.08, 0.03, 0.015, 0.005)
BRUTE = """
    select p.id, k.kind, n.metres from core.parcel p
    cross join unnest(cast(:kinds as text[])) k (kind)
    cross join lateral (
        select st_distance(n.geom, p.geom) as metres from core.network_point n
        where k.kind = any (string_to_array(n.kind, '+')) order by metres limit 1) n
    where p.id = any(:parcels)"""
RAREST = """
    select count(n.metres) from core.parcel p
    cross join lateral (
        select st_distance(n.geom, p.geom) as metres from core.network_point n
        where n.kind = 'quay' {where} order by {order} limit 1) n
    where p.id = any(:parcels)"""


def main() -> None:
    """Strew land and things, find the nearest each way, tell ratios first."""
    parser = argparse.ArgumentParser(description="Nearest objects of many parcels.")
    parser.add_argument("--parcels", type=int, default=20_000)
    parser.add_argument("--things", type=int, default=5_000)
    parser.add_argument("--brute", type=int, default=500, help="parcels measured without an index")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"SYNTHETIC: {options.parcels:,} parcels, {options.things:,} objects of {len(KINDS)} kinds")
    with _database() as (database, owner):
        dice = np.random.default_rng(options.seed)
        with database.connection(Role.WORKER) as connection:
            _fill(connection, dice, options.parcels, options.things)
        with create_engine(owner, poolclass=NullPool).begin() as connection:
            connection.execute(text("create index plain on core.network_point using gist (geom)"))
            for table in ("parcel", "network_point"):
                connection.execute(text(f"analyze core.{table}"))
        _compare(database, options.brute)


def _compare(database: Database, some: int) -> None:
    with database.connection(Role.WORKER) as connection:
        ids = list(connection.scalars(text("select id from core.parcel order by id")))
        ours = _ours(database, ids)
        few = ids[: min(some, len(ids))]
        begun = time.perf_counter()
        told = connection.execute(text(BRUTE), {"kinds": KINDS, "parcels": few}).all()
        brute = len(few) / (time.perf_counter() - begun)
        tree = _tree(connection)
        _check(connection, told)
        lane = _rarest(connection, few, "and n.lane is not null", LANE)
        plain = _rarest(connection, few, "", "n.geom <-> p.geom")
    print(f"  ours / brute: {ours / brute:,.0f} times the parcels/s, written included")
    print(f"  ours / tree in memory: {ours / tree:,.3f} times the parcels/s, written included")
    print(f"  rarest kind, lanes / plain spatial index: {lane / plain:,.1f} times the parcels/s")
    print(f"  nearest of {len(KINDS)} kinds: ours {ours:,.0f} parcels/s, brute {brute:,.1f}, tree {tree:,.0f}")
    print(f"  one kind: lanes {lane:,.0f} parcels/s, plain index {plain:,.0f}")


LANE = "n.lane <-> core.in_lane(p.geom, 'quay')"


def _ours(database: Database, ids: list[int]) -> float:
    for start in range(0, len(ids), work.BATCH):
        with database.connection(Role.WORKER) as connection:
            measure.derive(connection, ids[start : start + work.BATCH], "1")
    begun = time.perf_counter()
    for start in range(0, len(ids), work.BATCH):
        with database.connection(Role.WORKER) as connection:
            nearest.derive(connection, ids[start : start + work.BATCH], "1")
    return len(ids) / (time.perf_counter() - begun)


def _tree(connection: Connection) -> float:
    """Parcels a second by a tree for each kind, the geometries there already."""
    land = shapely.from_wkb(list(connection.scalars(text("select st_asbinary(geom) from core.parcel order by id"))))
    rows = connection.execute(text("select kind, st_asbinary(geom) as geom from core.network_point")).all()
    things = {kind: shapely.from_wkb([row.geom for row in rows if kind in row.kind.split("+")]) for kind in KINDS}
    begun = time.perf_counter()
    for of_kind in things.values():
        shapely.STRtree(of_kind).query_nearest(land, return_distance=True, all_matches=False)
    return len(land) / (time.perf_counter() - begun)


def _rarest(connection: Connection, few: list[int], where: str, order: str) -> float:
    begun = time.perf_counter()
    connection.execute(text(RAREST.format(where=where, order=order)), {"parcels": few}).scalar_one()
    return len(few) / (time.perf_counter() - begun)


def _check(connection: Connection, told: object) -> None:
    """Ours and brute found the same distances."""
    kept = connection.execute(
        text("""select n.parcel, n.kind, n.metres * d.scale as metres from core.parcel_nearest n
            join core.parcel_derived d using (parcel)""")
    )
    ours = {(row.parcel, row.kind): row.metres for row in kept}
    for parcel, kind, metres in told:  # type: ignore[attr-defined]
        if abs(ours[parcel, kind] - metres) > 1e-6:
            raise SystemExit(f"parcel {parcel}: {kind} at {ours[parcel, kind]} m, and not at {metres} m")


def _fill(connection: Connection, dice: np.random.Generator, parcels: int, things: int) -> None:
    connection.execute(text("insert into core.source (dataset) values ('bench')"))
    connection.execute(
        text("""insert into core.import (source, layer, file_name, file_sha256, schema_name, actor)
            select id, 'networks', 'bench', '', 'bench', 'bench' from core.source""")
    )
    east, north = dice.uniform((7e5, 6.4e6), (1e6, 6.7e6), (parcels, 2)).T
    boxes = shapely.multipolygons(shapely.box(east, north, *(np.array([east, north]) + dice.uniform(20, 400, parcels)))
                                  [:, None])  # fmt: skip
    connection.execute(
        text("""insert into core.parcel (source, key, origin, market, visibility, digest, synthetic, geom)
            select (select id from core.source), 'P' || n, 'terrain', 'for_sale', 'public', '', true,
                   st_setsrid(st_geomfromwkb(g), :srid)
            from unnest(cast(:shapes as bytea[])) with ordinality u (g, n)"""),
        {"shapes": shapely.to_wkb(boxes).tolist(), "srid": SRID},
    )
    kinds = dice.choice(KINDS, things, p=SHARES)
    several = [f"{min(k, 'station')}+{max(k, 'station')}" if two else k for k, two in zip(
        kinds, (dice.random(things) < 0.1) & (kinds == "freight_station"), strict=True)]  # fmt: skip
    east, north = dice.uniform((7e5, 6.4e6), (1e6, 6.7e6), (things, 2)).T
    connection.execute(
        text("""insert into core.network_point (source, import, key, kind, digest, synthetic, geom)
            select s.id, i.id, 'N' || n, k, '', true, st_setsrid(st_point(x, y), :srid)
            from core.source s, core.import i, unnest(cast(:kinds as text[]), cast(:east as float8[]),
                cast(:north as float8[])) with ordinality u (k, x, y, n)"""),
        {"kinds": several, "east": east.tolist(), "north": north.tolist(), "srid": SRID},
    )


@contextmanager
def _database() -> Iterator[tuple[Database, URL]]:
    folder = Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.chmod(0o755)
    (folder / "cluster").mkdir(mode=0o755)
    try:
        with open_cluster(folder / "cluster") as running:
            address = _address(running)
            make_database(address)
            upgrade(address, srid=SRID)
            database = Database(address, pool_size=2)
            yield database, address
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _address(running: Running) -> URL:
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", username=running.superuser, database="nearest", query=query)


if __name__ == "__main__":
    main()
