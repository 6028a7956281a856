"""Which parcels are neighbours of a changed one, kept as pairs of which the younger parcel holds the row.

A pair belongs to its younger parcel alone, so that processes that derive side by side never write the same row.
"""

from collections.abc import Sequence

import shapely
from sqlalchemy import Connection, delete, insert, text

from geo.fit.adjacency import TOLERANCE_M, neighbours
from geo.store import tables

OLDER_AND_OWN = text("""
    select q.id, st_asbinary(q.geom) as geom, q.id = any(:parcels) as own
    from core.parcel q
    where q.id in (
        select r.id from core.parcel p
        join core.parcel r on r.deleted_on is null and r.id <= p.id and r.geom && st_expand(p.geom, :reach)
        where p.id = any(:parcels) and p.deleted_on is null)
    order by q.id
""")


def derive(connection: Connection, parcels: Sequence[int]) -> None:
    """Find anew the older neighbours of these parcels: metres of limit in common, m2 of overlap (planar CRS)."""
    found = connection.execute(OLDER_AND_OWN, {"parcels": list(parcels), "reach": 2 * TOLERANCE_M}).all()
    own = [place for place, row in enumerate(found) if row.own]
    pairs = neighbours(shapely.from_wkb([row.geom for row in found]), of=own)
    rows = [
        {"a": found[first].id, "b": found[second].id, "shared_m": shared, "overlap_m2": overlap}
        for first, second, shared, overlap in zip(*(column.tolist() for column in pairs), strict=True)
        if found[second].own
    ]
    connection.execute(delete(tables.adjacency).where(tables.adjacency.c.b.in_(list(parcels))))
    if rows:
        connection.execute(insert(tables.adjacency), rows)
