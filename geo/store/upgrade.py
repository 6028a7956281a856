"""Bring a database to the newest schema: roles, extension, revisions, audience views.

Every command asks at its start whether the schema is the newest, without alembic: importing that takes longer than
the answer.
"""

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from geo.store.access import desktop
from geo.store.database import OWNER, Database, Role
from geo.store.views import views

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = 0x656D7072  # one upgrade at a time, whoever starts it
KNOWN = text("select count(*) from pg_database where datname = :name")


def upgrade(admin: URL, *, srid: int, password: str | None = None, revision: str = "head") -> None:
    """Create roles, extension and schema up to ``revision``; run again, it changes nothing.

    ``admin`` must be able to create roles and, unless PostGIS is there already, extensions; pg_trgm, which finds parts
    of names, is created where the server has it. ``password`` is given to every service role (none on the embedded
    cluster, which asks the operating system who is there).

    Raises:
        CannotUpgrade: a revision met what it cannot change; nothing was changed.
        NotReady: the database is newer than this code.
    """
    from alembic import command

    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        found = _check_not_newer(connection)
        make_roles(connection, password)
        connection.execute(text("create extension if not exists postgis with schema public"))
        if connection.scalar(text("select exists (select from pg_available_extensions where name = 'pg_trgm')")):
            connection.execute(text("create extension if not exists pg_trgm with schema public"))
        connection.execute(text(f"grant {OWNER} to current_user"))
        database = connection.scalar(text("select quote_ident(current_database())"))
        connection.execute(text(f"grant create, connect, temporary on database {database} to {OWNER}"))
        # A temporary table is ground to hang triggers on: only the loader stages files in one.
        connection.execute(text(f"revoke temporary on database {database} from public"))
        connection.execute(text(f"grant temporary on database {database} to {Role.WORKER.login}"))
        connection.execute(text(f"grant usage, create on schema public to {OWNER}"))
        connection.execute(text(f"set role {OWNER}"))
        connection.execute(text("set local lock_timeout = '4s'"))
        desktop.remove(connection)
        views.remove(connection)  # those of an older version hold columns that a revision may drop
        try:
            command.upgrade(_config(connection, srid), revision)
        except DBAPIError as fault:
            raise CannotUpgrade(found, fault) from fault
        views.install(connection)
        desktop.install(connection)
    engine.dispose()


class NotReady(Exception):  # noqa: N818 - it is no fault
    """The database is there, but its schema is not the one this code needs.

    ``code`` says why: ``absent``, ``older`` or ``newer`` than ``needed``; ``found`` is the revision it is at.
    """

    def __init__(self, found: str | None, needed: str) -> None:
        super().__init__(f"the database is at revision {found}, this code needs {needed}")
        self.code = "absent" if found is None else "newer" if found > needed else "older"
        self.found, self.needed = found or "", needed


class NoDatabase(Exception):  # noqa: N818 - it is no fault
    """The server answers and has no database of the name that ``admin`` says."""

    def __init__(self, admin: URL) -> None:
        super().__init__(f"no database {admin.database}")
        self.admin = admin


class CannotUpgrade(Exception):  # noqa: N818 - its sentence is told, not its class
    """A revision met what it cannot change; nothing was: the database is at ``found`` as before (None: empty)."""

    def __init__(self, found: str | None, fault: DBAPIError) -> None:
        super().__init__(f"the upgrade from {found} failed: {fault.orig}")
        self.found, self.reason = found or "-", " ".join(str(fault.orig).split())


def _check_not_newer(connection: Connection) -> str | None:
    found, needed = current_revision(connection), head_revision()
    if found is not None and found > needed:
        raise NotReady(found, needed)
    return found


def make_database(admin: URL) -> None:
    """Create the database that ``admin`` names when the cluster has none of that name."""
    engine = create_engine(admin.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": LOCK})
        if not connection.scalar(KNOWN, {"name": admin.database}):
            connection.execute(text(f'create database "{admin.database}"'))
    engine.dispose()


def see_database(admin: URL) -> None:
    """See that the server has the database that ``admin`` names.

    Raises:
        NoDatabase: it has not.
    """
    engine = create_engine(admin.set(database="postgres"), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            known = connection.scalar(KNOWN, {"name": admin.database or admin.username})
    except OperationalError:
        return  # the upgrade will say what is wrong; some administrators may connect to their own database alone
    if not known:
        raise NoDatabase(admin)


def is_current(admin: URL) -> bool:
    """Whether the database is at the newest revision, with the views of this code."""
    engine = create_engine(admin, poolclass=NullPool)
    with engine.connect() as connection:
        made = views.installed(connection) and desktop.installed(connection)
        current = made and current_revision(connection) == head_revision()
    engine.dispose()
    return current


def check(database: Database) -> None:
    """See that the service may use the database as it is.

    Raises:
        NotReady: its schema is older or newer than this code; nothing is changed for it.
    """
    with database.connection(Role.GATE) as connection:
        found = current_revision(connection)
    if found != head_revision():
        raise NotReady(found, head_revision())


def downgrade(admin: URL, *, srid: int, revision: str) -> None:
    """Go back to ``revision`` (``base``: nothing of ours but the roles)."""
    from alembic import command

    engine = create_engine(admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text(f"set role {OWNER}"))
        desktop.remove(connection)
        views.remove(connection)
        command.downgrade(_config(connection, srid), revision)
    engine.dispose()


# Roles belong to the whole cluster: another database's upgrade may be making the same one now.
CREATE_ROLE = """do $$ begin create role {name} {may_login} nosuperuser nobypassrls;
    exception when duplicate_object or unique_violation then null; end $$"""


def make_roles(connection: Connection, password: str | None) -> None:
    """The owner (no login) and one login a role; existing ones only get the password."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a live connection always has one
    known = set(connection.scalars(text("select rolname from pg_roles where rolname like 'emprise%'")))
    for name, may_login in ((OWNER, "nologin"), (desktop.GROUP, "nologin"), *((role.login, "login") for role in Role)):
        if name not in known:
            connection.execute(text(CREATE_ROLE.format(name=name, may_login=may_login)))
    for role in Role:
        if password is not None:
            statement = sql.SQL("alter role {} password {}").format(sql.Identifier(role.login), password)
            driver.cursor().execute(statement)


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None when it was never upgraded."""
    if connection.scalar(text("select to_regclass('public.schema_version')")) is None:
        return None
    revision: str | None = connection.scalar(text("select version_num from public.schema_version"))
    return revision


def head_revision() -> str:
    """The newest revision this code knows, by the names of their files: r0001_foundation.py."""
    newest = max(file.name for file in (_migrations() / "versions").glob("r*_*.py"))
    return newest.partition("_")[0].removeprefix("r")


def _migrations() -> Path:
    return Path(str(resources.files("migrations")))


def _config(connection: Connection, srid: int) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.attributes["connection"] = connection
    config.attributes["srid"] = srid
    return config
