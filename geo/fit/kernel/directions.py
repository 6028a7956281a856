"""The directions tried first, and a placement moved to the middle of its freedom."""

# ruff: noqa: E741 - l x w is the box, as in the proofs
import math
from typing import NamedTuple

import numpy as np

from geo.compiler import njit
from geo.fit.kernel.bars import Floats, View, collect, turn
from geo.fit.kernel.one_angle import FREE, OPEN, place

DIRECTIONS = 8
FINE = 2.5e-4  # metres; how much longer than asked a free place must be to be found


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
