"""How far the land of an answer is looked at: the same for every page, and counted, so that pages are of one whole."""

from dataclasses import dataclass, field

from geo.match.fit.fit import is_one_rectangle
from geo.match.fit.outcome import FitOutcome
from geo.match.need.need import Need

MOST_QUICK = 500
"""Rows looked at that come to nothing, at most: about a millisecond each to read, and as much to decide a rectangle."""
MOST_SLOW = 40
"""Fits decided at most of buildings that take longer than one rectangle."""
MOST_WORK = 200_000.0
"""Sweeps (geo/fit/work.py) after which no fit is begun: some six seconds."""


@dataclass(slots=True)
class Bounds:
    """What may still be looked at of one list of an answer: ``left`` rows, ``work`` sweeps."""

    is_slow: bool
    left: int
    work: float = field(default_factory=lambda: MOST_WORK)

    @classmethod
    def of(cls, need: Need) -> "Bounds":
        """The bounds of each list of a need's answer."""
        is_slow = need.buildings is not None and not is_one_rectangle(need)
        return cls(is_slow, MOST_SLOW if is_slow else MOST_QUICK)

    @property
    def is_met(self) -> bool:
        """Whether nothing more is to be looked at."""
        return self.left <= 0 or self.work <= 0

    def rows(self, shown: int) -> int:
        """How many rows may be looked at to show so many of them."""
        return self.left if self.is_slow else self.left + shown

    def count(self, fit: FitOutcome | None, *, shown: bool) -> None:
        """One row that was looked at, whether it is shown where it was looked for, and its fit."""
        self.left -= self.is_slow or not shown
        self.work -= 0.0 if fit is None else fit.work
