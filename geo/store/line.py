"""A connection that an event loop reads itself: a statement costs neither a thread nor the layers of the driver."""

import asyncio
import re
import select
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

from geo.store.database import PLANNED_EACH_TIME
from geo.store.reading import LONGEST, OUTDATED, Asked, Remembered, compiled, row_of

PREPARED = 100
"""Statements that a connection remembers, as many as the driver does; those asked longest ago are forgotten."""
FAILED = frozenset({pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE})
PARAMETER = re.compile(r"%\((\w+)\)s|%%")


class Line:
    """One connection; one statement at a time."""

    def __init__(self, driver: "psycopg.Connection[Any]", loop: asyncio.AbstractEventLoop) -> None:
        self.driver = driver
        self.planned = PLANNED_EACH_TIME
        self.idle = True
        self.closed = False
        self._loop = loop
        self._values = Transformer(driver)
        self._prepared: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = OrderedDict()
        self._named = 0
        self._results: list[pq.abc.PGresult] = []
        self._answer: asyncio.Future[None] | None = None
        self._socket = driver.pgconn.socket
        loop.add_reader(self._socket, self._readable)

    @property
    def dead(self) -> bool:
        """Whether the server ended it: it has something to say, unasked."""
        return self.closed or bool(select.select([self._socket], [], [], 0)[0])

    async def one(self, asked: Asked[Any]) -> Any | None:
        """The one row of a statement, as :func:`geo.store.reading.one` has it; all it finds where that is asked.

        Raises:
            psycopg.Error: as the server says it.
        """
        if self.planned != asked.planned:
            await self._exchange(self.driver.pgconn.send_query, f"set plan_cache_mode = {asked.planned}".encode())
            self.planned = asked.planned
        statement, names = numbered(asked.statement)
        given = [asked.values[name] for name in names]
        values = self._values.dump_sequence(given, [PyFormat.AUTO] * len(given))
        types, told = tuple(self._values.types or ()), (self._values.formats, pq.Format.BINARY)
        if len(asked.statement) > LONGEST:
            found = await self._exchange(self.driver.pgconn.send_query_params, statement, values, types, *told)
        else:
            name = await self._name(statement, types)
            found = await self._exchange(self.driver.pgconn.send_query_prepared, name, values, *told)
        return found if asked.whole else row_of(self._values, found)

    async def _name(self, statement: bytes, types: tuple[int, ...]) -> bytes:
        """The name under which the server knows the statement for values of these types."""
        name = self._prepared.get((statement, types))
        if name is not None:
            self._prepared.move_to_end((statement, types))
            return name
        self._named += 1
        name = b"line_%d" % self._named
        await self._exchange(self.driver.pgconn.send_prepare, name, statement, types)
        self._prepared[statement, types] = name
        if len(self._prepared) > PREPARED:
            _, oldest = self._prepared.popitem(last=False)
            await self._exchange(self.driver.pgconn.send_query, b"deallocate " + oldest)
        return name

    async def _exchange(self, send: Any, *told: Any) -> pq.abc.PGresult:
        """What the server answers to one message."""
        self.idle, self._answer, self._results = False, self._loop.create_future(), []
        send(*told)
        if self.driver.pgconn.flush():
            self._loop.add_writer(self._socket, self._sent_on)
        await self._answer
        failed = next((result for result in self._results if result.status in FAILED), None)
        if failed is None:
            self.idle = True
            return self._results[-1]
        error = error_from_result(failed, self._values.encoding)
        self.idle = error.sqlstate not in OUTDATED
        raise error

    def _sent_on(self) -> None:
        """Send what the socket would not take at once."""
        try:
            if not self.driver.pgconn.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.Error as error:
            self._broken(error)

    def _readable(self) -> None:
        """Take what came; the answer is whole when there is no result any more."""
        connection = self.driver.pgconn
        try:
            connection.consume_input()
            while not connection.is_busy():
                result = connection.get_result()
                if result is None:
                    self._told(None)
                    return
                self._results.append(result)
        except psycopg.Error as error:
            self._broken(error)

    def _broken(self, error: psycopg.Error) -> None:
        self.close()
        self._told(error)

    def _told(self, error: psycopg.Error | None) -> None:
        if self._answer is None or self._answer.done():
            return
        if error is None:
            self._answer.set_result(None)
        else:
            self._answer.set_exception(error)

    def close(self) -> None:
        """Give the connection up; a second time nothing, since the number of its socket may be another's by then."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self.driver.close()


@Remembered
def numbered(statement: str) -> tuple[bytes, Sequence[str]]:
    """The statement as the server wants it, ``$1`` for the first of the parameters named; their names in order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${names.setdefault(found[1], len(names) + 1)}"

    return PARAMETER.sub(number, compiled(statement)).encode(), tuple(names)
