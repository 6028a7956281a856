"""Consultations under way: who answered what, who has not, reminders, and what becomes of an answer."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from api.catalogues import sentence
from api.deps import Session
from api.desk.consultation.consultation_body import Decision
from api.desk.consultation.consulting import STILL_TAKEN, Told, brief, mail_of, put_mail
from api.desk.instants import told_instant
from api.ogc.edit.told import invalid
from api.problems import Problem, Refusal
from api.security.signed_links import link_address
from api.settings import Settings
from geo.derive import work
from geo.intake.crs import Frame
from geo.intake.update import one as edit
from geo.store.desk import consultations, contacts, links
from geo.store.desk.links import Purpose
from geo.store.drawn import draw


def seen(connection: Connection, consultation: int) -> Row[Any]:
    """A consultation one made or was asked in. Raises Problem: 404."""
    found = consultations.one(connection, consultation)
    if found is None:
        raise Problem("not-found", "desk.no_consultation", id=consultation)
    return found


def one(session: Session, consultation: int, settings: Settings) -> Told:
    """A consultation: what went out, who answered and who has not, and the answers. Raises Problem: 404."""
    zone, now = settings.timezone, datetime.now(UTC)
    with session.begin() as connection:
        row = seen(connection, consultation)
        asked = consultations.asked(connection, consultation)
        rows = consultations.answers(connection, consultation)
    by: dict[int, list[Told]] = {}
    for each in rows:
        by.setdefault(each.consulted, []).append(told_answer(each, row.deadline, zone))
    territories = [
        {
            "id": each.id,
            "organisation": each.organisation,
            "name": each.name,
            "asked_at": told_instant(each.asked_at, zone),
            "reminded_at": told_instant(each.reminded_at, zone),
            "answered_at": told_instant(each.answered_at, zone),
            "answers": by.get(each.id, []),
        }
        for each in asked
    ]
    return {
        **brief(row, zone),
        "need": row.need,
        "message": row.message,
        "open": row.closed_at is None and row.deadline > now,
        "territories": territories,
        "missing": [each["name"] for each in territories if each["answered_at"] is None],
    }


def told_answer(row: Row[Any], deadline: datetime, timezone: str) -> Told:
    """An answer, with author and date."""
    return {
        "id": row.id,
        "kind": row.kind,
        "parcel": row.parcel,
        "document": row.document,
        "author": row.author,
        "answered_at": told_instant(row.answered_at, timezone),
        "late": row.answered_at > deadline,
        "state": row.state,
        "decided_why": row.decided_why,
        "added_parcel": row.added_parcel,
    }


def remind(session: Session, consultation: int, settings: Settings, *, send: bool) -> list[Told]:
    """Reminders to those who have not answered, drafted; ``send`` puts them into the outbox with a new link each.

    Raises:
        Problem: 404, 403 for who was asked, or 409 where it is closed.
    """
    drafts = []
    with session.begin("reminder") as connection:
        row = _own(connection, session, consultation)
        if row.closed_at is not None:
            raise Problem("conflict", "desk.consultation_over", id=consultation)
        for each in consultations.asked(connection, consultation):
            asking = consultations.of_link(connection, each.id)
            if each.answered_at is not None or asking is None:
                continue
            drafts.append(_reminder(connection, row, asking, settings, send=send))
    return drafts


def _reminder(connection: Connection, row: Row[Any], asking: Row[Any], settings: Settings, *, send: bool) -> Told:
    mail = None
    people = contacts.find(connection, asking.contact) if asking.contact is not None else ()
    if send and people and people[0].mail is not None:
        expires = row.deadline + STILL_TAKEN
        token = links.issue(
            connection, Purpose.CONSULTATION, asking.id, organisation=asking.asker, expires_at=expires
        )  # fmt: skip
        address, mail = link_address(settings, Purpose.CONSULTATION, token), people[0].mail
        on = datetime.now(UTC).date().isoformat()
        put_mail(connection, f"consultation:{asking.id}:{on}", mail, asking, address, settings, "desk.mail.remind")
        consultations.remind(connection, asking.id)
    place = sentence("desk.mail.link_here", asking.language)  # a link is for who it is sent to
    draft = mail_of(connection, asking, place, settings, "desk.mail.remind")
    return {"organisation": asking.organisation, "name": asking.name, "sent": mail is not None, "draft": draft}


def close(session: Session, consultation: int) -> None:
    """End a consultation: its links open nothing any more. Raises Problem: 404, 403."""
    with session.begin("consultation closed") as connection:
        _own(connection, session, consultation)
        consultations.close(connection, consultation)
        for each in consultations.asked(connection, consultation):
            links.revoke(connection, Purpose.CONSULTATION, each.id)


def decide(session: Session, consultation: int, answer: int, said: Decision, settings: Settings, today: date) -> Told:
    """Accept an answer or refuse it; land that was added with an outline becomes a parcel of who asked.

    Raises:
        Problem: no such answer (404), not theirs (403), decided already (409), no reason, or land that cannot be
            written (422).
    """
    added: int | None = None
    if said.state == "refused" and said.reason is None:
        raise _refused("reason", "desk.refused_why", "hors secteur")
    with session.begin(said.reason or "consultation") as connection:
        row = _own(connection, session, consultation)
        found = next((each for each in consultations.answers(connection, consultation) if each.id == answer), None)
        if found is None:
            raise Problem("not-found", "desk.no_answer_there", id=answer)
        if found.kind == "add" and said.state == "accepted" and found.state == "proposed":
            added = _draw(connection, row, found.document, said, settings)
        if not consultations.decide(connection, answer, said.state, said.reason, added):
            raise Problem("conflict", "desk.decided", id=answer)
        after = next(each for each in consultations.answers(connection, consultation) if each.id == answer)
    if added is not None:
        work.derive_edited(session.database, [added], today)
    return told_answer(after, row.deadline, settings.timezone)


def _draw(
    connection: Connection, row: Row[Any], document: Mapping[str, Any], said: Decision, settings: Settings
) -> int | None:
    """The parcel of land that was added; None where no outline is known."""
    geometry = document.get("geometry")
    if geometry is None and document.get("cadastral_ids"):
        outline = consultations.outline_of(connection, document["cadastral_ids"])
        geometry = None if outline is None else orjson.loads(outline)
    if geometry is None:
        return None
    facts = {"name": document["name"], "visibility": said.visibility}
    facts |= {"cadastral_ids": document["cadastral_ids"]} if document.get("cadastral_ids") else {}
    drawn = edit.new(edit.Told(facts, True, geometry, Frame("EPSG:4326", settings.srid)), lenient=False)
    if drawn.refusals:
        raise invalid(drawn.refusals)
    return draw(connection, drawn.columns | {"responsible": row.organisation})


def _own(connection: Connection, session: Session, consultation: int) -> Row[Any]:
    row = seen(connection, consultation)
    if row.project is None and row.enquiry is None:
        raise Problem("forbidden", "desk.not_your_consultation", id=consultation)
    return row


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
