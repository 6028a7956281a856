"""Enquiries in a terminal, with the rights of a planner of an organisation."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import Connection

from api.catalogues import sentence
from api.cli.planner import acting_for
from api.clock import today
from api.desk.enquiry import enquiry_desk
from api.desk.enquiry.enquiry_body import EnquiryChange, NewEnquiry
from api.desk.instants import moment
from api.desk.project.need_told import need_rows, with_places
from api.matching.explained import question
from api.security.body import JsonBody
from api.security.strict_json import read_json
from geo.store.desk import consultations, enquiries

MOST = 1_000
MOST_SAID = 4
Told = Mapping[str, Any]


def printed(document: object) -> None:
    """A document as JSON, on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def add_enquiry(mail: Path, organisation: str, said: Told, *, as_json: bool) -> None:
    """Log a mail, of a text or .eml file. Raises BadFile: it cannot be read, or what is said of it is refused."""
    text = mail.read_bytes().decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    field = "eml" if mail.suffix.lower() == ".eml" else "mail"
    given = {name: value for name, value in said.items() if value is not None} | {field: text}
    with acting_for(organisation) as (session, settings, lang):
        body = JsonBody(NewEnquiry).read(json.dumps(given).encode(), settings)
        number = enquiry_desk.take(session, body, settings)
        found = enquiry_desk.one(session, number, settings, lang)
    if as_json:
        printed(found)
    else:
        typer.echo("\n".join(_lines(found, lang, settings.timezone)))


def list_enquiries(organisation: str, status: str | None, *, as_json: bool) -> None:
    """Print what an organisation follows."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin() as connection:
            rows = enquiries.listed(connection, status, after=0, limit=MOST)
            asked = [_asked(connection, row.asked or {}, lang) for row in rows]
        now = datetime.now(UTC)
        found = [enquiry_desk.brief(row, settings.timezone, now) for row in rows]
    if as_json:
        printed(found)
        return
    for one, need in zip(found, asked, strict=True):
        typer.echo("\n".join([_head(one, lang, settings.timezone), *([f"  {need}"] if need else [])]))


def _asked(connection: Connection, need: Told, lang: str) -> str:
    """What is sought in a few words, by which one enquiry is told from the next: where, how much, by when."""
    place = need.get("place")
    known = need if place is None else with_places(need, consultations.place_names(connection, place))
    return " ; ".join(told for _, told in need_rows(known, lang)[:MOST_SAID])


def show_enquiry(number: int, organisation: str, *, as_json: bool) -> None:
    """Print an enquiry."""
    with acting_for(organisation) as (session, settings, lang):
        found = enquiry_desk.one(session, number, settings, lang)
    if as_json:
        printed(found)
    else:
        typer.echo("\n".join(_lines(found, lang, settings.timezone)))


def confirm_need(number: int, organisation: str, need: Path | None) -> None:
    """Keep the need of an enquiry as confirmed. Raises BadFile: it cannot be read as a need."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin() as connection:
            row = enquiry_desk.seen(connection, number, lock=True)
            document = row.reading.get("document", {})
            if need is not None:
                document = read_json(need.read_bytes(), settings.max_json_depth)
            said = EnquiryChange(need=document if isinstance(document, dict) else {})
            enquiry_desk.change(connection, row, said, session, today(settings))
        typer.echo(sentence("desk.cli.confirmed", lang, id=number))


def draft_reply(number: int, organisation: str, *, as_json: bool) -> None:
    """Print the reply drafted, in the language of the enquiry, and what its questions are worth."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin() as connection:
            row = enquiry_desk.seen(connection, number)
        answer = enquiry_desk.first_answer(session, row, today(settings))
        drafts = enquiry_desk.drafts(session, row, answer, settings, row.language)
    if as_json:
        printed({"drafts": drafts, "questions": answer and answer["questions"], "counts": answer and answer["counts"]})
        return
    for one in (answer or {}).get("questions") or ():
        typer.echo(question(one, lang))
    typer.echo(f"\n{drafts['reply']['subject']}\n\n{drafts['reply']['body']}")


def close_enquiry(number: int, why: str, organisation: str) -> None:
    """Close an enquiry."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin(why) as connection:
            row = enquiry_desk.seen(connection, number, lock=True)
            said = EnquiryChange(status="closed", closed_why=why)
            enquiry_desk.change(connection, row, said, session, today(settings))
        typer.echo(sentence("desk.cli.closed", lang, id=number))


def _head(one: Told, lang: str, timezone: str) -> str:
    due = moment(datetime.fromisoformat(one["due_at"]), lang, timezone)
    state = sentence(f"desk.cli.is.{'overdue' if one['overdue'] else one['status']}", lang)
    told = (one["subject"], one["company"])
    about = ", ".join(each for each in dict.fromkeys(told) if each) or sentence("desk.mail.no_subject", lang)
    return sentence("desk.cli.enquiry", lang, id=one["id"], about=about, due=due, state=state)


def _lines(found: Told, lang: str, timezone: str) -> Iterator[str]:
    yield _head(found, lang, timezone)
    received = moment(datetime.fromisoformat(found["received_at"]), lang, timezone)
    yield sentence("desk.cli.received", lang, received=received)
    for one in found["reading"]["said"]:
        yield f"  {one['says']}"
        for each in one["assumed"]:
            yield f"    → {each['says']}"
    for one in found["possible_duplicates"]:
        who = one["organisation"] or sentence("desk.cli.nobody", lang)
        key = "desk.cli.double_own" if one["own"] else "desk.cli.double"
        yield sentence(key, lang, organisation=who, id=one.get("enquiry", ""))
