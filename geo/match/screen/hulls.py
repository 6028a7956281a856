"""How deep boxes lie in what a convex hull spans, many rows at once: no box is made as a geometry."""

from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from geo.compiler import lean
from geo.match.screen.columns import Column

Floats = NDArray[np.float64]


def depths(hull: Polygon, box: tuple[Column, Column, Column, Column]) -> tuple[Floats, Floats]:
    """Planar metres from the nearest edge of the hull to the farthest and to the nearest corner of each box.

    ``box``: west, south, east, north of each row (N,). Positive inside; a box lies within the hull where the first is
    not negative, and beyond it where the second is negative. NaN where a box is unknown.
    """
    west, south, east, north = box
    least, most = np.empty(len(west)), np.empty(len(west))
    _depths(_half_planes(hull), west, south, east, north, least, most)
    return least, most


def _half_planes(hull: Polygon) -> Floats:
    """(K, 3): what to multiply x and y by, and what to take off, for the metres inside of each edge.

    Those of the hull's own box are among them: what lies beside a corner of the hull is beyond no edge of it.
    """
    ring = shapely.get_coordinates(shapely.orient_polygons(hull).exterior)
    ring = ring[np.append(True, np.any(np.diff(ring, axis=0) != 0, axis=1))]
    along = np.diff(ring, axis=0)
    # a ring walked counter-clockwise has its inside on the left
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, :1], along[:, 1:])
    edges = np.column_stack([across, np.sum(across * ring[:-1], axis=1)])
    west, south, east, north = hull.bounds
    return cast(Floats, np.vstack([edges, [[1, 0, west], [0, 1, south], [-1, 0, -east], [0, -1, -north]]]))


@lean
def _depths(
    planes: Floats, west: Floats, south: Floats, east: Floats, north: Floats, least: Floats, most: Floats
) -> None:
    for row in range(west.shape[0]):
        low, high = np.inf, np.inf
        for plane in range(planes.shape[0]):
            x, y, off = planes[plane, 0], planes[plane, 1], planes[plane, 2]
            left, right = x * west[row] - off, x * east[row] - off
            below, above = y * south[row], y * north[row]
            low = min(low, min(left, right) + min(below, above))
            high = min(high, max(left, right) + max(below, above))
        known = not np.isnan(west[row])
        least[row], most[row] = low if known else np.nan, high if known else np.nan
