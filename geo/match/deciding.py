"""The rows of an answer: fits decided in the order of rank until enough are proved, and everything counted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge

import numpy as np

from geo.match.fit.fit import FitVerdict, is_one_rectangle
from geo.match.fit.outcome import DecideFit
from geo.match.judged import Judged, judge_all
from geo.match.match import Match
from geo.match.ranking import ranking
from geo.match.screen.fits import YES
from geo.match.screen.screening import Screening, Waiting

MOST_QUICK = 500
"""Fits of one rectangle decided at most for a page: about a millisecond each, and as much to read the parcel."""
MOST_SLOW = 40
"""Fits decided at least, of buildings that take longer than one rectangle; the rest stays open."""
MOST_AT_ONCE = 200
"""Parcels read together."""


@dataclass(slots=True)
class Decided:
    """What becomes of the land that no must rejects.

    ``proved`` and ``to_check`` are the rows shown, in order; ``fitting`` more are proved by their profiles and ``left``
    more are to check. ``gone``: no longer to be seen since the columns were read.
    """

    screening: Screening
    decide_fit: DecideFit
    proved: list[Match] = field(default_factory=list)
    to_check: list[Match] = field(default_factory=list)
    fitting: int = 0
    left: int = 0
    open: int = 0
    gone: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    _aside: list[Match | Judged] = field(default_factory=list)

    @classmethod
    def of(cls, screening: Screening, decide_fit: DecideFit) -> "Decided":
        """The rows of one screening."""
        made = cls(screening, decide_fit, open=screening.stale, rejected=screening.rejected.copy())
        made.rejected["fit"] += len(screening.clear.refused) + len(screening.asking.refused)
        made._read_first()
        made._clear()
        made._asking()
        made.proved.sort(key=lambda one: ranking(screening.need, screening.sort)(one.judged))
        made.rejected = +made.rejected
        return made

    @property
    def _limit(self) -> int:
        return self.screening.need.limit

    @property
    def _places(self) -> bool:
        return self.screening.need.buildings is not None

    def _clear(self) -> None:
        """Rows that pass every must, until enough are proved; of the others, what their profiles tell."""
        waiting = self.screening.clear
        need, taken = self.screening.need, 0
        most = MOST_QUICK if is_one_rectangle(need) or not self._places else max(MOST_SLOW, 2 * need.limit)
        for one in self._rows(waiting):
            if len(self.proved) >= self._limit or taken == most:
                break
            taken += 1
            self._sort(one)
        rest = waiting.after(taken)
        proved = int((rest == YES).sum()) if self._places else len(rest)
        self.fitting += proved
        self.open += len(rest) - proved

    def _asking(self) -> None:
        """Rows of which a must is unknown, and those whose fit is too near to tell, until enough are shown."""
        waiting = self.screening.asking
        key = ranking(self.screening.need, self.screening.sort)
        aside = sorted(self._aside, key=lambda row: key(row.judged if isinstance(row, Match) else row))
        rows = merge(
            ((key(row.judged if isinstance(row, Match) else row), False, row) for row in aside),
            ((() if one is None else key(one), True, one) for one in self._rows(waiting)),
            key=lambda found: found[0],
        )
        taken, told = 0, 0
        for _, waits, row in rows:
            if len(self.to_check) == self._limit:
                break
            taken, told = taken + waits, told + (not waits)
            self._check(row)
        rest = len(waiting) - taken + sum(isinstance(row, Judged) for row in aside[told:])
        self.left += sum(isinstance(row, Match) for row in aside[told:])
        if self._places:
            self.open += rest
        else:
            self.left += rest

    @property
    def _first(self) -> int:
        """How many rows are read first: some of them turn out not to be shown."""
        return self._limit + max(self._limit // 4, 2)

    def _read_first(self) -> None:
        """Read the best rows of both kinds together: each reading is some statements."""
        waiting = (self.screening.clear, self.screening.asking)
        rows = np.concatenate([one.rows[one.first(self._first)] for one in waiting])
        self.screening.read(self.screening.ask.land.ids(rows))

    def _rows(self, waiting: Waiting) -> Iterator[Judged | None]:
        """The rows as those who ask may see them, best first; None for one they no longer may."""
        begin, size = 0, self._first
        while begin < len(waiting):
            rows = waiting.rows[waiting.first(begin + size)[begin:]]
            yield from self._judged(self.screening.ask.land.ids(rows))
            begin, size = begin + size, min(begin + size, MOST_AT_ONCE)

    def _judged(self, ids: list[int]) -> Iterator[Judged | None]:
        screening = self.screening
        found = {one.id: (one, dates) for one, dates in screening.read(ids)}
        judged = judge_all(
            screening.need, [one for one, _ in found.values()], lambda one: found[one.id][1], screening.wishes
        )
        known = {one.candidate.id: one for one in judged}
        yield from (known.get(one) for one in ids)

    def _sort(self, one: Judged | None) -> None:
        """One row, judged as it is now: columns may be a moment behind."""
        if self._is_out(one):
            return
        assert one is not None  # noqa: S101 - such a row is out
        if one.asking:
            self._aside.append(one)
        elif not self._places:
            self.proved.append(Match(one, None))
        else:
            self._sort_by_fit(Match(one, self.decide_fit(self.screening.need, one.candidate)))

    def _is_out(self, one: Judged | None) -> bool:
        if one is None:
            self.gone += 1
        elif one.blocking:
            self.rejected[one.blocking[0]] += 1
        elif one.candidate.stale:
            self.open += 1
        else:
            return False
        return True

    def _sort_by_fit(self, match: Match) -> None:
        assert match.fit is not None  # noqa: S101 - buildings are placed
        if match.fit.is_stale:
            self.open += 1
        elif match.fit.verdict is FitVerdict.FITS:
            self.proved.append(match)
        elif match.fit.verdict is FitVerdict.NO:
            self.rejected["fit"] += 1
        else:
            self._aside.append(match)

    def _check(self, row: Match | Judged | None) -> None:
        """One row to be shown as to check, unless its fit turns out to be refused."""
        if isinstance(row, Match):
            self.to_check.append(row)
        elif self._is_out(row):
            return
        elif row is not None and not row.asking:
            self._sort(row)
        elif row is not None:
            fit = self.decide_fit(self.screening.need, row.candidate) if self._places else None
            if fit is not None and fit.verdict is FitVerdict.NO:
                self.rejected["fit"] += 1
            else:
                self.to_check.append(Match(row, fit))
