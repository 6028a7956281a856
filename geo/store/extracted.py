"""Rows on their way out of the base, with their types: what files are written from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString

import psycopg
from psycopg import sql

BATCH = 2_000
FETCH_MS = 30_000
"""A fetch may take this long: the first one finds and sorts all that is asked for."""
KINDS: Mapping[int, type] = {
    16: bool,
    20: int,
    21: int,
    23: int,
    701: float,
    25: str,
    1043: str,
    1082: date,
    1184: datetime,
    1009: list,
    114: dict,
    3802: dict,
}
"""The Python types of values by PostgreSQL's numbers of those that the views have."""

Driver = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name and the Python type of its values (any may be None)."""

    name: str
    kind: type


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows on their way out: ``total`` of them, each a tuple of ``fields`` in order with the geometry behind.

    The geometry is GeoJSON text (longitude and latitude, RFC 7946) or WKB, as asked for, or None. ``shape``: what all
    geometries are, ``MultiPolygon`` or ``Point``; ``Unknown``: some the one, some the other; None: there is none.
    """

    fields: list[Field]
    total: int
    shape: str | None
    batches: Iterator[list[tuple[object, ...]]]


def read(driver: Driver, statement: str, values: Mapping[str, object], total: int, shape: str | None) -> Extract:
    """The rows of a statement, read while they are taken; its last column is the geometry.

    ``values`` are of its parameters, ``%(name)s``. Everything comes from one snapshot.

    Raises:
        psycopg.Error: as the server says it, here or while rows are taken.
    """
    cursor = driver.cursor(name="extract")
    cursor.execute(written(statement), values, binary=True)
    described = (cursor.description or [])[:-1]
    fields = [Field(column.name, KINDS[column.type_code]) for column in described]
    return Extract(fields, total, shape, _batches(cursor))


def _batches(cursor: "psycopg.ServerCursor[tuple[object, ...]]") -> Iterator[list[tuple[object, ...]]]:
    with cursor:
        while batch := cursor.fetchmany(BATCH):
            yield batch


def written(statement: str) -> sql.SQL:
    """A statement made of names of this house and of the views' own columns."""
    known: LiteralString = statement
    return sql.SQL(known)
