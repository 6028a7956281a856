"""Running the service: its address, its logs, and what it does once a day."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.clock import today
from api.logs import configure_logs
from api.server import server_config
from api.settings import Settings
from geo import fit
from geo.derive import readiness
from geo.store.database import Database, Role

A_WHILE_S = 600


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
            other = settings.port + 123 if settings.port < 65_000 else 8123
            raise PortTaken(
                f"port {settings.port} of {settings.host} is taken ({error.strerror}); choose another: "
                f"make run PORT={other}, or emprise serve --port {other}"
            ) from None


def serve_until_stopped(settings: Settings, database: Database) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first."""
    configure_logs(settings.log_level)
    app = create_app(settings, database)
    with _daily(settings, database):
        # uvicorn finishes what is under way, then sends itself the signal again: by then it is a normal end.
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            uvicorn.Server(server_config(app, settings)).run()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _daily(settings: Settings, database: Database) -> Iterator[None]:
    """Warm the kernels, then see now and then that the dates shown are those of today."""
    over = threading.Event()

    def work() -> None:
        fit.warm()
        while True:
            with database.connection(Role.WORKER) as connection:
                readiness.keep_for(connection, today(settings))
            if over.wait(A_WHILE_S):
                return

    thread = threading.Thread(target=work, name="daily", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)
