"""Connections that an event loop reads itself: a statement costs neither a thread nor the layers of the driver.

They are of one audience, outside of transactions: for reads that are one statement each and need no settings made.
"""

import asyncio
import re
import select
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from sqlalchemy.exc import TimeoutError as NoneFree

from geo.store.database import PLANNED_EACH_TIME, POOL_TIMEOUT_S, PROJECTED, Database, Role
from geo.store.reading import REMEMBERED, Asked, compiled, row_of
from geo.store.running import Running

PREPARED = 100
"""Statements that a connection remembers, as many as the driver does; those asked longest ago are forgotten."""
FAILED = frozenset({pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE})
OUTDATED = frozenset({"0A000", "26000"})
"""What the server says of a prepared statement whose views were made anew: the connection is not used again."""
PARAMETER = re.compile(r"%\((\w+)\)s|%%")


class Line:
    """One connection; one statement at a time."""

    def __init__(self, driver: "psycopg.Connection[Any]", loop: asyncio.AbstractEventLoop) -> None:
        self.driver = driver
        self.planned = PLANNED_EACH_TIME
        self.idle = True
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
        return self.driver.closed or bool(select.select([self._socket], [], [], 0)[0])

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
        types, formats = tuple(self._values.types or ()), self._values.formats
        name = await self._name(statement, types)
        found = await self._exchange(self.driver.pgconn.send_query_prepared, name, values, formats, pq.Format.BINARY)
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
        await self._answer
        failed = next((result for result in self._results if result.status in FAILED), None)
        if failed is None:
            self.idle = True
            return self._results[-1]
        error = error_from_result(failed, self._values.encoding)
        self.idle = error.sqlstate not in OUTDATED
        raise error

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
        """Give the connection up."""
        self._loop.remove_reader(self._socket)
        self.driver.close()


class Lines:
    """The connections of one audience, for the loop in which they are opened; at most as many as a pool has."""

    def __init__(self, database: Database, role: Role) -> None:
        self._database = database
        self._role = role
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(database.pool_size)
        self._free: list[Line] = []
        self.in_use = 0

    def open(self) -> None:
        """From now on the running loop may ask."""
        self._loop = asyncio.get_running_loop()

    @property
    def here(self) -> bool:
        """Whether they are those of the running loop."""
        return self._loop is asyncio.get_running_loop()

    async def one(self, asked: Asked[Any], running: Running) -> Any | None:
        """The one row of a statement; ``running``: by which it can be ended.

        Raises:
            psycopg.Error: as the server says it, or it cannot be reached.
            sqlalchemy.exc.TimeoutError: every connection is in use.
        """
        await self._turn()
        self.in_use += 1
        try:
            line = self._found(asked.planned) or await self._connected()
            try:
                with running.held(nullcontext(line.driver)):
                    return await line.one(asked)
            finally:
                self._back(line)
        finally:
            self.in_use -= 1
            self._turns.release()

    async def _turn(self) -> None:
        if not self._turns.locked():
            await self._turns.acquire()  # at once
            return
        try:
            async with asyncio.timeout(POOL_TIMEOUT_S):
                await self._turns.acquire()
        except TimeoutError:
            raise NoneFree(f"no connection of {self._role.login} became free") from None

    def _found(self, planned: str) -> Line | None:
        """A free connection, rather one whose statements are planned this way."""
        while self._free:
            line = next((one for one in reversed(self._free) if one.planned == planned), self._free[-1])
            self._free.remove(line)
            if not line.dead:
                return line
            line.close()
        return None

    async def _connected(self) -> Line:
        loop = asyncio.get_running_loop()
        made = loop.run_in_executor(None, _connected, self._database, self._role)
        try:
            return Line(await asyncio.shield(made), loop)
        except asyncio.CancelledError:
            made.add_done_callback(_closed)
            raise

    def _back(self, line: Line) -> None:
        if line.idle and not line.driver.closed and self._loop is not None:
            self._free.append(line)
        else:  # given up in the middle, or its request was ended
            line.close()

    async def warm(self) -> None:
        """Make every connection: no request waits for one to be made. Without a base, none is."""
        missing = self._database.pool_size - len(self._free) - self.in_use
        made = await asyncio.gather(*(self._connected() for _ in range(missing)), return_exceptions=True)
        self._free += [line for line in made if isinstance(line, Line)]

    def close(self) -> None:
        """Give all up; those in use when they come back."""
        self._loop = None
        while self._free:
            self._free.pop().close()


def _closed(made: "asyncio.Future[psycopg.Connection[Any]]") -> None:
    """Close a connection for which nobody waits any more."""
    if not made.cancelled() and made.exception() is None:
        made.result().close()


def _connected(database: Database, role: Role) -> "psycopg.Connection[Any]":
    """A connection beside those of the pool, without transactions, that has projected once."""
    driver = psycopg.connect(**database.parameters(role), autocommit=True)
    driver.execute(PROJECTED)
    return driver


@lru_cache(REMEMBERED)
def numbered(statement: str) -> tuple[bytes, Sequence[str]]:
    """The statement as the server wants it, ``$1`` for the first of the parameters named; their names in order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${names.setdefault(found[1], len(names) + 1)}"

    return PARAMETER.sub(number, compiled(statement)).encode(), tuple(names)
