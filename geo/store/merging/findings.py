"""What only the base shows of rows just merged: land drawn twice, land outside the commune it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.whose import own

MOST_ROWS = 20_000
"""Overlaps are looked for among so many new or changed rows, about two seconds' work; never in a whole department."""
TOLERANCE_M = 50.0
"""Limits of communes are published generalised: what lies nearer than this may be within."""
LISTED = 40

# Freshly merged rows have no statistics: "offset 0" makes the planner look neighbours up by their boxes, row by row.
OVERLAPS = """
    with pair as materialized (
        select a.{key} as one, b.key as other, a.geom as g, b.geom as h
        from {table} a
        cross join lateral (
            select n.{key} as key, n.source, n."import", n.geom from {table} n
            where n.geom && a.geom and n.{live} is null and {mine} offset 0) b
        where a."import" = :import and a.{live} is null and b.source = a.source and a.{key} <> b.key
          and (b."import" is distinct from :import or a.{key} < b.key)
          and st_relate(a.geom, b.geom, '2********')),
    measured as (select one, other, g, st_area(st_intersection(g, h)) as planar from pair)
    select one, other, planar / core.scale_factor(g) ^ 2 as m2, count(*) over () as total
    from measured order by planar desc, one, other limit :most"""

OUTSIDE = """
    select t."{key}" as key, t.commune_insee as commune, c.name, st_distance(c.geom, p.place) as metres,
           count(*) over () as total
    from {table} t
    cross join lateral (select {place} as place) p
    join core.commune c on c.insee = t.commune_insee
    where t."import" = :import and p.place is not null and not st_dwithin(c.geom, p.place, :tolerance)
    order by metres desc, t."{key}" limit :most"""

_LIVE = {"parcels": "deleted_on", "cadastre": "retired_on"}
"""The layers whose overlaps are told, and the day from which a row of theirs is land no more."""
_PLACES = {
    "parcels": "case when t.origin <> 'cadastre' then coalesce(t.location, t.geom) end",
    "sites": "t.geom",
    "establishments": "t.geom",
}
"""Where the rows of a layer lie that names communes; what is cut from the cadastre is in its own by its number."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows or pairs, and the worst of them."""

    total: int
    worst: Sequence[Any]


def overlaps(connection: Connection, layer: Layer, import_id: int, rows: int) -> Found:
    """Pairs (one, other, m2 on the ground) of cadastral or offered parcels of one source, one of them merged just now,
    whose surfaces overlap; none looked for when more than MOST_ROWS ``rows`` are new or changed."""
    live = _LIVE.get(layer.name)
    if live is None or not 0 < rows <= MOST_ROWS:
        return Found(0, [])
    mine = own("n") if layer.name == "parcels" else "true"
    statement = OVERLAPS.format(key=f'"{layer.key[-1]}"', table=layer.sql_name, live=live, mine=mine)
    return _found(connection, statement, import_id)


def outside(connection: Connection, layer: Layer, import_id: int) -> Found:
    """Rows (key, commune, name, metres) merged just now that lie outside the commune they name, farthest first."""
    place = _PLACES.get(layer.name)
    if place is None:
        return Found(0, [])
    statement = OUTSIDE.format(table=layer.sql_name, place=place, key=layer.key[-1])
    return _found(connection, statement, import_id, tolerance=TOLERANCE_M)


def _found(connection: Connection, statement: str, import_id: int, **values: object) -> Found:
    rows = connection.execute(text(statement), {"import": import_id, "most": LISTED, **values}).all()
    return Found(rows[0].total if rows else 0, rows)
