"""What a request has the database do; it can be ended from outside, when nobody waits for it any more."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection

from geo.store.database import driver_of
from geo.store.reading import Reading, given_up

Held = TypeVar("Held", bound=Reading)


class Running:
    """The statement that one request has under way, if any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._driver: psycopg.Connection[Any] | None = None
        self._stopped = False

    @contextmanager
    def held(self, opening: AbstractContextManager[Held]) -> Iterator[Held]:
        """The connection that ``opening`` gives, as :meth:`over` has it."""
        with opening as connection:
            driver = driver_of(connection.connection) if isinstance(connection, Connection) else connection
            with self.over(driver, lambda: given_up(connection)):
                yield connection

    @contextmanager
    def over(self, driver: "psycopg.Connection[Any]", give_up: Callable[[], None]) -> Iterator[None]:
        """While ``driver`` is asked; where that was ended, ``give_up`` sees to it that it is not used again.

        The word to end may still be on its way, and would reach the next one's statement.

        Raises:
            psycopg.errors.QueryCanceled: nobody waits for it any more.
        """
        with self._lock:
            before, self._driver = self._driver, driver
        try:
            yield
        finally:
            with self._lock:
                self._driver, stopped = before, self._stopped
            if stopped:
                give_up()
        if stopped:
            raise psycopg.errors.QueryCanceled("nobody waits for it any more")

    def stop(self) -> None:
        """End the statement, from another thread; to be said again, since it may be about to begin.

        Raises:
            psycopg.Error: the word did not arrive.
        """
        with self._lock:  # not while the word is on its way: who has its answer would wait for the lock
            self._stopped, driver = True, self._driver
        if driver is not None:
            driver.cancel_safe(timeout=2)
