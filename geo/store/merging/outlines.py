"""Land known by its cadastral references, and at most by a point, takes their union for its outline (design §3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.merging.whose import own

NEAR_M = 1.0
"""A point this far (metres) outside the union still lies on its boundary as drawn."""

# Only where every reference is a parcel of the cadastre as it stands: part of the land is not the land.
CANDIDATES = f"""
    select p.id, p.key, p.location, u.geom, coalesce(st_distance(u.geom, p.location), 0) as apart
    from core.parcel p
    cross join lateral (
        select st_multi(st_union(c.geom)) as geom, count(*) as found
        from core.cadastral_parcel c where c.idu = any(p.cadastral_ids) and c.retired_on is null) u
    where p.geom is null and p.deleted_on is null and p.origin <> 'cadastre' and p.cadastral_ids <> '{{}}'
      and not p.overrides ? 'geom' and {own("p")}
      and u.found > 0 and u.found = (select count(distinct i) from unnest(p.cadastral_ids) i)
"""
TAKE = text(f"""
    with found as materialized ({CANDIDATES})
    update core.parcel p set geom = f.geom, outline = 'cadastre'
    from found f where f.id = p.id and f.apart <= :near and st_geometrytype(f.geom) = 'ST_MultiPolygon'
    returning p.key
""")
OUTSIDE = text(f"""
    select key, round(apart::numeric, 1)::double precision as apart from ({CANDIDATES}) f
    where apart > :near order by key
""")


@dataclass(frozen=True, slots=True)
class Taken:
    """Keys of the parcels that took an outline, and (key, metres) of those whose point lies outside of theirs."""

    keys: Sequence[str]
    outside: Sequence[tuple[str, float]]


def take(connection: Connection) -> Taken:
    """Give land without an outline the union of its cadastral parcels, where all are known and the point agrees.

    ``parcel.outline`` says so until a file brings an outline of its own.
    """
    keys = list(connection.scalars(TAKE, {"near": NEAR_M}))
    outside = [(row.key, row.apart) for row in connection.execute(OUTSIDE, {"near": NEAR_M})]
    return Taken(sorted(keys), outside)
