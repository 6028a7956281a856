"""The land of bench/match.py: distinct shapes, generated, loaded and derived as any land, and bases of copies of them.

50,000 shapes take some five minutes of one processor to derive, three quarters of it their profiles; a million copies
are made by SQL with all that is derived of the shape, in some minutes more. A folder that has them is used again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from geo.cluster import Running, open_cluster
from geo.derive import work
from geo.generate.land import write
from geo.intake.load import Options, load
from geo.store.database import Database
from geo.store.upgrade import make_database, upgrade

AS_OF = date(2026, 11, 22)
SEED = 7
COPY = """
    with land as materialized (select p.*, row_number() over (order by p.id) as place
                               from core.parcel p where p.deleted_on is null and p.key not like '%#%'),
    wanted as materialized (select n, 1 + n % (select count(*) from land) as place
                            from generate_series(cast(:first as integer), cast(:last as integer)) n),
    numbered as (select l.*, n from wanted join land l using (place))
    insert into core.parcel (source, import, key, origin, name, site_key, commune_insee, market, price_eur_m2, power_mw,
                             visibility, digest, synthetic, observed_on, etat_occup, geom)
    select source, import, key || '#' || n, origin, name, site_key, commune_insee,
           (array['for_sale', 'for_sale', 'for_lease', 'sold', 'optioned', 'not_marketed', 'unknown', 'prospect'])
               [1 + abs(hashint4(n)) % 8],
           case when hashint4(n + 1) % 5 <> 0 then 10 + abs(hashint4(n + 2)) % 140 end,
           case when hashint4(n + 3) % 3 <> 0 then abs(hashint4(n + 4)) % 40 end,
           case when n % 10 = 0 then 'agency' else 'public' end, '', true, observed_on, etat_occup, geom
    from numbered
"""
DERIVED = """
    insert into core.parcel_derived (parcel, scale, surface_m2, buildable, buildable_m2, profile, sides, built, touched,
        zone_label, zone_type, industry, industry_rule, industry_source, industry_confidence, commune_insee, site,
        state_id)
    select c.id, d.scale, d.surface_m2, d.buildable, d.buildable_m2, d.profile, d.sides, d.built, d.touched,
        d.zone_label, d.zone_type, d.industry, d.industry_rule, d.industry_source, d.industry_confidence,
        d.commune_insee, d.site, s.ids[1 + abs(hashint4(c.id::int)) % cardinality(s.ids)]
    from core.parcel c join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_derived d on d.parcel = p.id,
    (select array_agg(id order by id) as ids from core.readiness_state) s
    where c.key like '%#%' and not exists (select from core.parcel_derived x where x.parcel = c.id)
"""
NEAREST = """insert into core.parcel_nearest (parcel, kind, point, metres)
    select c.id, e.kind, e.point, e.metres from core.parcel c
    join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_nearest e on e.parcel = p.id
    where c.key like '%#%' and not exists (select from core.parcel_nearest x where x.parcel = c.id)"""
SERVED = """insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select c.id, v.geom_4326, v.geom_3857, '' from core.parcel c
    join core.parcel p on p.source = c.source and p.key = split_part(c.key, '#', 1)
    join core.parcel_served v on v.parcel = p.id
    where c.key like '%#%' and not exists (select from core.parcel_served x where x.parcel = c.id)"""
"""With the trigger that copies what lists find land by."""


@contextmanager
def shapes_in(folder: Path, shapes: int) -> Iterator[URL]:
    """A cluster in ``folder`` whose database has the distinct shapes, loaded and derived."""
    folder.chmod(0o755)
    (folder / "cluster").mkdir(mode=0o755, parents=True, exist_ok=True)
    with open_cluster(folder / "cluster") as running:
        admin = _address(running)
        if not (folder / "shapes").exists():
            make_database(admin)
            upgrade(admin, srid=2154)
            database = Database(admin)
            write(folder / "land.geojson", shapes, SEED)
            load(database, folder / "land.geojson", Options(visibility="public"), srid=2154)
            work.derive(database, as_of=AS_OF)
            database.close()
            (folder / "shapes").write_text(str(shapes))
        upgrade(admin, srid=2154)
        yield admin


def _address(running: Running) -> URL:
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", username=running.superuser, database="bench", query=query)


def filled(admin: URL, size: int) -> URL:
    """A database of ``size`` parcels: the shapes and copies of them; one that is there already is used again."""
    address = admin.set(database=f"{admin.database}_{size}")
    server = create_engine(admin.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        known = text("select count(*) from pg_database where datname = :name")
        if not connection.scalar(known, {"name": address.database}):
            connection.execute(text(f'create database "{address.database}" template "{admin.database}"'))
            _fill(address, size)
    server.dispose()
    upgrade(address, srid=2154)
    return address


def _fill(address: URL, size: int) -> None:
    """Copies, without the triggers that would have them derived."""
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        there = connection.scalar(text("select count(*) from core.parcel")) or 0
        connection.execute(text(COPY), {"first": there + 1, "last": size})
        for statement in (DERIVED, NEAREST):
            connection.execute(text(statement))
        connection.execute(text("set local session_replication_role = origin"))
        connection.execute(text(SERVED))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()
