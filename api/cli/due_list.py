"""Statuses past their term as a person reads them, and those of some parcels said again."""

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import number, sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.reading import told
from api.cli.session import opened
from api.clock import today
from api.planning.attesting import attest
from api.planning.due_told import told_due
from api.problems import Problem
from api.settings import load_settings
from api.wording import day
from geo.derive.due import due_statuses
from geo.store.database import Actor, Role


def list_due(organisation: str | None, limit: int, *, as_json: bool) -> None:
    """Print the statuses of at most ``limit`` parcels."""
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        whose = None if organisation is None else actor_of(database, organisation, lang).organisation
        with database.connection(Role.WORKER) as connection:
            found = due_statuses(connection, whose, today(settings), after=0, limit=limit + 1)
    listed = [told_due(one, status, lang) for one in found[:limit] for status in one.statuses]
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False))
    elif not listed:
        typer.echo(sentence("due.none", lang))
    else:
        Console().print(_table(listed, lang))
        if len(found) > limit:
            typer.echo(sentence("due.more", lang, count=number(limit, lang)))
        typer.echo(sentence("due.how", lang, parcel=listed[0]["parcel"], step=listed[0]["step"]))


def _table(listed: Sequence[dict[str, Any]], lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(sentence("due.columns", lang).split("|")):
        table.add_column(name, no_wrap=place in (3, 4), overflow="fold")
    for one in listed:
        table.add_row(
            escape(f"{one['parcel']} {one['name'] or ''}".strip()),
            f"{one['label']} ({one['step']})",
            sentence(f"state.{one['state']}", lang),
            day(one["attested_on"], lang),
            day(one["due_on"], lang),
            escape(one["organisation"] or ""),
        )
    return table


def confirm_due(parcels: Sequence[int], reason: str, organisation: str | None) -> None:
    """Say again all that is due on some parcels, all or none.

    Raises:
        BadFile: one of them is not there, or another organisation's.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        role, actor = Role.ADMIN, Actor(actor="cli", reason=reason)
        if organisation is not None:
            role, actor = Role.PLANNER, actor_of(database, organisation, lang, reason)
        now = today(settings)
        try:
            count = attest(database, role, actor, [(parcel, None) for parcel in parcels], reason, now, now)
        except Problem as problem:
            raise BadFile(told(problem, lang, "step.refused")) from None
    typer.echo(sentence("due.confirmed", lang, count=number(count, lang)))
