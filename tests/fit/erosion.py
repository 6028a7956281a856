"""An independent reference: where a box may stand at one angle, by shapely operations alone."""

import math

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

Shape = Polygon | MultiPolygon


def free_positions(
    land: Shape, theta: float, length: float, width: float, *, parcel: Shape | None = None, setback: float = 0.0
) -> BaseGeometry:
    """Positions of the lower left corner (frame turned by -theta about the centre of ``land``) of a free box.

    Each edge of ``land``, and each edge of ``parcel`` widened by ``setback`` with inscribed round ends, forbids its
    Minkowski sum with the reflected box; what remains of the land (shifted with the box's centre) is free. The
    inscribed ends make the result a superset of the truth by less than a millimetre.
    """
    origin = shapely.get_coordinates(land.envelope.centroid)[0]
    turned = _turned(land, theta, origin)
    forbidden = _swept(_edges(turned), length, width)
    if setback > 0.0:
        limits = _turned(land if parcel is None else parcel, theta, origin)
        forbidden += _swept([_widened(points, setback) for points in _edges(limits)], length, width)
    shifted = shapely.transform(turned, lambda xy: xy - (length / 2, width / 2))
    return shifted.difference(shapely.union_all(forbidden))


def is_free(free: BaseGeometry, area: float = 1e-4) -> bool:
    """Is there more than a sliver of free positions (rounding leaves slivers where boxes only touch)?"""
    return bool(free.area > area)


def _turned(shape: Shape, theta: float, origin: np.ndarray) -> Shape:
    moved = shapely.transform(shape, lambda xy: xy - origin)
    return rotate(moved, -theta, origin=(0, 0), use_radians=True)


def _edges(shape: Shape) -> list[np.ndarray]:
    edges = []
    for ring in shapely.get_rings(shape):
        points = shapely.get_coordinates(ring)
        edges += [points[k : k + 2] for k in range(len(points) - 1)]
    return edges


def _widened(points: np.ndarray, reach: float) -> np.ndarray:
    angles = np.arange(128) * 2 * math.pi / 128
    circle = reach * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.vstack([circle + point for point in points])


def _swept(clouds: list[np.ndarray], length: float, width: float) -> list[BaseGeometry]:
    """Minkowski sums of convex clouds of points with the mirrored box."""
    corners = np.array([(0.0, 0.0), (length, 0.0), (length, width), (0.0, width)])
    points = np.stack(clouds)[:, :, None, :] - corners
    hulls = shapely.convex_hull(
        shapely.multipoints(points.reshape(-1, 2), indices=np.repeat(np.arange(len(clouds)), points[0].size // 2))
    )
    return list(hulls)
