"""What is known of how many features there are, for a moment: the pages of a long list are not each counted in vain."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from api.security.principal import Principal
from geo.store.items.page import COUNTED
from geo.store.items.question import Question

KEPT_S = 60.0
MOST = 1_000
"""Questions remembered; each takes some hundred bytes."""


@dataclass(frozen=True, slots=True)
class Number:
    """What is known of a question: ``about`` how many rows it has, None where they are counted with each page."""

    about: int | None

    @classmethod
    def of_many(cls, about: int) -> "Number":
        """Of more rows than are counted; near that number they may be fewer the next time."""
        return cls(about if about > 2 * COUNTED else None)


class Numbers:
    """What this process knows, apart for everyone who may see other rows than another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Number]] = {}
        self._lock = Lock()

    def known(self, key: str) -> Number | None:
        """What was known a moment ago; None when nothing was."""
        with self._lock:
            until, number = self._known.get(key, (0.0, None))
        return number if self._clock() < until else None

    def remember(self, key: str, number: Number) -> None:
        """Keep what is known; where there is too much, forget the oldest."""
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (self._clock() + KEPT_S, number)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]


def key_of(principal: Principal, question: Question) -> str:
    """What the number of a question depends on: its conditions, in whatever order, and who asks."""
    who = (principal.audience, principal.organisation, principal.organisation_kind, principal.project)
    return hashlib.sha256(repr((who, replace(question, orders=()))).encode()).hexdigest()
