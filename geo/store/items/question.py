"""What is asked of a collection: conditions, an order, properties beside those of the features."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.store.cql2.compiler import Clause
from geo.store.cql2.terms import GEOMETRY_COLUMNS, Kind
from geo.store.database import PLANNED_EACH_TIME, PLANNED_ONCE
from geo.store.dated import Dated
from geo.store.items.collection import PARCELS, Collection
from geo.store.projecting import Box, box_here

SQL_TYPES = {
    Kind.TEXT: "text",
    Kind.NUMBER: "numeric",
    Kind.TRUTH: "boolean",
    Kind.DAY: "date",
    Kind.INSTANT: "timestamptz",
}


@dataclass(frozen=True, slots=True)
class Order:
    """One key of the order that rows come in: SQL over the question's source. Rows without a value come last.

    ``total``: no row is without.
    """

    sql: str
    kind: Kind
    descending: bool = False
    total: bool = False

    @property
    def type(self) -> str:
        """The SQL type of its values."""
        return SQL_TYPES[self.kind]

    @property
    def direction(self) -> str:
        """How it is said in ``order by``."""
        return "desc nulls last" if self.descending else "asc"


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows, in which order, ids among equals; without ``orders`` in the order of ids.

    ``boxes`` stands apart from the other conditions: what it finds is found first, on its own index.
    ``added``: properties beside those of a feature, by name, as SQL over ``source``; ``beside``: the view with what
    they are made of, where it does not hold that itself. ``dated``: which dates stand there; a question is the same
    whether they were kept or have just been computed.
    """

    conditions: tuple[Clause, ...] = ()
    boxes: Clause | None = None
    orders: tuple[Order, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    beside: Clause | None = field(default=None, repr=False)
    dated: Dated | None = None
    collection: Collection = PARCELS

    @property
    def source(self) -> Clause:
        """What the rows are read from."""
        return self.beside or Clause(self.collection.view, {})

    def clauses(self) -> tuple[Clause, ...]:
        """Every condition."""
        return self.conditions if self.boxes is None else (self.boxes, *self.conditions)

    def where(self) -> str:
        """SQL of the conditions."""
        return " and ".join(f"({clause.sql})" for clause in self.clauses()) or "true"

    def values(self) -> dict[str, object]:
        """The parameters of the source and the conditions."""
        return {name: value for clause in (self.source, *self.clauses()) for name, value in clause.values.items()}

    @property
    def planned(self) -> str:
        """How its statement is planned: conditions find few rows or many by their values, a place always few."""
        return PLANNED_EACH_TIME if self.conditions else PLANNED_ONCE

    @property
    def fenced(self) -> bool:
        """Whether the hits are found before they are ordered, each by its own index.

        The order of ids would walk the primary key; that of days, an index of all parcels.
        """
        return self.boxes is not None or bool(self.conditions and not self.orders)


def in_boxes(
    boxes: Sequence[Box], srid: int, collection: Collection = PARCELS, *, territory: int | None = None
) -> Clause | None:
    """Rows that intersect any of the boxes (west, south, east, north), planar in the CRS they are given in.

    ``territory``: the EPSG code of the stored geometry. A collection that stores no other is looked through around
    each box by the index of that geometry; what is found there is tested exactly. Of
    stored geometry only what crosses the rim of a box is compared with it point by point.
    """
    if not boxes:
        return None
    tests, values = [], dict[str, object](box_srid=srid)
    for number, box in enumerate(boxes):
        envelope, corners = _envelope(f"box_{number}", box, ":box_srid")
        column = GEOMETRY_COLUMNS.get(srid, "geom")
        test = f"st_intersects({column}, {envelope})"
        values |= corners
        kept = srid not in GEOMETRY_COLUMNS or collection.projected
        if kept and (within := _within(box)):
            inner, corners = _envelope(f"within_{number}", within, ":box_srid")
            test = f"{column} && {envelope} and case when {column} @ {inner} then true else {test} end"
            values |= corners
        elif not kept and territory is not None:
            around, corners = _envelope(f"around_{number}", box_here(box, srid, territory), ":territory")
            test = f"geom && {around} and {test}"
            values |= corners | {"territory": territory}
        tests.append(f"({test})")
    return Clause(" or ".join(tests), values)


def _within(box: Box) -> Box | None:
    """The box without its rim: what the index says lies within it does lie within ``box``; None where none is left.

    PostGIS keeps boxes in single precision, rounded outwards: by less than the 2**23rd part of a number, twice.
    """
    rim = max(1.0, *map(abs, box)) * 2.0**-21
    west, south, east, north = box[0] + rim, box[1] + rim, box[2] - rim, box[3] - rim
    return (west, south, east, north) if west < east and south < north else None


def _envelope(name: str, box: Box, srid: str) -> tuple[str, dict[str, object]]:
    corners: dict[str, object] = {f"{name}{side}": value for side, value in zip("wsen", box, strict=True)}
    return f"st_makeenvelope({', '.join(f':{corner}' for corner in corners)}, {srid})", corners


def of_markets(markets: Sequence[str]) -> Clause:
    """Rows of any of these markets."""
    return Clause("market = any(:markets)", {"markets": list(markets)})
