"""What the index says of all the land of a need: what is rejected and why, what passes, what asks, in which order."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from geo.match.criteria.criterion import Role
from geo.match.criteria.order import RULES, AskedRule, asked_rules
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.ranking import SCORE
from geo.match.scoring import WeightedWish
from geo.match.screen.asking import DOUBT, FAIL, NO_DAY, UNKNOWN, Asking, Verdicts
from geo.match.screen.columns import Rows
from geo.match.screen.fits import NO, Numbers, told_rows, too_small
from geo.match.screen.ranks import first
from geo.match.screen.scores import scores
from geo.match.screen.sifting import sift
from geo.match.screen.verdicts import number_of, verdicts

MOST_SETTLED = 1_000
"""Parcels (the first by id) a rule is asked of where columns leave it in doubt; of others it is unknown until shown."""
MOST_FOUND = 100
"""Rows put in order at least, when the first are asked."""
Ask = Callable[[Sequence[int]], Sequence[tuple[Candidate, ReadinessView | None]]]
"""Parcels by id as those who ask may see them, with their readiness; without those they may not."""


@dataclass(frozen=True)
class Waiting:
    """Rows that no must rejects and no profile refuses, with what the profile tells; ranked when asked.

    ``refused`` are those like them on which no building fits.
    """

    rows: Rows
    told: Numbers
    refused: Rows
    order: Callable[[], Sequence[NDArray[np.int64]]]
    _best: list[NDArray[np.int64]] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def keys(self) -> Sequence[NDArray[np.int64]]:
        """What they are ranked by."""
        return self.order()

    def first(self, count: int) -> NDArray[np.int64]:
        """Places of the best ``count`` rows, in order; more than were asked are found at once."""
        if not self._best or len(self._best[0]) < min(count, len(self)):
            self._best[:] = [first(self.keys, max(4 * count, MOST_FOUND))]
        return self._best[0][:count]

    def after(self, count: int) -> Numbers:
        """What profiles tell of all rows but the best ``count``."""
        return np.delete(self.told, self.first(count)) if count else self.told


@dataclass
class Screening:
    """A need against all the land one may see, by its columns alone.

    ``rules`` are the musts in the order they are read. Of each row of the land, ``failing`` is the first that fails
    (-1: none) and ``asked`` how many are unknown before that; ``left`` are the places of those that fail none.
    ``rejected`` counts rows by the first must they fail.
    """

    ask: Asking
    wishes: Sequence[WeightedWish]
    read: Ask
    sort: str = SCORE
    rules: tuple[AskedRule, ...] = field(init=False)
    failing: NDArray[np.int8] = field(init=False)
    asked: NDArray[np.int16] = field(init=False)
    left: NDArray[np.int64] = field(init=False)
    rejected: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = tuple(one for one in asked_rules(self.ask.need) if one.role is Role.MUST)
        count = len(self.rows)
        self.failing, self.asked = np.full(count, -1, np.int8), np.zeros(count, np.int16)
        left, rows, kept, self.rejected = np.arange(count), self.rows, np.empty_like(self.rows), Counter()
        for number, one in enumerate(self.rules):
            found = self.judge(one.rule.name, rows[:count])
            stay = sift(found, left, rows, kept, self.failing, self.asked, number)
            rows = kept
            if stay < count:
                self.rejected[one.rule.name] = count - stay
            count = stay
        self.left = left[:count].copy()

    @property
    def rows(self) -> Rows:
        """The rows one may see."""
        return self.ask.land.rows

    @property
    def need(self) -> Need:
        """What is asked."""
        return self.ask.need

    def judge(self, name: str, rows: Rows) -> Verdicts:
        """The verdict of a rule at some rows; the parcels in doubt are asked themselves."""
        found = verdicts(self.ask, RULES[name], rows)
        doubtful = np.flatnonzero(found == DOUBT)
        found[doubtful] = UNKNOWN
        if len(doubtful):
            doubtful = doubtful[first([self.ask.column("id", rows[doubtful])], MOST_SETTLED)]
            found[doubtful] = self._settled(name, rows[doubtful])
        return found

    def _settled(self, name: str, rows: Rows) -> Verdicts:
        ids = self.ask.land.ids(rows)
        known = {one.id: number_of(RULES[name].evaluate(self.need, one, dates)) for one, dates in self.read(ids)}
        return np.array([known.get(one, int(UNKNOWN)) for one in ids], np.int8)

    @cached_property
    def _stale(self) -> NDArray[np.bool_]:
        """Of those left, which are being derived anew."""
        found: NDArray[np.bool_] = self.ask.column("stale", self.rows[self.left])
        return found

    @cached_property
    def stale(self) -> int:
        """Rows that no must rejects and of which something is being derived anew."""
        return int(np.count_nonzero(self._stale))

    def first_stale(self) -> int:
        """The first parcel of those."""
        places = self.left[self._stale]
        best = first(self.ranks(self.rows[places], self.asked[places]), 1)
        return self.ask.land.ids(self.rows[places[best]])[0]

    @cached_property
    def clear(self) -> Waiting:
        """Rows that pass every must."""
        return self._waiting(self.asked[self.left] == 0)

    @cached_property
    def asking(self) -> Waiting:
        """Rows of which a must is unknown."""
        return self._waiting(self.asked[self.left] > 0)

    def _waiting(self, among: NDArray[np.bool_]) -> Waiting:
        places = self.left[among & ~self._stale]
        rows = self.rows[places]
        told = np.zeros(len(places), np.int8) if self.need.buildings is None else self.told(rows)
        refused = told == NO
        kept = np.flatnonzero(~refused)
        fits = rows[kept]
        # by a proxy: a circle would keep tens of MB until all of Python's objects are gone through
        order = partial(type(self)._keys, proxy(self), fits, self.asked[places[kept]])
        return Waiting(fits, told[kept], rows[refused], order)

    def told(self, rows: Rows) -> Numbers:
        """What profiles, or surfaces alone, tell of the buildings at some rows."""
        small = too_small(self.ask, rows)
        there = np.flatnonzero(~small)
        told = np.full(len(rows), NO)
        told[there] = told_rows(self.ask, rows[there])
        return told

    def _keys(self, rows: Rows, asked: NDArray[np.int16]) -> list[NDArray[np.int64]]:
        keys = self.ranks(rows, asked)
        if self.sort == SCORE:
            return keys
        days = self.ask.days(self.sort, rows)
        return [np.where(days == NO_DAY, np.iinfo(np.int64).max, days), *keys]

    def ranks(self, rows: Rows, asked: NDArray[np.int16]) -> list[NDArray[np.int64]]:
        """Sort keys as `Judged.rank` has them, the least first; scores have six decimals."""
        group = self.ask.by_kind("kind", rows, lambda one: one.rank_group, np.int64)
        low, high = (np.rint(bound * 1e6).astype(np.int64) for bound in scores(self.ask, self.wishes, rows, self.judge))
        million = 1_000_000
        rank = (((group << 20) + (million - low) << 20) + (million - high) << 6) + asked
        return [rank, self.ask.column("id", rows)]

    def lacking_land(self, most: int) -> Rows:
        """Rows that pass, or leave unknown, every must but the least surface; the best of many, in order."""
        places = np.flatnonzero(~self.ask.column("stale", self.rows))
        for one in self.rules:
            if one.rule.name != "land_m2":
                places = places[verdicts(self.ask, one.rule, self.rows[places]) != FAIL]
        rows = self.rows[places]
        group = self.ask.by_kind("kind", rows, lambda one: one.rank_group, np.int64)
        return rows[first([group, self.ask.column("id", rows)], most)] if len(rows) else rows
