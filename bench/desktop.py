"""What the fence around the desktop views costs: a box of parcels through them, and through the planners' plain view.

Run from the checkout: ``.venv/bin/python -m bench.desktop [--parcels 200000]``

The land is squares of 50 m side by side, one in ten private to another organisation: **synthetic**. Both views have the
same rows for their reader. Behind a ``security_barrier`` the operator ``&&`` of PostGIS, which PostgreSQL does not know
to be leakproof, runs after the row rule and cannot use the index of outlines. Both answer the same ids, or it stops.
"""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import open_cluster
from geo.store.access import desktop_roles
from geo.store.upgrade import make_database, upgrade

LOGIN = "desk_bench"
FILL = """
    insert into core.organisation (name, kind) values ('A', 'territory'), ('B', 'territory');
    insert into core.source (dataset) values ('grid');
    insert into core.parcel (source, key, origin, market, visibility, responsible, digest, geom)
    select 1, 'T-' || n, 'terrain', 'for_sale', case n % 10 when 0 then 'private' else 'public' end, 2, '',
           st_multi(st_makeenvelope(842000 + (n % 500) * 60, 6519000 + (n / 500) * 60,
                                    842050 + (n % 500) * 60, 6519050 + (n / 500) * 60, 2154))
    from generate_series(1, {count}) n;
    truncate core.dirty;
    insert into core.parcel_derived (parcel, surface_m2) select id, 2500 from core.parcel;
    insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select id, st_transform(geom, 4326), st_transform(geom, 3857), '' from core.parcel;
    analyze;
"""
BOX = "select id from {view} where geom && st_makeenvelope(:w, :s, :w + :side, :s + :side, 2154)"


def main() -> None:
    """Fill a base, ask both views for boxes, tell ratios first."""
    parser = argparse.ArgumentParser(description="Boxes through the desktop views.")
    parser.add_argument("--parcels", type=int, default=200_000)
    count = parser.parse_args().parcels
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"SYNTHETIC: {count:,} parcels, one in ten hidden")
    with _base(count) as connection:
        print("box          ratio   desktop      plain view")
        for side in (600, 3_000, 30_000):
            plain = _took(connection, "emprise_planner", "as_planner.parcel", side)
            fenced = _took(connection, LOGIN, "desktop.parcels", side)
            if plain[1] != fenced[1]:
                raise SystemExit("the views differ")
            print(f"{side:>6} m  {fenced[0] / plain[0]:>7.1f}x  {fenced[0]:>7.1f} ms   {plain[0]:>7.1f} ms")


def _took(connection: Connection, reader: str, view: str, side: int) -> tuple[float, list[int]]:
    """The median time (ms) of a box through a view, and the ids found; as its reader, with the organisation's eyes."""
    connection.execute(text(f"set session authorization {reader}"))
    connection.execute(text("select set_config('emprise.organisation', '1', false)"))
    asked = {"w": 850_000, "s": 6_522_000, "side": side}
    found, times = [], []
    for _ in range(7):
        begun = time.perf_counter()
        found = sorted(connection.scalars(text(BOX.format(view=view)), asked))
        times.append(1_000 * (time.perf_counter() - begun))
    connection.execute(text("reset session authorization"))
    return statistics.median(times), found


@contextmanager
def _base(count: int) -> Iterator[Connection]:
    folder = Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.chmod(0o755)
    try:
        with open_cluster(folder, durable=False) as running:
            query = f"?host={running.socket_dir}&port={running.port}"
            engine = create_engine(f"postgresql+psycopg://{running.superuser}@/bench{query}", poolclass=NullPool)
            make_database(engine.url)
            upgrade(engine.url, srid=2154)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execution_options(no_parameters=True).exec_driver_sql(FILL.format(count=count))
                with desktop_roles.administering(engine.url) as other:
                    desktop_roles.create(other, LOGIN, 1, [desktop_roles.Value("market", "sold", 0, "vendu", "sold")])
                connection.execution_options(no_parameters=False)
                yield connection
            engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
