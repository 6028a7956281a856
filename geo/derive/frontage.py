"""Which sides of a parcel lie on public ground: what a lorry enters by, and from where setbacks to the road count."""

from collections.abc import Sequence
from hashlib import md5
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Row, text

from geo.fit.checks import UnusableShape, polygonal
from geo.fit.drawn import REACH_M, Drawn, sides_in
from geo.fit.frontage import NEAR_M

# Outside the complete communes no side is known: nothing is read there.
AROUND = text("""
    select p.id, st_srid(p.geom) as srid, st_asbinary(p.geom) as geom, n.shapes, n.whole, w.water,
           d.inputs ->> 'frontage' as before
    from core.parcel p join core.parcel_derived d on d.parcel = p.id
    left join lateral (
        select array_agg(st_asbinary(c.geom) order by c.id) as shapes,
               array_agg(k.code is not null order by c.id) as whole
        from core.cadastral_parcel c left join core.cadastre_complete k on k.code = left(c.idu, 5)
        where c.retired_on is null and c.geom && st_expand(p.geom, :reach)
        having bool_or(k.code is not null)) n on true
    left join lateral (
        select array_agg(st_asbinary(a.geom) order by a.id) as water from core.constraint_area a
        where n.shapes is not null and a.kind = 'water' and a.geom && st_expand(p.geom, :near)) w on true
    where p.id = any(:parcels)
""")
STORE = text("""
    update core.parcel_derived d set sides = st_geomfromewkb(c.sides),
        inputs = d.inputs || jsonb_build_object('frontage', c.made)
    from unnest(cast(:parcels as bigint[]), cast(:sides as bytea[]), cast(:made as text[])) c (parcel, sides, made)
    where d.parcel = c.parcel
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``sides`` (planar CRS) where the parcel, or what is drawn around it, changed.

    Null without an outline, and where no commune around is recorded as completely loaded.
    """
    asked = {"parcels": list(parcels), "reach": REACH_M, "near": NEAR_M}
    found = [(row, _made(row, recipe)) for row in connection.execute(AROUND, asked)]
    changed = [(row, made) for row, made in found if made != row.before]
    if changed:
        sides = [_sides(row) for row, _ in changed]
        stored = {"parcels": [row.id for row, _ in changed], "made": [made for _, made in changed]}
        connection.execute(STORE, {**stored, "sides": sides})


def _made(row: Row[Any], recipe: str) -> str:
    """The recipe and the digest of what the sides are made of."""
    if row.geom is None or row.shapes is None:
        return f"{recipe}:"
    read = md5(row.geom, usedforsecurity=False)
    for shape, whole in zip(row.shapes, row.whole, strict=True):
        read.update(b"1" if whole else b"0")
        read.update(shape)
    for shape in row.water or ():
        read.update(b"w")
        read.update(shape)
    return f"{recipe}:{read.hexdigest()}"


def _sides(row: Row[Any]) -> bytes | None:
    if row.geom is None or row.shapes is None:
        return None
    shapes, water = list(shapely.from_wkb(row.shapes)), list(shapely.from_wkb(row.water or []))
    drawn = Drawn(shapes, np.array(row.whole, np.bool_), water)
    try:
        found = sides_in(polygonal(shapely.from_wkb(row.geom)), drawn)
    except (UnusableShape, shapely.errors.GEOSException):
        return None
    return bytes(shapely.to_wkb(shapely.set_srid(found.collection(), row.srid), include_srid=True))
