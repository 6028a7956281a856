"""All rows of a question as text, a bounded part at a time, from one snapshot; the query can be stopped.

What the base has written goes through as bytes: to read them as text and write that again is half of the work.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from psycopg import Cursor
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from geo.store.database import Role, driver_of
from geo.store.extracted import FETCH_MS
from geo.store.items import every, sheet
from geo.store.items.feature import WHOLE, Form, feature
from geo.store.items.hits import After
from geo.store.items.question import Question
from geo.store.reading import compiled

ROWS = 1_000
"""Fetched together: some megabyte."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is streamed to whom: the rows of a question, at most ``limit`` (None: all), after the row ``after``.

    ``delimiter``: as lines of CSV with this between their columns; without it as a text sequence of GeoJSON (RFC 8142).
    """

    role: Role
    question: Question
    form: Form = WHOLE
    delimiter: str | None = None
    limit: int | None = None
    after: After | None = None

    @property
    def header(self) -> str:
        """What comes before the first row."""
        if self.delimiter is None:
            return ""
        return sheet.header(self.question.collection, self.role, self.form, dict(self.question.added), self.delimiter)

    def statement(self) -> str:
        """The SQL of the rows as texts, in order."""
        added, shown = every.added(self.question), (self.question.collection, self.role, self.form)
        if self.delimiter is None:
            told = f"chr(30) || {feature(*shown, added)} || chr(10)"
        else:
            told = sheet.line(*shown, added, self.delimiter)
        return every.statement(self.question, self.after, f"{told} as told")

    def values(self) -> dict[str, object]:
        """Its parameters."""
        return every.values(self.question, self.after, self.limit)


class Stream:
    """The parts of one answer. All but :meth:`stop` are called by one thread at a time."""

    def __init__(self, opening: AbstractContextManager[Connection], wanted: Wanted) -> None:
        """Read ``wanted`` in the transaction that ``opening`` begins, when the first part is asked for."""
        self._opening = opening
        self._wanted = wanted
        self._kept = ExitStack()
        self._parts: Generator[bytes] | None = None
        self._connection: Connection | None = None
        self._stopping = Lock()
        self._stopped = False

    def part(self) -> bytes | None:
        """The next part, in UTF-8; None after the last one.

        Raises:
            psycopg.OperationalError: the query was stopped, or took too long.
        """
        if self._stopped:
            return None
        if self._parts is None:
            self._parts = self._read(self._kept.enter_context(self._opening))
        return next(self._parts, None)

    def _read(self, connection: Connection) -> Generator[bytes]:
        with self._stopping:
            self._connection = connection
        before = self._wanted.header.encode()
        with driver_of(connection.connection).cursor() as cursor:
            cursor.execute(f"set local statement_timeout = {FETCH_MS}")
            asked = f"declare told no scroll cursor for {compiled(self._wanted.statement())}"
            cursor.execute(asked, self._wanted.values(), prepare=False)
            yield before + b"".join(_fetched(cursor))
            while rows := _fetched(cursor):
                yield b"".join(rows)

    def stop(self) -> None:
        """End the query that runs, from another thread; its connection is not used again."""
        with self._stopping:
            self._stopped = True
            if self._connection is not None:
                driver_of(self._connection.connection).cancel_safe(timeout=2)

    def close(self) -> None:
        """Give the connection back; one whose query was stopped is dropped, for the word may reach the next query."""
        with self._stopping:
            connection, self._connection = self._connection, None
        if self._parts is not None:
            self._parts.close()
        if connection is not None and (self._stopped or driver_of(connection.connection).closed):
            connection.invalidate()
            with suppress(SQLAlchemyError):  # its transaction is gone already
                self._kept.close()
        self._kept.close()


def _fetched(cursor: Cursor[Any]) -> list[bytes]:
    """The next rows, each as it came."""
    cursor.execute(f"fetch {ROWS} from told", binary=True, prepare=False)
    found = cursor.pgresult
    assert found is not None  # noqa: S101 - the cursor has just answered
    return [found.get_value(row, 0) or b"" for row in range(found.ntuples)]
