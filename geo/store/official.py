"""Our rows as an official file needs them: whole, with what was published beside them, effective values throughout."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text


def _parcels(*origins: str) -> str:
    listed = ", ".join(f"'{origin}'" for origin in origins)
    return f"""
        select p.*, c.name as commune_name, coalesce(p.commune_insee, d.commune_insee) as insee,
          s.key as site_around, coalesce(cast(:producer as text), o.producer) as source_name,
          st_transform(p.geom, 4326) as degrees, core.ground_m2(p.geom) as ground_m2,
          st_x(m.at) as lon, st_y(m.at) as lat, core.today() as today, p.published ->> 'date_dispo' as date_dispo,
          r.p50 as ready_p50, r.p80 as ready_p80, r.ready_class, r.catalogue as ready_catalogue
        from core.parcel p
        left join core.parcel_derived d on d.parcel = p.id
        left join core.readiness r on r.state_id = d.state_id and r.need_class = 'owner' and r.as_of = core.today()
        left join core.commune c on c.insee = d.commune_insee
        left join core.site s on s.id = d.site
        join core.source o on o.id = p.source
        cross join lateral (select st_transform(st_centroid(coalesce(p.geom, p.location)), 4326) as at) m
        where p.origin in ({listed}) and p.deleted_on is null
          and (cast(:responsible as bigint) is null or p.responsible = :responsible)
        order by p.key, p.id"""


def _plain(table: str, key: str, more: str = "") -> str:
    return f"""
        select t.*, {more} st_x(o.at) as lon, st_y(o.at) as lat from core.{table} t
        cross join lateral (select st_transform(st_centroid(t.geom), 4326) as at) o
        order by t.{key}, t.id"""


POINTS = """st_transform(st_setsrid(st_geomfromgeojson(t.published ->> 'etab_geompoint'), 4326), st_srid(t.geom))
    as points,"""
"""Where an establishment stands that has several points, in the stored system."""
CLASSES: Mapping[str, str] = {
    "pole-eco": _plain("pole", "key"),
    "site-eco": _plain("site", "key"),
    "terrain-eco": _parcels("terrain", "drawn"),
    "etablissement": _plain("establishment", "siret", POINTS),
    "friches": _parcels("friche"),
}
"""The rows of each official class. Those of parcels may be of one organisation (``:responsible``), and have who
produced their source, or what ``:producer`` says instead, as ``source_name``."""
_BATCH = 1_000


def records(
    connection: Connection, name: str, *, responsible: int | None = None, producer: str | None = None
) -> Iterator[dict[str, Any]]:
    """The rows behind the official class ``name``, by column, geometries as EWKB in hexadecimal.

    ``lon`` and ``lat`` are the centroid of each row, ``degrees`` the outline of a parcel, in EPSG:4326; ``points``
    those of an establishment that has several.
    """
    values = {"responsible": responsible, "producer": producer} if ":responsible" in CLASSES[name] else {}
    streamed = connection.execution_options(stream_results=True, yield_per=_BATCH)
    for row in streamed.execute(text(CLASSES[name]), values):
        yield dict(row._mapping)
