"""Answers kept by Idempotency-Key, so that a repeated POST does its work once. Run as the role ``gate``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, update
from sqlalchemy.dialects.postgresql import insert

from geo.store.tables import idempotency

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=5)
"""A request that has not ended after this is taken to have died with its process."""


class Claim(StrEnum):
    """What a key stands for when a request arrives with it."""

    NEW = "new"
    ANSWERED = "answered"
    UNDER_WAY = "under_way"
    OTHER_BODY = "other_body"


@dataclass(frozen=True, slots=True)
class Slot:
    """One use of a key: by whom, where, and with which body (SHA-256)."""

    principal: str
    route: str
    key: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def claim(connection: Connection, slot: Slot, at: datetime) -> tuple[Claim, Answer | None]:
    """Take the key for a request, or say why not, with the answer when there is one.

    Two requests with the same key at the same moment: the second one waits for the first claim, not for its answer.
    """
    abandoned = (*_mine(slot), idempotency.c.status.is_(None), idempotency.c.created_at < at - ABANDONED)
    connection.execute(delete(idempotency).where(*abandoned))
    values = {
        "principal": slot.principal,
        "route": slot.route,
        "key": slot.key,
        "body_sha256": slot.body_sha256,
        "created_at": at,
    }
    taken = insert(idempotency).values(**values).on_conflict_do_nothing().returning(idempotency.c.key)
    if connection.execute(taken).first() is not None:
        return Claim.NEW, None
    row = connection.execute(idempotency.select().where(*_mine(slot))).one_or_none()
    if row is None or (row.status is None and row.body_sha256 == slot.body_sha256):
        return Claim.UNDER_WAY, None
    if row.body_sha256 != slot.body_sha256:
        return Claim.OTHER_BODY, None
    headers = [(name, value) for name, value in row.headers]
    return Claim.ANSWERED, Answer(row.status, headers, bytes(row.body))


def purge(connection: Connection, at: datetime) -> None:
    """Forget the answers older than ``KEPT``."""
    connection.execute(delete(idempotency).where(idempotency.c.created_at < at - KEPT))


def keep(connection: Connection, slot: Slot, answer: Answer) -> None:
    """Keep the answer under its key."""
    headers = [list(entry) for entry in answer.headers]
    values = {"status": answer.status, "headers": headers, "body": answer.body}
    connection.execute(update(idempotency).where(*_mine(slot)).values(**values))


def release(connection: Connection, slot: Slot) -> None:
    """Give the key back: the request came to nothing and may be tried again."""
    connection.execute(delete(idempotency).where(*_mine(slot), idempotency.c.status.is_(None)))


def _mine(slot: Slot) -> tuple[ColumnElement[bool], ...]:
    return (
        idempotency.c.principal == slot.principal,
        idempotency.c.route == slot.route,
        idempotency.c.key == slot.key,
    )
