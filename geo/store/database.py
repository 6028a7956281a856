"""One engine (and pool) per role: the service has no connection that may do everything."""

import select
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool


class Role(StrEnum):
    """The LOGIN roles. The first four are audiences; none owns a table, is superuser or bypasses RLS."""

    PUBLIC = "public"
    COMPANY = "company"
    PLANNER = "planner"
    ADMIN = "admin"
    WORKER = "worker"
    GATE = "gate"

    @property
    def login(self) -> str:
        """The PostgreSQL name of the role."""
        return f"emprise_{self.value}"


PLANNED_ONCE, PLANNED_EACH_TIME = "force_generic_plan", "auto"
"""How the server plans a prepared statement: for any values, or as it thinks best, which is mostly for these values."""

POOL_TIMEOUT_S = 2
"""How long a request waits for a connection."""

AUDIENCES = (Role.PUBLIC, Role.COMPANY, Role.PLANNER, Role.ADMIN)
OWNER = "emprise_owner"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and why, as the row rules and the history read it; ids, never names."""

    organisation: int | None = None
    organisation_kind: str | None = None
    project: int | None = None
    actor: str | None = None
    request: str | None = None
    reason: str | None = None

    def settings(self) -> dict[str, str]:
        """The transaction settings to make, without the unset ones."""
        facts = {
            "organisation": self.organisation,
            "organisation_kind": self.organisation_kind,
            "project": self.project,
            "actor": self.actor,
            "request": self.request,
            "reason": self.reason,
        }
        return {name: str(value) for name, value in facts.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in milliseconds for what an audience may run; the worker's statements have none."""

    statement_ms: int = 5_000
    lock_ms: int = 2_000
    idle_ms: int = 30_000


@dataclass(frozen=True)
class Database:
    """Where the database is, and an engine for each role, made when first used.

    ``url`` names host (or socket folder), port and database; its user is replaced by each role's login and its
    password is the one ``geo.store.upgrade`` gave the roles. ``timezone`` decides what day it is (core.today).
    """

    url: URL
    timeouts: Timeouts = field(default_factory=Timeouts)
    pool_size: int = 5
    timezone: str = "Europe/Paris"
    caches: Path | None = field(default=None, compare=False)
    _engines: dict[Role, Engine] = field(default_factory=dict, init=False, repr=False, compare=False)
    _making: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def engine(self, role: Role) -> Engine:
        """The engine of ``role``; its connections see that role's views first."""
        with self._making:
            if role not in self._engines:
                self._engines[role] = self._make_engine(role)
            return self._engines[role]

    def parameters(self, role: Role) -> dict[str, Any]:
        """What psycopg needs to connect as ``role``, for a process of its own; a password is among it."""
        _, parameters = self.engine(role).dialect.create_connect_args(self.url.set(username=role.login))
        parameters.pop("context", None)  # how SQLAlchemy adapts values: its own affair
        return {**parameters, **self._connect(role)}

    def _connect(self, role: Role) -> dict[str, Any]:
        return {"options": self._options(role), "connect_timeout": 3, "application_name": role.login}

    def _make_engine(self, role: Role) -> Engine:
        engine = create_engine(
            self.url.set(username=role.login),
            pool_size=self.pool_size,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_S,
            connect_args=self._connect(role),
            hide_parameters=True,  # a fault is logged: not with names, mails or hashes
        )
        event.listen(engine, "checkout", refuse_dead)
        if role in AUDIENCES:
            event.listen(engine, "connect", warm_projection)
        return engine

    def _options(self, role: Role) -> str:
        schema = f"as_{role.value}" if role in AUDIENCES else "core"
        options = {"search_path": f"{schema},public", "timezone": "UTC", "jit": "off"}
        options["emprise.timezone"] = self.timezone
        if role in AUDIENCES or role is Role.GATE:
            options["statement_timeout"] = str(self.timeouts.statement_ms)
            options["lock_timeout"] = str(self.timeouts.lock_ms)
            options["idle_in_transaction_session_timeout"] = str(self.timeouts.idle_ms)
        return " ".join(f"-c {name}={value}" for name, value in options.items())

    @contextmanager
    def connection(
        self, role: Role, actor: Actor | None = None, planned: str = PLANNED_EACH_TIME
    ) -> Iterator[Connection]:
        """One transaction as ``role``; committed when the block ends, rolled back when it raises.

        Raises:
            sqlalchemy.exc.OperationalError: the database cannot be reached.
            sqlalchemy.exc.TimeoutError: every connection of the role is in use.
        """
        with self.engine(role).begin() as connection:
            plan(connection.connection, planned)
            if actor:
                act(connection, actor)
            yield connection

    @contextmanager
    def reading(
        self, role: Role, actor: Actor | None = None, planned: str = PLANNED_ONCE
    ) -> "Iterator[Connection | psycopg.Connection[Any]]":
        """A connection as ``role`` for one statement that is asked again and again, by :func:`geo.store.reading.one`.

        Its plan is made once for any values, unless ``planned`` says otherwise. Without an actor there is no
        transaction around it, it is one word to the server instead of three, and nothing between us and the driver.

        Raises:
            psycopg.OperationalError: the database cannot be reached.
            as :meth:`connection`.
        """
        if actor is not None:
            with self.connection(role, actor, planned) as connection:
                yield connection
            return
        taken = self.engine(role).pool.connect()
        try:
            plan(taken, planned)
            driver = driver_of(taken)
            driver.autocommit = True
            try:
                yield driver
            finally:
                if driver.closed:
                    taken.invalidate()
                else:
                    driver.autocommit = False
        finally:
            taken.close()

    def in_use(self, role: Role) -> int:
        """How many connections of ``role`` are in use."""
        engine = self._engines.get(role)
        return engine.pool.checkedout() if engine is not None and isinstance(engine.pool, QueuePool) else 0

    def warm(self, role: Role) -> None:
        """Make every connection of ``role``: no request waits for one to be made. Without a base, none is."""
        with suppress(SQLAlchemyError), ExitStack() as kept:
            for _ in range(self.pool_size):
                kept.enter_context(self.engine(role).connect())

    def close(self) -> None:
        """Give back every connection."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def act(connection: Connection, actor: Actor) -> None:
    """Say who acts in the open transaction, and why."""
    if settings := actor.settings():
        connection.execute(SET_LOCAL, {"names": [f"emprise.{name}" for name in settings], "told": [*settings.values()]})


SET_LOCAL = text("""
    select set_config(name, told, true) from unnest(cast(:names as text[]), cast(:told as text[])) s (name, told)""")


def driver_of(taken: PoolProxiedConnection) -> "psycopg.Connection[Any]":
    """The connection of the driver below one of the pool."""
    driver = taken.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the one driver of this house
    return driver


def plan(taken: PoolProxiedConnection, mode: str) -> None:
    """Have the server plan prepared statements in this mode from now on, unless it does already.

    A list's statement joins ten tables: to plan it takes longer than to run it.
    """
    if taken.info.get("planned", PLANNED_EACH_TIME) != mode:
        driver = driver_of(taken)
        driver.execute(f"set plan_cache_mode = {mode}")
        driver.commit()  # else it would be undone where the transaction fails, unknown to the next one
        taken.info["planned"] = mode


def refuse_dead(driver: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Have the pool make its connections anew when the server ended this one: it has something to say, unasked.

    To look is a matter of microseconds; to ask the server costs as much as many an answer.
    """
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the one driver of this house
    if driver.closed or select.select([driver.fileno()], [], [], 0)[0]:
        raise InvalidatePoolError


PROJECTED = "select public.st_transform(public.st_setsrid(public.st_makepoint(5, 45), 4326), 2154)"


def warm_projection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Load PROJ when a connection is made: a session's first ST_Transform costs 40 ms."""
    cursor = connection.cursor()
    cursor.execute(PROJECTED)
    cursor.close()
    connection.commit()
