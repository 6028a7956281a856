"""How many needs are answered at once: each takes a processor and memory of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from api.problems import Problem

PATIENCE_S = 2.0
"""How long a need waits for its turn before the client is told to come back."""


class Slots:
    """A bounded number of turns; ``busy``: the sentence for those who wait in vain."""

    def __init__(self, at_once: int, busy: str = "matching.busy") -> None:
        self._turns = BoundedSemaphore(at_once)
        self._busy = busy

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a turn for the length of the block.

        Raises:
            Problem: none came free in time (503, Retry-After).
        """
        if not self._turns.acquire(timeout=PATIENCE_S):
            raise Problem("busy", self._busy)
        try:
            yield
        finally:
            self._turns.release()
