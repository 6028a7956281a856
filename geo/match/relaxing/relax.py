"""Which small change of the need lets parcels in, and how many.

Only changes a company can make to its need are proposed: dates, price, surface, building, setback, power, distance,
place, tenure, brownfield, prospects. A plan that forbids industry or land already sold opens by no change of the need.

What a change would do is told as the counts of the answer to the changed need would differ: how many more are proved
(`opens`), not decided yet (`open`), to check (`to_check`). Applying the change and asking again finds exactly that
(`is_exact`), or at least so many proved and to check, and at most so many undecided, where the fits that answer decides
are more than are decided here.

What a project asks chooses its procedures, so its dates too. A change that may move them is proposed beside a date that
is a must only when the readiness for the changed need can be asked (`readiness_for`).

Land is looked through by its columns. Of each value that may be changed they choose the parcel that asks the least, the
one in the middle and the one that asks the most; the change is made by the rules, of these parcels read anew, and
counted over all land by columns again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import chain, groupby

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from geo.match.fit.outcome import FitVerdict
from geo.match.judged import Judged, judge_all
from geo.match.need.need import DATE_WISHES, Need
from geo.match.relaxing.change import Change
from geo.match.relaxing.far import Far, far, late, too_much
from geo.match.relaxing.foreseen import Foreseen
from geo.match.relaxing.near import Looser, NearMiss, dates_asked, near_misses
from geo.match.relaxing.proposals import PROPOSALS
from geo.match.relaxing.room import room
from geo.match.relaxing.screened_again import ScreenedAgain, nothing_told
from geo.match.relaxing.trial import Fits, ReadinessFor
from geo.match.screen.asking import Asking
from geo.match.screen.columns import Column, Rows
from geo.match.screen.fits import Numbers
from geo.match.screen.lacking import FIT, OF_DATES, Lacking, lacking
from geo.match.screen.land import Land
from geo.match.screen.ranks import Places, first
from geo.match.screen.screening import Screening
from geo.match.wishes import wishes_of

Again = Callable[[Need, Land], Asking]
"""A changed need asked of some land."""
NEAR_READ = 3
"""Parcels looked at for each near miss that is told."""
MOST_NEAR = 300
"""Parcels looked at for all of them."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change; by how many the proved, the undecided and those to check would be more; who would then be shown first.

    `open` and `to_check` are below 0 where what was counted there is then proved. `first` is the first parcel the
    answer to the changed need shows that this one does not: proved, else to check; None where it shows no other.
    """

    change: Change
    opens: int
    open: int
    to_check: int
    first: int | None
    is_exact: bool = True


@dataclass(frozen=True)
class Loosening:
    """A need that finds too little: all the land it keeps out, and how a changed one is asked."""

    screening: Screening
    fits: Fits
    again: Again
    readiness_for: ReadinessFor | None
    as_of: date

    @property
    def need(self) -> Need:
        """The need as it is."""
        return self.screening.need

    @cached_property
    def lacking(self) -> Lacking:
        """The land a change may let in."""
        refused = {id_ for (_, id_), one in self.fits.kept.items() if one.verdict is FitVerdict.NO}
        return lacking(self.screening, PROPOSALS.keys(), refused)

    @cached_property
    def far(self) -> tuple[tuple[Rows, Far], ...]:
        """Of each value that may be changed, the rows it alone (or the dates alone) keeps out, and how far they are."""
        found = [(rows, one) for rows, some in self._groups() for one in some if not np.isnan(one.size).all()]
        return tuple((rows, one) for rows, one in found if self._may_ask(one))

    def _groups(self) -> Iterator[tuple[Rows, Iterator[Far]]]:
        ask, kept = self.screening.ask, self.lacking
        for bits in np.unique(kept.fails).tolist():
            names, rows = kept.names(bits), kept.exactly(bits)
            if names == (FIT,):
                yield rows, chain(room(ask, rows), too_much(ask, rows))
            elif DATE_WISHES.issuperset(names):
                yield rows, iter((late(ask, names, rows),))
            elif len(names) == 1 and names[0] in PROPOSALS:
                yield rows, far(ask, names[0], rows)

    def _may_ask(self, one: Far) -> bool:
        """Whether the dates of the need so changed are known, or do not matter."""
        if self.readiness_for is not None or one.path is None or not dates_asked(self.need):
            return True
        return not Change("", one.path, None, None).moves_dates

    def changes(self) -> list[Change]:
        """The changes worth counting: of each value the smallest, that of half of the parcels, the largest."""
        picked = [(one.path, row) for rows, one in self.far for row in rows[_steps(one, partial(self._ids, rows))]]
        judged = self.judged([row for _, row in picked])
        looser = Looser.of(self.need, (), self.fits, self.readiness_for)
        found = [
            change
            for (path, _), one in zip(picked, judged, strict=True)
            if one is not None
            for change in looser.changes(one)
            if path in (None, change.path)
        ]
        found.sort(key=lambda one: (one.paths, one.size))
        return [change for _, same in groupby(found, lambda one: one.paths) for change in _distinct(list(same))]

    def _ids(self, rows: Rows, places: Places) -> Column:
        return self.screening.ask.column("id", rows[places])

    def judged(self, rows: Sequence[int]) -> list[Judged | None]:
        """Parcels as those who ask may see them; None for one they no longer may."""
        screening = self.screening
        ids = screening.ask.land.ids(np.array(rows, np.int64))
        known = {one.id: (one, dates) for one, dates in screening.read(list(dict.fromkeys(ids)))}
        land = [one for one, _ in known.values()]
        found = judge_all(self.need, land, lambda one: known[one.id][1], screening.wishes)
        by_id = {one.candidate.id: one for one in found}
        return [by_id.get(one) for one in ids]

    @cached_property
    def now(self) -> Foreseen:
        """What the answer to the need as it is counts and shows."""
        return Foreseen.of(self.screening, self.fits)

    @cached_property
    def _kept(self) -> NDArray[np.bool_]:
        """Of each row up to the last one may see, whether no must rejects it: whatever is loosened, it stays."""
        rows = self.screening.rows
        found = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
        found[rows[self.screening.left]] = True
        return found

    @cached_property
    def _told(self) -> Numbers:
        """Of each row what is told of the buildings asked, as far as it was asked: they stay for most changes."""
        return nothing_told(self.screening.rows)

    @cached_property
    def _proved(self) -> Rows:
        """The rows that are shown as proved."""
        rows = self.screening.clear.rows
        found: Rows = rows[np.isin(self.screening.ask.column("id", rows), self.now.matches)]
        return found

    def _rows(self, change: Change) -> Rows:
        """All that the changed need may not reject, as the land has it: what stays and what may come in."""
        among = self._kept.copy()
        among[self.lacking.within(change.criteria | (OF_DATES if change.moves_dates else set()))] = True
        return np.flatnonzero(among)

    def count(self, change: Change) -> Relaxation | None:
        """What the changed need finds more; None when it finds nothing more, or asks what no need may ask.

        None too where it loses a match, as a building of another form may, or one whose procedures take longer.
        """
        try:
            changed = change.apply(self.need)
        except ValidationError:
            return None
        asking = self.again(changed, replace(self.screening.ask.land, rows=self._rows(change)))
        now, wishes = self.now, wishes_of(changed, self.as_of)
        known = self._told if self.fits.are_of(self.need, changed) else None
        screening = ScreenedAgain(asking, wishes, self.screening.read, self.screening.sort, known=known)
        then = Foreseen.of(screening, self.fits)
        more = (then.proved - now.proved, then.open - now.open, then.to_check - now.to_check)
        if max(more) <= 0 or then.rejects(self._proved):
            return None
        return Relaxation(change, *more, _first_shown(now, then), now.is_exact and then.is_exact)


def _first_shown(now: Foreseen, then: Foreseen) -> int | None:
    """The first parcel proved that was not, else the first to check that was not shown."""
    proved = (one for one in then.matches if one not in now.matches)
    to_check = (one for one in then.asked if one not in now.asked and one not in now.matches)
    return next(proved, next(to_check, None))


def _steps(one: Far, ids: Callable[[Places], Column]) -> list[int]:
    """Places of the row that asks the least, the one in the middle and the one that asks the most.

    Those that ask as much follow each other by ``ids``, whatever the order in which they stand.
    """
    known = np.flatnonzero(~np.isnan(one.size))
    size = one.size[known]
    steps = sorted({0, (len(known) - 1) // 2, len(known) - 1})
    values, found = np.partition(size, steps)[steps], []
    for value in np.unique(values):
        tied = known[size == value]
        at = np.array(steps)[values == value] - np.count_nonzero(size < value)
        found += tied[np.argpartition(ids(tied), at)[at]].tolist()
    return found


def _distinct(changes: list[Change]) -> list[Change]:
    return list({change.size: change for change in changes}.values())


def relaxations(asked: Loosening) -> tuple[Relaxation, ...]:
    """The changes that each open parcels kept out by one criterion alone, or by dates alone; most parcels first."""
    found = [one for change in asked.changes() if (one := asked.count(change)) is not None]
    return tuple(
        sorted(found, key=lambda one: (-one.opens, -one.open, -one.to_check, one.change.paths, one.change.size))
    )


def nearest(asked: Loosening, limit: int) -> tuple[NearMiss, ...]:
    """The parcels of all land that one change lets in: those that ask the least of the need first."""
    rows = _least_effort(asked, min(NEAR_READ * limit, MOST_NEAR))
    judged = [one for one in asked.judged(rows) if one is not None]
    return near_misses(Looser.of(asked.need, judged, asked.fits, asked.readiness_for), limit)


def _least_effort(asked: Loosening, most: int) -> list[int]:
    """The rows that ask the least; of those that ask as much, the best by rank."""
    if not asked.far:
        return []
    rows = np.concatenate([rows for rows, _ in asked.far])
    effort = np.concatenate([one.effort for _, one in asked.far])
    known = ~np.isnan(effort)
    order = np.lexsort([effort[known], rows[known]])
    rows, effort = rows[known][order], effort[known][order]
    least = np.concatenate([[True], rows[1:] != rows[:-1]])
    rows, effort = rows[least], effort[least]
    if len(rows) > most:
        near = effort <= np.partition(effort, most - 1)[most - 1]
        rows, effort = rows[near], effort[near]
    ranks = asked.screening.ranks(rows, np.zeros(len(rows), np.int16))
    best = first([np.rint(effort * 1e9).astype(np.int64), *ranks], most)
    found: list[int] = rows[best].tolist()
    return found
