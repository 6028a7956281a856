"""A rigid figure on the land at any angle: branch and bound with free positions, for what is no plain rectangle.

An interval of half-width d about an angle is refused when the figure, eroded by how far its farthest point moves
when it is turned by d (2 R sin(d / 2)), has no free position at the middle: whatever the angle in the interval, the
figure holds the eroded one.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit import kernel
from geo.fit.answer import Verdict
from geo.fit.figure import Figure, Floats, free_positions, polygonal_parts, sweeps
from geo.fit.ground import Ground, Part

ROOTS = 24
MAX_NODES = 200
"""Intervals of the angle looked at on one ground, as far as its work allows (geo/fit/work.py)."""
EPS = 1e-3
"""Metres taken from a figure before it is refused: a figure that fits leaves its erosion a disc of positions."""
EXACT = 1.5e-3
"""Metres taken from a figure to look for a fit with nothing to spare, which the check then passes or not."""
EXACT_ANGLES = 8
SLIVER = 1e-7
"""Square metres of free positions that rounding may leave."""
WIDEST = 5
"""Free areas tried at an angle, the largest first."""


class Posed(NamedTuple):
    """Where a figure's origin stands (CRS of the land) and its angle, radians."""

    x: float
    y: float
    theta: float

    def put(self, shape: Polygon) -> Polygon:
        """A polygon drawn about the figure's origin, as it stands on the land."""
        c, s = kernel.axes(self.theta)
        matrix = np.array([[c, s], [-s, c]])
        moved: Polygon = shapely.transform(shape, lambda xy: xy @ matrix + (self.x, self.y))
        return moved


class Turned(NamedTuple):
    """What a search found: a pose with ``fits``, else ``no``, or ``borderline`` (``exhausted``: its bound was met)."""

    verdict: Verdict
    pose: Posed | None
    exhausted: bool


def pose_at(ground: Ground, figure: Figure, theta: float, stands: "Stands") -> Posed | None:
    """A place at one angle, in the middle of its freedom; None when none passes the check on the original shapes."""
    for part in ground.parts:
        if not ground.work.takes(sweeps(part, figure)):
            return None
        for pose in _poses(free_positions(part, figure, theta), ground.origin, theta):
            if stands(pose):
                return pose
    return None


def _poses(free: BaseGeometry, origin: tuple[float, float], theta: float) -> Iterable[Posed]:
    areas = sorted(polygonal_parts(free), key=lambda area: area.area, reverse=True)
    for area in areas[:WIDEST]:
        if area.area > SLIVER:
            line = shapely.maximum_inscribed_circle(area, tolerance=max(0.01, 0.005 * math.sqrt(area.area)))
            for middle in (Point(shapely.get_coordinates(line)[0]), shapely.centroid(area)):
                yield Posed(middle.x + origin[0], middle.y + origin[1], theta)


class Stands:
    """The check of a pose against the original shapes; holds a figure's drawing for it."""

    def __init__(self, ground: Ground, building: Polygon, yard: Polygon | None) -> None:
        self._ground, self._building, self._yard = ground, building, yard

    def __call__(self, pose: Posed) -> bool:
        """Whether building and yard lie on the land, the building as far from everything as asked."""
        from geo.fit.decision import clearance

        building = pose.put(self._building)
        covers = self._ground.buildable.covers(building) and self._ground.parcel.covers(building)
        return covers and clearance(self._ground, building) >= -1e-9 and self._yard_stands(pose)

    def _yard_stands(self, pose: Posed) -> bool:
        if self._yard is None:
            return True
        yard = pose.put(self._yard)
        free = not any(shapely.intersects(other, shapely.buffer(yard, -1e-6)) for other, _ in self._ground.taken)
        return free and bool(self._ground.buildable.covers(yard) and self._ground.parcel.covers(yard))


def search(
    ground: Ground,
    figure: Figure,
    stands: Stands,
    first: Iterable[float],
    *,
    tolerance: float = 0.25,
    max_nodes: int = MAX_NODES,
) -> Turned:
    """Place a figure at the first angles that hold it, else refuse it at every angle, else say ``borderline``.

    ``no`` is proved; the tolerance (metres) is how much of the figure may be eroded before an interval is left
    undecided. What the work of the ground leaves no room for stays undecided too.
    """
    angles, nodes = list(first)[:max_nodes], 0
    pose = _first_pose(ground, figure, angles, stands)
    if pose is not None:
        return Turned(Verdict.FITS, pose, False)
    half = math.pi / ROOTS
    stack = [((2 * k + 1) * half, half) for k in reversed(range(ROOTS))]
    doubt = any(part.deviation > 0 for part in ground.parts)
    while stack and nodes < max_nodes and not ground.work.is_over:
        theta, half = stack.pop()
        nodes += 1
        loss = 2 * figure.radius * math.sin(half / 2)
        if _refused(ground, figure.eroded(loss + EPS), theta):
            continue
        pose = pose_at(ground, figure, theta, stands)
        if pose is not None:
            return Turned(Verdict.FITS, pose, False)
        if loss <= 0.5 * tolerance:
            doubt = True
        else:
            stack += [(theta - half / 2, half / 2), (theta + half / 2, half / 2)]
    if not (stack or doubt):
        return Turned(Verdict.NO, None, False)
    pose = _first_pose(ground, figure.eroded(EXACT), angles[:EXACT_ANGLES], stands)
    ended = bool(stack) or ground.work.is_over
    return Turned(Verdict.BORDERLINE if pose is None else Verdict.FITS, pose, ended and pose is None)


def _first_pose(ground: Ground, figure: Figure | None, angles: Iterable[float], stands: "Stands") -> Posed | None:
    if figure is None:
        return None
    poses = (pose_at(ground, figure, theta, stands) for theta in angles)
    return next((pose for pose in poses if pose is not None), None)


def _refused(ground: Ground, figure: Figure | None, theta: float) -> bool:
    return figure is not None and all(_none_free(ground, part, figure, theta) for part in ground.parts)


def _none_free(ground: Ground, part: Part, figure: Figure, theta: float) -> bool:
    if part.deviation > 0 or not ground.work.takes(sweeps(part, figure)):
        return False
    return bool(free_positions(part, figure, theta).area <= SLIVER)


def angles_of(ground: Ground, most: int) -> list[float]:
    """Directions to try first, radians in [0, pi): those asked of the ground, then those of its longest edges."""
    edges: Floats = np.vstack([part.edges[: part.solid] for part in ground.parts] or [np.empty((0, 5))])
    own = kernel.directions(edges).tolist() if len(edges) else []
    return list(dict.fromkeys([*ground.first, *own]))[:most]
