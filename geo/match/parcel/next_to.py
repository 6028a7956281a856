"""Where a need asks to be next to something, or within minutes of a point: what that is, with one audience's eyes."""

from typing import Any

from sqlalchemy import Connection, text

from geo.fit.adjacency import LEAST_SHARED_M, TOLERANCE_M
from geo.match.need.places import MinutesFrom, Near, Place
from geo.match.parcel.around import Beside, Travel

SIRET_DIGITS = 14
NEAR_M = 200.0
"""An establishment stands on the parcel nearest to its point, no farther than that [estimate]: an address is a point
of the street."""
AROUND_KM = 10.0
"""Land whose point lies farther away shares no limit with it [estimate]: a point may be that of a town hall."""
GAP_M = 100.0
"""Outlines of neighbouring communes, and land at their edge, may be drawn so far apart [estimate]."""

PARCEL = text("select id, st_asewkb(geom) as geom from parcel where id = :id and geom is not null")

# The parcel that holds the establishment, else its cadastral parcel, else the parcel nearest to it.
STANDS_ON = text("""
    with e as (select geom from establishment where siret = :siret and geom is not null limit 1)
    (select 1 as rank, st_area(p.geom) as by, p.id, st_asewkb(p.geom) as geom
     from e join parcel p on st_contains(p.geom, e.geom))
    union all
    (select 2, st_area(c.geom), null, st_asewkb(c.geom) from e join cadastre c on st_contains(c.geom, e.geom))
    union all
    (select 3, st_distance(p.geom, e.geom), p.id, st_asewkb(p.geom)
     from e join parcel p on st_dwithin(p.geom, e.geom, :near))
    order by 1, 2, 3 limit 1
""")

# As geo.fit.adjacency has it: so much of a limit in common, however two drawings of it differ.
BESIDE = text("""
    select p.id from parcel p, (select st_geomfromewkb(:land) as geom) a
    where st_dwithin(p.geom, a.geom, :tolerance) and p.id is distinct from :id
      and st_length(st_intersection(st_boundary(p.geom), st_buffer(a.geom, :tolerance))) >= :least
""")

POINT = text("""
    select st_x(g) as lon, st_y(g) as lat
    from st_transform(st_pointonsurface(st_geomfromewkb(:land)), 4326) g
""")

# Communes that are drawn, but for those of the land and those that touch one of them.
ELSEWHERE = text("""
    with own as materialized (select c.geom from commune c where st_dwithin(c.geom, st_geomfromewkb(:land), :gap)),
         near as (select c.insee from own join commune c on st_dwithin(c.geom, own.geom, :gap))
    select c.insee from commune c
    where c.geom is not null and exists (select from own) and c.insee not in (select insee from near)
""")

COMMUNE = text("""
    select insee from commune
    where st_contains(geom, st_transform(st_setsrid(st_makepoint(:lon, :lat), 4326), st_srid(geom)))
    order by insee limit 1
""")
# A road leads both ways; of two tables that tell one travel, the newer.
REACH = text("""
    select distinct on (other) other, minutes, km, source, known_on from (
        select target as other, minutes, km, source, known_on::text as known_on, id from travel_time
        where origin = :insee
        union all
        select origin, minutes, km, source, known_on::text, id from travel_time where target = :insee) t
    order by other, known_on desc nulls last, id desc
""")


def read(connection: Connection, place: Place) -> dict[str, Any]:
    """What a place of a need asks of neighbours and travel times, as members of Around."""
    found: dict[str, Any] = {}
    if place.adjacent_to is not None:
        found["beside"] = _beside(connection, place.adjacent_to)
    if place.minutes_from is not None:
        found["reach"] = _reach(connection, place.minutes_from)
    return found


def _beside(connection: Connection, asked: str) -> Beside:
    """The parcels next to a parcel by its id, or next to the land of an establishment by its SIRET."""
    said = asked.replace(" ", "")
    if not said.isascii() or not said.isdigit() or len(said) > SIRET_DIGITS:
        return Beside(asked)
    if len(said) == SIRET_DIGITS:
        land = connection.execute(STANDS_ON, {"siret": said, "near": NEAR_M}).first()
    else:
        land = connection.execute(PARCEL, {"id": int(said)}).first()
    if land is None:
        return Beside(asked)
    bounds = {"tolerance": TOLERANCE_M, "least": LEAST_SHARED_M}
    rows = connection.execute(BESIDE, {"land": land.geom, "id": land.id, **bounds})
    point = connection.execute(POINT, {"land": land.geom}).one()
    elsewhere = connection.execute(ELSEWHERE, {"land": land.geom, "gap": GAP_M}).scalars()
    within = Near.model_construct(lon=point.lon, lat=point.lat, km=AROUND_KM)
    return Beside(asked, frozenset(row.id for row in rows), within, frozenset(elsewhere))


def _reach(connection: Connection, asked: MinutesFrom) -> dict[str, Travel]:
    """By commune, the travel from the commune that holds the point, which is at no distance; {} without a table."""
    insee = connection.execute(COMMUNE, {"lon": asked.lon, "lat": asked.lat}).scalar()
    if insee is None:
        return {}
    rows = connection.execute(REACH, {"insee": insee})
    found = {row.other: Travel(row.minutes, row.km, row.source, row.known_on) for row in rows}
    return {insee: Travel(0.0, 0.0, None, None), **found} if found else {}
