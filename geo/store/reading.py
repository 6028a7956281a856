"""The reads asked most: the same compiled text on the driver, without the layers between."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from geo.store.database import driver_of

DRIVER = PGDialect_psycopg()  # type: ignore[no-untyped-call]
REMEMBERED = 500
"""Statements compiled once; each is some kB."""


Reading = Connection | psycopg.Connection[Any]
"""What :meth:`Database.reading` gives, or a transaction."""


def one(connection: Reading, statement: str, values: Mapping[str, object]) -> Any | None:
    """The one row that ``statement`` finds, its columns by name; None without one.

    ``values`` are of its parameters, ``:name``. On a connection of :meth:`Database.reading` a statement asked before
    is neither parsed nor planned again.

    Raises:
        psycopg.Error: as the server says it.
    """
    driver = driver_of(connection.connection) if isinstance(connection, Connection) else connection
    with driver.cursor(row_factory=namedtuple_row, binary=True) as cursor:  # as text, bytes are twice as long
        return cursor.execute(compiled(statement), values, prepare=True).fetchone()


@lru_cache(REMEMBERED)
def compiled(statement: str) -> str:
    """The statement as the driver wants it: ``%(name)s`` for ``:name``."""
    return str(text(statement).compile(dialect=DRIVER))


def digest(*statements: str) -> str:
    """What tells these statements from others."""
    return hashlib.sha256("\0".join(statements).encode()).hexdigest()[:16]
