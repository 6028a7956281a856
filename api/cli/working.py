"""A worker's life: deriving on a thread of its own, and the worker that an embedded service brings along."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.clock import today
from api.settings import Settings
from geo.derive import work
from geo.store.database import Database

BREATH_S = 2.0
"""Between two looks at what is stale, and before a worker that died is started again."""
PATIENCE_S = 30.0
log = structlog.get_logger("emprise.worker")


@contextmanager
def derive_as_they_come(database: Database, settings: Settings, over: threading.Event) -> Iterator[None]:
    """Derive stale parcels on a thread until ``over``; a database that is away is waited for."""

    def loop() -> None:
        while not over.is_set():
            try:
                done = work.derive(database, as_of=today(settings))
            except SQLAlchemyError as error:
                log.warning("not derived", exc_info=error)
                done = 0
            over.wait(0 if done else BREATH_S)

    thread = threading.Thread(target=loop, name="derive")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """A worker in a process of its own while an embedded service runs; a server's workers are started apart."""
    if settings.database_url is not None:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_keep_worker, args=(settings, over), name="worker")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep_worker(settings: Settings, over: threading.Event) -> None:
    while not over.is_set():
        process = _start(settings)
        while process.poll() is None and not over.wait(BREATH_S / 10):
            pass
        if over.is_set():
            _end(process)
            return
        log.warning("the worker ended by itself", status=process.returncode)
        over.wait(BREATH_S)


def _start(settings: Settings) -> "subprocess.Popen[bytes]":
    """A worker that ends when this process does, however it does: it hears its input end."""
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker", "--until-input-ends"],
        stdin=subprocess.PIPE,
        env=os.environ | {"EMPRISE_DATA_DIR": str(settings.data_dir)},
        # a Ctrl-C in the terminal is for the service, which finishes its requests and then ends its worker
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None  # noqa: S101 - asked for above
    process.stdin.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_input(over: threading.Event) -> None:
    """Set ``over`` when the standard input ends."""

    def listen() -> None:
        while os.read(sys.stdin.fileno(), 1_024):
            pass
        over.set()

    threading.Thread(target=listen, name="input", daemon=True).start()


def end_with_signals(over: threading.Event) -> None:
    """Set ``over`` at SIGTERM or Ctrl-C, so that what is under way is finished."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
