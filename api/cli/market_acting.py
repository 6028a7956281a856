"""A command on the market: for the administrator of this machine, or with the rights of an organisation's planner."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import typer

from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.moment import written_day
from api.cli.reading import told
from api.cli.session import opened
from api.clock import today
from api.days import day_in
from api.problems import Problem
from api.settings import Settings, load_settings
from api.wording import day
from geo.store.database import Actor, Database, Role


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, in which base, on which day, told in which language."""

    database: Database
    role: Role
    actor: Actor
    settings: Settings
    lang: str

    @property
    def today(self) -> date:
        """The day where the territory lies."""
        return today(self.settings)

    def day(self, option: str, said: str | None) -> date | None:
        """The day of an option; None when it was not given. Raises BadFile: it is no day."""
        return None if said is None else written_day(option, said, self.lang)

    def written(self, instant: str) -> str:
        """The day of an instant (ISO 8601) where the territory lies, as people write it."""
        return day(day_in(datetime.fromisoformat(instant), self.settings.timezone).isoformat(), self.lang)

    @property
    def asked(self) -> tuple[Database, Role, Actor]:
        """How services are asked."""
        return self.database, self.role, self.actor


@contextmanager
def acting(organisation: str | None, reason: str = "") -> Iterator[Acting]:
    """Act for an organisation (name or SIREN), else as the administrator.

    Raises:
        BadFile: there is no such organisation, or what was asked is refused; the sentence says why.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        role, actor = Role.ADMIN, Actor(actor="cli", reason=reason)
        if organisation is not None:
            role, actor = Role.PLANNER, actor_of(database, organisation, lang, reason)
        try:
            yield Acting(database, role, actor, settings, lang)
        except Problem as problem:
            raise BadFile(told(problem, lang, "market.refused")) from None


def show(found: Mapping[str, Any] | Sequence[Any], lines: Sequence[str], *, as_json: bool) -> None:
    """Print an answer as JSON, or as lines for people."""
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines))
