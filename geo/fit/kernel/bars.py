"""Bars: boundary segments with their reach, turned to an angle, and what they block through a slab.

A *bar* is a boundary segment with its reach: the distance a building must keep from it. Seen through the open
vertical slab (s0, s1) a bar (a capsule, which is convex) blocks one interval of y.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiler import njit

Floats = NDArray[np.float64]

COLUMNS = 8
"""Of the table of turned bars."""


class View(NamedTuple):
    """The land and the tables one decision works in.

    ``edges``: shape (n, 5), x1 y1 x2 y2 reach; the first ``solid`` bound the land. ``bars``: shape (n, 8), the same
    turned, x1 <= x2, then the unit normal (upwards) and the slope. ``work``: shape (6, n), scratch. ``meter``: edge
    evaluations spent, and how many are allowed.
    """

    edges: Floats
    solid: int
    bars: Floats
    work: Floats
    meter: Floats


@njit
def axes(theta: float) -> tuple[float, float]:
    """Cosine and sine of theta, exact at right angles, so that exact fits along the axes stay exact."""
    c, s = math.cos(theta), math.sin(theta)
    return (0.0 if abs(c) < 1e-15 else c), (0.0 if abs(s) < 1e-15 else s)


@njit
def turn(edges: Floats, theta: float, bars: Floats) -> None:
    """Write into ``bars`` the edges turned by -theta, each from left to right (from bottom to top if upright)."""
    c, s = axes(theta)
    for k in range(edges.shape[0]):
        x1 = c * edges[k, 0] + s * edges[k, 1]
        y1 = c * edges[k, 1] - s * edges[k, 0]
        x2 = c * edges[k, 2] + s * edges[k, 3]
        y2 = c * edges[k, 3] - s * edges[k, 2]
        if x1 > x2 or (x1 == x2 and y1 > y2):
            x1, y1, x2, y2 = x2, y2, x1, y1
        dx, dy = x2 - x1, y2 - y1
        bars[k, 0], bars[k, 1], bars[k, 2], bars[k, 3] = x1, y1, x2, y2
        bars[k, 4] = edges[k, 4]
        bars[k, 7] = dy / dx if dx > 0.0 else 0.0
        bars[k, 5], bars[k, 6] = 0.0, 1.0
        if edges[k, 4] > 0.0:
            size = math.sqrt(dx * dx + dy * dy)
            if size > 0.0:
                bars[k, 5], bars[k, 6] = -dy / size, dx / size


@njit
def rim(b: Floats, x: float, side: float) -> float:
    """Height of the upper (side +1) or lower (side -1) rim of the capsule of bar ``b`` at abscissa x."""
    r = b[4]
    shift = side * r * b[5]
    height: float = b[1] + side * r * b[6] + b[7] * (x - b[0] - shift)
    if x <= b[0] + shift:
        height = b[1] + side * math.sqrt(max(0.0, r * r - (x - b[0]) ** 2))
    elif x >= b[2] + shift:
        height = b[3] + side * math.sqrt(max(0.0, r * r - (x - b[2]) ** 2))
    return height


@njit
def span(b: Floats, s0: float, s1: float) -> tuple[float, float]:
    """Lowest and highest point of the capsule of bar ``b`` within the slab (s0, s1), which it must meet."""
    r = b[4]
    left, right = max(s0, b[0] - r), min(s1, b[2] + r)
    low, high = min(b[1], b[3]), max(b[1], b[3])
    if r == 0.0:
        if b[0] == b[2]:
            return low, high
        ya, yb = b[1] + b[7] * (left - b[0]), b[1] + b[7] * (right - b[0])
        return max(low, min(ya, yb)), min(high, max(ya, yb))
    rising = b[3] >= b[1]
    top_x, bottom_x = (b[2], b[0]) if rising else (b[0], b[2])
    hi = high + r
    if top_x < left:
        hi = rim(b, left, 1.0)
    elif top_x > right:
        hi = rim(b, right, 1.0)
    lo = low - r
    if bottom_x < left:
        lo = rim(b, left, -1.0)
    elif bottom_x > right:
        lo = rim(b, right, -1.0)
    return lo, hi


@njit
def sort_pairs(lo: Floats, hi: Floats, k: int) -> None:
    """Sort the first k intervals by their lower end, in place (Shell's sort: short tables, no allocation)."""
    gap = 1
    while gap < k // 9:
        gap = 3 * gap + 1
    while gap:
        for i in range(gap, k):
            a, b, j = lo[i], hi[i], i - gap
            while j >= 0 and lo[j] > a:
                lo[j + gap], hi[j + gap] = lo[j], hi[j]
                j -= gap
            lo[j + gap], hi[j + gap] = a, b
        gap //= 3


@njit
def collect(view: View, s0: float, s1: float, h: float, b: float, lo: Floats, hi: Floats) -> int:
    """Intervals of y blocked through the slab (s0, s1) that reach into (h, b), sorted; returns how many."""
    bars, k = view.bars, 0
    view.meter[0] += bars.shape[0]
    for i in range(bars.shape[0]):
        r = bars[i, 4]
        if bars[i, 0] - r < s1 and bars[i, 2] + r > s0:
            low, high = span(bars[i], s0, s1)
            if high > h and low < b:
                lo[k], hi[k] = low, high
                k += 1
    sort_pairs(lo, hi, k)
    return k


@njit
def inside(view: View, px: float, py: float) -> bool:
    """Is a point that lies on no edge within the land (even-odd rule)?"""
    bars, odd = view.bars, False
    view.meter[0] += 0.2 * view.solid
    for k in range(view.solid):
        if bars[k, 0] <= px < bars[k, 2] and bars[k, 1] + bars[k, 7] * (px - bars[k, 0]) > py:
            odd = not odd
    return odd


@njit
def box(view: View) -> tuple[float, float, float, float]:
    """Bounds of where a building may be, from the bars of the land: x0, y0, x1, y1."""
    x0, y0, x1, y1, reach = math.inf, math.inf, -math.inf, -math.inf, math.inf
    bars = view.bars
    for k in range(view.solid):
        x0, x1 = min(x0, bars[k, 0]), max(x1, bars[k, 2])
        y0, y1 = min(y0, bars[k, 1], bars[k, 3]), max(y1, bars[k, 1], bars[k, 3])
        reach = min(reach, bars[k, 4])
    return x0 + reach, y0 + reach, x1 - reach, y1 - reach
