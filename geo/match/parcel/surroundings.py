"""Reading what a need asks of the surroundings of land, with the eyes of one audience."""

from collections.abc import Collection, Mapping
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geo.land.text import fold
from geo.match.criteria.near import RAILWAY
from geo.match.need.need import Need
from geo.match.parcel import next_to
from geo.match.parcel.around import Around, NamedArea, Nearest, Thing, Travel

THINGS = text("""
    select id, string_to_array(kind, '+') as kinds, key, name, source, known_on::text as known_on,
           st_asbinary(geom) as geom
    from network where string_to_array(kind, '+') && cast(:kinds as text[]) order by id
""")
AREAS = text("""
    select a.id, a.kind, a.code, a.name, a.source, a.known_on::text as known_on, st_asbinary(a.geom) as geom,
           array(select distinct left(c.insee, case when c.insee ~ '^9[78]' then 3 else 2 end)
                 from area_commune c where (c.kind, c.code) = (a.kind, a.code)) as departments
    from area a order by a.id
""")
EPCIS = text("select distinct epci_siren, epci_name from commune where epci_siren is not null or epci_name is not null")
# Of two tables that tell one travel, the newer.
TRAVELS = text("""
    select distinct on (origin, target) origin, target, minutes, km, source, known_on::text as known_on
    from travel_time where target = any(:targets)
    order by origin, target, known_on desc nulls last, id desc
""")
# People of the communes one gets to in time; those of the commune itself are there already.
PEOPLE = text("""
    select r.origin, sum(c.population) as people
    from (select origin, target from travel_time where minutes <= :minutes
          union select distinct origin, origin from travel_time) r
    join commune c on c.insee = r.target
    group by r.origin having sum(c.population) is not null
""")


def kinds_of(need: Need) -> frozenset[str]:
    """The kinds of networks that a need asks to be near."""
    asked = {*(need.max_km or {}), *(one.kind for one in need.near or ())}
    return frozenset(asked | (set(RAILWAY) if need.rail_siding else set()))


def asks_areas(need: Need) -> bool:
    """Whether a need names places, or asks what only areas tell."""
    place = need.place
    named = place is not None and (place.named or (place.exclude is not None and place.exclude.named))
    return bool(named or need.aid_zone or any(one.max_minutes for one in need.near or ()))


def asks(need: Need) -> bool:
    """Whether a need asks anything of the surroundings."""
    return bool(kinds_of(need) or asks_areas(need) or need.place is not None or need.labour is not None)


def read(connection: Connection, need: Need | None) -> Around:
    """What the need asks of the surroundings; nothing of what it does not."""
    if need is None:
        return Around()
    kinds = kinds_of(need)
    found: dict[str, Any] = {}
    if kinds:
        found |= _networks(connection, kinds)
    if asks_areas(need):
        found |= _areas(connection)
    if kinds:
        targets = [*kinds, *(key for keys in found["keys"].values() for key in keys)]
        found["travels"] = _travels(connection, targets)
    if need.place is not None:
        found |= next_to.read(connection, need.place)
    if need.labour is not None:
        rows = connection.execute(PEOPLE, {"minutes": need.labour.minutes})
        found["people"] = {row.origin: int(row.people) for row in rows}
    return Around(**found)


def nearest_of(told: Mapping[str, list[float]] | None) -> dict[str, Nearest]:
    """The nearest objects as the view of candidates has them: ``{kind: [metres, number]}``."""
    return {kind: Nearest(float(metres), int(thing)) for kind, (metres, thing) in (told or {}).items()}


def _networks(connection: Connection, kinds: Collection[str]) -> dict[str, Any]:
    rows = connection.execute(THINGS, {"kinds": sorted(kinds)}).all()
    places = shapely.from_wkb([row.geom for row in rows])
    things = {row.id: Thing(row.key, row.name, row.source, row.known_on) for row in rows}
    extents, keys = {}, {}
    for kind in kinds:
        of_kind = [place for place, row in enumerate(rows) if kind in row.kinds]
        if of_kind:
            extents[kind] = shapely.convex_hull(shapely.multipoints(places[of_kind]))
            shapely.prepare(extents[kind])
            keys[kind] = frozenset(rows[place].key for place in of_kind)
    return {"things": things, "extents": extents, "keys": keys}


def _areas(connection: Connection) -> dict[str, Any]:
    areas = {
        row.id: NamedArea(
            row.kind,
            row.code,
            row.name,
            row.source,
            row.known_on,
            None if row.geom is None else shapely.from_wkb(row.geom),
            frozenset(row.departments),
        )
        for row in connection.execute(AREAS)
    }
    told = (said for row in connection.execute(EPCIS) for said in row if said)
    return {"areas": areas, "epcis": frozenset(map(fold, told))}


def _travels(connection: Connection, targets: Collection[str]) -> dict[str, dict[str, Travel]]:
    found: dict[str, dict[str, Travel]] = {}
    for row in connection.execute(TRAVELS, {"targets": list(targets)}):
        found.setdefault(row.origin, {})[row.target] = Travel(row.minutes, row.km, row.source, row.known_on)
    return found
