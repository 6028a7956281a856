"""Taking an enquiry in: read what its words say, find who asks, count by when it is due, keep it as it came."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.clock import today
from api.desk.enquiry.enquiry_body import LONGEST_MAIL, NewEnquiry
from api.desk.enquiry.reading import kept
from api.faults import dotted
from api.problems import Problem, Refusal
from api.settings import Settings
from geo.desk.addresses import UnusableAddress, checked_address
from geo.desk.reading.company import company_domain, language_of, siren_of
from geo.desk.reading.message import Message, clean, message_of
from geo.desk.reading.places import Known
from geo.desk.reading.proposed import proposed
from geo.desk.working_days import due_at
from geo.store.desk import contacts, enquiries
from geo.store.desk.contacts import Contact

ADDRESS = dotted(("contact", "mail"))


@dataclass(frozen=True, slots=True)
class Taken:
    """An enquiry as it will be kept, and who asks."""

    new: enquiries.New
    contact: Contact | None


def understood(given: NewEnquiry, places: list[Known], settings: Settings, *, public: bool) -> Taken:
    """What is given as an enquiry to keep, nothing stored yet.

    Raises:
        Problem: 422, no mail or two, one that is empty or too long, no consent or no address where they are needed.
    """
    message = _message(given)
    if public:
        _check_form(given)
    received = datetime.now(UTC) if public else given.received_at or message.sent_at or datetime.now(UTC)
    if received > datetime.now(UTC):
        raise _refused("received_at", "desk.received_later", "2026-11-20T16:40:00+01:00")
    read = proposed("\n".join(part for part in (message.subject, message.text) if part), places)
    contact = _contact(given, message, settings, public=public)
    new = enquiries.New(
        organisation=None,
        source="form" if public else given.source,
        received_at=received,
        due_at=due_at(received, settings.timezone),
        mail=message.text,
        subject=given.subject or message.subject,
        language=given.language or language_of(message.text),
        company=given.company,
        siren=given.siren or siren_of(message.text),
        mail_domain=company_domain(contact.mail if contact else message.sender),
        consent_on=today(settings) if given.consent else None,
        reading=kept(read),
    )
    return Taken(new, contact)


def _message(given: NewEnquiry) -> Message:
    if (given.mail is None) == (given.eml is None):
        raise _refused("mail", "desk.one_mail", "Bonjour, nous cherchons 5-8 ha...")
    if given.eml is not None:
        message = message_of(given.eml.encode("utf-8", "surrogateescape"))
    else:
        message = Message(clean(given.mail or ""), None, None, None, None)
    if not message.text.strip():
        raise _refused("mail" if given.eml is None else "eml", "desk.empty_mail", "Bonjour, nous cherchons 5-8 ha...")
    if len(message.text) > LONGEST_MAIL:
        raise _refused("eml", "desk.long_mail", None, limit=LONGEST_MAIL)
    return message


def _check_form(given: NewEnquiry) -> None:
    if not given.consent:
        raise _refused("consent", "desk.consent", True)
    if given.contact is None or given.contact.mail is None:
        raise _refused(ADDRESS, "desk.contact", "c.martin@exemple.fr")
    if given.received_at is not None:
        raise _refused("received_at", "desk.not_in_form")
    if given.eml is not None:
        raise _refused("eml", "desk.not_in_form")


def _contact(given: NewEnquiry, message: Message, settings: Settings, *, public: bool) -> Contact | None:
    person = given.contact
    mail = person.mail if person is not None and person.mail is not None else message.sender
    name = person.name if person is not None and person.name is not None else message.name
    if mail is None and name is None and (person is None or person.phone is None):
        return None
    return Contact(
        name=name,
        mail=usable(mail, strict=person is not None and person.mail is not None),
        phone=None if person is None else person.phone,
        role=None if person is None else person.role,
        language=given.language or language_of(message.text),
        consent_on=today(settings) if given.consent else None,
    )


def usable(mail: str | None, *, strict: bool) -> str | None:
    """The address; None for one that nobody can be reached at, where it was not given by hand.

    Raises:
        Problem: 422, ``strict``, it is no address.
    """
    try:
        return None if mail is None else checked_address(mail)
    except UnusableAddress:
        if not strict:
            return None
        raise _refused(ADDRESS, "desk.address", "c.martin@exemple.fr") from None


def keep(connection: Connection, taken: Taken, organisation: int | None, settings: Settings) -> int:
    """Keep an enquiry and who asks, for an organisation to follow; its id."""
    contact = None
    if taken.contact is not None:
        by_hand = taken.new.source != "form"  # anybody may fill a form in with the address of somebody known
        on = today(settings)
        contact = contacts.keep(connection, taken.contact, organisation=organisation, on=on, complete=by_hand)
    values = {name: getattr(taken.new, name) for name in enquiries.New.__slots__}
    return enquiries.add(connection, enquiries.New(**values | {"organisation": organisation, "contact": contact}))


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
