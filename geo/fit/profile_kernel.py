"""The compiled core of a profile: proved widths from below and from above on a ladder of lengths, all in one pass.

For each length L_k of the ladder, ``lower[k]`` is a width for which a place was found and ``upper[k]`` one that is
refused at every angle. Two trees are searched as one: a node is an interval of angles *and* a range of rungs. The box
tried in it has the smallest inner box (geo.fit.kernel.inner) of its rungs; refused once, it refuses them all.

What is refused stays refused when a width grows, so a wider place found on the way moves ``upper`` up and nothing
proved before is lost.
"""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.fit.kernel import FREE, OPEN, REFUSED, Floats, inner
from geo.fit.profile_angle import GRAIN, Desk, box, climb, turn

Flags = NDArray[np.bool_]

EPS = 1e-6
"""Metres by which a refused box is smaller: dwarfs rounding."""
ROOTS = 16
SPREAD = 8
"""Angles looked at beside those of the edges, for a first width."""
FINEST = 2e-5
"""Half width (radians) of an interval below which a rung is given a wider gap instead."""
SPLIT = 1e-4
"""Half width (radians) below which rungs are taken one by one."""
SLENDER = 6.0
"""Length to width of buildings that are seldom asked for."""
WIDEST_GAP = 20.0
"""Times the gap asked: where more is needed the rung is left unproved."""


class Rungs(NamedTuple):
    """The ladder and what is proved on it, metres, all of shape (K,).

    ``gap``: share by which ``upper`` is above ``lower``. ``least``: width below which nothing is told apart.
    ``slack``: added to both sides of what is looked for. ``blur``: taken from what is refused. Both are of the part
    being searched.
    """

    lengths: Floats
    lower: Floats
    upper: Floats
    gap: float
    least: float
    slack: float
    blur: float


@lean
def lift(rungs: Rungs, k: int, w: float) -> None:
    """Note that w is free at rung k: it is on every shorter one."""
    while k >= 0 and rungs.lower[k] < w:
        rungs.lower[k] = w
        rungs.upper[k] = max(rungs.upper[k], w * (1.0 + rungs.gap) + 2.0 * rungs.slack + rungs.blur)
        k -= 1


@lean
def square(rungs: Rungs) -> int:
    """The longest rung on which a square or wider was found (0 without one): every shorter one holds a square too."""
    k = 0
    while k + 1 < rungs.lengths.shape[0] and rungs.lower[k + 1] >= rungs.lengths[k + 1]:
        k += 1
    return k


@lean
def raise_at(desk: Desk, rungs: Rungs, share: float) -> None:
    """Raise lower widths by what is found at the angle of the desk; rungs shorter than a square are left."""
    nodes, depth = desk.nodes, 1
    nodes[0, 0], nodes[0, 1] = square(rungs), rungs.lengths.shape[0] - 1
    while depth and desk.meter[0] < 0.5 * desk.meter[1]:
        depth -= 1
        a, b = int(nodes[depth, 0]), int(nodes[depth, 1])
        length = rungs.lengths[a] + rungs.slack
        w = max(rungs.lower[b] * (1.0 + share), 0.5 * rungs.least) + rungs.slack
        status = box(desk, length, w, 25.0 * GRAIN, False)
        if status == REFUSED:
            continue
        if a == b:
            if status == FREE:
                lift(rungs, a, climb(desk, length, desk.found[0], rungs.gap) - rungs.slack)
            continue
        m = (a + b) // 2
        nodes[depth, 0], nodes[depth, 1] = a, m
        nodes[depth + 1, 0], nodes[depth + 1, 1] = m + 1, b
        depth += 2


@lean
def sweep(desk: Desk, rungs: Rungs, edges: Floats, first: Floats) -> None:
    """Find widths at the directions of the edges and at some between."""
    for i in range(first.shape[0]):
        turn(edges, first[i], desk.bars, desk.frame)
        raise_at(desk, rungs, rungs.gap)
    for i in range(SPREAD):
        turn(edges, first[0] + math.pi * (i + 0.5) / SPREAD, desk.bars, desk.frame)
        raise_at(desk, rungs, 3.0 * rungs.gap)


@lean
def within(length: float, width: float, d: float) -> tuple[float, float]:
    """As :func:`inner`, for sides in either order."""
    if width <= length:
        return inner(length, width, d)
    w, l = inner(width, length, d)
    return l, w


@lean
def smallest(rungs: Rungs, a: int, b: int, d: float) -> tuple[float, float]:
    """Sides of a box inside what is to be refused on every rung of [a, b], turned by any angle up to d.

    Of rungs left unproved nothing is to be refused.
    """
    l, w = math.inf, math.inf
    for k in range(a, b + 1):
        if rungs.upper[k] < math.inf:
            one, other = within(rungs.lengths[k], rungs.upper[k], d)
            l, w = min(l, one), min(w, other)
    return l - rungs.blur - EPS, w - rungs.blur - EPS


@lean
def by_rungs(rungs: Rungs, a: int, b: int, d: float) -> bool:
    """Does the range of rungs, more than that of angles, make the box of a node small?"""
    if a == b or max(rungs.upper[a], rungs.upper[b]) == math.inf:
        return a < b
    l, _ = within(rungs.lengths[a], rungs.upper[a], d)
    _, w = within(rungs.lengths[b], rungs.upper[b], d)
    turning = max(rungs.lengths[a] / l, rungs.upper[b] / w)
    return d < SPLIT or (rungs.lengths[b] / rungs.lengths[a]) * (rungs.upper[a] / rungs.upper[b]) > turning


@lean
def wider(desk: Desk, rungs: Rungs, k: int) -> bool:
    """Raise the lower width of rung k by what is found at the angle of the desk; whether there was something."""
    length = rungs.lengths[k] + rungs.slack
    if box(desk, length, rungs.lower[k] * (1.0 + 0.5 * rungs.gap) + rungs.slack, GRAIN, True) != FREE:
        return False
    lift(rungs, k, climb(desk, length, desk.found[0], 0.3 * rungs.gap) - rungs.slack)
    return True


@lean
def push(nodes: Floats, depth: int, theta: float, d: float, a: int, b: int) -> int:
    """Put a node on the stack; its new depth."""
    nodes[depth, 0], nodes[depth, 1], nodes[depth, 2], nodes[depth, 3] = theta, d, a, b
    return depth + 1


@lean
def give_up(rungs: Rungs, k: int) -> bool:
    """Widen the gap of a rung that stays undecided; True once it is left unproved."""
    if rungs.upper[k] > rungs.lower[k] * (1.0 + WIDEST_GAP * rungs.gap) + rungs.least:
        rungs.upper[k] = math.inf
        return True
    rungs.upper[k] *= 1.0 + rungs.gap
    return False


@lean
def examine(desk: Desk, rungs: Rungs, a: int, b: int, d: float) -> int:
    """REFUSED on every rung of the node, FREE where a wider place was found, else OPEN."""
    l, w = smallest(rungs, a, b, d)
    if min(l, w) <= EPS:
        return OPEN
    status = box(desk, l, w, max(5.0 * GRAIN, 0.2 * (rungs.upper[b] - w)), False)
    if status == FREE and (a < b or desk.found[0] <= rungs.lower[a] or not wider(desk, rungs, a)):
        return OPEN
    return status


@lean
def prove(desk: Desk, rungs: Rungs, edges: Floats, start: float) -> None:
    """Refuse ``upper`` at every angle on every rung, raising both widths where a place is found."""
    nodes, depth, turned, last = desk.nodes, 0, math.nan, rungs.lengths.shape[0] - 1
    for r in range(ROOTS):
        depth = push(nodes, depth, start + math.pi * (ROOTS - 1 - r) / ROOTS, 0.5 * math.pi / ROOTS, 0, last)
    while depth:
        depth -= 1
        theta, d, a, b = nodes[depth, 0], nodes[depth, 1], int(nodes[depth, 2]), int(nodes[depth, 3])
        if desk.meter[0] > desk.meter[1]:
            for k in range(a, b + 1):
                rungs.upper[k] = math.inf
            continue
        if theta != turned:
            turn(edges, theta, desk.bars, desk.frame)
            turned = theta
        status = examine(desk, rungs, a, b, d)
        if status == REFUSED:
            continue
        if by_rungs(rungs, a, b, d):
            depth = push(nodes, depth, theta, d, a, (a + b) // 2)
            depth = push(nodes, depth, theta, d, (a + b) // 2 + 1, b)
        elif status == FREE or (d < FINEST and not give_up(rungs, a)):
            depth = push(nodes, depth, theta, d, a, b)
        elif d >= FINEST:
            depth = push(nodes, depth, theta - 0.5 * d, 0.5 * d, a, b)
            depth = push(nodes, depth, theta + 0.5 * d, 0.5 * d, a, b)


@lean
def choose(rungs: Rungs, chosen: Flags, doubt: float) -> None:
    """Mark the rungs worth proving.

    They go from the longest that holds a square, to the first on which nothing as wide as ``least`` was found. One
    between is left out when its neighbours then leave open no more than ``doubt`` (in logarithms of length and width),
    four times as much where the building would be long and thin.
    """
    i, n = square(rungs), rungs.lengths.shape[0]
    chosen[:] = False
    chosen[i] = True
    for j in range(i + 1, n):
        if rungs.lower[j - 1] < rungs.least:
            return
        after = min(j + 1, n - 1)
        wide, narrow = max(rungs.lower[i], rungs.least), max(rungs.lower[after], rungs.least)
        left_open = math.log(rungs.lengths[after] / rungs.lengths[i]) * math.log(wide / narrow)
        slender = rungs.lengths[j] > SLENDER * rungs.lower[j]
        if rungs.lower[j] < rungs.least or left_open > (4.0 * doubt if slender else doubt):
            chosen[j] = True
            i = j
