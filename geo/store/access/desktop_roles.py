"""PostgreSQL logins for desktop programs: made, listed and dropped by the administrator of the server.

Statements run on ``DATABASE_ADMIN_URL``: making a login is more than any role of the service may do.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, delete, insert, select, text
from sqlalchemy.pool import NullPool

from geo.store.access.desktop import GROUP, SCHEMA
from geo.store.database import OWNER
from geo.store.tables import desktop_role, desktop_value, organisation


class LoginTaken(Exception):  # noqa: N818 - it is no fault
    """The server has a login of this name."""


@dataclass(frozen=True, slots=True)
class Login:
    """A desktop login: whose eyes it has, and since when."""

    login: str
    organisation: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an enumerated column, in the order of its list, and how people read it."""

    list: str
    value: str
    rank: int
    fr: str
    en: str


@contextmanager
def administering(admin: URL) -> Iterator[Connection]:
    """One transaction as the administrator of the server; committed when the block ends."""
    engine = create_engine(admin, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(text("set local lock_timeout = '4s'"))
            yield connection
    finally:
        engine.dispose()


def create(connection: Connection, login: str, organisation_id: int, values: Sequence[Value]) -> str:
    """Make the login of an organisation; its password, which nobody can read again afterwards.

    It may connect and use the views of ``desktop``, and make nothing: neither tables, not even temporary ones, nor
    functions. ``values`` renew the lists of its forms.

    Raises:
        LoginTaken: the server has a login of this name.
    """
    password = secrets.token_urlsafe(24)
    if connection.scalar(text("select count(*) from pg_roles where rolname = :login"), {"login": login}):
        raise LoginTaken(login)
    name = sql.Identifier(login)
    made = "create role {} login nosuperuser nobypassrls nocreatedb nocreaterole connection limit 5 password {}"
    _run(connection, sql.SQL(made).format(name, sql.Literal(password)))
    _run(connection, sql.SQL("grant {} to {}").format(sql.Identifier(GROUP), name))
    database = sql.Identifier(str(connection.scalar(text("select current_database()"))))
    _run(connection, sql.SQL("grant connect on database {} to {}").format(database, name))
    _run(connection, sql.SQL("revoke temporary on database {} from public").format(database))
    _run(connection, sql.SQL("alter role {} set search_path = {}, public").format(name, sql.Identifier(SCHEMA)))
    _run(connection, sql.SQL("alter role {} set statement_timeout = '60s'").format(name))
    _run(connection, sql.SQL("alter role {} set idle_in_transaction_session_timeout = '15min'").format(name))
    connection.execute(text(f"set local role {OWNER}"))
    connection.execute(insert(desktop_role).values(login=login, organisation=organisation_id))
    connection.execute(delete(desktop_value))
    listed = [{"list": v.list, "value": v.value, "rank": v.rank, "fr": v.fr, "en": v.en} for v in values]
    connection.execute(insert(desktop_value), listed)
    connection.execute(text("reset role"))
    return password


def logins(connection: Connection) -> list[Login]:
    """Every desktop login of this database, by name."""
    connection.execute(text(f"set local role {OWNER}"))
    listed = select(desktop_role.c.login, organisation.c.name, desktop_role.c.created_at)
    joined = listed.join_from(desktop_role, organisation, desktop_role.c.organisation == organisation.c.id)
    return [Login(*row) for row in connection.execute(joined.order_by(desktop_role.c.login))]


def drop(connection: Connection, login: str) -> bool:
    """End a login and its sessions; False when this database has none of this name."""
    connection.execute(text(f"set local role {OWNER}"))
    known = connection.execute(delete(desktop_role).where(desktop_role.c.login == login)).rowcount
    connection.execute(text("reset role"))
    if not known:
        return False
    name = sql.Identifier(login)
    _run(connection, sql.SQL("alter role {} nologin").format(name))
    connection.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where usename = :l"), {"l": login})
    _run(connection, sql.SQL("grant {} to current_user").format(name))
    _run(connection, sql.SQL("drop owned by {}").format(name))  # what it was granted, here
    _run(connection, sql.SQL("drop role {}").format(name))
    return True


def _run(connection: Connection, statement: sql.Composed) -> None:
    """Statements about logins take no parameters: names and the password are quoted by the driver."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the one driver of this house
    driver.execute(statement)
