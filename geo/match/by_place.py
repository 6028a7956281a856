"""The order of the rows to check: those that ask something, and those put aside since their fit is known but unproved.

They are told by rank. What is put aside is met while matches are decided, and a longer answer meets more of it: so
none is told before the place that the next match had when it was met. Whatever the length of an answer, the rows told
up to a place are then the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Key = tuple[Any, ...]


@dataclass(slots=True)
class ByPlace(Generic[Row]):
    """``aside``: place from which each may be told, key and row, in the order met; ``waiting``: keys and rows by rank.

    ``place`` is that of the next row told: who takes a row and tells it moves it on. Once ``closed``, nothing more is
    taken from those waiting.
    """

    aside: Sequence[tuple[int, Key, Row]]
    waiting: Iterator[tuple[Key, Row]]
    place: int = 0
    closed: bool = False
    _told: int = 0
    _ready: list[tuple[Key, int, Row]] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[Row, bool]]:
        """Each row, and whether it waited."""
        ahead = next(self.waiting, None)
        while True:
            self._bring()
            if self._ready and (self.closed or ahead is None or self._ready[0][0] <= ahead[0]):
                yield heappop(self._ready)[-1], False
            elif ahead is not None and not self.closed:
                yield ahead[1], True
                ahead = None if self.closed else next(self.waiting, None)
            elif self._told < len(self.aside):
                self.place = self.aside[self._told][0]
            else:
                return

    def _bring(self) -> None:
        """Make ready what was met by now."""
        while self._told < len(self.aside) and self.aside[self._told][0] <= self.place:
            _, key, row = self.aside[self._told]
            heappush(self._ready, (key, self._told, row))
            self._told += 1
