"""Sites put together from neighbouring units: every connected set of a few that meets a surface and a footprint.

What is asked of a set can only be met more surely by more land, and what a set is judged by only grows with it (but for
the most surface allowed, which only bounds growth). So a set that holds a smaller connected set meeting everything is
never better than that one, and the front over sets without such a smaller one is the front over all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, pi

import numpy as np
from numpy.typing import NDArray
from shapely import box

from geo.fit.adjacency import neighbours
from geo.fit.connected import Asked, sets_of
from geo.fit.front import Front, aims
from geo.fit.joined import Land, Links, Wanted
from geo.fit.units import Parcels, Units, directions, units_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_UNITS = 4
"""Units a set has when the search is to be complete."""
MOST_SETS = 20_000_000
"""Sets looked at for one size, about four seconds: what is left then is said not to be complete."""
MOST_TESTS = 4_000
"""Footprints tried on land in all: each takes about a millisecond."""
INTERVALS = 90
"""Intervals of half a turn in which the hull of a set is asked for room."""

Holds = Callable[[tuple[int, ...]], bool | None]
"""Whether the footprint fits on the land of these parcels (places), joined; more land never takes a fit away. None: it
is not to be known any more, and the search ends."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a set must meet: from ``least_m2`` to ``most_m2`` of land (ground m2), and a hull with room for a box.

    ``box``: length and width in planar metres, ``around`` metres to be kept from the boundary of the land.
    """

    least_m2: float
    most_m2: float = inf
    box: tuple[float, float] | None = None
    around: float = 0.0


@dataclass(frozen=True, slots=True)
class Assembly:
    """A set that meets what was asked: units and parcels (places), and what it is judged by; ``inf`` is unknown."""

    units: tuple[int, ...]
    parcels: tuple[int, ...]
    surface_m2: float
    surplus_m2: float
    owners: int
    ready: float
    price: float


@dataclass(frozen=True, slots=True)
class Found:
    """The assemblies that no other beats, fewest owners first.

    ``complete``: every set of up to ``units`` units was looked at, so that nothing better exists among them. Else it is
    complete up to ``complete_to`` units, and the share ``gone_through`` of the sets of the next size was looked at.
    """

    assemblies: tuple[Assembly, ...]
    units: int
    complete_to: int
    gone_through: float
    looked_at: int
    tested: int

    @property
    def complete(self) -> bool:
        """Whether nothing better exists among sets of up to ``units`` units."""
        return self.complete_to == self.units


class _Search:
    """One search: the land in the order of its surface, and what was found so far."""

    def __init__(self, units: Units, ask: Ask, holds: Holds | None) -> None:
        self.units, self.ask, self.holds = units, ask, holds
        self.order = np.argsort(-units.surface, kind="stable")
        self.links = _links(units, self.order)
        self.wanted = _wanted(ask)
        self.front = Front()
        self.met: list[tuple[int, ...]] = []
        self.looked_at = self.tested = 0

    def of_size(self, size: int, most_sets: int, most_tests: int) -> float:
        """Go through the sets of one size; the share of it that was gone through."""
        met, met_start = _by_member(self.met, size, len(self.units))
        asked = Asked(self.wanted, size, self.holds is not None, met, met_start)
        rows, surfaces, looked, seeds = sets_of(self._land(size), self.links, asked, most_sets)
        self.looked_at += looked
        judged = self._judge(rows, surfaces, most_tests)
        return judged * (seeds / len(self.units) if len(self.units) else 1.0)

    def _judge(self, rows: Ints, surfaces: Floats, most_tests: int) -> float:
        """Try the sets that nothing found beats, the best first; the share of them that was gone through."""
        own = aims(self.units, self.order[rows], surfaces, self.ask.least_m2)
        open_ = np.flatnonzero(~self.front.beats(own))
        for count, place in enumerate(open_[np.lexsort(own[open_].T[::-1])]):
            if self.front.beats(own[place : place + 1])[0]:
                continue
            if self.tested >= most_tests:
                return count / len(open_)
            members = tuple(rows[place].tolist())
            parcels = self.parcels(members)
            meets = self._meets(parcels)
            if meets is None:
                return count / len(open_)
            if meets:
                self.met.append(members)
                if len(parcels) > 1:
                    self.front.add(members, own[place])
        return 1.0

    def _meets(self, parcels: tuple[int, ...]) -> bool | None:
        if self.holds is None:
            return True
        found = self.holds(parcels)
        self.tested += len(parcels) > 1 and found is not None
        return found

    def parcels(self, members: tuple[int, ...]) -> tuple[int, ...]:
        """The parcels of a set."""
        return tuple(sorted(part for one in members for part in self.units.parts[self.order[one]]))

    def _land(self, size: int) -> Land:
        surface = self.units.surface[self.order]
        reach = np.empty((size, len(surface)))
        reach[0] = surface
        rows = np.repeat(np.arange(len(surface)), np.diff(self.links.start))[self.links.joined]
        for hops in range(1, size):
            reach[hops] = reach[hops - 1]
            np.maximum.at(reach[hops], rows, reach[hops - 1][self.links.to[self.links.joined]])
        return Land(surface, reach, self.units.low[self.order], self.units.high[self.order])

    def found(self, units: int, complete_to: int, gone_through: float) -> Found:
        """What was found, as it is told."""
        told = []
        for members, own in sorted(zip(self.front.sets, self.front.aims.tolist(), strict=True), key=lambda one: one[1]):
            owners, surplus, ready, price = own
            places = tuple(sorted(self.order[list(members)].tolist()))
            surface = surplus + self.ask.least_m2
            told.append(Assembly(places, self.parcels(members), surface, surplus, int(owners), ready, price))
        return Found(tuple(told), units, complete_to, gone_through, self.looked_at, self.tested)


def assemble(
    units: Units,
    ask: Ask,
    holds: Holds | None = None,
    *,
    most_units: int = MOST_UNITS,
    most_sets: int = MOST_SETS,
    most_tests: int = MOST_TESTS,
) -> Found:
    """The sets of up to ``most_units`` neighbouring units that meet what is asked, and that no other such set beats.

    With ``holds``, sets large enough grow on until the footprint fits: the answer is complete all the same, unless it
    says otherwise (``Found.complete``). A set has several parcels, be they one unit; a parcel that meets everything
    alone is in none, and beats none.
    """
    search = _Search(units, ask, holds)
    for size in range(1, most_units + 1):
        share = search.of_size(size, most_sets, most_tests)
        if share < 1.0:
            return search.found(most_units, size - 1, share)
    return search.found(most_units, most_units, 1.0)


def warm() -> None:
    """Compile the search, or load it from numba's cache (seconds the first time): call it when a service starts."""
    shapes = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    two = np.ones(2)
    assemble(units_of(Parcels(shapes, two, [None, None], two, two), neighbours(shapes)), Ask(1.5, inf, (5.0, 5.0)))


def _wanted(ask: Ask) -> Wanted:
    """The bounds, and how much each side of the box weighs at least along each direction, for each interval."""
    length, width = (0.0, 0.0) if ask.box is None else (max(ask.box), min(ask.box))
    half = 0.5 * pi / INTERVALS
    apart = ((np.arange(INTERVALS) + 0.5) * 2 * half)[:, None] - directions()[None, :]
    return Wanted(
        ask.least_m2,
        ask.most_m2,
        length,
        width,
        ask.around,
        np.stack([_least(apart, half), _least(apart + pi / 2, half)], axis=2),
    )


def _least(angle: Floats, half: float) -> Floats:
    """The least |cos| over angle - half to angle + half."""
    to_zero = np.abs(angle % pi - pi / 2)
    least: Floats = np.sin(np.maximum(to_zero - half, 0.0))
    return least


def _links(units: Units, order: Ints) -> Links:
    """The pairs of units as rows of neighbours, in the order of the search."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    one = np.concatenate([rank[units.first], rank[units.second]])
    other = np.concatenate([rank[units.second], rank[units.first]])
    sorted_ = np.lexsort((other, one))
    start = np.searchsorted(one[sorted_], np.arange(len(order) + 1)).astype(np.int64)
    joined, overlap = np.tile(units.joined, 2)[sorted_], np.tile(units.overlap, 2)[sorted_]
    return Links(start, other[sorted_], joined, overlap)


def _by_member(met: list[tuple[int, ...]], size: int, count: int) -> tuple[Ints, Ints]:
    """The sets met, each once for each of its members: rows padded with -1, and where those of each place start."""
    held = sorted((place, members) for members in met for place in members)
    rows = np.full((len(held), max(size, 1)), -1, np.int64)
    for row, (_, members) in zip(rows, held, strict=True):
        row[: len(members)] = members
    places = np.array([place for place, _ in held], dtype=np.int64)
    return rows, np.searchsorted(places, np.arange(count + 1)).astype(np.int64)
