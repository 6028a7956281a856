"""What keeps each row out, all of it: the first failure says why it is rejected, these what would have to change."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.match.need.need import DATE_WISHES
from geo.match.screen.asking import FAIL
from geo.match.screen.columns import Rows
from geo.match.screen.fits import NO, told_rows, too_small
from geo.match.screen.screening import Screening
from geo.match.screen.verdicts import verdicts

OF_DATES = DATE_WISHES | {"use"}
"""The criteria that dates decide."""
FIT = "fit"
"""Stands for the buildings, where no must fails."""
Bits = NDArray[np.int64]
"""Of each row, one bit for each must that it fails, by the number of the rule; the next one for its fit."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """Rows that a change of the need may let in, sorted, and what each fails (one bit at least).

    Beside what dates decide each fails one must at most, or its fit alone; no building is known to have no room there.
    """

    screening: Screening
    rows: Rows
    fails: Bits

    def bits(self, names: Collection[str]) -> int:
        """The bits of some criteria."""
        rules = [*(one.rule.name for one in self.screening.rules), FIT]
        return sum(1 << number for number, name in enumerate(rules) if name in names)

    def names(self, bits: int) -> tuple[str, ...]:
        """The criteria of some bits, in order."""
        rules = [*(one.rule.name for one in self.screening.rules), FIT]
        return tuple(name for number, name in enumerate(rules) if bits >> number & 1)

    def exactly(self, bits: int) -> Rows:
        """Rows that fail these and nothing else."""
        found: Rows = self.rows[self.fails == bits]
        return found

    def within(self, names: Collection[str]) -> Rows:
        """Rows that fail nothing but these."""
        found: Rows = self.rows[self.fails & ~self.bits(names) == 0]
        return found


def lacking(screening: Screening, loosened: Collection[str], refused: Collection[int]) -> Lacking:
    """What keeps the rows of a screening out, of those that a change may let in.

    ``loosened`` are the criteria that a change of the need can loosen, ``refused`` the parcels on which the buildings
    were decided not to fit.
    """
    rows, fails = _failing(screening, loosened)
    if screening.need.buildings is not None:
        has_room = (told_rows(screening.ask, rows) != NO) & ~too_small(screening.ask, rows)
        rows, fails = rows[has_room], fails[has_room]
        full = _refused(screening, refused)
        rows = np.concatenate([rows, full])
        fails = np.concatenate([fails, np.full(len(full), 1 << len(screening.rules), np.int64)])
    order = np.argsort(rows)
    return Lacking(screening, rows[order], fails[order])


def _failing(screening: Screening, loosened: Collection[str]) -> tuple[Rows, Bits]:
    """Rows that fail a must, and all the musts each fails; those of no hope are left as soon as that shows."""
    names = [one.rule.name for one in screening.rules]
    hard = np.array([name not in OF_DATES for name in names], np.bool_)
    may = np.array([name in loosened or name in OF_DATES for name in names], np.bool_)
    places = np.flatnonzero(screening.failing >= 0)
    places = places[may[screening.failing[places]]]
    first = screening.failing[places].astype(np.int64)
    fails, hards = np.left_shift(1, first), hard[first]
    for number, one in enumerate(screening.rules):
        later = np.flatnonzero(first < number)
        found = later[verdicts(screening.ask, one.rule, screening.rows[places[later]]) == FAIL]
        fails[found] |= 1 << number
        if hard[number] and len(found):
            stays = np.ones(len(places), np.bool_)
            stays[found] = ~hards[found] & may[number]
            hards[found] = True
            places, first, fails, hards = places[stays], first[stays], fails[stays], hards[stays]
    return screening.rows[places], fails


def _refused(screening: Screening, refused: Collection[int]) -> Rows:
    """Rows that fail no must and have no room for the buildings, by their profiles or as it was decided."""
    waiting = (screening.clear, screening.asking)
    decided = np.array(sorted(refused), np.int64)
    kinds = [one.refused for one in waiting]
    if len(decided):
        kinds += [one.rows[np.isin(screening.ask.column("id", one.rows), decided)] for one in waiting]
    return np.concatenate(kinds)
