"""One engine (and pool) per role: the service has no connection that may do everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


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
            pool_timeout=2,
            pool_pre_ping=True,
            connect_args=self._connect(role),
        )
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
    def connection(self, role: Role, actor: Actor | None = None) -> Iterator[Connection]:
        """One transaction as ``role``; committed when the block ends, rolled back when it raises.

        Raises:
            sqlalchemy.exc.OperationalError: the database cannot be reached.
            sqlalchemy.exc.TimeoutError: every connection of the role is in use.
        """
        with self.engine(role).begin() as connection:
            if actor:
                act(connection, actor)
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def act(connection: Connection, actor: Actor) -> None:
    """Say who acts in the open transaction, and why."""
    for name, value in actor.settings().items():
        connection.execute(SET_LOCAL, {"name": f"emprise.{name}", "value": value})


SET_LOCAL = text("select set_config(:name, :value, true)")


def warm_projection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Load PROJ when a connection is made: a session's first ST_Transform costs 40 ms."""
    cursor = connection.cursor()
    cursor.execute("select public.st_transform(public.st_setsrid(public.st_makepoint(5, 45), 4326), 2154)")
    cursor.close()
    connection.commit()
