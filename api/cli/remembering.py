"""The history of a parcel's procedures on the command line, told as over HTTP."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from api.catalogues import catalogue, sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.reading import told
from api.cli.session import opened
from api.planning import fact_history, recording
from api.planning.step_history import changes
from api.problems import Problem
from api.settings import load_settings
from api.wording import day
from geo.readiness.catalogue_file import in_use
from geo.store.database import Actor, Database, Role

LONGEST = 60


def tell_history(parcel: int, organisation: str | None, *, as_json: bool) -> None:
    """Print every change of a parcel's steps and of its facts, the newest first.

    Raises:
        BadFile: there is no such parcel.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        try:
            listed, facts = _changes(database, parcel, organisation, lang)
        except Problem as problem:
            raise BadFile(told(problem, lang, "history.refused")) from None
    if as_json:
        typer.echo(json.dumps({"parcel": parcel, "steps": listed, "facts": facts}, ensure_ascii=False, default=str))
        return
    code = "history.head" if listed else "history.none"
    zone = ZoneInfo(settings.timezone)
    lines = [sentence(code, lang, id=parcel), *(line for one in listed for line in lines_of(one, lang, zone))]
    lines += [sentence("history.facts", lang)] if facts else []
    typer.echo("\n".join([*lines, *(_fact_line(one, lang, zone) for one in facts)]))


Listed = list[dict[str, Any]]


def _changes(database: Database, parcel: int, organisation: str | None, lang: str) -> tuple[Listed, Listed]:
    """As the administrator of this machine, or with the eyes of an organisation's planner."""
    role = Role.ADMIN if organisation is None else Role.PLANNER
    actor = Actor(actor="cli") if organisation is None else actor_of(database, organisation, lang, "")
    with database.connection(role, actor) as connection:
        rights = recording.rights_of(connection, parcel)
        facts = fact_history.told(connection, database, parcel)
    rows = recording.history(database, parcel)
    return changes(rows, in_use(), lang, own=rights.own, reader=actor.organisation)[::-1], facts


def _fact_line(one: dict[str, Any], lang: str, zone: ZoneInfo) -> str:
    """One change of facts: an edit, a file, or a proposal that was accepted, which its reason names."""
    on = datetime.fromisoformat(one["changed_at"]).astimezone(zone).date().isoformat()
    who = one["organisation"] or sentence("history.administrator", lang)
    facts = ", ".join(
        f"{_name(each['name'], lang)} : {_short(each['old'])} → {_short(each['new'])}" for each in one["facts"]
    )
    told_of = {"recorded": day(on, lang), "who": who, "facts": facts, "why": one["reason"] or "—"}
    return sentence("history.fact", lang, **told_of)


def _name(fact: str, lang: str) -> str:
    code = f"words.field.{fact}"
    return sentence(code, lang) if code in catalogue(lang) else fact


def _short(value: object) -> str:
    """A value in a line; what is long or an outline is not written out."""
    text = "—" if value is None else str(value)
    return text if len(text) <= LONGEST else "…"


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
