"""What the answer to a need counts and shows, told by columns: geo/match/deciding.py without the rows being read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from geo.match.bounds import Bounds
from geo.match.by_place import ByPlace, Key
from geo.match.fit.outcome import FitOutcome, FitVerdict
from geo.match.relaxing.trial import Fits, Standing
from geo.match.screen.columns import Rows
from geo.match.screen.fits import YES
from geo.match.screen.screening import Screening, Waiting

TOGETHER = 20
"""Rows looked at together."""


@dataclass(slots=True)
class Foreseen:
    """The counts of an answer, and the parcels on its page in order: ``matches``, then ``asked``, those to check.

    Fits are decided where the answer decides them and a profile leaves them open, while there is one left to spend.
    Where one was not, ``is_exact`` is False: at least so many are proved and to check, at most so many open, and the
    page has the parcels told at least.
    """

    screening: Screening
    fits: Fits
    proved: int = 0
    open: int = 0
    to_check: int = 0
    is_exact: bool = True
    matches: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    _aside: list[tuple[int, Key, tuple[int, int]]] = field(default_factory=list)

    @classmethod
    def of(cls, screening: Screening, fits: Fits) -> "Foreseen":
        """What the answer of a screening counts."""
        made = cls(screening, fits, open=screening.stale)
        if screening.need.buildings is None:
            made._without_buildings()
        else:
            made._clear()
            made._asking()
        return made

    @property
    def _limit(self) -> int:
        return self.screening.need.limit

    def rejects(self, rows: Rows) -> bool:
        """Whether one of these rows of the land fails a must, or is refused by its fit."""
        screening = self.screening
        if (screening.failing[np.searchsorted(screening.rows, rows)] >= 0).any():
            return True
        if np.isin(rows, np.concatenate([screening.clear.refused, screening.asking.refused])).any():
            return True
        known = (self.fits.known(screening.need, one) for one in screening.ask.land.ids(rows))
        return any(one is not None and one.verdict is FitVerdict.NO for one in known)

    def _without_buildings(self) -> None:
        clear, asking = self.screening.clear, self.screening.asking
        self.proved, self.to_check = len(clear), len(asking)
        self.matches += self._ids(clear, clear.first(self._limit))
        self.asked += self._ids(asking, asking.first(self._limit))

    def _clear(self) -> None:
        """Rows that pass every must, until a page of them is proved; of the others, what their profiles tell.

        One that could not be decided may be on the page: what comes after it is there only if there is room beside.
        """
        waiting, bounds, doubtful, taken = self.screening.clear, Bounds.of(self.screening.need), 0, 0
        for key, parcel, told in self._rows(waiting):
            if len(self.matches) + doubtful == self._limit or bounds.is_met:
                break
            taken += 1
            standing = self._standing(parcel, told)
            if standing is Standing.PROVED:
                self.matches.append(parcel)
            elif standing is Standing.TO_CHECK:
                self._aside.append((len(self.matches), key, (parcel, int(YES))))
            elif standing is not Standing.REJECTED:
                self.open += 1
            doubtful += standing is None
            bounds.count(self._known(parcel), shown=standing is Standing.PROVED)
        rest = waiting.after(taken)
        fitting = int((rest == YES).sum())
        self.proved = len(self.matches) + fitting
        self.open += len(rest) - fitting
        self.is_exact = not doubtful

    def _asking(self) -> None:
        """Rows of which a must is unknown, among those whose fit is too near to tell, until a page of them is found."""
        waiting, is_sure, bounds = self.screening.asking, self.is_exact, Bounds.of(self.screening.need)
        turn = ByPlace(self._aside, ((key, (parcel, told)) for key, parcel, told in self._rows(waiting)))
        left, waited, doubtful, shown = len(self._aside), 0, 0, []
        for (parcel, told), waits in turn.rows():
            if turn.place >= self._limit:
                break
            standing = self._standing(parcel, told) if waits else Standing.TO_CHECK
            waited += waits and standing is not None
            left -= not waits
            doubtful += standing is None
            is_shown = standing not in (None, Standing.REJECTED)
            if is_shown:
                shown.append(parcel)
            turn.place += standing is not Standing.REJECTED
            if waits:
                bounds.count(self._known(parcel), shown=is_shown)
            turn.closed = bounds.is_met
        self.to_check = len(shown) + left
        self.open += len(waiting) - waited
        self.is_exact = is_sure and not doubtful
        if is_sure:
            self.asked += shown

    def _standing(self, parcel: int, told: int) -> Standing | None:
        """Where a row that passes every must counts, by its fit; None where that is still to be decided."""
        if told == YES:
            return Standing.PROVED
        need = self.screening.need
        outcome = self._known(parcel)
        if outcome is None and not self.fits.left:
            return None
        for candidate, _ in self.screening.read([parcel]) if outcome is None else ():
            outcome = self.fits.spent(need, candidate)
        if outcome is None or outcome.verdict is FitVerdict.NO:  # it may be seen no more
            return Standing.REJECTED
        if outcome.is_stale:
            return Standing.OPEN
        return Standing.PROVED if outcome.verdict is FitVerdict.FITS else Standing.TO_CHECK

    def _rows(self, waiting: Waiting) -> Iterator[tuple[Key, int, int]]:
        """Parcels in the order of rank, each with what it ranks by and what its profile tells."""
        for begin in range(0, len(waiting), TOGETHER):
            places = waiting.first(begin + TOGETHER)[begin:]
            ids, told = self._ids(waiting, places), waiting.told[places].tolist()
            if self.fits.left:
                self.screening.read([one for one, said in zip(ids, told, strict=True) if self._is_to_decide(one, said)])
            yield from zip(zip(*(key[places].tolist() for key in waiting.keys), strict=True), ids, told, strict=True)

    def _known(self, parcel: int) -> FitOutcome | None:
        return self.fits.known(self.screening.need, parcel)

    def _is_to_decide(self, parcel: int, told: int) -> bool:
        return told != YES and self._known(parcel) is None

    def _ids(self, waiting: Waiting, places: Rows) -> list[int]:
        return self.screening.ask.land.ids(waiting.rows[places])
