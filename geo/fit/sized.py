"""A building known by its surface: branch and bound over its width, each width decided over all angles."""

import math
from itertools import pairwise

import numpy as np
import shapely

from geo.fit.answer import Certificate, Fit, Verdict
from geo.fit.building import Layout, Surface
from geo.fit.checks import LONGEST, SHORTEST, check_length, check_tolerance
from geo.fit.decision import decide_on
from geo.fit.ground import Ground

ROOTS = 6
MAX_CALLS = 400
"""Rectangles decided at most; a search that ends so is ``borderline``."""
NODES_A_CALL = 400
MAX_NODES = 4_000
"""Angle intervals examined for one rectangle, and before the search ends: some seconds, whatever the shape."""


def decide_surface(ground: Ground, asked: Surface, *, tolerance: float = 0.25) -> Layout:
    """Say whether a rectangle of this surface and these proportions stands on the land.

    Any such rectangle holds one of exactly the area (or the square of the shorter side, when that is larger), so one
    number is searched: the width w, with the length A / w. All rectangles of widths in [a, b] hold the one of a x
    A / b: where that is refused, they all are. ``fits`` and ``no`` are as sure as of :func:`decide`; within the
    tolerance (metres, on both sides) the answer is ``borderline``. Raises ValueError for numbers out of range.
    """
    tolerance = check_tolerance(tolerance)
    low, high = widths(asked, ground)
    if low > high:
        return Layout(Verdict.NO, surface=True)
    cuts = np.geomspace(low, high, ROOTS + 1).tolist()
    for width in reversed(cuts):
        found = decide_on(ground, length_of(asked, width), width, tolerance=tolerance, max_nodes=NODES_A_CALL)
        if found.verdict is Verdict.FITS:
            return placed(found)
    return _divide(ground, asked, cuts, tolerance)


def widths(asked: Surface, ground: Ground) -> tuple[float, float]:
    """Least and largest width to look for, metres; the first above the second when none can be."""
    area = check_length("area", asked.area, SHORTEST**2, LONGEST**2)
    across = math.hypot(*np.ptp(shapely.get_coordinates(ground.parcel), axis=0))
    low = max(asked.min_side or SHORTEST, math.sqrt(area / (asked.max_aspect or math.inf)), area / across)
    high = max(math.sqrt(area), asked.min_side or 0.0)
    return low, high if high <= across else 0.0


def length_of(asked: Surface, width: float) -> float:
    """The length that goes with a width."""
    return max(asked.area / width, width)


def placed(found: Fit) -> Layout:
    """The layout of one rectangle that fits."""
    placements = () if found.placement is None else (found.placement,)
    return Layout(found.verdict, placements, None, found.angle_deg, found.margin_m)


def _divide(ground: Ground, asked: Surface, cuts: list[float], tolerance: float) -> Layout:
    refused: list[tuple[float, float]] = []
    certificates: list[Certificate] = []
    stack, calls, nodes, doubt = list(pairwise(cuts)), 0, 0, False
    while stack:
        a, b = stack.pop()
        long, wide = length_of(asked, b), a
        inner = decide_on(ground, long, wide, tolerance=tolerance, max_nodes=NODES_A_CALL)
        calls, nodes = calls + 2, nodes + inner.nodes
        if inner.verdict is Verdict.NO and inner.certificate is not None:
            refused.append((long, wide))
            certificates.append(inner.certificate)
            continue
        middle = math.sqrt(a * b)
        found = decide_on(ground, length_of(asked, middle), middle, tolerance=tolerance, max_nodes=NODES_A_CALL)
        nodes += found.nodes
        if found.verdict is Verdict.FITS:
            return placed(found)
        if calls >= MAX_CALLS or nodes >= MAX_NODES:
            return Layout(Verdict.BORDERLINE, exhausted=True)
        if b - a <= tolerance and length_of(asked, a) - long <= tolerance:
            doubt = True
        else:
            stack += [(a, middle), (middle, b)]
    if doubt:
        return Layout(Verdict.BORDERLINE)
    return Layout(Verdict.NO, refused=tuple(refused), certificates=tuple(certificates))
