"""Sign-in links (used once) and the sessions that they or keys open; only hashes are kept. Run as the role ``gate``."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from geo.store.access.keys import Admitted, admitted_of, hashed, new_secret
from geo.store.tables import api_key, organisation, session, sign_in_link


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: whom it admits, and until when."""

    id: int
    admitted: Admitted
    expires_at: datetime
    organisation_name: str | None = None


def create_link(connection: Connection, admitted: Admitted, expires_at: datetime) -> str:
    """The token of a new sign-in link, valid once until ``expires_at``."""
    token = new_secret()
    statement = insert(sign_in_link).values(
        token_sha256=hashed(token),
        audience=admitted.audience,
        organisation=admitted.organisation,
        project=admitted.project,
        expires_at=expires_at,
    )
    connection.execute(statement)
    return token


def use_link(connection: Connection, token: str, at: datetime) -> Admitted | None:
    """Whom a link admits, once: None when it is unknown, expired or was used before (also in the same moment)."""
    statement = (
        update(sign_in_link)
        .where(
            sign_in_link.c.token_sha256 == hashed(token),
            sign_in_link.c.used_at.is_(None),
            sign_in_link.c.expires_at > at,
        )
        .values(used_at=at)
        .returning(sign_in_link.c.audience, sign_in_link.c.organisation, sign_in_link.c.project)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else admitted_of(row)


def open_session(connection: Connection, admitted: Admitted, expires_at: datetime, key: int | None = None) -> str:
    """The token of a new session; one that a ``key`` opens ends with it."""
    token = new_secret()
    statement = insert(session).values(
        token_sha256=hashed(token),
        audience=admitted.audience,
        organisation=admitted.organisation,
        project=admitted.project,
        expires_at=expires_at,
        api_key=key,
    )
    connection.execute(statement)
    return token


def find_session(connection: Connection, token: str, at: datetime) -> Session | None:
    """The open session of a token; None when it is unknown, expired or ended, itself or the key that opened it."""
    opened_by = session.outerjoin(organisation, session.c.organisation == organisation.c.id).outerjoin(
        api_key, session.c.api_key == api_key.c.id
    )
    statement = (
        select(session, organisation.c.kind.label("organisation_kind"), organisation.c.name.label("organisation_name"))
        .select_from(opened_by)
        .where(
            session.c.token_sha256 == hashed(token),
            session.c.revoked_at.is_(None),
            session.c.expires_at > at,
            api_key.c.revoked_at.is_(None),
            or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at),
        )
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Session(row.id, admitted_of(row), row.expires_at, row.organisation_name)


def end_session(connection: Connection, token: str, at: datetime) -> None:
    """End the session of a token, if there is one."""
    mine = session.c.token_sha256 == hashed(token)
    connection.execute(update(session).where(mine, session.c.revoked_at.is_(None)).values(revoked_at=at))
