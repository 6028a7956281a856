"""API keys: issued once, kept as hashes, found by their prefix. Statements run as the role ``gate``."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from geo.store.tables import api_key, organisation

PREFIX_BYTES = 5
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who a key, a link or a session admits: an audience, and for whom."""

    audience: str
    organisation: int | None = None
    organisation_kind: str | None = None
    project: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: everything but its secret."""

    id: int
    prefix: str
    label: str
    admitted: Admitted
    lenient: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def hashed(secret: str) -> bytes:
    """What is stored of a secret: its SHA-256 (secrets are 32 random bytes, so no salt is needed)."""
    return sha256(secret.encode()).digest()


def new_secret() -> str:
    """32 random bytes as text."""
    return secrets.token_urlsafe(SECRET_BYTES)


def create_key(
    connection: Connection,
    label: str,
    admitted: Admitted,
    *,
    lenient: bool = False,
    expires_at: datetime | None = None,
) -> tuple[int, str]:
    """A new key: its id and its text ``emp_<prefix>_<secret>``, which nobody can read again afterwards.

    Raises:
        sqlalchemy.exc.IntegrityError: the organisation or project does not exist, or the audience is no audience.
    """
    prefix, secret = secrets.token_hex(PREFIX_BYTES), new_secret()
    statement = insert(api_key).values(
        prefix=prefix,
        secret_sha256=hashed(secret),
        label=label,
        audience=admitted.audience,
        organisation=admitted.organisation,
        project=admitted.project,
        lenient=lenient,
        expires_at=expires_at,
    )
    number = connection.execute(statement.returning(api_key.c.id)).scalar_one()
    return number, f"emp_{prefix}_{secret}"


def find_key(connection: Connection, prefix: str, secret: str, at: datetime) -> Key | None:
    """The key with this prefix and secret when it is valid at ``at``; its day of last use is noted."""
    valid = (
        api_key.c.prefix == prefix,
        api_key.c.revoked_at.is_(None),
        or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at),
    )
    unused = api_key.c.last_used_on.is_distinct_from(at.date())
    asked = _listed().add_columns(api_key.c.secret_sha256, unused.label("unused")).where(*valid)
    row = connection.execute(asked).one_or_none()
    if row is None or not hmac.compare_digest(row.secret_sha256, hashed(secret)):
        return None
    if row.unused:
        connection.execute(update(api_key).where(api_key.c.id == row.id).values(last_used_on=at.date()))
    return _key(row)


def list_keys(connection: Connection) -> list[Key]:
    """Every key ever issued, newest first."""
    return [_key(row) for row in connection.execute(_listed().order_by(api_key.c.id.desc()))]


def revoke_key(connection: Connection, prefix: str, at: datetime) -> bool:
    """End a key at ``at``; False when no valid key has this prefix."""
    statement = (
        update(api_key)
        .where(api_key.c.prefix == prefix, api_key.c.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(api_key.c.id)
    )
    return connection.execute(statement).first() is not None


def find_organisation(connection: Connection, name: str) -> int | None:
    """The id of the organisation with this name or SIREN; None when there is none, or more than one."""
    named = or_(organisation.c.siren == name, func.lower(organisation.c.name) == name.lower())
    found = connection.scalars(select(organisation.c.id).where(named).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _listed() -> Select[tuple[object, ...]]:
    columns = [column for column in api_key.c if column.name not in ("secret_sha256", "last_used_on")]
    kind = organisation.c.kind.label("organisation_kind")
    joined = api_key.outerjoin(organisation, api_key.c.organisation == organisation.c.id)
    return select(*columns, kind).select_from(joined)


def _key(row: Row[tuple[object, ...]]) -> Key:
    return Key(
        id=row.id,
        prefix=row.prefix,
        label=row.label,
        admitted=admitted_of(row),
        lenient=row.lenient,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def admitted_of(row: Row[tuple[object, ...]]) -> Admitted:
    """Whom a row of keys, links or sessions admits."""
    kind: str | None = getattr(row, "organisation_kind", None)
    return Admitted(row.audience, row.organisation, kind, row.project)
