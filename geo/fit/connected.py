"""The compiled core of assemblies: every connected set of a size, each once, that could meet what is asked.

The enumeration is ESU (Wernicke, "Efficient detection of network motifs", 2006): a set is grown from its first member
alone, by later places that are next to the member added last and to none before it, so that no set comes twice. Places
are ordered by surface, largest first: what may still be added is then never larger than the first member, which ends
most branches early.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiler import njit
from geo.fit.joined import Land, Links, Wanted, counted_twice, has_spare, holds_box, holds_met

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit
def best_left(land: Land, members: Ints, size: int, left: int) -> float:
    """Most m2 that one of the ``left`` places still to add could bring."""
    best = 0.0
    for k in range(size):
        best = max(best, land.reach[left, members[k]])
    return float(min(best, land.surface[members[0]]))


class Walk(NamedTuple):
    """Where the enumeration stands, by depth: the members, the sum of their surfaces, the places ahead, how many of
    these there are and how many were taken. ``mark``: which places stand ahead, or are members, at any depth."""

    members: Ints
    total: Floats
    ahead: Ints
    filled: Ints
    taken: Ints
    mark: NDArray[np.bool_]


class Asked(NamedTuple):
    """What the enumeration looks for: sets of ``size`` within the bounds that hold no row of ``met`` (see
    :func:`holds_met`); with ``shaped`` a set that is large enough may still have to grow."""

    wanted: Wanted
    size: int
    shaped: bool
    met: Ints
    met_start: Ints


@njit
def starting(links: Links, size: int) -> Walk:
    """Room for an enumeration of sets of ``size``."""
    count, widest = len(links.start) - 1, 1
    for p in range(count):
        widest = max(widest, links.start[p + 1] - links.start[p])
    ahead = np.empty((size, widest * size + 1), np.int64)
    filled, taken = np.zeros(size, np.int64), np.zeros(size, np.int64)
    return Walk(np.empty(size, np.int64), np.zeros(size), ahead, filled, taken, np.zeros(count, np.bool_))


@njit
def is_told(land: Land, links: Links, asked: Asked, walk: Walk) -> bool:
    """Whether a set of full size is one to be told."""
    wanted, size, total = asked.wanted, asked.size, walk.total[asked.size - 1]
    if total < wanted.least or total > wanted.most or holds_met(asked.met, asked.met_start, walk.members, size):
        return False
    if wanted.length > 0.0 and not holds_box(land, wanted, walk.members, size):
        return False
    return asked.shaped or not has_spare(land, links, walk.members, size, total, wanted.least)


@njit
def may_grow(land: Land, asked: Asked, walk: Walk, depth: int) -> bool:
    """Whether a smaller set may become one to be told."""
    wanted, total, left = asked.wanted, walk.total[depth], asked.size - depth - 1
    if total > wanted.most or (total >= wanted.least and not asked.shaped):
        return False
    if total + left * best_left(land, walk.members, depth + 1, left) < wanted.least:
        return False
    return not holds_met(asked.met, asked.met_start, walk.members, depth + 1)


@njit
def look_ahead(links: Links, walk: Walk, depth: int) -> None:
    """Fill what is ahead of the member added last: what was ahead and is not taken, then what it is first to touch."""
    filled = 0
    if depth > 0:
        for k in range(walk.taken[depth - 1], walk.filled[depth - 1]):
            walk.ahead[depth, filled] = walk.ahead[depth - 1, k]
            filled += 1
    added, seed = walk.members[depth], walk.members[0]
    for at in range(links.start[added], links.start[added + 1]):
        near = links.to[at]
        if links.joined[at] and near > seed and not walk.mark[near]:
            walk.mark[near] = True
            walk.ahead[depth, filled] = near
            filled += 1
    walk.filled[depth], walk.taken[depth] = filled, 0


@njit
def step_back(walk: Walk, depth: int) -> None:
    """Take the mark off the places that the member at ``depth`` was first to touch."""
    kept = walk.filled[depth - 1] - walk.taken[depth - 1] if depth > 0 else 0
    for k in range(kept, walk.filled[depth]):
        walk.mark[walk.ahead[depth, k]] = False


@njit
def add(land: Land, links: Links, walk: Walk, depth: int) -> None:
    """Take the next place ahead at ``depth`` as the member after it."""
    taken = walk.ahead[depth, walk.taken[depth]]
    walk.taken[depth] += 1
    walk.members[depth + 1] = taken
    twice = counted_twice(links, walk.members, depth + 1, taken)
    walk.total[depth + 1] = walk.total[depth] + max(land.surface[taken] - twice, 0.0)


@njit
def begin(land: Land, asked: Asked, walk: Walk, seed: int) -> bool:
    """Begin sets at ``seed``; False when none of them can be large enough."""
    walk.members[0], walk.total[0] = seed, land.surface[seed]
    walk.filled[0], walk.taken[0] = 0, 0
    best = min(land.surface[seed], land.reach[asked.size - 1, seed])
    return bool(land.surface[seed] + (asked.size - 1) * best >= asked.wanted.least)


@njit
def doubled(rows: Ints, surfaces: Floats) -> tuple[Ints, Floats]:
    """Both tables, twice as long."""
    more, wider = np.empty((2 * len(rows), rows.shape[1]), np.int64), np.empty(2 * len(rows))
    more[: len(rows)], wider[: len(rows)] = rows, surfaces
    return more, wider


@njit
def sets_of(land: Land, links: Links, asked: Asked, budget: int) -> tuple[Ints, Floats, int, int]:
    """Every set that ``asked`` tells, once.

    Returns the rows of members, their surfaces (m2, overlaps counted once), how many sets were looked at, and how many
    first members were gone through: all of them, unless more than ``budget`` sets had to be looked at.
    """
    rows, surfaces = np.empty((256, asked.size), np.int64), np.empty(256)
    walk = starting(links, asked.size)
    count, looked, last = 0, 0, asked.size - 1
    for seed in range(len(land.surface)):
        if looked > budget:
            return rows[:count], surfaces[:count], looked, seed
        if not begin(land, asked, walk, seed):
            continue
        depth, fresh = 0, True
        while depth >= 0:
            looked += fresh
            if fresh and depth == last and is_told(land, links, asked, walk):
                if count == len(rows):
                    rows, surfaces = doubled(rows, surfaces)
                rows[count], surfaces[count] = walk.members, walk.total[last]
                count += 1
            if fresh and depth < last and may_grow(land, asked, walk, depth):
                look_ahead(links, walk, depth)
            elif fresh:
                walk.filled[depth], walk.taken[depth] = 0, 0
            fresh = walk.taken[depth] < walk.filled[depth]
            if fresh:
                add(land, links, walk, depth)
                depth += 1
            else:
                step_back(walk, depth)
                depth -= 1
    return rows[:count], surfaces[:count], looked, len(land.surface)
