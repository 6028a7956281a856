"""The profile of a parcel: which buildings fit on its buildable area, proved for every length and width."""

from collections.abc import Sequence

import shapely
from sqlalchemy import Connection, Row, text

# Land that is what it was keeps its profile: a constraint loaded beside it takes nothing from it.
CHANGED = text("""
    select * from (
        select p.id, st_asbinary(p.geom) as geom, st_asbinary(d.buildable) as buildable,
               cast(:recipe as text) || ':'
                   || coalesce(md5(st_asbinary(p.geom) || st_asbinary(d.buildable)), '') as made,
               d.inputs ->> 'profile' as before
        from core.parcel p join core.parcel_derived d on d.parcel = p.id
        where p.id = any(:parcels)) c
    where made is distinct from before
""")
STORE = text("""
    update core.parcel_derived d set profile = c.profile,
        inputs = d.inputs || jsonb_build_object('profile', c.made)
    from unnest(cast(:parcels as bigint[]), cast(:profiles as bytea[]), cast(:made as text[])) c (parcel, profile, made)
    where d.parcel = c.parcel
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``profile`` (geo.fit.profile, planar metres) where the parcel or its buildable area changed.

    Null without an outline, and where the outline is one that no building can be placed on.
    """
    found = connection.execute(CHANGED, {"parcels": list(parcels), "recipe": recipe}).all()
    if found:
        profiles = [_profile(row) for row in found]
        made = {"parcels": [row.id for row in found], "made": [row.made for row in found]}
        connection.execute(STORE, {"profiles": profiles, **made})


def _profile(row: Row[tuple[int, bytes | None, bytes | None, str, str | None]]) -> bytes | None:
    from geo.fit.checks import UnusableShape, polygonal  # the compiler comes with the first profile that is made
    from geo.fit.profile_build import measure

    if row.geom is None or row.buildable is None:
        return None
    try:
        return measure(polygonal(shapely.from_wkb(row.geom)), polygonal(shapely.from_wkb(row.buildable))).to_bytes()
    except UnusableShape:
        return None
