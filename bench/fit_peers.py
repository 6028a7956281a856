"""What others would use for the same question: sweeps by shapely and by pyclipper, the largest rectangle of a raster.

Each answers whether a length x width building has a place on a parcel. None can refuse: a sweep has only looked at
some angles, a raster at some cells. A sweep of pyclipper fills the rings of the parcel (its Minkowski sum follows the
outline only, so that a hole smaller than the building would not block it) and counts areas of 1 m² or more.
"""

import math

import numpy as np
import pyclipper
import shapely
from largestinteriorrectangle import lir
from numpy.typing import NDArray
from shapely import Polygon
from shapely.affinity import rotate

from tests.fit.erosion import free_positions, is_free

SCALE = 10_000
"""Integers of a tenth of a millimetre, for pyclipper."""
LEAST_M2 = 1.0
CELL_M = 1.0
EDGE_ANGLES = 8


def shapely_sweep(parcel: Polygon, length: float, width: float, step: float) -> bool:
    """Erosion by shapely at steps of ``step`` degrees."""
    return any(is_free(free_positions(parcel, angle, length, width)) for angle in _angles(step))


def pyclipper_sweep(parcel: Polygon, length: float, width: float, step: float) -> bool:
    """Erosion by pyclipper at the same steps."""
    x, y = parcel.centroid.x, parcel.centroid.y
    local = shapely.transform(parcel, lambda xy: xy - (x, y))
    return any(_eroded(rotate(local, -angle, (0, 0), use_radians=True), length, width) for angle in _angles(step))


def _eroded(turned: Polygon, length: float, width: float) -> bool:
    """Is more than a sliver of the parcel left once its rings are swept by the building?"""
    box = [(-length / 2, -width / 2), (length / 2, -width / 2), (length / 2, width / 2), (-length / 2, width / 2)]
    pattern = [(round(u * SCALE), round(v * SCALE)) for u, v in box]
    rings = [_ring(ring) for ring in (turned.exterior, *turned.interiors)]
    clipper = pyclipper.Pyclipper()
    clipper.AddPaths(rings, pyclipper.PT_SUBJECT, True)
    for ring in rings:
        for swept in pyclipper.MinkowskiSum(pattern, ring, True):
            clipper.AddPath(swept, pyclipper.PT_CLIP, True)
        for u, v in ring:  # the pattern at every vertex fills what the sum of a small ring leaves open
            clipper.AddPath([(u + a, v + b) for a, b in pattern], pyclipper.PT_CLIP, True)
    left = clipper.Execute(pyclipper.CT_DIFFERENCE, pyclipper.PFT_EVENODD, pyclipper.PFT_NONZERO)
    return float(sum(pyclipper.Area(path) for path in left)) > LEAST_M2 * SCALE**2


def _ring(ring: shapely.LinearRing) -> list[tuple[int, int]]:
    return [(round(x * SCALE), round(y * SCALE)) for x, y in shapely.get_coordinates(ring)[:-1]]


def _angles(step: float) -> NDArray[np.float64]:
    angles: NDArray[np.float64] = np.radians(np.arange(0.0, 180.0, step))
    return angles


def largest_rectangle(parcel: Polygon, length: float, width: float) -> bool:
    """The largest rectangle of a 1 m raster along the longest edges: is it as long and as wide as asked?

    Not made for this question: it looks for the largest area, whatever its proportions.
    """
    edges = np.diff(shapely.get_coordinates(parcel.exterior), axis=0)
    longest = edges[np.argsort(-np.hypot(*edges.T))[:EDGE_ANGLES]]
    for x, y in longest:
        cells = _raster(rotate(parcel, -math.atan2(y, x), use_radians=True))
        if cells.any():
            _, _, across, up = lir(cells)
            sides = sorted((across * CELL_M, up * CELL_M))
            if sides[0] >= min(length, width) and sides[1] >= max(length, width):
                return True
    return False


def _raster(turned: Polygon) -> NDArray[np.bool_]:
    """Cells wholly inside, judged by their corners and their middles."""
    x0, y0, x1, y1 = turned.bounds
    xs, ys = np.arange(x0, x1, CELL_M / 2), np.arange(y0, y1, CELL_M / 2)
    shapely.prepare(turned)
    dots: NDArray[np.bool_] = np.asarray(shapely.contains_xy(turned, *np.meshgrid(xs, ys)))
    rows, columns = (dots.shape[0] - 1) // 2, (dots.shape[1] - 1) // 2
    cells = np.ones((max(rows, 0), max(columns, 0)), dtype=bool)
    for down in range(3):
        for right in range(3):
            cells &= dots[down : down + 2 * rows : 2, right : right + 2 * columns : 2]
    return cells
