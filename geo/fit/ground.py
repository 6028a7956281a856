"""Lays out the land as bars: boundary segments in local metres, each with the distance a building keeps from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from geo.fit.checks import Shape, UnusableShape, check_length, check_shape, polygonal

Floats = NDArray[np.float64]

MAX_EDGES = 2_000
"""Above this many edges a part is simplified; the deviation is then added to what is sought and taken from what is
refused, so that both answers hold on the original."""
DEVIATIONS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Metres, tried in turn until few enough edges are left; the last one stands whatever is left."""
CHUNK = 256
"""Vertices simplified at a time: keeps the time linear on any outline."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One polygon of the free land.

    ``edges``: shape (n, 5), columns x1 y1 x2 y2 reach, in metres from the origin; the first ``solid`` of them bound
    the part. Every edge lies within ``deviation`` metres of the original and conversely.
    """

    index: int
    edges: Floats
    solid: int
    deviation: float


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The free land of a parcel for one setback, ready for any number of buildings."""

    parcel: Shape
    buildable: Shape
    setback: float
    origin: tuple[float, float]
    parts: tuple[Part, ...]


def lay_out(parcel: Shape, buildable: Shape | None = None, setback: float = 0.0) -> Ground:
    """Prepare the land where a building may stand: buildable ∩ {points at least setback inside the parcel}.

    Shapes are in one planar CRS in metres. The setback (metres, 0 or more) holds from the boundary of the parcel,
    not from that of ``buildable``. An empty ``buildable`` gives a ground without parts. Raises UnusableShape.
    """
    setback = check_length("setback", setback, shortest=0.0)
    parcel = check_shape("parcel", parcel)
    if parcel.is_empty:
        raise UnusableShape("parcel is empty")
    x0, y0, x1, y1 = parcel.bounds
    origin = (0.5 * (x0 + x1), 0.5 * (y0 + y1))
    if buildable is None:
        parts = tuple(_own_parts(_moved(parcel, origin), setback))
        return Ground(parcel, parcel, setback, origin, parts)
    buildable = check_shape("buildable", buildable)
    here, there = _moved(parcel, origin), _moved(buildable, origin)
    land = there if here.covers(there) else polygonal(here.intersection(there))
    parts = tuple(_buildable_parts(land, here, setback))
    return Ground(parcel, buildable, setback, origin, parts)


def _polygons(shape: Shape) -> list[Polygon]:
    if shape.is_empty:
        return []
    return [shape] if isinstance(shape, Polygon) else list(shape.geoms)


def _moved(shape: Shape, origin: tuple[float, float]) -> Shape:
    """Shape in coordinates from the origin, where overlays and products of coordinates lose nothing that matters."""
    moved: Shape = shapely.transform(shape, lambda xy: xy - origin)
    return moved


def _own_parts(parcel: Shape, setback: float) -> Iterator[Part]:
    for index, polygon in enumerate(_polygons(parcel)):
        edges, deviation = _edges(_rings(polygon), setback)
        yield Part(index, edges, len(edges), deviation)


def _buildable_parts(land: Shape, parcel: Shape, setback: float) -> Iterator[Part]:
    """Parts of the land, each with the parcel's edges that are near enough to hold a building away."""
    limits = [ring for polygon in _polygons(parcel) for ring in _rings(polygon)] if setback > 0 else []
    outer, outer_deviation = _edges(limits, setback)
    for index, polygon in enumerate(_polygons(land)):
        own, own_deviation = _edges(_rings(polygon), 0.0)
        if not limits:
            yield Part(index, own, len(own), own_deviation)
            continue
        kept = outer[_near(outer, own, setback + own_deviation + outer_deviation)]
        yield Part(index, np.vstack([own, kept]), len(own), max(own_deviation, outer_deviation))


def _near(edges: Floats, own: Floats, distance: float) -> NDArray[np.bool_]:
    """Which edges come within ``distance`` of the bounds of ``own``."""
    low = np.minimum(own[:, :2], own[:, 2:4]).min(axis=0) - distance
    high = np.maximum(own[:, :2], own[:, 2:4]).max(axis=0) + distance
    reach_low = np.minimum(edges[:, :2], edges[:, 2:4])
    reach_high = np.maximum(edges[:, :2], edges[:, 2:4])
    near: NDArray[np.bool_] = ((reach_high >= low) & (reach_low <= high)).all(axis=1)
    return near


def _rings(polygon: Polygon) -> list[Floats]:
    """Closed rings of a polygon: the outer one, then the holes."""
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _edges(rings: list[Floats], reach: float) -> tuple[Floats, float]:
    """Edges of the rings with their reach, and the deviation of the simplification when there were too many."""
    deviation = 0.0
    found = rings
    for step in DEVIATIONS:
        if sum(map(len, found)) - len(found) <= MAX_EDGES:
            break
        deviation = step
        found = [_simplified(ring, step) for ring in rings]
    edges = np.empty((sum(map(len, found)) - len(found), 5))
    start = 0
    for ring in found:
        stop = start + len(ring) - 1
        edges[start:stop, :2], edges[start:stop, 2:4] = ring[:-1], ring[1:]
        start = stop
    edges[:, 4] = reach
    return edges, deviation


def _simplified(ring: Floats, deviation: float) -> Floats:
    """Douglas-Peucker on the closed line, chunk by chunk: each chain stays within ``deviation`` of its chord.

    Each chord then also stays within ``deviation`` of its chain. The result may cross itself or shrink to a point.
    That is harmless: a point farther than the deviation from the chords sees the same winding number before and
    after.
    """
    cuts = [*range(0, len(ring) - 1, CHUNK), len(ring) - 1]
    chains = [LineString(ring[start : stop + 1]) for start, stop in pairwise(cuts)]
    chords = shapely.simplify(chains, deviation, preserve_topology=False)
    kept, owner = shapely.get_coordinates(chords, return_index=True)
    repeated = np.append(owner[1:] != owner[:-1], False)
    simplified: Floats = kept[~repeated]
    return simplified
