"""One angle of a profile: is a box refused on plain edges, and how wide does it go.

The same proofs as geo.fit.kernel.one_angle, for edges without reach and without a table made on the way: a profile
asks some thousands of boxes of one polygon, and this way each takes under a microsecond.
"""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math
from typing import NamedTuple

import numpy as np

from geo.compiler import lean
from geo.fit.kernel import FREE, OPEN, REFUSED, Floats

RANGES = 2_000
"""Ranges of x looked at before a box is left open."""
GRAIN = 0.002
"""Metres of x below which a place for a wider box is not looked for."""


class Desk(NamedTuple):
    """The tables a profile is worked out on.

    ``bars``: shape (n, 5), the edges turned, x1 <= x2, and their slope. ``frame``: their bounds x0 y0 x1 y1.
    ``work``: shape (6, n). ``ranges``: shape (64, 2). ``nodes``: shape (512, 4). ``found``: the width of the gap last
    found. ``meter``: edge evaluations spent, and how many are allowed.
    """

    bars: Floats
    frame: Floats
    work: Floats
    ranges: Floats
    nodes: Floats
    found: Floats
    meter: Floats


@lean
def turn(edges: Floats, theta: float, bars: Floats, frame: Floats) -> None:
    """Write into ``bars`` the edges turned by -theta, each from left to right, and their bounds into ``frame``."""
    c, s = math.cos(theta), math.sin(theta)
    frame[0], frame[1], frame[2], frame[3] = math.inf, math.inf, -math.inf, -math.inf
    for k in range(edges.shape[0]):
        x1 = c * edges[k, 0] + s * edges[k, 1]
        y1 = c * edges[k, 1] - s * edges[k, 0]
        x2 = c * edges[k, 2] + s * edges[k, 3]
        y2 = c * edges[k, 3] - s * edges[k, 2]
        if x1 > x2 or (x1 == x2 and y1 > y2):
            x1, y1, x2, y2 = x2, y2, x1, y1
        bars[k, 0], bars[k, 1], bars[k, 2], bars[k, 3] = x1, y1, x2, y2
        bars[k, 4] = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
        frame[0], frame[2] = min(frame[0], x1), max(frame[2], x2)
        frame[1], frame[3] = min(frame[1], min(y1, y2)), max(frame[3], max(y1, y2))


@lean
def span(bars: Floats, i: int, s0: float, s1: float) -> tuple[float, float]:
    """Lowest and highest point of edge ``i`` within the slab (s0, s1), which it must meet."""
    x1, y1, x2, y2, slope = bars[i, 0], bars[i, 1], bars[i, 2], bars[i, 3], bars[i, 4]
    ya = y1 if s0 <= x1 else y1 + slope * (s0 - x1)
    yb = y2 if s1 >= x2 else y1 + slope * (s1 - x1)
    if ya < yb:
        return max(ya, y1), min(yb, y2)
    return max(yb, y2), min(ya, y1)


@lean
def collect(desk: Desk, s0: float, s1: float, h: float, b: float, lo: Floats, hi: Floats) -> int:
    """Intervals of y blocked through the slab (s0, s1) that reach into (h, b), sorted; returns how many."""
    bars, k = desk.bars, 0
    desk.meter[0] += bars.shape[0]
    for i in range(bars.shape[0]):
        if bars[i, 0] < s1 and bars[i, 2] > s0:
            low, high = span(bars, i, s0, s1)
            if high > h and low < b:
                j = k - 1
                while j >= 0 and lo[j] > low:
                    lo[j + 1], hi[j + 1] = lo[j], hi[j]
                    j -= 1
                lo[j + 1], hi[j + 1] = low, high
                k += 1
    return k


@lean
def inside(bars: Floats, px: float, py: float) -> bool:
    """Is a point that lies on no edge within the land (even-odd rule)?"""
    odd = False
    for k in range(bars.shape[0]):
        if bars[k, 0] <= px < bars[k, 2] and bars[k, 1] + bars[k, 4] * (px - bars[k, 0]) > py:
            odd = not odd
    return odd


@lean
def gap_at(desk: Desk, x: float, l: float, h: float, b: float) -> float:
    """Width of the widest gap within (h, b) through the slab of a box at x."""
    lo, hi = desk.work[2], desk.work[3]
    k = collect(desk, x, x + l, h, b, lo, hi)
    best, top = 0.0, h
    for i in range(k):
        best, top = max(best, lo[i] - top), max(top, hi[i])
    return max(best, b - top)


@lean
def chained(desk: Desk, xa: float, xb: float, l: float, w: float, h: float, b: float) -> bool:
    """Do trapezoids, each overlapping the one before at both ends, block (h, b) for every x of [xa, xb]?"""
    bars, k = desk.bars, 0
    la, ha, lb, hb = desk.work[2], desk.work[3], desk.work[4], desk.work[5]
    desk.meter[0] += 2.0 * bars.shape[0]
    for i in range(bars.shape[0]):
        if bars[i, 0] < xa + l and bars[i, 2] > xb:
            l1, h1 = span(bars, i, xa, xa + l)
            l2, h2 = span(bars, i, xb, xb + l)
            if (h1 > h or h2 > h) and (l1 < b or l2 < b):
                la[k], ha[k], lb[k], hb[k] = l1, h1, l2, h2
                k += 1
    fa, fb, rising = h, h, True
    while rising:
        rising = False
        desk.meter[0] += k
        na, nb = fa, fb
        for j in range(k):
            if la[j] - w < fa and lb[j] - w < fb and ha[j] + hb[j] > na + nb:
                na, nb, rising = ha[j], hb[j], True
        fa, fb = na, nb
        if fa > b - w and fb > b - w:
            return True
    return False


@lean
def try_range(desk: Desk, xa: float, xb: float, l: float, w: float) -> int:
    """REFUSED for every x of [xa, xb], or FREE with the gap in ``found``, or OPEN."""
    lo, hi = desk.work[0], desk.work[1]
    k = collect(desk, xb, xa + l, -math.inf, math.inf, lo, hi)
    status = REFUSED
    top = hi[0] if k else 0.0
    for i in range(1, k):
        if lo[i] - top >= w and inside(desk.bars, 0.5 * (xb + xa + l), 0.5 * (top + lo[i])):
            found = gap_at(desk, 0.5 * (xa + xb), l, top, lo[i])
            if found >= w:
                desk.found[0] = found
                return FREE
            if not chained(desk, xa, xb, l, w, top, lo[i]):
                status = OPEN
        top = max(top, hi[i])
    return status


@lean
def box(desk: Desk, l: float, w: float, grain: float, eager: bool) -> int:
    """Decide a box at this angle: REFUSED (proved), FREE with the gap in ``found``, or OPEN: the bound was met, or a
    place narrower than ``grain`` is left. Eager searches go on past it, looking for a free one.
    """
    if desk.frame[2] - desk.frame[0] < l or desk.frame[3] - desk.frame[1] < w:
        return REFUSED
    stack = desk.ranges
    stack[0, 0], stack[0, 1] = desk.frame[0], desk.frame[2] - l
    depth, left, result = 1, RANGES + int(8.0 * (desk.frame[2] - desk.frame[0]) / l), REFUSED
    while depth:
        depth -= 1
        xa, xb = stack[depth, 0], stack[depth, 1]
        status = OPEN
        if xb - xa < 0.9 * l:
            left -= 1
            status = try_range(desk, xa, xb, l, w)
            if status == FREE:
                return FREE
            if left < 0 or (status == OPEN and xb - xa <= grain and not eager):
                return OPEN
            if status == OPEN and xb - xa <= grain:
                status, result = REFUSED, OPEN
        if status == OPEN:
            middle = 0.5 * (xa + xb)
            stack[depth, 0], stack[depth, 1] = xa, middle
            stack[depth + 1, 0], stack[depth + 1, 1] = middle, xb
            depth += 2
    return result


@lean
def climb(desk: Desk, l: float, w: float, share: float) -> float:
    """Widest free box of length l found at this angle from w upwards, by shares of its width."""
    step = share
    while True:
        if box(desk, l, w * (1.0 + step), GRAIN, True) == FREE:
            w, step = desk.found[0], 2.0 * step
        elif step > share:
            step = max(share, 0.125 * step)
        else:
            return w


def desk_for(most: int, max_work: float) -> Desk:
    """Tables for parts of at most ``most`` edges."""
    return Desk(
        np.empty((most, 5)),
        np.empty(4),
        np.empty((6, most)),
        np.empty((64, 2)),
        np.empty((512, 4)),
        np.zeros(1),
        np.array([0.0, max_work]),
    )
