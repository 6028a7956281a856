"""Branch and bound over the angle.

Refusals are computed for a box smaller by ``EPS`` on both sides, which dwarfs the rounding of coordinates kept
within 100 km of a local origin.
"""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math

import numpy as np

from geo.compiler import njit
from geo.fit.kernel.bars import COLUMNS, Floats, View, turn
from geo.fit.kernel.directions import FINE, Ask, along, centred, directions
from geo.fit.kernel.one_angle import FREE, OPEN, REFUSED, place

EPS = 1e-6  # metres
THIN = 4e-6  # metres; width of the box that stands for a segment
LESS = 1e-3  # metres; how much smaller an exact fit is looked for, to be checked on the original shapes
ROOTS = 16
SHARE = 0.5  # of the tolerance: how much smaller the box of an interval must be before it is left undecided


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
    edges: Floats, solid: int, preferred: Floats, ask: Ask, max_nodes: int, max_work: float
) -> tuple[int, float, float, float, int, float, Floats, Floats]:
    """Decide a building at every angle, the ``preferred`` ones (radians) first.

    Returns (status, theta, x, y, nodes, spent, refused, undecided): FREE with the lower left corner x, y of the
    box in the frame turned by theta, else REFUSED or OPEN. Rows of the tables: theta, half width of the interval, l,
    w. ``spent``: edge evaluations, which end the search soon after ``max_work``. FREE beside undecided intervals is
    the middle of where a slightly smaller box is free: an exact fit if it passes the check on the original shapes.
    """
    n = edges.shape[0]
    view = View(edges, solid, np.empty((n, COLUMNS)), np.empty((6, n)), np.array([0.0, max_work]))
    first = np.concatenate((preferred, directions(edges)))
    nodes, refused, undecided = 0, np.empty((0, 4)), np.empty((0, 4))
    status, theta, x, y = along(view, ask, first, ask.long, ask.wide)
    if status != FREE:
        status, theta, x, y, nodes, refused, undecided = divide(view, ask, first[0], max_nodes)
    if status == OPEN and view.meter[0] <= max_work and ask.blur == 0.0:
        status, theta, x, y = along(view, ask, first, ask.length - LESS, ask.width - LESS)
    return status, theta, x, y, nodes, view.meter[0], refused, undecided
