"""A step recorded from the command line, checked and told as over HTTP."""

import json
from dataclasses import dataclass, replace
from datetime import date

import typer

from api.catalogues import sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.moment import written_day
from api.cli.reading import told
from api.cli.session import opened
from api.clock import today
from api.planning import recording
from api.planning.recording import Change
from api.problems import Problem
from api.settings import load_settings
from api.wording import day
from geo.store.database import Actor, Database, Role
from geo.store.steps import PROPOSAL, WITHDRAWAL, Record


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked; days as they were written."""

    parcel: int
    step: str
    state: str | None
    on: str | None
    reason: str
    evidence: str | None
    expires: str | None
    corrects: int | None
    withdraw: int | None
    organisation: str | None
    as_json: bool


def keep_step(asked: Asked) -> None:
    """Record, or take back, and say what changed.

    Raises:
        BadFile: it cannot be recorded; the sentence says why and gives an example of right.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        role, actor = _who(database, asked, lang)
        try:
            change = _change(database, role, actor, asked, today(settings), lang)
        except Problem as problem:
            raise BadFile(told(_by_option(problem), lang, "step.refused")) from None
    if asked.as_json:
        typer.echo(json.dumps({"parcel": asked.parcel, **change}, ensure_ascii=False))
    else:
        typer.echo(_said(change, lang))


def _who(database: Database, asked: Asked, lang: str) -> tuple[Role, Actor]:
    """An organisation's planner where one is named, else the administrator of this machine."""
    if asked.organisation is None:
        return Role.ADMIN, Actor(actor="cli", reason=asked.reason)
    return Role.PLANNER, actor_of(database, asked.organisation, lang, asked.reason)


def _change(database: Database, role: Role, actor: Actor, asked: Asked, now: date, lang: str) -> Change:
    if asked.withdraw is not None:
        return recording.take_back(database, role, actor, asked.parcel, asked.withdraw, asked.reason, now, lang)
    made = Record(
        asked.step.upper(),
        asked.state or "",
        written_day("--on", asked.on or "", lang),
        asked.reason,
        asked.evidence,
        None if asked.expires is None else written_day("--expires", asked.expires, lang),
        corrects=asked.corrects,
    )
    return recording.record(database, role, actor, asked.parcel, made, now, lang)


_OPTIONS = {"effective_on": "--on", "expires_on": "--expires", "corrects": "--corrects"}


def _by_option(problem: Problem) -> Problem:
    """The problem with the options of the command in place of the fields of a body."""
    problem.errors = tuple(replace(one, field=_OPTIONS.get(one.field, one.field)) for one in problem.errors)
    return problem


def _said(change: Change, lang: str) -> str:
    files = sentence("step.by_facts", lang)
    old, new = (files if one is None else sentence(f"state.{one}", lang) for one in (change["old"], change["new"]))
    code = {PROPOSAL: "step.proposed", WITHDRAWAL: "step.withdrawn"}.get(change["kind"], "step.recorded")
    on = day(change["effective_on"], lang)
    return sentence(code, lang, record=change["record"], label=change["label"], old=old, new=new, on=on)
