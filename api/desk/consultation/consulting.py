"""Asking territories about a need: what goes out of it, to whom, and the mails with each one's link."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from api.catalogues import sentence
from api.deps import Session
from api.desk.consultation.consultation_body import LONGEST_DAYS, Asked, NewConsultation
from api.desk.enquiry.enquiry_desk import need_document
from api.desk.enquiry.enquiry_desk import seen as enquiry_seen
from api.desk.instants import told_instant
from api.desk.project.need_told import need_rows, with_places
from api.desk.project.project_desk import seen as project_seen
from api.problems import Problem, Refusal
from api.security.signed_links import link_address
from api.settings import Settings
from api.wording import day
from geo.desk.anonymous import USUAL, anonymous
from geo.store.desk import consultations, contacts, links, outbox, projects
from geo.store.desk.contacts import Contact
from geo.store.desk.links import Purpose
from geo.store.desk.outbox import Message

Told = dict[str, Any]
STILL_TAKEN = timedelta(days=14)
"""How long after the deadline a link still takes an answer, told as late."""


def consult(session: Session, given: NewConsultation, settings: Settings, today: date) -> Told:
    """Ask territories; the consultation, with each one's link, this once.

    Raises:
        Problem: no such project or enquiry (404); what goes out is no need, no territory is one, a bad deadline (422).
    """
    _check(given, today)
    with session.begin("consultation") as connection:
        organisation, document = _about(connection, given)
        need = _sent(document, given)
        known = consultations.territories(connection, [one.organisation for one in given.territories])
        unknown = sorted({one.organisation for one in given.territories} - set(known))
        if unknown:
            raise _refused("territories", "desk.no_territory", numbers=unknown)
        deadline = _end_of(given.deadline, settings.timezone)
        number = consultations.add(
            connection,
            organisation,
            need,
            deadline,
            project=given.project,
            enquiry=given.enquiry,
            message=given.message,
        )
        asked = [
            _ask(connection, number, organisation, one, known[one.organisation], deadline, settings, today)
            for one in given.territories
        ]
        row = consultations.one(connection, number)
    return {**brief(row, settings.timezone), "need": need, "message": given.message, "territories": asked}


def without_links(made: Told, lang: str) -> Told:
    """A consultation that was made, as it is told a second time: its links were shown once."""
    territories = [{**one, "link": None} for one in made["territories"]]
    return {**made, "territories": territories, "note": sentence("desk.links_once", lang)}


def brief(row: Row[Any] | None, timezone: str) -> Told:
    """A consultation as a list tells it."""
    if row is None:
        return {}
    return {
        "id": row.id,
        "project": row.project,
        "enquiry": row.enquiry,
        "deadline": last_day(row.deadline, timezone),
        "created_at": told_instant(row.created_at, timezone),
        "closed_at": told_instant(row.closed_at, timezone),
    }


def _check(given: NewConsultation, today: date) -> None:
    if (given.project is None) == (given.enquiry is None):
        raise _refused("project", "desk.about_one", 4)
    if not today <= given.deadline <= today + timedelta(days=LONGEST_DAYS):
        raise _refused("deadline", "desk.deadline", (today + timedelta(days=7)).isoformat(), most=LONGEST_DAYS)
    if len({one.organisation for one in given.territories}) < len(given.territories):
        raise _refused("territories", "desk.asked_twice")


def _about(connection: Connection, given: NewConsultation) -> tuple[int, Mapping[str, Any]]:
    """Whose consultation it is, and the need it is about."""
    if given.project is not None:
        row = project_seen(connection, given.project)
        need = projects.latest_need(connection, given.project)
        if need is None:
            raise Problem("conflict", "desk.no_need", id=given.project)
        return int(row.organisation), need.document
    row = enquiry_seen(connection, given.enquiry or 0)
    if row.organisation is None:
        raise Problem("conflict", "desk.nobody_follows", id=row.id)
    return int(row.organisation), row.need if row.need is not None else row.reading.get("document", {})


def _sent(document: Mapping[str, Any], given: NewConsultation) -> Told:
    try:
        return need_document(anonymous(document, USUAL if given.fields is None else given.fields))
    except Problem as problem:
        raise Problem("invalid", "desk.nothing_to_send", errors=problem.errors) from None


def _ask(
    connection: Connection,
    consultation: int,
    organisation: int,
    one: Asked,
    name: str,
    deadline: datetime,
    settings: Settings,
    today: date,
) -> Told:
    """Ask one territory: its link, and a mail with it where an address is known."""
    contact, mail = _reached(connection, organisation, one, today)
    asking = consultations.ask(connection, consultation, organisation, one.organisation, contact, one.language)
    expires = deadline + STILL_TAKEN
    token = links.issue(connection, Purpose.CONSULTATION, asking, organisation=organisation, expires_at=expires)
    address = link_address(settings, Purpose.CONSULTATION, token)
    if mail is not None:
        row = consultations.of_link(connection, asking)
        put_mail(connection, f"consultation:{asking}", mail, row, address, settings, "desk.mail.consult")
    return {"id": asking, "organisation": one.organisation, "name": name, "mailed": mail is not None, "link": address}


def _reached(connection: Connection, organisation: int, one: Asked, today: date) -> tuple[int | None, str | None]:
    if one.mail is None:
        row = consultations.person_of(connection, one.organisation)
        return (None, None) if row is None else (row.id, row.mail)
    person = Contact(one.name, one.mail, language=one.language, of_organisation=one.organisation)
    return contacts.keep(connection, person, organisation=organisation, on=today), one.mail


def put_mail(
    connection: Connection, key: str, mail: str, row: Row[Any] | None, address: str, settings: Settings, words: str
) -> None:
    """Put a mail about one asking, with its link, into the outbox, once for ever under its key."""
    if row is None:
        return
    told = mail_of(connection, row, address, settings, words)
    message = Message(
        key=key, to=mail, language=row.language, subject=told["subject"], body=told["body"],
        organisation=row.asker, about={"consulted": row.id},
    )  # fmt: skip
    outbox.put(connection, message)


def mail_of(connection: Connection, row: Row[Any], address: str, settings: Settings, words: str) -> dict[str, str]:
    """The mail to a territory: what is sought, until when, and its link."""
    lang = row.language
    on = day(last_day(row.deadline, settings.timezone), lang)
    lines = "\n".join(f"- {label} : {value}" for label, value in shown_need(connection, row.need, lang))
    facts = {"asker": row.asker_name, "deadline": on, "need": lines, "address": address}
    note = "" if row.message is None else f"{row.message}\n\n"
    return {
        "subject": sentence(f"{words}.subject", lang, **facts),
        "body": sentence(f"{words}.body", lang, message=note, **facts),
    }


def last_day(deadline: datetime, timezone: str) -> str:
    """The last day of a deadline, which ends at midnight."""
    return (deadline - timedelta(seconds=1)).astimezone(ZoneInfo(timezone)).date().isoformat()


def shown_need(connection: Connection, need: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """What goes out of a need, as people read it: places by their names."""
    place = need.get("place")
    return need_rows(need if place is None else with_places(need, consultations.place_names(connection, place)), lang)


def _end_of(last: date, timezone: str) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(timezone))


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
