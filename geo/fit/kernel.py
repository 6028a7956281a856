"""The compiled core: a rectangle at one angle, exactly, and the branch-and-bound over the angle.

One file on purpose: numba's disk cache notices a change of a function's own file only, so a kernel that called
into another file could run stale code.

Words used here. A *bar* is a boundary segment with its reach: the distance a building must keep from it. Turned by
-theta, the building is the open box (x, x+l) x (y, y+w). Seen through the open vertical slab (s0, s1) a bar (a
capsule, which is convex) blocks one interval of y; for x in [xa, xb] the top of that interval is a concave function
of x and its bottom a convex one. Two consequences carry every proof below:

* what a bar blocks through the *common slab* (xb, xa+l) it blocks for every x of [xa, xb];
* between its intervals at xa and at xb a bar blocks at least the straight trapezoid joining them.

Refusals are computed for a box smaller by ``EPS`` on both sides, which dwarfs the rounding of coordinates kept
within 100 km of a local origin.
"""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.fit.compiler import njit

Floats = NDArray[np.float64]

REFUSED, FREE, OPEN = 0, 1, 2
EPS = 1e-6  # metres
THIN = 4e-6  # metres; width of the box that stands for a segment
LESS = 1e-3  # metres; how much smaller an exact fit is looked for, to be checked on the original shapes
FINE = 2.5e-4  # metres; how much longer than asked a free place must be to be found
DIRECTIONS = 8
ROOTS = 16
RANGES = 2000
COLUMNS = 8
SHARE = 0.5  # of the tolerance: how much smaller the box of an interval must be before it is left undecided


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


class Ask(NamedTuple):
    """The building refused (length >= width) and the one looked for (long x wide), metres.

    ``blur``: twice the deviation of the edges from the original, taken from what is refused. ``tol``: the tolerance.
    """

    length: float
    width: float
    long: float
    wide: float
    blur: float
    tol: float


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
def box(view: View) -> tuple[float, float, float, float]:
    """Bounds of where a building may be, from the bars of the land: x0, y0, x1, y1."""
    x0, y0, x1, y1, reach = math.inf, math.inf, -math.inf, -math.inf, math.inf
    bars = view.bars
    for k in range(view.solid):
        x0, x1 = min(x0, bars[k, 0]), max(x1, bars[k, 2])
        y0, y1 = min(y0, bars[k, 1], bars[k, 3]), max(y1, bars[k, 1], bars[k, 3])
        reach = min(reach, bars[k, 4])
    return x0 + reach, y0 + reach, x1 - reach, y1 - reach


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


@njit
def inner(length: float, width: float, d: float) -> tuple[float, float]:
    """Sides (l, w) of a box that, turned by any angle up to d about its centre, stays in length x width.

    It needs l cos t + w sin t <= length and l sin t + w cos t <= width for every t of [0, d]. With d < 45 degrees
    and w <= l the second is tightest at t = d; the first at t = min(d, atan(w / l)), hence the cases. The last one
    is a segment, given a hair of width.
    """
    c, s = math.cos(d), math.sin(d)
    l, w = (length * c - width * s) / (c * c - s * s), (width * c - length * s) / (c * c - s * s)
    if w > THIN and w * c >= l * s:
        return l, w
    peak = math.asin(width / length) - d
    if length * math.sin(peak) > THIN:
        return length * math.cos(peak), length * math.sin(peak)
    return min((width - THIN * c) / s, math.sqrt(length * length - THIN * THIN)), THIN


@njit
def directions(edges: Floats) -> Floats:
    """Directions (radians, in [0, pi)) to try first: those of the longest edges, longest first, and across."""
    size = np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])
    found = np.zeros(2 * DIRECTIONS)
    count = 0
    for _ in range(min(len(size), 4 * DIRECTIONS)):
        k = int(np.argmax(size))
        if size[k] <= 0.0 or count == 2 * DIRECTIONS:
            break
        size[k] = 0.0
        angle = math.atan2(edges[k, 3] - edges[k, 1], edges[k, 2] - edges[k, 0]) % math.pi
        apart = np.abs(found[:count] - angle)
        if count == 0 or np.minimum(apart, math.pi - apart).min() > 1e-5:
            found[count], found[count + 1] = angle, (angle + 0.5 * math.pi) % math.pi
            count += 2
    return found[: max(count, 1)]


@njit
def middle_of(view: View, s0: float, s1: float, at: float) -> float:
    """Middle of the interval around ``at`` that is free through the slab (s0, s1)."""
    lo, hi = view.work[0], view.work[1]
    k = collect(view, s0, s1, -math.inf, math.inf, lo, hi)
    before, after = -math.inf, math.inf
    for i in range(k):
        if 0.5 * (lo[i] + hi[i]) < at:
            before = max(before, hi[i])
        else:
            after = min(after, lo[i])
    return 0.5 * (before + after)


@njit
def centred(view: View, ask: Ask, l: float, w: float, theta: float, x: float, y: float) -> tuple[float, float]:
    """Move a free l x w box to the middle of its freedom along x, then along y; return the asked box about it."""
    # a quarter turn on, (x, y) reads (y, -x): the slab is (y, y + w)
    turn(view.edges, theta + 0.5 * math.pi, view.bars)
    x = -middle_of(view, y, y + w, -x - 0.5 * l)
    turn(view.edges, theta, view.bars)
    y = middle_of(view, x - 0.5 * l, x + 0.5 * l, y + 0.5 * w)
    return x - 0.5 * ask.length, y - 0.5 * ask.width


@njit
def along(view: View, ask: Ask, first: Floats, l: float, w: float) -> tuple[int, float, float, float]:
    """Look for an l x w box at the first directions: FREE with theta and the corner of the asked box, else OPEN."""
    for theta in first:
        turn(view.edges, theta, view.bars)
        status, x, y = place(view, l, w, FINE, True)
        if status == FREE:
            x, y = centred(view, ask, l, w, theta, x, y)
            return FREE, theta, x, y
    return OPEN, 0.0, 0.0, 0.0


@njit
def keep(rows: Floats, count: int, theta: float, d: float, l: float, w: float) -> Floats:
    """Write one interval at ``rows[count]``, doubling the table when full."""
    if count == rows.shape[0]:
        more = np.empty((2 * count, 4))
        for k in range(count):
            for j in range(4):
                more[k, j] = rows[k, j]
        rows = more
    rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = theta, d, l, w
    return rows


@njit
def examine(view: View, ask: Ask, theta: float, l: float, w: float) -> tuple[int, float, float]:
    """REFUSED when l x w is at theta, FREE when the building looked for goes in, else OPEN."""
    turn(view.edges, theta, view.bars)
    if w - ask.blur > 2.0 * EPS:
        status, x, y = place(view, l - ask.blur - EPS, w - ask.blur - EPS, max(0.04 * ask.tol, FINE), False)
        if status == REFUSED:
            return REFUSED, x, y
    status, x, y = place(view, ask.long, ask.wide, FINE, True)
    return (FREE if status == FREE else OPEN), x, y


@njit
def divide(view: View, ask: Ask, start: float, max_nodes: int) -> tuple[int, float, float, float, int, Floats, Floats]:
    """Branch and bound over half a turn from ``start``; returns as :func:`branch`.

    Once an interval stays undecided the answer can only be FREE or OPEN: from then on an interval is dropped as soon
    as a building larger by a share of the tolerance is refused in it.
    """
    refused, undecided = np.empty((64, 4)), np.empty((8, 4))
    gone, doubts, nodes, aim = 0, 0, 0, 0.0
    leaf = max(SHARE * ask.tol - (ask.long - ask.length - ask.blur) - 0.04 * ask.tol, 1e-3)
    stack = np.empty((128, 2))
    for k in range(ROOTS):
        stack[k, 0], stack[k, 1] = start + math.pi * (ROOTS - 1 - k) / ROOTS, 0.5 * math.pi / ROOTS
    depth = ROOTS
    while depth:
        depth -= 1
        theta, d = stack[depth, 0], stack[depth, 1]
        l, w = inner(ask.length + aim, ask.width + aim, d)
        stopped = nodes >= max_nodes or view.meter[0] > view.meter[1]
        status, x, y = OPEN, 0.0, 0.0
        if not stopped:
            nodes += 1
            status, x, y = examine(view, ask, theta, l, w)
        if status == FREE:
            x, y = centred(view, ask, ask.long, ask.wide, theta, x, y)
            return FREE, theta, x, y, nodes, refused[:gone], undecided[:doubts]
        if status == REFUSED and aim == 0.0:
            refused = keep(refused, gone, theta, d, l, w)
            gone += 1
        elif stopped or status == REFUSED or max(ask.length - l, ask.width - w) <= leaf:
            undecided = keep(undecided, doubts, theta, d, l, w)
            doubts += 1
            aim = SHARE * ask.tol
        else:
            stack[depth, 0], stack[depth, 1] = theta - 0.5 * d, 0.5 * d
            stack[depth + 1, 0], stack[depth + 1, 1] = theta + 0.5 * d, 0.5 * d
            depth += 2
    return (OPEN if doubts else REFUSED), 0.0, 0.0, 0.0, nodes, refused[:gone], undecided[:doubts]


@njit
def branch(
    edges: Floats, solid: int, ask: Ask, max_nodes: int, max_work: float
) -> tuple[int, float, float, float, int, float, Floats, Floats]:
    """Decide a building at every angle.

    Returns (status, theta, x, y, nodes, spent, refused, undecided): FREE with the lower left corner x, y of the
    box in the frame turned by theta, else REFUSED or OPEN. Rows of the tables: theta, half width of the interval, l,
    w. ``spent``: edge evaluations, which end the search soon after ``max_work``. FREE beside undecided intervals is
    the middle of where a slightly smaller box is free: an exact fit if it passes the check on the original shapes.
    """
    n = edges.shape[0]
    view = View(edges, solid, np.empty((n, COLUMNS)), np.empty((6, n)), np.array([0.0, max_work]))
    first = directions(edges)
    nodes, refused, undecided = 0, np.empty((0, 4)), np.empty((0, 4))
    status, theta, x, y = along(view, ask, first, ask.long, ask.wide)
    if status != FREE:
        status, theta, x, y, nodes, refused, undecided = divide(view, ask, first[0], max_nodes)
    if status == OPEN and view.meter[0] <= max_work and ask.blur == 0.0:
        status, theta, x, y = along(view, ask, first, ask.length - LESS, ask.width - LESS)
    return status, theta, x, y, nodes, view.meter[0], refused, undecided
