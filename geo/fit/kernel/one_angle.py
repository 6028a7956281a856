"""A rectangle at one angle, exactly.

Turned by -theta, the building is the open box (x, x+l) x (y, y+w). For x in [xa, xb] the top of what a bar blocks is
a concave function of x and its bottom a convex one. Two consequences carry every proof:

* what a bar blocks through the *common slab* (xb, xa+l) it blocks for every x of [xa, xb];
* between its intervals at xa and at xb a bar blocks at least the straight trapezoid joining them.
"""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math

import numpy as np

from geo.compiler import njit
from geo.fit.kernel.bars import View, box, collect, inside, span

REFUSED, FREE, OPEN = 0, 1, 2
RANGES = 2000


@njit
def gap_at(view: View, x: float, l: float, w: float, h: float, b: float) -> float:
    """Lower side of a box at x in the middle of the widest gap of at least w within (h, b); nan without one."""
    lo, hi = view.work[2], view.work[3]
    k = collect(view, x, x + l, h, b, lo, hi)
    best, y, top = 0.0, math.nan, h
    for i in range(k + 1):
        foot = lo[i] if i < k else b
        if foot - top >= w and foot - top > best:
            best, y = foot - top, 0.5 * (foot + top - w)
        if i < k and hi[i] > top:
            top = hi[i]
    return y


@njit
def trapezoids(view: View, xa: float, xb: float, l: float, h: float, b: float) -> int:
    """Blocked intervals at xa (rows 2, 3) and at xb (rows 4, 5) of the bars that reach into (h, b); how many."""
    bars, work, k = view.bars, view.work, 0
    view.meter[0] += 2.0 * bars.shape[0]
    for i in range(bars.shape[0]):
        r = bars[i, 4]
        if bars[i, 0] - r < xa + l and bars[i, 2] + r > xb:
            la, ha = span(bars[i], xa, xa + l)
            lb, hb = span(bars[i], xb, xb + l)
            if (ha > h or hb > h) and (la < b or lb < b):
                work[2, k], work[3, k], work[4, k], work[5, k] = la, ha, lb, hb
                k += 1
    return k


@njit
def chained(view: View, xa: float, xb: float, l: float, w: float, h: float, b: float) -> bool:
    """Do trapezoids, each overlapping the one before at both ends, block (h, b) for every x of [xa, xb]?"""
    k, work = trapezoids(view, xa, xb, l, h, b), view.work
    fa, fb, rising = h, h, True
    while rising:
        rising = False
        view.meter[0] += k
        na, nb = fa, fb
        for j in range(k):
            la, ha, lb, hb = work[2, j], work[3, j], work[4, j], work[5, j]
            if la - w < fa and lb - w < fb and ha + hb > na + nb:
                na, nb, rising = ha, hb, True
        fa, fb = na, nb
        if fa > b - w and fb > b - w:
            return True
    return False


@njit
def try_range(view: View, xa: float, xb: float, l: float, w: float) -> tuple[int, float, float]:
    """REFUSED for every x of [xa, xb], or FREE at the returned x, y, or OPEN."""
    s0, s1 = xb, xa + l
    lo, hi = view.work[0], view.work[1]
    k = collect(view, s0, s1, -math.inf, math.inf, lo, hi)
    status = REFUSED
    top = hi[0] if k else 0.0
    for i in range(1, k):
        if lo[i] - top >= w and inside(view, 0.5 * (s0 + s1), 0.5 * (top + lo[i])):
            x = 0.5 * (xa + xb)
            y = gap_at(view, x, l, w, top, lo[i])
            if not math.isnan(y):
                return FREE, x, y
            if not chained(view, xa, xb, l, w, top, lo[i]):
                status = OPEN
        top = max(top, hi[i])
    return status, 0.0, 0.0


@njit
def place(view: View, l: float, w: float, grain: float, eager: bool) -> tuple[int, float, float]:
    """Decide one angle: REFUSED (proved), FREE at x, y, or OPEN: a box shorter by ``grain`` goes in, or the
    bound on the work was met. Eager searches go on past an open range, looking for a free one.
    """
    x0, y0, x1, y1 = box(view)
    if x1 - x0 < l or y1 - y0 < w:
        return REFUSED, 0.0, 0.0
    stack = np.empty((64, 2))
    stack[0, 0], stack[0, 1] = x0, x1 - l
    depth, result, left = 1, REFUSED, RANGES + int(8.0 * (x1 - x0) / l)
    while depth:
        depth -= 1
        xa, xb = stack[depth, 0], stack[depth, 1]
        if xb - xa < 0.9 * l:
            status, x, y = try_range(view, xa, xb, l, w)
            left -= 1
            if status == FREE:
                return FREE, x, y
            if left < 0 or view.meter[0] > view.meter[1]:
                return OPEN, 0.0, 0.0
            if status == OPEN and xb - xa <= grain:
                if not eager:
                    return OPEN, 0.0, 0.0
                result, status = OPEN, REFUSED
            if status == REFUSED:
                continue
        middle = 0.5 * (xa + xb)
        stack[depth, 0], stack[depth, 1] = xa, middle
        stack[depth + 1, 0], stack[depth + 1, 1] = middle, xb
        depth += 2
    return result, 0.0, 0.0
