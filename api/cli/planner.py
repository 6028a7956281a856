"""A command that acts as a planner of an organisation, with the rights a planner has over HTTP."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.reading import told
from api.cli.session import opened
from api.deps import Session
from api.problems import Problem
from api.security.principal import Principal
from api.settings import Settings, load_settings
from geo.store.database import Actor, Database, Role


class CommandSession(Session):
    """A session without a request: the history says that a command did it."""

    def __init__(self, database: Database, acting: Actor) -> None:
        principal = Principal(Role.PLANNER, acting.organisation, acting.organisation_kind)
        super().__init__(database, principal, "-")
        self._acting = acting

    @property
    def actor(self) -> Actor:
        """What the database is told of the command."""
        return self._acting

    def begin(self, reason: str | None = None) -> AbstractContextManager[Connection]:
        """One transaction with the rights of a planner of the organisation."""
        return self.database.connection(Role.PLANNER, replace(self._acting, reason=reason))


@contextmanager
def acting_for(organisation: str) -> Iterator[tuple[CommandSession, Settings, str]]:
    """The session of a planner of an organisation (name or SIREN), the settings, and the terminal's language.

    Raises:
        BadFile: there is no such organisation, or what was asked is refused; the sentence says why.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        acting = actor_of(database, organisation, lang, None)
        try:
            yield CommandSession(database, acting), settings, lang
        except Problem as problem:
            raise BadFile(told(problem, lang, "follow.refused")) from None
