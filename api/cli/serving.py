"""Running the service: its address, its logs, and what it does once a day."""

import errno
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.app import create_app
from api.catalogues import sentence
from api.cli.language import terminal_language
from api.cli.working import worker_beside
from api.clock import today
from api.logs import configure_logs
from api.server import Server, server_config
from api.settings import Settings
from api.system_sentences import reason_of
from geo import fit
from geo.derive import dates, readiness
from geo.fit import assembly
from geo.match.screen import following
from geo.store.database import Database, Role
from geo.store.desk import market
from geo.store.tiles.kept import KeptTiles
from geo.store.tiles.tiles import WORLD

A_WHILE_S = 600
log = structlog.get_logger("emprise.daily")


class PortTaken(OSError):  # noqa: N818 - its sentence says what to do
    """Something else listens where the service should."""


def with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with the address given on the command line."""
    given = {"host": host, "port": port}
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})


def check_port(settings: Settings) -> None:
    """See that the port is free before anything else is begun.

    Raises:
        PortTaken: it is not; the sentence tells how to choose another.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            lang = terminal_language()
            reason = reason_of(error, lang)
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(sentence("serve.no_address", lang, host=settings.host, reason=reason)) from None
            other = settings.port + 123 if settings.port < 65_000 else 8123
            asked = {"port": settings.port, "host": settings.host, "reason": reason}
            raise PortTaken(sentence("serve.port_taken", lang, other=other, **asked)) from None


def serve_until_stopped(settings: Settings, database: Database) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first."""
    configure_logs(settings.log_level)
    app = create_app(settings, database)
    with worker_beside(settings), _daily(settings, database):
        # uvicorn finishes what is under way, then sends itself the signal again: by then it is a normal end.
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            Server(server_config(app, settings), app.state.lines).run()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)


def _keep_dates(settings: Settings, database: Database) -> None:
    """Today's dates of every state, and tomorrow's, so that midnight finds them ready; the market; the world's tile."""
    day = today(settings)
    with database.connection(Role.WORKER) as connection:
        for as_of in (day, day + timedelta(days=1)):
            readiness.keep_for(connection, as_of)
        dates.forget_before(connection, day)
        market.turn(connection, day)
    with closing(KeptTiles(database)) as kept:
        kept.tile(Role.PUBLIC, None, WORLD)


@contextmanager
def _daily(settings: Settings, database: Database) -> Iterator[None]:
    """Warm the kernels, then see now and then that the dates shown are those of today."""
    over = threading.Event()

    def work() -> None:
        database.warm(Role.PUBLIC)
        fit.warm()
        assembly.warm()
        following.warm(database)
        while True:
            try:
                _keep_dates(settings, database)
            except SQLAlchemyError as error:  # the database is away: the next time will do
                log.warning("dates not kept", exc_info=error)
            if over.wait(A_WHILE_S):
                return

    thread = threading.Thread(target=work, name="daily", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)
