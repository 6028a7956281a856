"""What a process makes for its readers in threads apart: each thing once while all who want it wait, few at a time."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any, Generic, TypeVar

MAKERS = 2
"""Made at a time: the other connections of an audience, and the other threads, are for its other reads."""
MOST_UNDER_WAY = 200
"""Wanted at a time, of all readers: the tiles of some ten maps just opened."""

Made = TypeVar("Made")


class CrowdedError(Exception):
    """As many as may be are under way."""


class Makers(Generic[Made]):
    """Threads of their own, and what they have under way."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MAKERS, "maker")
        self._under_way: dict[Hashable, Future[Made]] = {}
        self._beside: set[Future[None]] = set()
        self._lock = Lock()

    def making(self, key: Hashable, make: Callable[[], Made]) -> tuple[Future[Made], bool]:
        """What is under way by this key, else what is begun now; whether it is new.

        Raises:
            CrowdedError: it would be one too many.
        """
        with self._lock:
            made = self._under_way.get(key)
            if made is not None:
                return made, False
            if len(self._under_way) >= MOST_UNDER_WAY:
                raise CrowdedError
            made = self._under_way[key] = self._threads.submit(make)
        made.add_done_callback(lambda _: self._under_way.pop(key, None))
        return made, True

    def beside(self, work: Callable[[], None]) -> None:
        """Work that nobody waits for; what goes wrong is logged."""
        begun = self._threads.submit(work)
        self._beside.add(begun)
        begun.add_done_callback(self._beside.discard)
        begun.add_done_callback(Future.result)

    def close(self) -> None:
        """Drop what has not begun and wait for the rest; one may begin again after."""
        while begun := self._begun():
            wait([made for made in begun if not made.cancel()])  # one may leave work beside

    def _begun(self) -> list[Future[Any]]:
        return [*self._under_way.values(), *self._beside]
