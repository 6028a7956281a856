"""About how many features there are, remembered for a moment: the pages of a long list are not each counted in vain."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from api.security.principal import Principal
from geo.store.items.page import COUNTED
from geo.store.items.question import Question

KEPT_S = 60.0
MOST = 1_000
"""Questions remembered; each takes some hundred bytes."""


class Numbers:
    """The estimates of this process, apart for everyone who may see other rows than another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, int]] = {}
        self._lock = Lock()

    def known(self, key: str) -> int | None:
        """About how many there were a moment ago; None when that is not known, or near what is counted exactly."""
        with self._lock:
            until, number = self._known.get(key, (0.0, 0))
        return number if self._clock() < until and number > 2 * COUNTED else None

    def remember(self, key: str, number: int) -> None:
        """Keep an estimate; where there are too many, forget the oldest."""
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (self._clock() + KEPT_S, number)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]


def key_of(principal: Principal, question: Question) -> str:
    """What the number of a question depends on: its conditions, in whatever order, and who asks."""
    who = (principal.audience, principal.organisation, principal.organisation_kind, principal.project)
    return hashlib.sha256(repr((who, replace(question, orders=()))).encode()).hexdigest()
