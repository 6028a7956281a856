"""Parcels as GeoJSON: one statement that returns the finished features of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store import views
from geo.store.database import Role

COUNTED = 10_000
"""``numberMatched`` is exact up to here."""

EVERY = "doc is not null"
"""The condition every parcel shown meets: it is derived."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """The features of a page as GeoJSON text joined by commas, the id to go on after, and the count."""

    features: bytes
    returned: int
    last_id: int | None
    matched: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What parcels are asked for: boxes (any of them; in ``srid`` 4326 or the stored CRS) and markets."""

    boxes: Sequence[Box] = ()
    box_srid: int = 4326
    markets: Sequence[str] = ()

    def where(self) -> tuple[str, dict[str, object]]:
        """SQL conditions on the audience's view and their parameters; planar intersection in the boxes' own CRS."""
        conditions, values = [EVERY], dict[str, object]()
        if self.boxes:
            shape = "geom_4326" if self.box_srid == 4326 else "geom"
            tests = []
            for n, box in enumerate(self.boxes):
                corners = {f"b{n}{side}": value for side, value in zip("wsen", box, strict=True)}
                envelope = f"st_makeenvelope({', '.join(f':{name}' for name in corners)}, :srid)"
                tests.append(f"st_intersects({shape}, {envelope})")
                values |= corners
            conditions.append(f"({' or '.join(tests)})")
            values["srid"] = self.box_srid
        if self.markets:
            conditions.append("market = any(:markets)")
            values["markets"] = list(self.markets)
        return " and ".join(conditions), values


def parcels(connection: Connection, role: Role, wanted: Filter, *, limit: int, after: int = 0) -> Page:
    """A page of the parcels that ``role`` may see, in the order of their ids, after the id ``after``."""
    where, values = wanted.where()
    asked = {**values, "after": after, "limit": limit}
    features, returned, last, more = connection.execute(text(page_statement(role, where)), asked).one()
    return Page(bytes(features), returned, last if more else None, _count(connection, where, values))


def page_statement(role: Role, where: str) -> str:
    """The SQL of a page; its parameters are those of ``where``, ``after`` and ``limit``."""
    # With a filter the hits are found first, on their own index: ordering by id would walk the primary key instead.
    hits = f"select id from parcel where {where} and id > :after"
    if where != EVERY:
        hits = f"select id from ({hits} offset 0) h"
    return f"""
        with next as materialized ({hits} order by id limit :limit + 1),
        chosen as materialized (select id from next order by id limit :limit)
        select convert_to(coalesce(string_agg({_feature(role)}, ',' order by id), ''), 'UTF8'), count(*), max(id),
               (select count(*) from next) > count(*)
        from parcel where id = any(array(select id from chosen))"""


def parcel(connection: Connection, role: Role, parcel_id: int) -> bytes | None:
    """One parcel as a GeoJSON Feature; None when there is none this role may see."""
    found = connection.scalar(text(item_statement(role)), {"id": parcel_id})
    return None if found is None else bytes(found)


def item_statement(role: Role) -> str:
    """The SQL of one feature by ``id``."""
    return f"select convert_to({_feature(role)}, 'UTF8') from parcel where id = :id and doc is not null"


def extent(connection: Connection) -> Box | None:
    """West, south, east, north of the parcels this audience may see, in degrees."""
    row = connection.execute(
        text("""select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)
            from (select st_extent(geom_4326) as e from parcel) x where e is not null""")
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def _count(connection: Connection, where: str, values: dict[str, object]) -> int | None:
    counted = connection.scalar(
        text(f"select count(*) from (select from parcel where {where} limit :most) c"), {**values, "most": COUNTED + 1}
    )
    return None if counted is None or counted > COUNTED else counted


def _feature(role: Role) -> str:
    """SQL: the stored document, closed with what changes daily and what only this audience sees."""
    public = {c.name for c in views.PARCEL if c.audiences == views.ALL and not c.name.startswith("ready_")}
    added = [c for c in views.columns(views.PARCEL, role) if c.property and c.name not in public]
    pairs = ", ".join([*(f"'{c.name}', {c.json(c.name)}" for c in added), "'stale', stale"])
    return f"doc || ',' || substr(json_build_object({pairs})::text, 2) || '}}'"
