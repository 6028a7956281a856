"""Mails to be sent, put into the transaction that gives the reason for them: told once for ever, by their key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from geo.desk.addresses import checked_address


@dataclass(frozen=True, slots=True)
class Message:
    """A mail: ``key`` says by ids what is told to whom; ``about`` names what it speaks of, by ids.

    ``headers``: further ones (List-Unsubscribe); ``due_at``: not before; None: at once.
    """

    key: str
    to: str
    language: str
    subject: str
    body: str
    html: str | None = None
    organisation: int | None = None
    due_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)


HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")

PUT = text("""
    insert into message (key, to_address, language, subject, body, html, organisation, due_at, headers, about)
    values (:key, :to, :language, :subject, :body, :html, coalesce(:organisation, core.current_organisation()),
        coalesce(:due_at, now()), :headers, :about)
    on conflict (key) do nothing
""").bindparams(bindparam("headers", type_=JSONB), bindparam("about", type_=JSONB))


TOLD = text("select exists (select from core.message where key = :key)")


def put(connection: Connection, message: Message) -> bool:
    """Put a mail into the outbox (as planner or worker); False when what it tells has been told.

    Raises:
        UnusableAddress: nobody can be reached at the address.
        ValueError: a header that is no name with one line of printable ASCII.
    """
    values = {
        "key": message.key,
        "to": checked_address(message.to),
        "language": message.language,
        "subject": " ".join(message.subject.split()),
        "body": message.body,
        "html": message.html,
        "organisation": message.organisation,
        "due_at": message.due_at,
        "headers": dict(_header(*one) for one in message.headers.items()),
        "about": dict(message.about),
    }
    return connection.execute(PUT, values).rowcount == 1


def is_told(connection: Connection, key: str) -> bool:
    """Whether what a key tells was put into the outbox; as worker."""
    return bool(connection.scalar(TOLD, {"key": key}))


def _header(name: str, value: str) -> tuple[str, str]:
    if HEADER.fullmatch(name) is None or not (value.isascii() and value.isprintable()):
        raise ValueError(f"no header: {name!r}")
    return name, value
