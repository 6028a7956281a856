"""What a changed need lets in: the rows it no longer rejects, sorted and counted as its answer sorts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from geo.match.fit.outcome import FitVerdict
from geo.match.relaxing.trial import Fits
from geo.match.screen.columns import Rows
from geo.match.screen.fits import YES
from geo.match.screen.screening import Screening, Waiting

TOGETHER = 20
"""Rows looked at together."""


@dataclass(slots=True)
class LetIn:
    """How many rows are proved, undecided and to check; of each kind the parcel that ranks first, 0 for none.

    Fits are decided as the answer decides them: where a profile leaves one open, in the order of rank, until a page is
    full; and while there is one left to spend.
    """

    screening: Screening
    fits: Fits
    opens: int = 0
    open: int = 0
    to_check: int = 0
    firsts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, screening: Screening, fits: Fits) -> "LetIn":
        """What a screening lets in."""
        made = cls(screening, fits, open=screening.stale)
        if screening.need.buildings is None:
            made._without_buildings()
        else:
            made._clear()
            made._asking()
        if screening.stale:
            made.firsts.setdefault("open", screening.first_stale())
        return made

    @property
    def first(self) -> int | None:
        """The parcel that ranks first: of those proved, else of the undecided, else of those to check."""
        return next((self.firsts[one] for one in ("opens", "open", "to_check") if one in self.firsts), None)

    def _without_buildings(self) -> None:
        for name, waiting in (("opens", self.screening.clear), ("to_check", self.screening.asking)):
            setattr(self, name, len(waiting))
            if len(waiting):
                (self.firsts[name],) = self._ids(waiting, waiting.first(1))

    def _clear(self) -> None:
        """Rows that pass every must, until as many are proved as a page shows; the rest is what profiles tell."""
        waiting, proved, taken = self.screening.clear, 0, 0
        for parcel, told in self._rows(waiting):
            if proved == self.screening.need.limit:
                break
            kind = "opens" if told == YES else self._decided(parcel, asks=False)
            proved, taken = proved + (kind == "opens"), taken + 1
            self._count(kind, parcel)
        rest = waiting.after(taken)
        fitting = int((rest == YES).sum())
        if self.opens + fitting == 0:
            self._leave(waiting, taken)
        self.opens += fitting
        self.open += len(rest) - fitting

    def _asking(self) -> None:
        """Rows of which a must is unknown, as many as a page shows; the rest stays open."""
        waiting, shown, taken = self.screening.asking, 0, 0
        for parcel, told in self._rows(waiting):
            if shown == self.screening.need.limit:
                break
            kind = "to_check" if told == YES else self._decided(parcel, asks=True)
            shown, taken = shown + (kind == "to_check"), taken + 1
            self._count(kind, parcel)
        self.open += len(waiting) - taken
        self._leave(waiting, taken)

    def _leave(self, waiting: Waiting, taken: int) -> None:
        """What is not looked at stays open."""
        if taken < len(waiting):
            self.firsts.setdefault("open", self._ids(waiting, waiting.first(taken + 1)[taken:])[0])

    def _count(self, kind: str, parcel: int) -> None:
        if kind:
            setattr(self, kind, getattr(self, kind) + 1)
            self.firsts.setdefault(kind, parcel)

    def _decided(self, parcel: int, *, asks: bool) -> str:
        """Where the parcel counts by its fit; nowhere when that is refused, or it is not to be seen any more."""
        outcome = self.fits.known(self.screening.need, parcel)
        if outcome is None and not self.fits.left:
            return "open"
        for candidate, _ in self.screening.read([parcel]) if outcome is None else ():
            outcome = self.fits.spent(self.screening.need, candidate)
        if outcome is None or outcome.verdict is FitVerdict.NO:
            return ""
        if outcome.is_stale and not asks:
            return "open"
        return "opens" if outcome.verdict is FitVerdict.FITS and not asks else "to_check"

    def _rows(self, waiting: Waiting) -> Iterator[tuple[int, int]]:
        """Parcels in the order of rank, each with what its profile tells."""
        for begin in range(0, len(waiting), TOGETHER):
            places = waiting.first(begin + TOGETHER)[begin:]
            ids, told = self._ids(waiting, places), waiting.told[places].tolist()
            if self.fits.left:
                self.screening.read([one for one, said in zip(ids, told, strict=True) if self._is_to_decide(one, said)])
            yield from zip(ids, told, strict=True)

    def _is_to_decide(self, parcel: int, told: int) -> bool:
        return told != YES and self.fits.known(self.screening.need, parcel) is None

    def _ids(self, waiting: Waiting, places: Rows) -> Sequence[int]:
        return self.screening.ask.land.ids(waiting.rows[places])
