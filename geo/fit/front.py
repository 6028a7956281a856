"""The assemblies that no other beats: fewer owners, less land in surplus, an earlier date, a lower price."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.fit.units import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def aims(units: Units, rows: Ints, surfaces: Floats, least: float) -> Floats:
    """What each set of units (a row) is judged by, the less the better: owners, m2 above ``least``, day ready, price.

    An unknown date or price is ``inf``: it ranks after every known one. Each of the four can only grow with one more
    unit, so that whatever a set beats, it beats with anything added to it too.
    """
    owners = np.sort(units.owner[rows], axis=1)
    count = 1 + (owners[:, 1:] != owners[:, :-1]).sum(axis=1)
    return np.column_stack(
        [count, surfaces - least, units.ready[rows].max(axis=1), units.price[rows].sum(axis=1)]
    ).astype(np.float64)


@dataclass(slots=True)
class Front:
    """Sets that no other beats so far, with their aims."""

    sets: list[tuple[int, ...]] = field(default_factory=list)
    aims: Floats = field(default_factory=lambda: np.empty((0, 4)))

    def beats(self, others: Floats) -> NDArray[np.bool_]:
        """Which of these rows of aims are no better in any than one set of the front."""
        beaten = np.zeros(len(others), np.bool_)
        for own in self.aims:
            beaten |= (own <= others).all(axis=1)
        return beaten

    def add(self, members: tuple[int, ...], own: Floats) -> None:
        """Add a set that is not beaten; those it beats go."""
        stay = ~np.all(own <= self.aims, axis=1)
        self.sets = [one for one, stays in zip(self.sets, stay.tolist(), strict=True) if stays] + [members]
        self.aims = np.vstack([self.aims[stay], own])
