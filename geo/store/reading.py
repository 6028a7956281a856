"""The reads asked most: the same compiled text on the driver, without the layers between."""

import hashlib
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import psycopg
from psycopg.abc import Transformer
from psycopg.pq.abc import PGresult
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from geo.store.database import PLANNED_ONCE, driver_of

DRIVER = PGDialect_psycopg()  # type: ignore[no-untyped-call]
REMEMBERED = 500
"""Statements compiled once; each is some kB."""
LONGEST = 20_000
"""Characters of a statement that is remembered or prepared: longer ones have filters that are seldom asked again."""

OUTDATED = frozenset({"0A000", "26000"})
"""What the server says of a prepared statement whose views were made anew: the connection is not used again."""

Reading = Connection | psycopg.Connection[Any]
"""What :meth:`Database.reading` gives, or a transaction."""

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Told]):
    """A statement that finds one row, its values, and what the row is told as; ``planned`` as Database has it.

    ``whole``: told is all that it finds, as the driver has it; texts are then taken as the bytes they came as.
    """

    statement: str
    values: Mapping[str, object]
    told: Callable[[Any], Told]
    planned: str = PLANNED_ONCE
    whole: bool = False


def read(connection: Reading, asked: Asked[Told]) -> Told:
    """What is asked, as it is told."""
    if not asked.whole:
        return asked.told(one(connection, asked.statement, asked.values))
    with _asked(connection, asked.statement, asked.values) as cursor:
        return asked.told(cursor.pgresult)


def one(connection: Reading, statement: str, values: Mapping[str, object]) -> Any | None:
    """The one row that ``statement`` finds, its columns by name; None without one.

    ``values`` are of its parameters, ``:name``. On a connection of :meth:`Database.reading` a statement asked before
    is neither parsed nor planned again, unless it is longer than LONGEST.

    Raises:
        psycopg.Error: as the server says it.
    """
    with _asked(connection, statement, values) as cursor:
        return cursor.fetchone()


@contextmanager
def _asked(connection: Reading, statement: str, values: Mapping[str, object]) -> Iterator[psycopg.Cursor[Any]]:
    driver = driver_of(connection.connection) if isinstance(connection, Connection) else connection
    with driver.cursor(row_factory=namedtuple_row, binary=True) as cursor:  # as text, bytes are twice as long
        try:
            yield cursor.execute(compiled(statement), values, prepare=len(statement) <= LONGEST)
        except psycopg.Error as error:
            if error.sqlstate in OUTDATED:
                given_up(connection)
            raise


def given_up(connection: Reading) -> None:
    """See to it that nobody uses this connection again."""
    connection.invalidate() if isinstance(connection, Connection) else connection.close()


def row_of(values: Transformer, result: PGresult) -> Any | None:
    """The first row of a result, its columns by name; None without one."""
    if not result.ntuples:
        return None
    values.set_pgresult(result)
    return values.load_row(0, _made_row(tuple(result.fname(n) for n in range(result.nfields))))


@lru_cache(REMEMBERED)
def _made_row(names: tuple[bytes | None, ...]) -> Callable[[Any], Any]:
    row: Any = namedtuple("Row", [(name or b"").decode() for name in names])  # type: ignore[misc]
    make: Callable[[Any], Any] = row._make
    return make


class Remembered(Generic[Told]):
    """A function of statements whose answers are ``kept``, but for those longer than LONGEST."""

    def __init__(self, made: Callable[[str], Told]) -> None:
        self._made = made
        self.kept = lru_cache(REMEMBERED)(made)

    def __call__(self, statement: str) -> Told:
        """What is made of the statement."""
        return (self.kept if len(statement) <= LONGEST else self._made)(statement)


@Remembered
def compiled(statement: str) -> str:
    """The statement as the driver wants it: ``%(name)s`` for ``:name``."""
    return str(text(statement).compile(dialect=DRIVER))


def digest(*statements: str) -> str:
    """What tells these statements from others."""
    return hashlib.sha256("\0".join(statements).encode()).hexdigest()[:16]
