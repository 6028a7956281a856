"""What routes ask for: settings, database, principal, language, day, page size."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from contextvars import copy_context
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request
from sqlalchemy import Connection

from api.clock import today
from api.ids import PlainDigits
from api.problems import Problem, Words, language_of
from api.security.principal import Principal, current_principal
from api.settings import Settings
from geo.store.database import PLANNED_ONCE, Actor, Database, Role
from geo.store.lines import Lines
from geo.store.reading import Asked, Reading, read
from geo.store.running import Running


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def current_settings(request: Request) -> Settings:
    """The settings of the running service."""
    return _settings(request)


async def current_database(request: Request) -> Database:
    """The database of the running service."""
    database: Database = request.app.state.database
    return database


async def current_language(request: Request) -> str:
    """The language of the answer: ``fr`` or ``en``."""
    return language_of(request.scope)


async def current_request_id(request: Request) -> str:
    """The id of the request, as logs and history know it."""
    request_id: str = request.state.request_id
    return request_id


async def current_day(request: Request) -> date:
    """What day it is where the territory lies."""
    return today(_settings(request))


async def page_limit(
    request: Request,
    limit: Annotated[int | None, PlainDigits, Query(ge=1, lt=2**63, description="Rows in a page")] = None,
) -> int:
    """How many rows a page has: ``limit``, at most the setting's maximum."""
    settings = _settings(request)
    return min(settings.page_limit if limit is None else limit, settings.page_limit_max)


CurrentSettings = Annotated[Settings, Depends(current_settings)]
CurrentPrincipal = Annotated[Principal, Depends(current_principal)]
Language = Annotated[str, Depends(current_language)]
RequestId = Annotated[str, Depends(current_request_id)]
Today = Annotated[date, Depends(current_day)]
PageLimit = Annotated[int, Depends(page_limit)]


Told = TypeVar("Told")


class Session:
    """The database as the principal of one request sees it."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        request_id: str,
        running: Running | None = None,
        lines: Lines | None = None,
        threads: Executor | None = None,
    ) -> None:
        """``running``: by which the reads of this session can be ended; ``lines``: those of the public."""
        self.database = database
        self.principal = principal
        self.request_id = request_id
        self._running = running or Running()
        self._lines = lines
        self._threads = threads

    def begin(self, reason: str | None = None) -> AbstractContextManager[Connection]:
        """One transaction with the principal's rights; ``reason`` goes to the history of what it changes.

        The public has no settings to make: its reads are one statement each.
        """
        actor = self.actor if reason is None else self.principal.actor(self.request_id, reason)
        return self._running.held(self.database.connection(self.principal.audience, actor))

    def read(self, planned: str = PLANNED_ONCE) -> AbstractContextManager[Reading]:
        """A connection with the principal's rights for one statement that is asked again and again."""
        return self._running.held(self.database.reading(self.principal.audience, self.actor, planned))

    async def ask(self, asked: Asked[Told]) -> Told:
        """What is asked, with the principal's rights: of the public by the event loop itself, else in a thread."""
        if self.actor is None and self._lines is not None and self._lines.here:
            return asked.told(await self._lines.one(asked, self._running))
        return await self.apart(self._read, asked)

    def _read(self, asked: Asked[Told]) -> Told:
        with self.read(asked.planned) as connection:
            return read(connection, asked)

    async def apart(self, function: Callable[..., Told], *args: Any) -> Told:
        """What a function answers that may wait, done in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, copy_context().run, function, *args)

    @property
    def actor(self) -> Actor | None:
        """What the database is told of the principal; nothing of the public."""
        principal = self.principal
        return None if principal.audience is Role.PUBLIC else principal.actor(self.request_id)


async def current_session(request: Request) -> Session:
    """The database with the rights of who is asking, whom the application's own dependency has found by now.

    It asks for the request only: the framework's work for a request grows with the number of dependencies below.
    """
    state, shared = request.scope["state"], request.app.state
    who = shared.database, state["principal"], state["request_id"]
    return Session(*who, state.get("running"), shared.lines, shared.threads)


CurrentSession = Annotated[Session, Depends(current_session)]


def only(*audiences: Role) -> Callable[[Principal], Coroutine[Any, Any, Principal]]:
    """A dependency that lets only some audiences through: ``Depends(only(Role.PLANNER, Role.ADMIN))``."""

    async def allowed(principal: CurrentPrincipal) -> Principal:
        if principal.audience in audiences:
            return principal
        if principal.audience is Role.PUBLIC:
            raise Problem("credentials-needed", "credentials.needed", headers={"WWW-Authenticate": "Bearer"})
        raise Problem("forbidden", "rights.audience", audiences=Words("words.audience", audiences))

    return allowed
