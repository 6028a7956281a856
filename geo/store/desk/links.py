"""Links that open one thing without an account: issued by planners, looked up by the role ``gate``; hashes are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, or_, select, text, update

from geo.store.access.keys import hashed, new_secret
from geo.store.tables import organisation as organisations
from geo.store.tables import signed_link


class Purpose(StrEnum):
    """What a link opens; ``about`` of it is the id of that thing."""

    CONSULTATION = "consultation"
    STILL_AVAILABLE = "still_available"
    UNSUBSCRIBE = "unsubscribe"
    DOSSIER = "dossier"
    FEED = "feed"


class Standing(StrEnum):
    """Whether a link opens anything."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SPENT = "spent"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was looked up: what it opens, and whose rights its holder borrows for that."""

    id: int
    purpose: Purpose
    about: int
    organisation: int | None
    organisation_kind: str | None
    expires_at: datetime | None


ISSUE = text("""
    insert into signed_link (token_sha256, purpose, about, organisation, expires_at)
    values (:hashed, :purpose, :about, :organisation, :expires_at)
""")
REVOKE = text("""
    update signed_link set revoked_at = clock_timestamp()
    where purpose = :purpose and about = :about and revoked_at is null
""")
SPEND = text("""
    update signed_link set spent_at = clock_timestamp() where id = :id and spent_at is null and revoked_at is null
    returning id
""")


def issue(
    connection: Connection, purpose: str, about: int, *, organisation: int | None, expires_at: datetime | None
) -> str:
    """The token (256 random bits) of a new link; the connection is a planner's, or the worker's.

    ``organisation``: whose rights the holder borrows; None: the planner's own. A planner may lend no other's.

    Raises:
        sqlalchemy.exc.ProgrammingError: the organisation is not the planner's.
    """
    token = new_secret()
    values = {"hashed": hashed(token), "purpose": Purpose(purpose).value, "about": about}
    connection.execute(ISSUE, values | {"organisation": organisation, "expires_at": expires_at})
    return token


def revoke(connection: Connection, purpose: str, about: int) -> int:
    """End every link of this purpose about this thing; how many there were. The connection as for :func:`issue`."""
    return connection.execute(REVOKE, {"purpose": Purpose(purpose).value, "about": about}).rowcount


def spend(connection: Connection, link: int) -> bool:
    """Use up a link that takes one answer, in the transaction that writes the answer; False when it is used up."""
    return connection.execute(SPEND, {"id": link}).first() is not None


def look_up(connection: Connection, purpose: str, token: str, at: datetime) -> tuple[Standing, Link | None]:
    """The link of a token, its use noted when it is open at ``at``; as the role ``gate``.

    The work is the same for any token: it is hashed and the hash is sought. Whoever guesses learns nothing of time.
    """
    kind = organisations.c.kind.label("organisation_kind")
    joined = signed_link.outerjoin(organisations, organisations.c.id == signed_link.c.organisation)
    known = (signed_link.c.token_sha256 == hashed(token), signed_link.c.purpose == purpose)
    row = connection.execute(select(signed_link, kind).select_from(joined).where(*known)).one_or_none()
    if row is None:
        return Standing.UNKNOWN, None
    link = Link(row.id, Purpose(row.purpose), row.about, row.organisation, row.organisation_kind, row.expires_at)
    for standing, ended in (
        (Standing.REVOKED, row.revoked_at is not None),
        (Standing.SPENT, row.spent_at is not None),
        (Standing.EXPIRED, row.expires_at is not None and row.expires_at <= at),
    ):
        if ended:
            return standing, link
    _note_use(connection, link.id, at)
    return Standing.OPEN, link


def _note_use(connection: Connection, link: int, at: datetime) -> None:
    mine, first = signed_link.c.id == link, signed_link.c.first_used_at.is_(None)
    connection.execute(update(signed_link).where(mine, first).values(first_used_at=at))
    connection.execute(update(signed_link).where(mine).values(last_used_at=at, uses=signed_link.c.uses + 1))


def forget_ended(connection: Connection, before: datetime) -> int:
    """Remove links that ended before an instant (as worker); how many there were."""
    ended = or_(signed_link.c.expires_at < before, signed_link.c.revoked_at < before)
    return connection.execute(signed_link.delete().where(ended)).rowcount
