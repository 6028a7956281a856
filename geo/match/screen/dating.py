"""The days by which land is ready, one lookup for each distinct state and place."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from geo.match.judged import Readiness
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.screen.asking import NO_DAY, Ordinals
from geo.match.screen.columns import Rows

_Key = tuple[str, bool]


@dataclass(slots=True)
class ByCandidate:
    """Days of candidates at hand, in the order of their rows; each readiness is asked when first needed."""

    need: Need
    candidates: Sequence[Candidate]
    readiness: Readiness
    _views: dict[int, ReadinessView | None] = field(default_factory=dict)

    def __call__(self, milestone: str, rows: Rows) -> Ordinals:
        """The day at each row."""
        return self._days(milestone, rows, optimistic=False)

    def between(self, milestone: str, rows: Rows) -> tuple[Ordinals, Ordinals]:
        """The day at each row, prudently and at the earliest."""
        return self(milestone, rows), self._days(milestone, rows, optimistic=True)

    def view(self, candidate: Candidate) -> ReadinessView | None:
        """The readiness of one of them."""
        if candidate.id not in self._views:
            self._views[candidate.id] = self.readiness(candidate)
        return self._views[candidate.id]

    def _days(self, milestone: str, rows: Rows, *, optimistic: bool) -> Ordinals:
        return np.array([self._day(milestone, row, optimistic) for row in rows.tolist()], np.int64)

    def _day(self, milestone: str, row: int, optimistic: bool) -> int:
        view = self.view(self.candidates[row])
        day = None if view is None else view.date_at(milestone, self.need.probability, optimistic=optimistic)
        return NO_DAY if day is None else day.toordinal()
