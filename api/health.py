"""Whether the process lives, and whether it can work."""

from functools import cache
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request
from sqlalchemy.exc import ProgrammingError

from api.problems import Problem
from geo.store.database import Database, Role
from geo.store.upgrade import head_revision
from geo.store.vitals import vitals

router = APIRouter(tags=["health"])

WAIT_S = 4.0
CHECKS_AT_ONCE = 2


@router.get("/livez", summary="The process answers")
async def livez() -> dict[str, str]:
    """Answer at once, without thread or database, whatever else the process does."""
    return {"status": "alive"}


@router.get("/readyz", summary="The service can work")
async def readyz(request: Request) -> dict[str, Any]:
    """Answer when the database is reachable, at the newest schema and has PostGIS; else 503, within seconds."""
    readiness: Readiness = request.app.state.readiness
    return {"status": "ready", **await readiness.check()}


class Readiness:
    """Asks the database how it is, on threads of its own: a hanging check holds up nothing else."""

    def __init__(self, database: Database, wait_s: float = WAIT_S) -> None:
        self._database = database
        self._wait_s = wait_s
        self._threads: anyio.CapacityLimiter | None = None

    async def check(self) -> dict[str, str]:
        """The versions of schema and PostGIS.

        Raises:
            Problem: the database does not answer in time, or its schema is another one (503).
            sqlalchemy.exc.SQLAlchemyError: the database cannot be reached.
        """
        self._threads = self._threads or anyio.CapacityLimiter(CHECKS_AT_ONCE)
        with anyio.move_on_after(self._wait_s):
            return await to_thread.run_sync(self._ask, limiter=self._threads, abandon_on_cancel=True)
        raise Problem("database-away", "ready.slow", seconds=f"{self._wait_s:g}")

    def _ask(self) -> dict[str, str]:
        try:
            with self._database.connection(Role.GATE) as connection:
                found = vitals(connection)
        except ProgrammingError as error:  # no PostGIS, or nothing of ours
            raise Problem("database-away", "ready.incomplete") from error
        if found.revision is None or found.revision != expected_revision():
            expected = expected_revision()
            raise Problem("database-away", "ready.schema", found=found.revision or "-", expected=expected)
        return {"schema": found.revision, "postgis": found.postgis}


@cache
def expected_revision() -> str:
    """The schema this code was written for."""
    return head_revision()
