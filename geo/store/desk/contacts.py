"""People an organisation writes to: kept once, named by id elsewhere. Connections are a planner's or the worker's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.desk.addresses import checked_address


@dataclass(frozen=True, slots=True)
class Contact:
    """What is kept of a person; ``of_organisation``: whom they work for, where that is known."""

    name: str | None
    mail: str | None
    phone: str | None = None
    language: str = "fr"
    role: str | None = None
    of_organisation: int | None = None
    consent_on: date | None = None


COLUMNS = "id, organisation, of_organisation, name, mail, phone, language, role, consent_on, last_contact_on"
KNOWN = text("""
    select id from contact where mail = :mail and organisation is not distinct from :organisation
""")
ADD = text("""
    insert into contact (organisation, of_organisation, name, mail, phone, language, role, consent_on, last_contact_on)
    values (:organisation, :of_organisation, :name, :mail, :phone, :language, :role, :consent_on, :on)
    returning id
""")
COMPLETE = text("""
    update contact set name = coalesce(:name, name), phone = coalesce(:phone, phone), role = coalesce(:role, role),
        of_organisation = coalesce(:of_organisation, of_organisation), language = :language,
        consent_on = coalesce(:consent_on, consent_on), last_contact_on = greatest(:on, last_contact_on)
    where id = :id
""")
TOUCH = text("update contact set last_contact_on = greatest(last_contact_on, :on) where id = :id and erased_at is null")
LOCK = text("select pg_advisory_xact_lock(hashtext('emprise.contact'), hashtext(:mail))")
FIND = text(f"select {COLUMNS} from contact where id = any(:ids) and erased_at is null")
BY_MAIL = text("select id from contact where mail = :mail and organisation = core.current_organisation()")
LISTED = text(f"""
    select {COLUMNS} from contact where erased_at is null and id > :after order by id limit :limit
""")


def keep(connection: Connection, contact: Contact, *, organisation: int | None, on: date, complete: bool = True) -> int:
    """The id of a person the organisation keeps, who wrote or was met on a day: one row a mail address.

    What is told anew completes what was known; not ``complete``: anybody may say it, and what was known stays. Without
    a mail address each is a row of its own.

    Raises:
        UnusableAddress: ``contact.mail`` is no single address.
    """
    values = _values(contact) | {"organisation": organisation, "on": on}
    if values["mail"] is not None:
        _lock(connection, values["mail"])
        known = connection.execute(KNOWN, values).scalar_one_or_none()
        if known is not None:
            if complete:
                connection.execute(COMPLETE, values | {"id": known})
            else:
                touch(connection, known, on)
            return int(known)
    return int(connection.execute(ADD, values).scalar_one())


def touch(connection: Connection, contact: int, on: date) -> None:
    """Note that the person wrote or answered on a day: three years are counted from there."""
    connection.execute(TOUCH, {"id": contact, "on": on})


def find(connection: Connection, *ids: int) -> Sequence[Row[Any]]:
    """The contacts of these ids that one may see and that are not erased."""
    return connection.execute(FIND, {"ids": list(ids)}).all()


def by_mail(connection: Connection, mail: str) -> int | None:
    """The contact of an address that one keeps; None when there is none."""
    found: int | None = connection.execute(BY_MAIL, {"mail": mail}).scalars().first()
    return found


def listed(connection: Connection, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the contacts one may see, in the order they were made."""
    return connection.execute(LISTED, {"after": after, "limit": limit}).all()


def _values(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "mail": None if contact.mail is None else checked_address(contact.mail),
        "phone": contact.phone,
        "language": contact.language,
        "role": contact.role,
        "of_organisation": contact.of_organisation,
        "consent_on": contact.consent_on,
    }


def _lock(connection: Connection, mail: str) -> None:
    """Two who keep one person at the same moment keep one row."""
    connection.execute(LOCK, {"mail": mail})
