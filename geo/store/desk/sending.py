"""Taking mails out of the outbox (as worker): claimed in a transaction of its own before it is sent, then marked.

What is claimed and not marked may have been sent: it goes out again only by hand
(docs/decisions/mail-at-most-once.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

UNSURE_AFTER = "interval '15 minutes'"
"""Longer than any one sending takes: a claim this old has lost its worker."""
WAITING = "claimed_at is null and sent_at is null and given_up_at is null and settled_at is null"
OPEN = "sent_at is null and settled_at is null"

CLAIM = text(f"""
    update core.message set claimed_at = clock_timestamp(), attempts = attempts + 1
    where id = (select id from core.message where {WAITING} and due_at <= now()
        order by due_at, id limit 1 for update skip locked)
    returning *
""")
DUE = text(f"select exists (select from core.message where {WAITING} and due_at <= now())")
# A mail that went out needs the secrets of its links no more (geo/store/access/keys.py makes them of 43 characters).
_STRUCK = "regexp_replace({}, '/[A-Za-z0-9_-]{{43}}(?![A-Za-z0-9_-])', '/…', 'g')"
SENT = text(f"""
    update core.message set sent_at = clock_timestamp(), last_error = null, body = {_STRUCK.format("body")},
        html = {_STRUCK.format("html")}, headers = cast({_STRUCK.format("cast(headers as text)")} as jsonb)
    where id = :id and sent_at is null
""")
LATER = text("""
    update core.message set claimed_at = null, due_at = clock_timestamp() + make_interval(mins => :minutes),
        last_error = :why
    where id = :id and sent_at is null
""")
GIVEN_UP = text("""
    update core.message set claimed_at = null, given_up_at = clock_timestamp(), last_error = :why
    where id = :id and sent_at is null
""")
UNSURE = text("update core.message set last_error = :why where id = :id and sent_at is null")
RELEASE = text(f"""
    update core.message set claimed_at = null, given_up_at = null, due_at = now(), attempts = 0
    where id = :id and {OPEN} and emptied_at is null returning id
""")
SETTLE = text(f"""
    update core.message set settled_at = clock_timestamp() where id = :id and {OPEN} returning id
""")
STATE = f"""case when sent_at is not null then 'sent' when settled_at is not null then 'settled'
    when given_up_at is not null then 'given_up' when claimed_at < now() - {UNSURE_AFTER} then 'unsure'
    when claimed_at is not null then 'sending' else 'waiting' end"""
LISTED = text(f"""
    select id, key, to_address, subject, created_at, due_at, sent_at, attempts, last_error, {STATE} as state
    from core.message where :all or ({OPEN}) order by id desc limit :limit
""")
COUNTS = text(f"""
    select count(*) filter (where state = 'waiting') as waiting,
        count(*) filter (where state = 'waiting' and due_at < now() - interval '15 minutes') as late,
        count(*) filter (where state = 'unsure') as unsure, count(*) filter (where state = 'given_up') as given_up
    from (select {STATE} as state, due_at from core.message where {OPEN}) m
""")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many mails wait (``late``: for a quarter of an hour and more), may have been sent, and were given up."""

    waiting: int
    late: int
    unsure: int
    given_up: int


def is_due(connection: Connection) -> bool:
    """Whether a mail is to be sent now."""
    return bool(connection.scalar(DUE))


def claim(connection: Connection) -> Row[Any] | None:
    """The next mail to send, now this worker's alone once the transaction is committed; None when none is due."""
    return connection.execute(CLAIM).one_or_none()


def mark_sent(connection: Connection, message: int) -> None:
    """The server took the mail: what its links open is known to who received it alone."""
    connection.execute(SENT, {"id": message})


def put_off(connection: Connection, message: int, minutes: int, why: str) -> None:
    """The server did not take the mail, for now."""
    connection.execute(LATER, {"id": message, "minutes": minutes, "why": why})


def give_up(connection: Connection, message: int, why: str) -> None:
    """The server will not take the mail."""
    connection.execute(GIVEN_UP, {"id": message, "why": why})


def mark_unsure(connection: Connection, message: int, why: str) -> None:
    """The mail was handed over and no answer came: it stays claimed."""
    connection.execute(UNSURE, {"id": message, "why": why})


def release(connection: Connection, message: int) -> bool:
    """Send an unsure or given up mail (again) at once, by hand; False when it is not open any more."""
    return connection.execute(RELEASE, {"id": message}).first() is not None


def settle(connection: Connection, message: int) -> bool:
    """Never send the mail: it went out, or shall not; False when it is not open any more."""
    return connection.execute(SETTLE, {"id": message}).first() is not None


def listed(connection: Connection, *, everything: bool, limit: int) -> Sequence[Row[Any]]:
    """Mails, the newest first: those not sent yet, or ``everything``."""
    return connection.execute(LISTED, {"all": everything, "limit": limit}).all()


def counts(connection: Connection) -> Counts:
    """How many mails are in which state."""
    return Counts(**connection.execute(COUNTS).one()._mapping)
