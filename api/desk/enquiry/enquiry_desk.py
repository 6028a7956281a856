"""What planners do with enquiries, over HTTP and by the command alike."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from api.deps import Session
from api.desk.enquiry import duplicates, reading
from api.desk.enquiry.drafts import acknowledgement, reply
from api.desk.enquiry.enquiry_body import EnquiryChange, NewEnquiry
from api.desk.enquiry.taking import keep, understood, usable
from api.desk.instants import told_instant
from api.matching.needs import need_of
from api.problems import Problem, Refusal
from api.settings import Settings
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.access.organisations import known, name_of
from geo.store.database import Role
from geo.store.desk import contacts, enquiries
from geo.store.desk.contacts import Contact

Told = dict[str, Any]
SHOWN_SITES = 20


def take(session: Session, given: NewEnquiry, settings: Settings) -> int:
    """Keep an enquiry that a planner got, for their organisation to follow; its id.

    Raises:
        Problem: 422, what is given is no enquiry; 403, the planner is of no organisation.
    """
    if session.principal.organisation is None and session.principal.audience is not Role.ADMIN:
        raise Problem("forbidden", "edit.no_organisation")
    with session.begin() as connection:
        taken = understood(given, enquiries.places(connection), settings, public=False)
        return keep(connection, taken, session.principal.organisation, settings)


def seen(connection: Connection, enquiry: int, *, lock: bool = False) -> Row[Any]:
    """An enquiry one follows.

    Raises:
        Problem: 404.
    """
    found = enquiries.one(connection, enquiry, lock=lock)
    if found is None:
        raise Problem("not-found", "desk.no_enquiry", id=enquiry)
    return found


def one(session: Session, enquiry: int, settings: Settings, lang: str) -> Told:
    """An enquiry with its mail, what was understood of it, who asks, and likely duplicates.

    Raises:
        Problem: 404.
    """
    with session.begin() as connection:
        row = seen(connection, enquiry)
        asking = contacts.find(connection, row.contact) if row.contact else ()
    mine, everything = session.principal.organisation, session.principal.audience is Role.ADMIN
    now = datetime.now(UTC)
    doubles = duplicates.likely_duplicates(session.database, enquiry, mine, now, all_=everything)
    return {
        **brief(row, settings.timezone, now),
        "mail": row.mail,
        "contact": next((_person(each) for each in asking), None),
        "consent_on": None if row.consent_on is None else row.consent_on.isoformat(),
        "reading": reading.told(row.reading, lang),
        "need": row.need,
        "possible_duplicates": doubles,
    }


def brief(row: Row[Any], timezone: str, now: datetime) -> Told:
    """An enquiry as a list tells it."""
    return {
        "id": row.id,
        "version": row.version,
        "source": row.source,
        "subject": row.subject,
        "company": row.company,
        "siren": row.siren,
        "language": row.language,
        "status": row.status,
        "closed_why": row.closed_why,
        "received_at": told_instant(row.received_at, timezone),
        "due_at": told_instant(row.due_at, timezone),
        "overdue": row.status == "open" and row.due_at < now,
        "answered_at": told_instant(row.answered_at, timezone),
        "project": row.project,
        "organisation": row.organisation,
    }


def change(connection: Connection, row: Row[Any], said: EnquiryChange, session: Session, today: date) -> int:
    """Write what changes of an enquiry that is locked; its version afterwards.

    Raises:
        Problem: 422, the need cannot be read, it is closed without a reason, or handed on by no administrator.
    """
    changes: Told = said.model_dump(exclude_unset=True, exclude={"contact", "need"})
    _check_status(row, changes)
    if said.need is not None:
        changes["need"] = need_document(said.need)
    if "organisation" in changes and session.principal.audience is not Role.ADMIN:
        raise _refused("organisation", "desk.hand_on")
    if said.organisation is not None and not known(connection, said.organisation):
        raise _refused("organisation", "desk.no_organisation")
    if said.organisation is not None and row.contact is not None:
        changes["contact"] = enquiries.hand_on_contact(connection, row.contact, said.organisation)
    if said.contact is not None:
        given = said.contact
        person = Contact(given.name, usable(given.mail, strict=True), given.phone, row.language, given.role)
        changes["contact"] = contacts.keep(connection, person, organisation=row.organisation, on=today)
    if changes.get("status") == "answered":
        changes["answered_at"] = datetime.now(UTC)
    return enquiries.change(connection, row.id, changes) if changes else int(row.version)


def _check_status(row: Row[Any], changes: Told) -> None:
    status = changes.get("status", row.status)
    why = changes.get("closed_why", row.closed_why)
    if status == "closed" and why is None:
        raise _refused("closed_why", "desk.closed_why", "projet abandonné")
    if status != "closed":
        changes |= {"closed_why": None} if row.closed_why is not None or "closed_why" in changes else {}


def need_document(given: Mapping[str, Any]) -> Told:
    """A need as it is kept: what was given, in its own units.

    Raises:
        Problem: 422, every mistake with its field.
    """
    try:
        need = need_of(dict(given))
    except Problem as problem:
        errors = [Refusal(f"need.{each.field}".rstrip("."), each.code, each.params, each.example, wording=each.wording)
                  for each in problem.errors]  # fmt: skip
        raise Problem("invalid", "body.invalid", errors=errors) from None
    return need.model_dump(mode="json", by_alias=True, exclude_unset=True)


def need_known(row: Row[Any]) -> Need | None:
    """The need of an enquiry: as confirmed, else as read; None where that is no need yet."""
    document = row.need if row.need is not None else row.reading.get("document", {})
    try:
        return need_of(document)
    except Problem:
        return None


def first_answer(session: Session, row: Row[Any], today: date) -> Told | None:
    """What the land one sees has for an enquiry, with the questions worth asking; None where it is no need yet."""
    need = need_known(row)
    if need is None:
        return None
    asked = need.model_copy(update={"limit": SHOWN_SITES})
    audience = session.principal.audience
    return search(session.database, audience, session.actor, asked, today, with_questions=True)


def drafts(session: Session, row: Row[Any], answer: Told | None, settings: Settings, lang: str) -> Told:
    """The acknowledgement and the reply, in a language."""
    with session.begin() as connection:
        follower = None if row.organisation is None else name_of(connection, row.organisation)
    return {
        "acknowledgement": acknowledgement(row, follower, lang, settings.timezone),
        "reply": reply(row, follower, answer, lang, settings.timezone),
    }


def _person(row: Row[Any]) -> Told:
    return {"id": row.id, "name": row.name, "mail": row.mail, "phone": row.phone, "role": row.role}


def _refused(field: str, code: str, example: object = None) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, {}, example)])
