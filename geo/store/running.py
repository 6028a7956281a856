"""What a request has the database do; it can be ended from outside, when nobody waits for it any more."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import Connection

from geo.store.database import driver_of
from geo.store.reading import Reading


class Running:
    """The statement that one request has under way, if any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._driver: psycopg.Connection[Any] | None = None
        self._stopped = False

    @contextmanager
    def held(self, opening: AbstractContextManager[Reading]) -> Iterator[Reading]:
        """The connection that ``opening`` gives; one whose statement was ended is not used again.

        The word to end may still be on its way, and would reach the next one's statement.
        """
        with opening as connection:
            driver = driver_of(connection.connection) if isinstance(connection, Connection) else connection
            with self._lock:
                self._driver = driver
            try:
                yield connection
            finally:
                with self._lock:
                    self._driver = None
                    if self._stopped:
                        connection.invalidate() if isinstance(connection, Connection) else connection.close()

    def stop(self) -> None:
        """End the statement, from another thread; to be said again, since it may be about to begin."""
        with self._lock:
            self._stopped = True
            if self._driver is not None:
                self._driver.cancel_safe(timeout=2)
