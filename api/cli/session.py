"""The database of a command: the embedded cluster, started when needed, or the server that DATABASE_URL names."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from api.settings import Settings
from api.settings_sources import SettingsError
from geo.cluster import ClusterError, Running, open_cluster
from geo.store import upgrade
from geo.store.database import Database, Timeouts
from geo.store.upgrade import CannotUpgrade, NoDatabase, NotReady

EMBEDDED = "emprise"


def said_of(error: Exception) -> str | None:
    """The sentence of an error that the user can mend; None for one that needs a trace."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.intake_sentences import told_of
    from api.system_sentences import told, told_cluster, told_system
    from geo.intake.problems import Unreadable

    lang = terminal_language()
    match error:
        case Unreadable():
            return told_of(error, lang)
        case NotReady():
            return sentence(f"db.schema.{error.code}", lang, found=error.found, needed=error.needed)
        case NoDatabase():
            return sentence("db.not_made", lang, name=error.admin.database, example=_making(error.admin))
        case CannotUpgrade():
            return sentence("db.cannot_upgrade", lang, found=error.found, reason=error.reason)
        case ClusterError():
            return told_cluster(error, lang)
        case SettingsError():
            return "\n".join(told(code, params, lang) for code, params in error.complaints)
        case OperationalError():
            return sentence(_came_of(error), lang, reason=" ".join(str(error.orig).split()))
        case OSError():
            return told_system(error, lang)
    return str(error) if isinstance(error, BadFile) else None


def _making(admin: URL) -> str:
    """The command that makes the database of this address, without its password."""
    said = {"--host": admin.host or admin.query.get("host"), "--port": admin.port or admin.query.get("port")}
    given = {name: str(value) for name, value in (said | {"--username": admin.username}).items() if value}
    return shlex.join(["createdb", *(part for pair in given.items() for part in pair), str(admin.database)])


def _came_of(error: OperationalError) -> str:
    """Whether the database never answered, or broke off: only a server that answers gives a code."""
    return "db.unreachable" if getattr(error.orig, "sqlstate", None) is None else "db.refused"


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, at the newest schema; the embedded one is upgraded on the way, a server is never.

    Raises:
        ClusterError: the embedded database cannot start.
        NotReady: the server has an older schema, or the database a newer one.
        SettingsError: the catalogue of procedures that the settings name cannot be used, or DATABASE_URL.
    """
    from api.cli.language import terminal_language
    from api.step_catalogue import use_catalogue
    from api.system_sentences import told_note

    lang = terminal_language()
    use_catalogue(settings, lang)
    if settings.database_url is not None:
        address = psycopg_url(settings.database_url.get_secret_value())
        database = Database(address, timeouts(settings), settings.pool_size, settings.timezone, settings.data_dir)
        upgrade.check(database)
        try:
            yield database
        finally:
            database.close()
        return
    with open_cluster(settings.data_dir) as running:
        for note in running.notes:
            sys.stderr.write(f"emprise: {told_note(note, lang)}\n")
        admin = embedded_url(running).set(username=running.superuser)
        upgrade.make_database(admin)
        if not upgrade.is_current(admin):
            upgrade.upgrade(admin, srid=settings.srid)
        database = Database(
            embedded_url(running), timeouts(settings), settings.pool_size, settings.timezone, settings.data_dir
        )
        try:
            yield database
        finally:
            database.close()


def embedded_url(running: Running) -> URL:
    """The address of the embedded database, on its socket; no user yet."""
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", database=EMBEDDED, query=query)


def psycopg_url(address: str, variable: str = "DATABASE_URL") -> URL:
    """The address that ``variable`` says, with the driver this service uses.

    Raises:
        SettingsError: it is no address of a database; it is not shown, for it may hold a password.
    """
    try:
        return make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise SettingsError(("setting.address", {"variable": variable})) from None


def timeouts(settings: Settings) -> Timeouts:
    """The limits on what an audience may run."""
    return Timeouts(settings.statement_timeout_ms, settings.lock_timeout_ms, settings.idle_timeout_ms)
