"""A placement with the most room around it, at the angle it was found at."""

from dataclasses import replace

import numpy as np

from geo.fit import kernel
from geo.fit.answer import Fit
from geo.fit.decision import SLACK, sides_of, verified
from geo.fit.ground import Ground, Part

STEPS = 8
"""Halvings of the room: the last one is to a 256th of the widest land."""
MAX_WORK = 2e6
"""Edge evaluations for one angle, some milliseconds."""


def clearest(ground: Ground, found: Fit) -> Fit:
    """The same building at the same angle where the least margin is largest, or ``found`` when it cannot be better.

    A building with m metres more on every side is free exactly where the building has m metres of room to each of its
    sides; the largest m is sought by halving.
    """
    if found.placement is None or found.angle_deg is None:
        return found
    long, wide = sides_of(found.placement)
    low, high = found.margin_m or 0.0, 0.5 * max((float(np.ptp(part.edges[:, :2])) for part in ground.parts), default=0)
    best = found
    for _ in range(STEPS):
        room = 0.5 * (low + high)
        roomier = _with_room(ground, best, long, wide, room)
        if roomier is None or (roomier.margin_m or 0.0) < (best.margin_m or 0.0):
            high = room
        else:
            best, low = roomier, room
    return replace(best, nodes=found.nodes)


def _with_room(ground: Ground, found: Fit, long: float, wide: float, room: float) -> Fit | None:
    theta = np.radians(found.angle_deg or 0.0)
    for part in ground.parts:
        corner = _corner(part, float(theta), long + 2 * room + SLACK, wide + 2 * room + SLACK)
        if corner is not None:
            x, y = (side + room + 0.5 * SLACK for side in corner)
            placed = verified(ground, long, wide, float(theta), x, y, found.nodes)
            if placed is not None:
                return placed
    return None


def _corner(part: Part, theta: float, long: float, wide: float) -> tuple[float, float] | None:
    """Lower left corner (turned frame) of a free box at one angle, in the middle of its freedom."""
    n = len(part.edges)
    meter = np.array([0.0, MAX_WORK])
    view = kernel.View(part.edges, part.solid, np.empty((n, kernel.COLUMNS)), np.empty((6, n)), meter)
    kernel.turn(part.edges, theta, view.bars)
    status, x, y = kernel.place(view, long, wide, kernel.FINE, True)
    return (x, y) if status == kernel.FREE else None
