"""What a filter is made of: the columns it may name and the values it compares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, DateTime, Double, Text, bindparam, cast, literal_column
from sqlalchemy.types import TypeEngine

from geo.store.cql2.faults import FilterFault
from geo.store.projecting import Box
from geo.store.views.column import Column

GEOMETRY = "geometry"
"""The name under which a feature's geometry is asked for, as in GeoJSON."""

GEOMETRY_COLUMNS = {4326: "geom_4326", 3857: "geom_3857"}
"""Stored geometry by EPSG code; any other code is the territory's own, in ``geom``."""


class Kind(StrEnum):
    """What values compare with each other."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    INSTANT = "instant"
    SHAPE = "shape"
    LIST = "list"


KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.TRUTH,
    "date": Kind.DAY,
    "date-time": Kind.INSTANT,
    "array": Kind.LIST,
}
"""The kind of a view's column by its JSON type; a column of another type cannot be filtered on."""

TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.TRUTH: Boolean(),
    Kind.DAY: Date(),
    Kind.INSTANT: DateTime(timezone=True),
}

LARGEST = 2**63 - 1

HELD = frozenset({"areas", "networks"})
"""Lists of parcels that are made when read: what holds a value is looked up in the view ``parcel_held``."""


@dataclass(frozen=True, slots=True)
class Term:
    """One side of a comparison. ``name``: the property it is of, None for a literal.

    Of shapes only: the ``bounds`` of a literal; of a geometry that is computed when read, the column it comes ``of``.
    """

    kind: Kind
    sql: ColumnElement[Any]
    name: str | None = None
    bounds: Box | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The coordinates of a filter's geometries: their EPSG code, and whether latitude comes first."""

    srid: int = 4326
    latitude_first: bool = False


DEGREES = Places()
"""CRS84: what a filter's coordinates are unless ``filter-crs`` says otherwise."""


def queryables(columns: Iterable[Column]) -> Mapping[str, Term]:
    """The properties of an audience's view that a filter may name, each as what is shown of it."""
    found = {}
    for column in columns:
        kind = KINDS.get(column.type)
        if (column.property or column.name in HELD) and kind is not None:
            found[column.name] = Term(kind, literal_column(f"({column.json(column.name)})"), column.name)
    return found


def literal(kind: Kind, value: object) -> Term:
    """A bound literal; its type is told, so that the database never has to guess it."""
    if kind is not Kind.NUMBER:
        return Term(kind, cast(bindparam(None, value, unique=True), TYPES[kind]))
    whole = isinstance(value, int) and abs(value) <= LARGEST
    return Term(kind, cast(bindparam(None, value, unique=True), BigInteger() if whole else Double()))


def text_term(text: str) -> Term:
    """A text literal.

    Raises:
        FilterFault: it holds a NUL, which no text of the database does.
    """
    if "\0" in text:
        raise FilterFault("filter.nul")
    return literal(Kind.TEXT, text)
