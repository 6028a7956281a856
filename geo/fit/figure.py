"""Where a rigid figure of several pieces may stand at one angle: its free positions, by Minkowski sums.

Slower than the kernel (milliseconds an angle) and for any outline. A piece that keeps the setbacks is held away from
bars by their reach; one that does not (a yard) only may not cross the edges of the land.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import polygonal
from geo.fit.ground import Part
from geo.fit.work import REACHING

Floats = NDArray[np.float64]
ARC = 8
"""Segments in a quarter circle of what a reach forbids: inscribed, so nothing free is ever forbidden."""
CORNER = 3
"""Segments in a quarter circle of an eroded figure: few, since every corner costs a polygon at every edge."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A polygon about the origin (metres) and whether it keeps the setbacks."""

    polygon: Polygon
    keeps: bool = True


@dataclass(frozen=True)
class Figure:
    """Pieces rigidly joined; they may overlap."""

    pieces: tuple[Piece, ...]

    @cached_property
    def radius(self) -> float:
        """The farthest any point is from the origin, metres."""
        corners = np.vstack([shapely.get_coordinates(piece.polygon) for piece in self.pieces])
        return float(np.hypot(*corners.T).max())

    @cached_property
    def convex(self) -> tuple[tuple[Floats, bool], ...]:
        """Corners of convex polygons that make up the pieces, each with whether it keeps the setbacks."""
        return tuple(
            (shapely.get_coordinates(part)[:-1], piece.keeps)
            for piece in self.pieces
            for part in _convex(piece.polygon)
        )

    def eroded(self, by: float) -> "Figure | None":
        """A figure that stays in this one when moved by up to ``by`` metres; None when nothing is left.

        GEOS draws the round corners of an erosion as chords, which take too little. It rounds their number for each
        corner, so that one may span one and a half of the parts asked for: a share of 1 - cos(pi / 8).
        """
        deep = -by / math.cos(1.5 * math.pi / (4 * CORNER))
        pieces = tuple(
            Piece(part, piece.keeps)
            for piece in self.pieces
            for part in polygonal_parts(shapely.buffer(piece.polygon, deep, quad_segs=CORNER))
        )
        return Figure(pieces) if pieces else None

    def turned(self, theta: float) -> list[tuple[Floats, bool]]:
        """The convex corners turned by ``theta`` about the origin."""
        c, s = math.cos(theta), math.sin(theta)
        matrix = np.array([[c, s], [-s, c]])
        return [(corners @ matrix, keeps) for corners, keeps in self.convex]


def polygonal_parts(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry."""
    return [part for part in shapely.get_parts(polygonal(shape)) if not part.is_empty]


def _convex(polygon: Polygon) -> list[Polygon]:
    if not polygon.interiors and shapely.convex_hull(polygon).area <= polygon.area * (1 + 1e-12):
        return [polygon]
    return polygonal_parts(shapely.constrained_delaunay_triangles(polygon))


def free_positions(part: Part, figure: Figure, theta: float) -> BaseGeometry:
    """Where (metres from the origin of the ground) the figure's origin may be when it is turned by ``theta``."""
    turned = figure.turned(theta)
    forbidden = []
    for corners, keeps in turned:
        swept = _swept(part.edges, corners)
        reach = part.edges[:, 4] if keeps else np.zeros(len(part.edges))
        # what only holds a building away is no limit for a yard
        real = np.arange(len(part.edges)) < part.solid
        forbidden += list(swept[(reach == 0) & real])
        forbidden += list(shapely.buffer(swept[reach > 0], reach[reach > 0], quad_segs=ARC))
    inside = turned[0][0].mean(axis=0)
    land = shapely.transform(land_of(part), lambda xy: xy - inside)
    return shapely.difference(land, shapely.union_all(forbidden))


def sweeps(part: Part, figure: Figure) -> float:
    """What it takes to know the free positions at one angle (geo/fit/work.py)."""
    reaching = int(np.count_nonzero(part.edges[:, 4] > 0))
    keeping = sum(keeps for _, keeps in figure.convex)
    return len(part.edges) * len(figure.convex) + (REACHING - 1) * reaching * keeping


def land_of(part: Part) -> BaseGeometry:
    """The polygon that the solid edges of a part bound, in coordinates from the origin of the ground."""
    edges = part.edges[: part.solid, :4]
    rings: list[Floats] = []
    start = 0
    for k in range(len(edges)):
        if k + 1 == len(edges) or not np.array_equal(edges[k, 2:4], edges[k + 1, :2]):
            rings.append(np.vstack([edges[start : k + 1, :2], edges[k, 2:4]]))
            start = k + 1
    land: BaseGeometry = shapely.make_valid(Polygon(rings[0]))
    for ring in rings[1:]:
        land = land.difference(shapely.make_valid(Polygon(ring)))
    return land


def _swept(edges: Floats, corners: Floats) -> NDArray[np.object_]:
    """Minkowski sums of each edge with the mirrored polygon: positions at which the polygon meets the edge."""
    ends = edges[:, :4].reshape(-1, 2, 2)
    points = (ends[:, :, None, :] - corners[None, None, :, :]).reshape(len(edges), -1, 2)
    clouds = shapely.multipoints(points.reshape(-1, 2), indices=np.repeat(np.arange(len(edges)), points.shape[1]))
    hulls: NDArray[np.object_] = np.asarray(shapely.convex_hull(clouds), dtype=object)
    return hulls
