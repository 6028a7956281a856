"""Connections that an event loop reads itself (geo/store/line.py): as many as a pool has, each asked by one at a time.

They are of one audience, outside of transactions: for reads that are one statement each and need no settings made.
"""

import asyncio
from typing import Any

import psycopg
from sqlalchemy.exc import TimeoutError as NoneFree

from geo.store.database import POOL_TIMEOUT_S, PROJECTED, Database, Role
from geo.store.line import Line
from geo.store.reading import OUTDATED, Asked
from geo.store.running import Running

LATE_S = 5
"""How much longer than a statement may take its answer is waited for: a server that is gone says nothing."""


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

        A connection that has prepared it for views that were made anew since is given up, and it is asked on a new one.

        Raises:
            psycopg.Error: as the server says it, or it cannot be reached, or does not answer.
            sqlalchemy.exc.TimeoutError: every connection is in use.
        """
        await self._turn()
        self.in_use += 1
        try:
            async with asyncio.timeout(self._database.timeouts.statement_ms / 1_000 + LATE_S):
                try:
                    return await self._asked(self._found(asked.planned) or await self._connected(), asked, running)
                except psycopg.Error as error:
                    if error.sqlstate not in OUTDATED:
                        raise
                return await self._asked(await self._connected(), asked, running)
        except TimeoutError:
            raise psycopg.errors.ConnectionTimeout("the server does not answer") from None
        finally:
            self.in_use -= 1
            self._turns.release()

    async def _asked(self, line: Line, asked: Asked[Any], running: Running) -> Any | None:
        try:
            with running.over(line.driver, line.close):
                return await line.one(asked)
        finally:
            self._back(line)

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
        if line.idle and not line.closed and self._loop is not None:
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
