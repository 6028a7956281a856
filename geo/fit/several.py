"""Several buildings on one ground: rows of equal ones, then one after another against the limits of what is left.

``fits`` is found and checked, ``no`` is proved by one building alone or by the surfaces. Between them the answer is
``open``: a search that places one building at a time, the last one exactly and at any angle, cannot refuse.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit import kernel
from geo.fit.answer import Verdict
from geo.fit.building import Layout
from geo.fit.decision import SLACK, clearance, decide_on
from geo.fit.figure import Figure, Piece, free_positions, polygonal_parts, sweeps
from geo.fit.ground import Ground, beside
from geo.fit.turning import Posed, Stands, angles_of

MAX_BUILDINGS = 50
"""Above this many buildings nothing is searched: what surfaces and single buildings do not refuse stays open."""
MAX_PLACES = 400
"""Places looked at before the search ends."""
EDGES_A_PLACE = 50
"""Edges of the land that take as long to be swept as a place to be looked at."""
FIRST = 6
"""Directions in which a building that is not the last one is tried."""
SIDES = 8
"""Directions (of the compass, from that of the building) into which it is pushed."""


@dataclass(slots=True)
class _Budget:
    left: int = MAX_PLACES


def place_rectangles(ground: Ground, sides: Sequence[tuple[float, float]], gap: float, tolerance: float) -> Layout:
    """Place rectangles (long, wide; metres) at least ``gap`` apart; ``fits`` or ``open``."""
    if len(sides) > MAX_BUILDINGS:
        return Layout(Verdict.OPEN, exhausted=True)
    order = sorted(range(len(sides)), key=lambda k: -sides[k][0] * sides[k][1])
    found = _in_rows(ground, sides, gap, tolerance)
    budget = _Budget()
    if found is None:
        placed = _one_after_another(ground, [sides[k] for k in order], gap, tolerance, budget)
        found = None if placed is None else [placed[order.index(k)] for k in range(len(sides))]
    if found is None:
        return Layout(Verdict.OPEN, exhausted=budget.left <= 0 or ground.work.is_over)
    return layout_of(ground, found, gap)


def layout_of(ground: Ground, placements: Sequence[Polygon], gap: float, yard: Polygon | None = None) -> Layout:
    """The layout of placements, each checked once more; ``open`` when one does not stand.

    Its margin is that to the limits: buildings are built as far from each other as they are drawn.
    """
    margins = []
    for k, one in enumerate(placements):
        apart = min((float(shapely.distance(one, other)) - gap for other in placements[:k]), default=math.inf)
        covered = ground.buildable.covers(one) and ground.parcel.covers(one)
        margin = clearance(ground, one)
        if not covered or min(margin, apart) < -1e-9:
            return Layout(Verdict.OPEN)
        inner = margin if ground.buildable is ground.parcel else float(one.distance(ground.buildable.boundary))
        margins.append(max(min(margin, inner), 0.0))
    return Layout(Verdict.FITS, tuple(placements), yard, axis_of(placements[0]), min(margins))


def axis_of(placement: Polygon) -> float:
    """Direction of the longest edge, degrees from east in [0, 180)."""
    edges = np.diff(shapely.get_coordinates(placement.exterior), axis=0)
    x, y = edges[int(np.argmax(np.hypot(*edges.T) > np.hypot(*edges.T).max() - 1e-6))]
    return math.degrees(math.atan2(y, x)) % 180.0


def _in_rows(
    ground: Ground, sides: Sequence[tuple[float, float]], gap: float, tolerance: float
) -> list[Polygon] | None:
    """Equal rectangles in rows of one block, the block decided at any angle."""
    if len(set(sides)) > 1:
        return None
    (long, wide), count = sides[0], len(sides)
    for across in range(1, count + 1):
        rows = math.ceil(count / across)
        block = (across * (long + gap) - gap, rows * (wide + gap) - gap)
        found = decide_on(ground, *block, tolerance=tolerance)
        if found.placement is not None and found.angle_deg is not None:
            turn = math.radians(found.angle_deg) - (0.0 if block[0] >= block[1] else math.pi / 2)
            middle = shapely.get_coordinates(found.placement.centroid)[0]
            pose = Posed(float(middle[0]), float(middle[1]), turn)
            return [pose.put(one) for one in _rows(long, wide, gap, across, block)][:count]
    return None


def _rows(long: float, wide: float, gap: float, across: int, block: tuple[float, float]) -> Iterator[Polygon]:
    """Rectangles of a block about its middle, row by row."""
    rows = round((block[1] + gap) / (wide + gap))
    for row in range(rows):
        for column in range(across):
            x, y = column * (long + gap) - block[0] / 2, row * (wide + gap) - block[1] / 2
            yield shapely.box(x, y, x + long, y + wide)


def _one_after_another(
    ground: Ground, sides: Sequence[tuple[float, float]], gap: float, tolerance: float, budget: _Budget
) -> list[Polygon] | None:
    """Push the first building against the limits in every direction, the others go in what is left."""
    long, wide = sides[0]
    if len(sides) == 1:
        found = decide_on(ground, long, wide, tolerance=tolerance)
        return None if found.placement is None else [found.placement]
    alone = decide_on(ground, *sides[-1], tolerance=tolerance)
    if alone.verdict is Verdict.NO:
        return None
    for placed in _pushed(ground, long, wide, budget):
        rest = _one_after_another(beside(ground, placed, gap), sides[1:], gap, tolerance, budget)
        if rest is not None:
            return [placed, *rest]
    return None


def _pushed(ground: Ground, long: float, wide: float, budget: _Budget) -> Iterator[Polygon]:
    """Places of a rectangle at the first directions, as far as they go to each side."""
    drawn = shapely.box(-long / 2, -wide / 2, long / 2, wide / 2)
    figure = Figure((Piece(shapely.buffer(drawn, 0.5 * SLACK, join_style="mitre")),))
    stands = Stands(ground, drawn, None)
    for theta in angles_of(ground, FIRST):
        for part in ground.parts:
            budget.left -= len(part.edges) // EDGES_A_PLACE
            if not ground.work.takes(sweeps(part, figure)):
                return
            for x, y in _extremes(free_positions(part, figure, theta), theta):
                if budget.left <= 0:
                    return
                budget.left -= 1
                pose = Posed(x + ground.origin[0], y + ground.origin[1], theta)
                if stands(pose):
                    yield pose.put(drawn)


def _extremes(free: BaseGeometry, theta: float) -> list[tuple[float, float]]:
    """Farthest free positions to each side, on every area of them."""
    found: dict[tuple[float, float], None] = {}
    for area in polygonal_parts(free):
        corners = shapely.get_coordinates(area.exterior)
        for k in range(SIDES):
            c, s = kernel.axes(theta + 2 * math.pi * k / SIDES)
            x, y = corners[int(np.argmax(corners @ (c, s)))]
            found[(float(x), float(y))] = None
    return list(found)
