"""Compiled tests on a set of neighbouring places: what it measures, what its hull may hold, what it can do without."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiler import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Links(NamedTuple):
    """Rows of neighbours of each place (compressed: those of ``p`` are ``to[start[p]:start[p + 1]]``, sorted).

    ``joined``: whether the two may be next to each other in a set; ``overlap``: m2 that both claim.
    """

    start: Ints
    to: Ints
    joined: NDArray[np.bool_]
    overlap: Floats


class Land(NamedTuple):
    """What is known of each place: ``surface`` (m2, falling), ``reach[h, p]`` the largest surface of a later or equal
    place within h joins of p, and ``span[p, d]``, the least and greatest distance along each direction d (m)."""

    surface: Floats
    reach: Floats
    low: Floats
    high: Floats


class Wanted(NamedTuple):
    """Bounds a set must keep: ``least`` and ``most`` m2, and the box (length x width, m) that its hull must hold with
    ``around`` metres on each side; a length of 0 asks for none. ``angles``: shape (a, d, 2), how much length and width
    weigh at least along each direction d, by intervals of the angle of the box."""

    least: float
    most: float
    length: float
    width: float
    around: float
    angles: Floats


@njit
def link(links: Links, one: int, other: int) -> int:
    """Where ``other`` stands in the row of ``one``; -1 when they neither touch nor overlap."""
    low, high = links.start[one], links.start[one + 1]
    while low < high:
        middle = (low + high) // 2
        if links.to[middle] < other:
            low = middle + 1
        else:
            high = middle
    return low if low < links.start[one + 1] and links.to[low] == other else -1


@njit
def counted_twice(links: Links, members: Ints, size: int, added: int) -> float:
    """M2 of ``added`` that the first ``size`` members claim too."""
    total = 0.0
    for k in range(size):
        at = link(links, members[k], added)
        if at >= 0:
            total += links.overlap[at]
    return total


@njit
def holds_box(land: Land, wanted: Wanted, members: Ints, size: int) -> bool:
    """Whether the hull of a set is wide enough, in every direction, for the box at one angle at least.

    A box l x w at angle t is l |cos(t - d)| + w |sin(t - d)| wide along d; what it lies in is as wide. False proves
    it, since ``angles`` hold the least weights over each interval of t.
    """
    count = land.low.shape[1]
    wide = np.empty(count)
    for d in range(count):
        low, high = land.low[members[0], d], land.high[members[0], d]
        for k in range(1, size):
            low, high = min(low, land.low[members[k], d]), max(high, land.high[members[k], d])
        wide[d] = high - low
    for a in range(wanted.angles.shape[0]):
        good = True
        for d in range(count):
            across = wanted.length * wanted.angles[a, d, 0] + wanted.width * wanted.angles[a, d, 1]
            if across + 2.0 * wanted.around > wide[d]:
                good = False
                break
        if good:
            return True
    return False


@njit
def stays_joined(links: Links, members: Ints, size: int, without: int) -> bool:
    """Whether a set is still connected without its member number ``without``."""
    first = 1 if without == 0 else 0
    seen, grown = 1 << first, True
    while grown:
        grown = False
        for k in range(size):
            if k == without or seen >> k & 1:
                continue
            for j in range(size):
                if seen >> j & 1:
                    at = link(links, members[j], members[k])
                    if at >= 0 and links.joined[at]:
                        seen, grown = seen | 1 << k, True
                        break
    return seen == ((1 << size) - 1) & ~(1 << without)


@njit
def has_spare(land: Land, links: Links, members: Ints, size: int, surface: float, least: float) -> bool:
    """Whether the set is connected and large enough without one of its members."""
    for k in range(size):
        alone = surface - land.surface[members[k]]
        for j in range(size):
            at = link(links, members[k], members[j]) if j != k else -1
            if at >= 0:
                alone += links.overlap[at]
        if alone >= least and stays_joined(links, members, size, k):
            return True
    return False


@njit
def holds_met(met: Ints, met_start: Ints, members: Ints, size: int) -> bool:
    """Whether a set that meets everything lies in these members with the last of them in it.

    ``met``: rows of members padded with -1; those with place p are rows ``met_start[p]`` to ``met_start[p + 1]``.
    """
    added = members[size - 1]
    for row in range(met_start[added], met_start[added + 1]):
        inside = True
        for k in range(met.shape[1]):
            if met[row, k] < 0:
                break
            found = False
            for j in range(size):
                found = found or members[j] == met[row, k]
            if not found:
                inside = False
                break
        if inside:
            return True
    return False
