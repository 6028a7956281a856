"""Lays out the land as bars: boundary segments in local metres, each with the distance a building keeps from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import Shape, UnusableShape, check_length, check_shape, polygonal
from geo.fit.work import Work

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
class Limit:
    """Lines of the parcel's boundary and how far (metres) a building keeps from them."""

    lines: BaseGeometry
    setback: float


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The free land of a parcel for given setbacks, ready for any number of buildings.

    ``limits`` are in the CRS of the parcel. ``first`` holds directions (radians) to try before those of the land's own
    edges. ``taken`` are buildings that stand on it already, each with the gap (metres) kept from it. ``work`` counts
    what is looked at on it, and bounds it where a decision says so.
    """

    parcel: Shape
    buildable: Shape
    limits: tuple[Limit, ...]
    origin: tuple[float, float]
    parts: tuple[Part, ...]
    first: tuple[float, ...] = ()
    taken: tuple[tuple[Polygon, float], ...] = ()
    work: Work = field(default_factory=Work)


def lay_out(
    parcel: Shape,
    buildable: Shape | None = None,
    setback: float | Sequence[Limit] = 0.0,
    first: Sequence[float] = (),
) -> Ground:
    """Prepare the land where a building may stand: buildable ∩ {points at least setback inside the parcel}.

    Shapes are in one planar CRS in metres. The setback (metres, 0 or more) holds from the boundary of the parcel,
    not from that of ``buildable``; limits give each side its own, and must cover the boundary together. An empty
    ``buildable`` gives a ground without parts. Raises UnusableShape, and ValueError for a setback out of range.
    """
    parcel = check_shape("parcel", parcel)
    if parcel.is_empty:
        raise UnusableShape("shape.empty", name="parcel")
    limits = _limits(parcel, setback)
    x0, y0, x1, y1 = parcel.bounds
    origin = (0.5 * (x0 + x1), 0.5 * (y0 + y1))
    here = _moved(parcel, origin)
    if buildable is None and len(limits) == 1:
        parts = tuple(_own_parts(here, limits[0].setback))
        return Ground(parcel, parcel, limits, origin, parts, tuple(first))
    if buildable is None:
        return Ground(parcel, parcel, limits, origin, tuple(_land_parts(here, limits, origin)), tuple(first))
    buildable = check_shape("buildable", buildable)
    there = _moved(buildable, origin)
    land = there if here.covers(there) else polygonal(here.intersection(there))
    return Ground(parcel, buildable, limits, origin, tuple(_land_parts(land, limits, origin)), tuple(first))


def beside(ground: Ground, building: Polygon, gap: float) -> Ground:
    """The same ground with a building on it, from which the next one keeps ``gap`` metres.

    The building (in the CRS of the parcel, inside the land) becomes a hole of the part it stands on.
    """
    edges, _ = edges_of([shapely.get_coordinates(building.exterior) - ground.origin], gap)
    inside = shapely.get_coordinates(building.representative_point())[0] - ground.origin
    parts = []
    for part in ground.parts:
        holed = holds(part, inside)
        stacked = (part.edges[: part.solid], edges, part.edges[part.solid :])
        parts.append(
            replace(part, edges=np.vstack(stacked), solid=part.solid + len(edges))
            if holed
            else replace(part, edges=np.vstack((part.edges, edges)))
        )
    return replace(ground, parts=tuple(parts), taken=(*ground.taken, (building, gap)))


def holds(part: Part, point: Floats) -> bool:
    """Is the point (metres from the origin of the ground) inside the part (even-odd rule)?"""
    x1, y1, x2, y2 = part.edges[: part.solid, :4].T
    x, y = point
    crossed = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return bool(np.count_nonzero(crossed & (at > x)) % 2)


def _limits(parcel: Shape, setback: float | Sequence[Limit]) -> tuple[Limit, ...]:
    given = (Limit(parcel.boundary, setback),) if isinstance(setback, int | float) else tuple(setback)
    for limit in given:
        check_length("setback", limit.setback, shortest=0.0)
    return tuple(limit for limit in given if not limit.lines.is_empty)


def polygons_of(shape: Shape) -> list[Polygon]:
    """The polygons of a shape."""
    if shape.is_empty:
        return []
    return [shape] if isinstance(shape, Polygon) else list(shape.geoms)


def _moved(shape: Shape, origin: tuple[float, float]) -> Shape:
    """Shape in coordinates from the origin, where overlays and products of coordinates lose nothing that matters."""
    moved: Shape = shapely.transform(shape, lambda xy: xy - origin)
    return moved


def _own_parts(parcel: Shape, setback: float) -> Iterator[Part]:
    for index, polygon in enumerate(polygons_of(parcel)):
        edges, deviation = edges_of(rings_of(polygon), setback)
        yield Part(index, edges, len(edges), deviation)


def _land_parts(land: Shape, limits: tuple[Limit, ...], origin: tuple[float, float]) -> Iterator[Part]:
    """Parts of the land, each with the parcel's edges that are near enough to hold a building away."""
    reaching = [limit for limit in limits if limit.setback > 0 and not limit.lines.is_empty]
    outer = [edges_of(_lines(limit, origin), limit.setback) for limit in reaching]
    for index, polygon in enumerate(polygons_of(land)):
        own, deviation = edges_of(rings_of(polygon), 0.0)
        kept = [edges[_near(edges, own, edges[0, 4] + deviation + apart)] for edges, apart in outer]
        worst = max([deviation, *(apart for _, apart in outer)])
        yield Part(index, np.vstack([own, *kept]), len(own), worst)


def _lines(limit: Limit, origin: tuple[float, float]) -> list[Floats]:
    """The lines of a limit, in coordinates from the origin."""
    return [shapely.get_coordinates(line) - origin for line in shapely.get_parts(limit.lines)]


def _near(edges: Floats, own: Floats, distance: float) -> NDArray[np.bool_]:
    """Which edges come within ``distance`` of the bounds of ``own``."""
    low = np.minimum(own[:, :2], own[:, 2:4]).min(axis=0) - distance
    high = np.maximum(own[:, :2], own[:, 2:4]).max(axis=0) + distance
    reach_low = np.minimum(edges[:, :2], edges[:, 2:4])
    reach_high = np.maximum(edges[:, :2], edges[:, 2:4])
    near: NDArray[np.bool_] = ((reach_high >= low) & (reach_low <= high)).all(axis=1)
    return near


def rings_of(polygon: Polygon) -> list[Floats]:
    """Closed rings of a polygon: the outer one, then the holes."""
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def edges_of(
    rings: list[Floats], reach: float, most: int = MAX_EDGES, deviations: Sequence[float] = DEVIATIONS
) -> tuple[Floats, float]:
    """Edges of the rings with their reach, and the deviation of the simplification when there were too many."""
    deviation = 0.0
    found = rings
    for step in deviations:
        if sum(map(len, found)) - len(found) <= most:
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
