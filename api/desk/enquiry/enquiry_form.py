"""The public form: an enquiry of anyone, kept for the agency it concerns, and acknowledged by mail."""

from typing import Any

from api.desk.enquiry.drafts import acknowledgement, reference
from api.desk.enquiry.enquiry_body import NewEnquiry
from api.desk.enquiry.taking import keep, understood
from api.desk.instants import told_instant
from api.settings import Settings
from geo.store.access.organisations import name_of
from geo.store.database import Actor, Database, Role
from geo.store.desk import enquiries, outbox
from geo.store.desk.outbox import Message


def send(database: Database, given: NewEnquiry, settings: Settings, name: str) -> dict[str, Any]:
    """Keep the form and put its acknowledgement into the outbox; what the sender is told.

    Raises:
        Problem: 422, no consent, no address or nothing said; nothing is kept then.
    """
    with database.connection(Role.PUBLIC) as connection:
        places = enquiries.places(connection)
    taken = understood(given, places, settings, public=True)
    with database.connection(Role.WORKER, Actor(actor=name)) as connection:
        agency = enquiries.agency_for(connection, taken.new.reading["document"].get("place", {}))
        number = keep(connection, taken, agency, settings)
        row = enquiries.one(connection, number)
        follower = None if agency is None else name_of(connection, agency)
        if row is not None and taken.contact is not None and taken.contact.mail is not None:
            mail = acknowledgement(row, follower, row.language, settings.timezone)
            outbox.put(
                connection,
                Message(
                    key=f"enquiry:{number}:acknowledgement",
                    to=taken.contact.mail,
                    language=row.language,
                    subject=mail["subject"],
                    body=mail["body"],
                    organisation=agency,
                    about={"enquiry": number},
                ),
            )
    return {
        "reference": reference(number),
        "received_at": told_instant(taken.new.received_at, settings.timezone),
        "due_at": told_instant(taken.new.due_at, settings.timezone),
        "followed_by": follower,
    }
