"""The rows of an answer: fits decided in the order of rank until enough are proved, and everything counted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from geo.match.bounds import Bounds
from geo.match.by_place import ByPlace, Key
from geo.match.fit.outcome import DecideFit, FitOutcome, FitVerdict
from geo.match.judged import Judged, judge_all
from geo.match.match import Match
from geo.match.ranking import ranking
from geo.match.screen.fits import YES
from geo.match.screen.screening import Screening, Waiting

MOST_AT_ONCE = 200
"""Parcels read together."""


@dataclass(slots=True)
class Decided:
    """What becomes of the land that no must rejects.

    ``proved`` and ``to_check`` are the rows shown, in order, each with its place; ``fitting`` more are proved by their
    profiles and ``left`` more are to check. ``gone``: no longer to be seen since the columns were read.

    How far rows are looked at, and which is told at a place, does not depend on how many are asked for: a longer answer
    begins with all of a shorter one, unless the land was edited meanwhile.
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
    _aside: list[tuple[int, Key, Match | Judged]] = field(default_factory=list)

    @classmethod
    def of(cls, screening: Screening, decide_fit: DecideFit) -> "Decided":
        """The rows of one screening."""
        made = cls(screening, decide_fit, open=screening.stale, rejected=screening.rejected.copy())
        made.rejected["fit"] += len(screening.clear.refused) + len(screening.asking.refused)
        made._read_first()
        made._clear()
        made._asking()
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
        waiting, bounds, taken = self.screening.clear, Bounds.of(self.screening.need), 0
        for one in self._rows(waiting):
            if len(self.proved) == self._limit or bounds.is_met:
                break
            taken, before = taken + 1, len(self.proved)
            fit = self._sort(one)
            bounds.count(fit, shown=len(self.proved) > before)
        rest = waiting.after(taken)
        proved = int((rest == YES).sum()) if self._places else len(rest)
        self.fitting += proved
        self.open += len(rest) - proved

    def _asking(self) -> None:
        """Rows of which a must is unknown, and those whose fit is too near to tell, until enough are shown."""
        waiting, bounds = self.screening.asking, Bounds.of(self.screening.need)
        keyed = ((() if one is None else self._key(one), one) for one in self._rows(waiting))
        turn: ByPlace[Match | Judged | None] = ByPlace(self._aside, keyed)
        waited, aside = 0, {id(row) for _, _, row in self._aside}
        for row, waits in turn.rows():
            if turn.place >= self._limit:
                break
            waited += waits
            aside.discard(id(row))
            before = len(self.to_check)
            fit = self._check(row, turn.place)
            turn.place += len(self.to_check) - before
            if not isinstance(row, Match):
                bounds.count(fit, shown=len(self.to_check) > before)
            turn.closed = bounds.is_met
        left = [row for _, _, row in self._aside if id(row) in aside]
        self.left += sum(isinstance(row, Match) for row in left)
        rest = len(waiting) - waited + sum(isinstance(row, Judged) for row in left)
        if self._places:
            self.open += rest
        else:
            self.left += rest

    def _key(self, one: Judged) -> Key:
        key: Key = ranking(self.screening.need, self.screening.sort)(one)
        return key

    @property
    def _first(self) -> int:
        """How many rows are read first: some of them turn out not to be shown."""
        most = Bounds.of(self.screening.need).rows(self._limit)
        return min(self._limit + max(self._limit // 4, 2), most)

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

    def _sort(self, one: Judged | None) -> FitOutcome | None:
        """One row that passes, judged as it is now: columns may be a moment behind. Its fit, where it was decided."""
        if self._is_out(one):
            return None
        assert one is not None  # noqa: S101 - such a row is out
        if one.asking:
            self._put_aside(one)
            return None
        match = self._match(one)
        if not self._is_refused(match):
            if self._is_proved(match):
                self._prove(match, 0)
            else:
                self._put_aside(match)
        return match.fit

    def _check(self, row: Match | Judged | None, place: int) -> FitOutcome | None:
        """One row to be shown as to check, unless it turns out to be proved or refused. Its fit, as above."""
        if isinstance(row, Match):
            self.to_check.append(replace(row, place=place))
            return None
        if self._is_out(row):
            return None
        assert row is not None  # noqa: S101 - such a row is out
        match = self._match(row)
        if not self._is_refused(match, asks=bool(row.asking)):
            if not row.asking and self._is_proved(match):
                self._prove(match, place)
            else:
                self.to_check.append(replace(match, place=place))
        return match.fit

    def _match(self, one: Judged) -> Match:
        return Match(one, self.decide_fit(self.screening.need, one.candidate) if self._places else None)

    def _put_aside(self, row: Match | Judged) -> None:
        key = self._key(row.judged if isinstance(row, Match) else row)
        self._aside.append((len(self.proved), key, row))

    def _prove(self, match: Match, least: int) -> None:
        """One more match, after those that are known; no earlier than the place ``least``."""
        after = self.proved[-1].place + 1 if self.proved else 0
        self.proved.append(replace(match, place=max(after, least)))

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

    def _is_refused(self, match: Match, *, asks: bool = False) -> bool:
        """Whether its fit is no, or to be derived anew: then it is open, unless it is told with what it asks."""
        if match.fit is None:
            return False
        if match.fit.is_stale and not asks:
            self.open += 1
        elif match.fit.verdict is FitVerdict.NO:
            self.rejected["fit"] += 1
        else:
            return False
        return True

    def _is_proved(self, match: Match) -> bool:
        return match.fit is None or match.fit.verdict is FitVerdict.FITS
