"""A base of synthetic parcels to be read: generated land, one in ten not public, with all that is served of them.

What a reader sees comes from the statements of the service itself; what costs hours to derive and is only shown (plan
zone, buildable surface, dates) is drawn by the number of the parcel, on 400 states of readiness.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from sqlalchemy import URL, Connection, create_engine, text

from geo.cluster import Running, open_cluster
from geo.derive import served
from geo.generate.land import generate
from geo.store.upgrade import current_revision, make_database, upgrade

NAME = "serving"
KEPT = os.environ.get("EMPRISE_BENCH_BASE")
"""Folder of a base that is used again."""
SEED = 1
HIDDEN = 10
"""One parcel in as many is of the agency alone."""
SERVED_TOGETHER = 20_000

STAGE = """
    create unlogged table staged (key text, name text, site text, commune text, price float8, mw float8, shape text)"""
COPY = "copy staged from stdin"
NUMBERED = """
    insert into core.parcel (source, key, origin, name, site_key, market, price_eur_m2, power_mw, visibility, digest,
                             synthetic, observed_on, geom)
    select (select max(id) from core.source), key, 'terrain', name, site,
           (array['for_sale', 'for_sale', 'sold', 'optioned', 'not_marketed', 'unknown'])[1 + n % 6], price, mw,
           case when n % {hidden} = 0 then 'agency' else 'public' end, '', true, date '2026-06-01' - (n % 900)::int,
           st_multi(st_transform(st_setsrid(st_geomfromgeojson(shape), 4326), 2154))
    from (select *, row_number() over () as n from staged) s"""
STATES = """
    with states as (insert into core.readiness_state (digest, states)
                    select decode(md5(n::text), 'hex'), '{}' from generate_series(0, 399) n returning id)
    insert into core.readiness (state_id, need_class, as_of, catalogue, p50, p80, ready_class, start, start_cleared)
    select id, 'owner', day, 'bench', day + (id * 7 % 1500)::int, day + (id * 9 % 2000)::int,
           (array['immediate', '0_6', '6_12', 'over_12'])[1 + id % 4], '', ''
    from states, (select core.today() + d as day from generate_series(0, 30) d) x"""
DERIVED = """
    insert into core.parcel_derived (parcel, scale, surface_m2, buildable_m2, zone_label, zone_type, industry,
                                     commune_insee, state_id)
    select p.id, 1, st_area(geom), st_area(geom) * 0.8, (array['UX', 'UI', 'AUx', 'UE'])[1 + p.id % 4],
           (array['U', 'U', 'AUc', 'U'])[1 + p.id % 4], (array['allowed', 'conditional', 'forbidden'])[1 + p.id % 3],
           s.commune, 1 + p.id % 400
    from core.parcel p join staged s using (key)"""


def address(running: Running) -> URL:
    """The base, as the administrator of its cluster."""
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", username=running.superuser, database=NAME, query=query)


@contextmanager
def served_base(folder: Path, count: int) -> Iterator[Running]:
    """A cluster in ``folder`` with ``count`` parcels; one that is there already is used again."""
    home = folder / "cluster"
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    with open_cluster(home) as running:
        if not (folder / "filled").exists():
            make_database(address(running))
            upgrade(address(running), srid=2154)
            _fill(address(running), count)
            (folder / "filled").write_text(str(count))
        _upgraded(address(running))
        yield running


def _upgraded(admin: URL) -> None:
    """To the newest schema; a revision that wrote every row leaves the table twice its size."""
    engine = create_engine(admin).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        before = current_revision(connection)
    upgrade(admin, srid=2154)
    with engine.connect() as connection:
        if current_revision(connection) != before:
            connection.execute(text("vacuum (full, analyze) core.parcel_served"))
            connection.execute(text("vacuum core.parcel_served"))  # full leaves no map of what all see
    engine.dispose()


def _fill(admin: URL, count: int) -> None:
    """Parcels and what is derived of them, without the triggers that would have them derived."""
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("insert into core.source (dataset) values ('bench')"))
        connection.execute(text(STAGE))
        _copy(connection, count)
        connection.execute(text(NUMBERED.format(hidden=HIDDEN)))
        connection.execute(text(STATES))
        connection.execute(text(DERIVED))
    with engine.begin() as connection:
        connection.execute(text("analyze core.parcel, core.parcel_derived"))
        last = connection.scalar(text("select max(id) from core.parcel")) or 0
        for first in range(1, last + 1, SERVED_TOGETHER):
            connection.execute(served.STATEMENT, {"parcels": list(range(first, first + SERVED_TOGETHER))})
        connection.execute(text("drop table staged"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()


def _copy(connection: Connection, count: int) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(COPY) as sink:
        for feature in generate(count, SEED):
            facts = feature["properties"]
            if isinstance(facts, dict) and facts["layer"] == "parcel":
                told = (facts.get(name) for name in ("name", "site_id", "commune_insee", "terr_m2_prix", "power_mw"))
                sink.write_row((feature["id"], *told, orjson.dumps(feature["geometry"]).decode()))
