"""Where the features of a collection are, and of which days, as one audience sees them.

Of parcels this is kept, apart for each rule of sight (migrations/serving/up/10_extent.sql); of layers, which all
see alike, it is read from the four ends of the index of their geometry, and from their first and last days.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import OperationalError

from geo.store.items.collection import PARCELS, Collection, Span
from geo.store.projecting import Box, degrees_of


@dataclass(frozen=True, slots=True)
class Extent:
    """``box`` in degrees (west, south, east, north) that holds every feature, None without features.

    ``first``, ``last``: the days between which they are; None where that is open or not known.
    """

    box: Box | None = None
    first: date | None = None
    last: date | None = None


def extent(connection: Connection, collection: Collection, territory: int) -> Extent:
    """The extent of what is seen of a collection, whose geometry is stored in EPSG:``territory``."""
    if collection is not PARCELS:
        return _told(connection.execute(text(ends(collection, territory))).one(), territory)
    found = connection.execute(text(KEPT)).one()
    return _told(connection.execute(text(MEASURED)).one() if found.stale else found, territory)


def keep(connection: Connection) -> None:
    """Measure anew the groups of parcels whose extent does not hold any more; for the worker, last of a transaction.

    While anybody writes parcels it is left for later: what they told was told of the old rows, and what they write
    is not seen yet. Who would write waits until the transaction ends.
    """
    if not connection.scalar(text(STALE)):
        return
    try:
        with connection.begin_nested():
            connection.execute(text(NOBODY_WRITES))
    except OperationalError:
        return
    gone = connection.execute(text(GONE)).all()
    for group in dict.fromkeys((row.visibility, row.responsible) for row in gone):
        connection.execute(text(ANEW), {"visibility": group[0], "responsible": group[1]})


KEPT = """
    select min(west) as west, min(south) as south, max(east) as east, max(north) as north,
           min(first_on) as first, max(last_on) as last, coalesce(bool_or(stale), false) as stale
    from parcel_extent"""

MEASURED = """
    select st_xmin(box) as west, st_ymin(box) as south, st_xmax(box) as east, st_ymax(box) as north, first, last
    from (select st_extent(geom) as box, min(observed_on) as first, max(observed_on) as last
          from extent_ground) p"""

STALE = "select exists (select from core.parcel_extent where stale)"
NOBODY_WRITES = "lock table core.parcel in share mode nowait"
GONE = """
    delete from core.parcel_extent x
    where exists (select from core.parcel_extent s where s.stale and s.visibility = x.visibility
                  and s.responsible is not distinct from x.responsible)
    returning visibility, responsible"""
ANEW = """
    insert into core.parcel_extent (visibility, responsible, west, south, east, north, first_on, last_on)
    select :visibility, cast(:responsible as bigint), st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box),
           first, last
    from (select st_extent(geom) as box, min(observed_on) as first, max(observed_on) as last, count(*) as n
          from core.parcel where deleted_on is null and visibility = :visibility
            and responsible is not distinct from cast(:responsible as bigint)) p
    where n > 0"""

FAR = 10_000_000
"""Farther than any territory reaches, in the units of its CRS."""
SIDES = {
    "west": ("st_xmin", (-FAR, -FAR, -FAR, FAR)),
    "south": ("st_ymin", (-FAR, -FAR, FAR, -FAR)),
    "east": ("st_xmax", (FAR, -FAR, FAR, FAR)),
    "north": ("st_ymax", (-FAR, FAR, FAR, FAR)),
}


def ends(collection: Collection, territory: int) -> str:
    """The SQL of where and when a layer is.

    On each side of its box is the feature nearest to a line far off, which the index finds; of days the first and the
    last are looked for, and the last is open where that of one feature is.
    """
    sides = []
    for side, (edge, (x, y, other_x, other_y)) in SIDES.items():
        line = f"st_setsrid(st_makeline(st_makepoint({x}, {y}), st_makepoint({other_x}, {other_y})), {territory:d})"
        nearest = f"from {collection.view} where geom is not null order by geom <-> {line} limit 1"
        sides.append(f"(select {edge}(geom) {nearest}) as {side}")
    return f"select {', '.join(sides)}, {', '.join(_days(collection))}"


def _days(collection: Collection) -> tuple[str, str]:
    """SQL of the first day of a layer and of the last one."""
    span = collection.span or Span(None, None)
    start, end = _outermost(collection, span.start, ""), _outermost(collection, span.end, " desc")
    if span.end is not None and not span.instant:
        still = f"exists (select from {collection.view} where {span.end} is null)"
        end = f"case when not {still} then {end} end"
    return f"{start} as first", f"{end} as last"


def _outermost(collection: Collection, day: str | None, falling: str) -> str:
    if day is None:
        return "null::date"
    return f"(select {day} from {collection.view} where {day} is not null order by {day}{falling} limit 1)"


def _told(row: Row[Any], territory: int) -> Extent:
    if row.west is None:
        return Extent(None, row.first, row.last)
    return Extent(degrees_of((row.west, row.south, row.east, row.north), territory), row.first, row.last)
