"""The database of a command: the embedded cluster, started when needed, or the server that DATABASE_URL names."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import OperationalError

from api.settings import Settings, SettingsError
from geo.cluster import ClusterError, Running, open_cluster
from geo.store import upgrade
from geo.store.database import Database, Timeouts
from geo.store.upgrade import NotReady

EMBEDDED = "emprise"


def said_of(error: Exception) -> str | None:
    """The sentence of an error that the user can mend; None for one that needs a trace."""
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.intake_sentences import told_of
    from geo.intake.problems import Unreadable

    if isinstance(error, Unreadable):
        return told_of(error, terminal_language())
    expected = (BadFile, ClusterError, NotReady, OperationalError, OSError, SettingsError)
    return str(error) if isinstance(error, expected) else None


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, at the newest schema; the embedded one is upgraded on the way, a server is never.

    Raises:
        ClusterError: the embedded database cannot start; its sentence says why.
        NotReady: the server has an older or a newer schema.
        SettingsError: the catalogue of procedures that the settings name cannot be used.
    """
    from api.cli.language import terminal_language
    from api.step_catalogue import use_catalogue

    use_catalogue(settings, terminal_language())
    if settings.database_url is not None:
        address = psycopg_url(settings.database_url.get_secret_value())
        database = Database(address, timeouts(settings), settings.pool_size, settings.timezone)
        upgrade.check(database)
        try:
            yield database
        finally:
            database.close()
        return
    with open_cluster(settings.data_dir) as running:
        for note in running.notes:
            sys.stderr.write(f"emprise: {note}\n")
        admin = embedded_url(running).set(username=running.superuser)
        upgrade.make_database(admin)
        if not upgrade.is_current(admin):
            upgrade.upgrade(admin, srid=settings.srid)
        database = Database(embedded_url(running), timeouts(settings), settings.pool_size, settings.timezone)
        try:
            yield database
        finally:
            database.close()


def embedded_url(running: Running) -> URL:
    """The address of the embedded database, on its socket; no user yet."""
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", database=EMBEDDED, query=query)


def psycopg_url(address: str) -> URL:
    """The address with the driver this service uses."""
    return make_url(address).set(drivername="postgresql+psycopg")


def timeouts(settings: Settings) -> Timeouts:
    """The limits on what an audience may run."""
    return Timeouts(settings.statement_timeout_ms, settings.lock_timeout_ms, settings.idle_timeout_ms)
