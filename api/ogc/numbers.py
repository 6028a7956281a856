"""What is known of a question for a moment: how many features there are, so that the pages of a long list are not each
counted in vain, and how it is planned.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Generic, TypeVar

from api.deps import Session
from api.security.principal import Principal
from geo.store.database import PLANNED_ONCE
from geo.store.items import counting
from geo.store.items.counting import Way
from geo.store.items.estimate import estimate
from geo.store.items.hits import hits
from geo.store.items.page import COUNTED
from geo.store.items.question import Question
from geo.store.reading import digest

KEPT_S = 60.0
MOST = 1_000
"""Questions remembered; each takes some hundred bytes."""


@dataclass(frozen=True, slots=True)
class Number:
    """What is known of a question: ``about`` how many rows it has, None where they are counted with each page.

    ``planned``: how, where that is not as such questions are, and no order is asked for.
    """

    about: int | None
    planned: str | None = None

    @classmethod
    def of_many(cls, about: int) -> "Number":
        """Of more rows than are counted; near that number they may be fewer the next time."""
        return cls(about if about > 2 * COUNTED else None)


Known = TypeVar("Known")


class Remembered(Generic[Known]):
    """What this process knows, apart for everyone who may see other rows than another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Known]] = {}
        self._lock = Lock()

    def known(self, key: str) -> Known | None:
        """What was known a moment ago; None when nothing was."""
        with self._lock:
            found = self._known.get(key)
        return None if found is None or self._clock() >= found[0] else found[1]

    def remember(self, key: str, known: Known) -> None:
        """Keep what is known; where there is too much, forget the oldest."""
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (self._clock() + KEPT_S, known)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]


class Numbers(Remembered[Number]):
    """What is known of questions; ``ways``: of statements, how any values would be found."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self.ways = Remembered[Way](clock)

    def found(self, session: Session, asked: Question) -> Number:
        """What is known before a row is looked at: about how many, where to count them would take long.

        Where they are counted, and found as any values would be, their statement is planned once for all.

        Raises:
            psycopg.Error: as the server says it.
        """
        with session.begin() as connection:
            plan = counting.plan(connection, asked)
            if not counting.is_afforded(plan):
                return Number(estimate(connection, asked))
            kind = digest(session.principal.audience, hits(asked))
            usual = self.ways.known(kind)
            if usual is None:
                usual = counting.way(counting.plan_for_any(connection, asked))
                self.ways.remember(kind, usual)
        return Number(None, PLANNED_ONCE if counting.way(plan) == usual else None)


def key_of(principal: Principal, question: Question) -> str:
    """What the number of a question depends on: its conditions, in whatever order, and who asks."""
    who = (principal.audience, principal.organisation, principal.organisation_kind, principal.project)
    return hashlib.sha256(repr((who, replace(question, orders=()))).encode()).hexdigest()
