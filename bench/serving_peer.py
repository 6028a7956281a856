"""What ``bench.serving`` compares with: the public's parcels as a table for TiPG, as finished rows for the floor."""

from sqlalchemy import Connection, create_engine, text

from bench.serving_base import address
from geo.cluster import Running
from geo.store.database import Role
from geo.store.items.page import item_statement
from geo.store.reading import digest
from geo.store.views import views

SHOWN = ", ".join(
    f"round(({column.name})::numeric, 2)::float8 as {column.name}" if column.type == "number" else column.name
    for column in views.columns(views.PARCEL, Role.PUBLIC)
    if column.property
)
TABLES = """
    create schema peer;
    create table peer.parcel as select {shown}, geom from as_public.parcel;
    alter table peer.parcel add primary key (id);
    create index on peer.parcel using gist (geom);
    create index on peer.parcel (zone_label, surface_m2);
    create table peer.finished as select parcel.id, convert_from({item}, 'UTF8') as doc,
        parcel.geom_4326, parcel.geom_3857, zone_label, surface_m2, name, market, industry,
        ready_class, ready_p80::text, buildable_m2, commune_name
        from as_public.parcel;
    alter table peer.finished add primary key (id);
    create index on peer.finished using gist (geom_4326);
    create index on peer.finished using gist (geom_3857);
    create index on peer.finished (zone_label, surface_m2);
"""
ASKED = """
    create table peer.asked as select row_number() over () as n, id, st_x(m) as x, st_y(m) as y,
        floor((st_x(w) + 20037508.342789244) / 40075016.685578488 * 2 ^ 14)::int as col,
        floor((20037508.342789244 - st_y(w)) / 40075016.685578488 * 2 ^ 14)::int as row
    from (select id, st_centroid(geom_4326) as m, st_centroid(geom_3857) as w from peer.finished
          where id % 1499 = 7 order by md5(id::text) limit 500) p;
    alter table peer.asked add primary key (n);
"""
FLOOR = """
    create index if not exists finished_floor on peer.finished (zone_label, surface_m2) include (id)"""
"""For the floor alone: by it ids are found without their rows, as ours are."""
MADE_OF = "select core.today()::text, obj_description(to_regnamespace('peer'), 'pg_namespace')"
"""The day it is, on which dates depend, and what the tables were made of, if they are there."""


def prepare(running: Running) -> list[tuple[int, float, float, int, int]]:
    """Make the tables unless they are there as of today.

    Returns the parcels asked about: id, longitude, latitude, column and row at z14.
    """
    engine = create_engine(address(running))
    with engine.begin() as connection:
        day, made_of = connection.execute(text(MADE_OF)).one()
        if (wanted := digest(day, TABLES, ASKED, *(one.sql for one in views.PARCEL))) != made_of:
            connection.execute(text("drop schema if exists peer cascade"))
            _make(connection)
            connection.execute(text(f"comment on schema peer is '{wanted}'"))
        connection.execute(text(FLOOR))
        asked = [tuple(row) for row in connection.execute(text("select id, x, y, col, row from peer.asked order by n"))]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze peer.parcel, peer.finished"))
    engine.dispose()
    return asked


def _make(connection: Connection) -> None:
    connection.execute(text("set local search_path = as_public, core, public"))
    told = item_statement(Role.PUBLIC).partition(" as feature")[0].removeprefix("select ")
    script = TABLES.format(shown=SHOWN, item=told) + ASKED
    connection.execution_options(no_parameters=True).exec_driver_sql(script)
