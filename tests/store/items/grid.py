"""Parcels on a grid, served without being derived: many of them in a few seconds, and those of a run once."""

from collections.abc import Iterator

from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.database import Database
from tests.conftest import copied, filled_template

PARCELS = 25_000
"""Of the large grid, one in ten private, one in fifty for sale and as many under option; more than are counted."""

FILL = """
    insert into core.source (dataset) values ('grid');
    insert into core.parcel (source, key, origin, market, visibility, digest, geom)
    select 1, 'T-' || n, 'terrain', case n % 50 when 1 then 'for_sale' when 2 then 'optioned' else 'sold' end,
           case n % 10 when 0 then 'private' else 'public' end, '',
           st_multi(st_makeenvelope(842000 + (n % 200) * 60, 6519000 + (n / 200) * 60,
                                    842050 + (n % 200) * 60, 6519050 + (n / 200) * 60, 2154))
    from generate_series(1, {count}) n;
    truncate core.dirty;
    insert into core.parcel_derived (parcel, surface_m2) select id, 2500 from core.parcel;
    insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select id, st_transform(geom, 4326), st_transform(geom, 3857),
           '{{"type":"Feature","id":' || id || ',"geometry":null,"properties":{{"id":' || id from core.parcel;
    analyze core.parcel; analyze core.parcel_derived; analyze core.parcel_served;
"""
PADDED = """update core.parcel_served set doc = doc || ',"pad":"' || repeat('x', 1000) || '"'"""


def run(address: URL, script: str) -> None:
    """Run a script as the owner of a base."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(script)
    engine.dispose()


def large_grid(cluster: Running, template: str) -> str:
    """The name of a base with the large grid, to be copied."""
    return filled_template(cluster, template, "large_grid", lambda address: run(address, FILL.format(count=PARCELS)))


def filled(cluster: Running, template: str, count: int) -> Iterator[Database]:
    """A base of so many parcels, each a kilobyte of GeoJSON, as real ones are."""
    yield from _padded(cluster, template, f"streamed_{count}", FILL.format(count=count))


def large(cluster: Running, template: str, name: str) -> Iterator[Database]:
    """The same of the large grid."""
    yield from _padded(cluster, large_grid(cluster, template), name, "")


def _padded(cluster: Running, template: str, name: str, fill: str) -> Iterator[Database]:
    with copied(cluster, template, name) as address:
        run(address, fill + PADDED)
        database = Database(address, pool_size=2)
        yield database
        database.close()
