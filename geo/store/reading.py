"""The reads asked most: the same compiled text on the driver, without the layers between."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

DRIVER = PGDialect_psycopg()  # type: ignore[no-untyped-call]
REMEMBERED = 500
"""Statements compiled once; each is some kB."""


def one(connection: Connection, statement: str, values: Mapping[str, object]) -> Any | None:
    """The one row that ``statement`` finds, its columns by name; None without one.

    ``values`` are of its parameters, ``:name``. On a connection of :meth:`Database.reading` a statement asked before
    is neither parsed nor planned again.

    Raises:
        psycopg.Error: as the server says it.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the one driver of this house
    with driver.cursor(row_factory=namedtuple_row, binary=True) as cursor:  # as text, bytes are twice as long
        return cursor.execute(compiled(statement), values).fetchone()


@lru_cache(REMEMBERED)
def compiled(statement: str) -> str:
    """The statement as the driver wants it: ``%(name)s`` for ``:name``."""
    return str(text(statement).compile(dialect=DRIVER))


def digest(*statements: str) -> str:
    """What tells these statements from others."""
    return hashlib.sha256("\0".join(statements).encode()).hexdigest()[:16]
