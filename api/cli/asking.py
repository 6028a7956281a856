"""Consultations in a terminal, with the rights of a planner of an organisation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.enquiring import printed
from api.cli.planner import acting_for
from api.clock import today
from api.desk.consultation import consultation_desk, consulting
from api.desk.consultation.consultation_body import Decision, NewConsultation
from api.pages.values import facts_told
from api.security.body import JsonBody
from api.wording import day
from geo.store.access.keys import find_organisation
from geo.store.database import Database, Role

Told = Mapping[str, Any]


def ask_territories(names: Sequence[str], said: Told, organisation: str, *, as_json: bool) -> None:
    """Ask territories, each as its name or ``NAME=ADDRESS``, and print each one's link."""
    with acting_for(organisation) as (session, settings, lang):
        territories = [_territory(session.database, one, lang) for one in names]
        given = {name: value for name, value in said.items() if value is not None} | {"territories": territories}
        body = JsonBody(NewConsultation).read(json.dumps(given).encode(), settings)
        made = consulting.consult(session, body, settings, today(settings))
    if as_json:
        printed(made)
        return
    typer.echo(sentence("desk.cli.asked", lang, id=made["id"], fields=_outgoing(made["need"], lang)))
    for one in made["territories"]:
        how = sentence(f"desk.cli.{'mailed' if one['mailed'] else 'by_hand'}", lang)
        typer.echo(f"  {one['name']} ({how}) : {one['link']}")


def _outgoing(need: Iterable[str], lang: str) -> str:
    """What goes out, in words, each with the field that `--field` takes."""
    return ", ".join(f"{sentence(f'dossier.need.{name}', lang)} ({name})" for name in need)


def _territory(database: Database, given: str, lang: str) -> Told:
    name, _, address = given.rpartition("=") if "@" in given else (given, "", "")
    with database.connection(Role.GATE) as connection:
        found = find_organisation(connection, name)
    if found is None:
        raise BadFile(sentence("organisation.unknown", lang, name=name))
    return {"organisation": found} | ({"mail": address} if address else {})


def show_consultation(number: int, organisation: str, *, as_json: bool) -> None:
    """Print who answered what."""
    with acting_for(organisation) as (session, settings, lang):
        found = consultation_desk.one(session, number, settings)
    if as_json:
        printed(found)
        return
    for one in found["territories"]:
        if not one["answers"]:
            typer.echo(f"{one['name']} : {sentence('desk.cli.no_answer', lang)}")
        for each in one["answers"]:
            typer.echo(f"{one['name']} : {_answer(each, lang)}")
    missing = ", ".join(found["missing"]) or "—"
    count = {"count": len(found["missing"])}
    typer.echo(sentence("desk.cli.missing", lang, missing=missing, **count))


def _answer(each: Told, lang: str) -> str:
    said = each["document"]
    words = " ; ".join(
        filter(None, (facts_told(said.get("properties") or {}, lang), *map(said.get, ("name", "reason", "note"))))
    )
    parcel = "" if each["parcel"] is None else f" n° {each['parcel']}"
    kind = sentence(f"desk.answer.{each['kind']}", lang)
    waits = each["state"] == "proposed"
    state = sentence("desk.cli.proposed_state" if waits else f"desk.cli.{each['state']}", lang)
    facts = {"id": each["id"], "kind": f"{kind}{parcel}", "state": state}
    return sentence("desk.cli.answer", lang, on=day(each["answered_at"][:10], lang), **facts) + (
        f" ({words})" if words else ""
    )


def remind_territories(number: int, organisation: str, *, send: bool) -> None:
    """Print the reminders to those who have not answered, and send them where that is asked."""
    with acting_for(organisation) as (session, settings, lang):
        drafts = consultation_desk.remind(session, number, settings, send=send)
    for one in drafts:
        how = sentence(f"desk.cli.{'sent' if one['sent'] else 'draft'}", lang)
        typer.echo(f"{one['name']} ({how})\n{one['draft']['subject']}\n\n{one['draft']['body']}\n")


def decide_answer(number: int, answer: int, said: Told, organisation: str) -> None:
    """Accept an answer or refuse it."""
    with acting_for(organisation) as (session, settings, lang):
        given = {name: value for name, value in said.items() if value is not None}
        body = JsonBody(Decision).read(json.dumps(given).encode(), settings)
        found = consultation_desk.decide(session, number, answer, body, settings, today(settings))
        typer.echo(_answer(found, lang))


def close_consultation(number: int, organisation: str) -> None:
    """End a consultation."""
    with acting_for(organisation) as (session, _, lang):
        consultation_desk.close(session, number)
        typer.echo(sentence("desk.cli.consultation_closed", lang, id=number))
