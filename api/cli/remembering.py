"""The history of a parcel's procedures on the command line, told as over HTTP."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from api.catalogues import sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.reading import told
from api.cli.session import opened
from api.planning import recording
from api.planning.step_history import changes
from api.problems import Problem
from api.settings import load_settings
from api.wording import day
from geo.readiness.catalogue_file import in_use
from geo.store.database import Actor, Database, Role


def tell_history(parcel: int, organisation: str | None, *, as_json: bool) -> None:
    """Print every change of a parcel's steps, the newest first.

    Raises:
        BadFile: there is no such parcel.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        try:
            listed = _changes(database, parcel, organisation, lang)
        except Problem as problem:
            raise BadFile(told(problem, lang, "history.refused")) from None
    if as_json:
        typer.echo(json.dumps({"parcel": parcel, "steps": listed}, ensure_ascii=False))
        return
    code = "history.head" if listed else "history.none"
    zone = ZoneInfo(settings.timezone)
    told_ones = (line for one in listed for line in lines_of(one, lang, zone))
    typer.echo("\n".join([sentence(code, lang, id=parcel), *told_ones]))


def _changes(database: Database, parcel: int, organisation: str | None, lang: str) -> list[dict[str, Any]]:
    """As the administrator of this machine, or with the eyes of an organisation's planner."""
    role = Role.ADMIN if organisation is None else Role.PLANNER
    actor = Actor(actor="cli") if organisation is None else actor_of(database, organisation, lang, "")
    with database.connection(role, actor) as connection:
        rights = recording.rights_of(connection, parcel)
    rows = recording.history(database, parcel)
    return changes(rows, in_use(), lang, own=rights.own, reader=actor.organisation)[::-1]


def lines_of(one: dict[str, Any], lang: str, zone: ZoneInfo) -> list[str]:
    """One change in words; it was recorded on the day that it was in ``zone``."""
    recorded = datetime.fromisoformat(one["recorded_at"]).astimezone(zone).date().isoformat()
    files = sentence("step.by_facts", lang)
    old, new = (files if one[name] is None else sentence(f"state.{one[name]}", lang) for name in ("old", "new"))
    told_of = {
        "record": one["record"],
        "label": one["label"],
        "step": one["step"],
        "old": old,
        "new": new,
        "on": day(one["effective_on"], lang),
        "recorded": day(recorded, lang),
        "who": one["organisation"] or sentence("history.administrator", lang),
        "kind": sentence(f"history.kind.{one['kind']}", lang),
    }
    lines = [sentence("history.line", lang, **told_of)]
    why = " ; ".join(text for text in (one.get("reason"), one.get("evidence")) if text)
    return [*lines, sentence("history.why", lang, why=why)] if why else lines
