"""GeoJSON geometry objects into shapely geometries, strictly: finite numbers, closed rings, two dimensions."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import GeometryCollection
from shapely.geometry.base import BaseGeometry

CLOSING_GAP_M = 1.0
"""A ring whose ends are nearer than this (metres) is closed; a wider gap means lost vertices and is refused."""
_CLOSING_CHANGE = 0.01
"""Closing a ring changes no more of its surface than this share."""
_DEGREE_M = 111_320.0
_MAX_DEPTH = 8
_NUMBERS = {float, int}
_POLYGONAL = ("Polygon", "MultiPolygon")


class BadGeometryError(ValueError):
    """A geometry that cannot be read: stable code, the value that shows it, what its sentence is filled with."""

    def __init__(self, code: str, value: object = None, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.value, self.params = code, value, params


@dataclass(slots=True)
class Decoder:
    """Collects geometries of one batch. Plain polygons go to flat arrays, everything else one by one.

    ``degrees`` says whether coordinates are degrees (for the width of a closing gap).
    ``closed`` maps the place of a geometry in the batch to the widest gap closed in it, in metres.
    ``flattened`` counts the geometries whose third dimension was dropped.
    """

    degrees: bool
    closed: dict[int, float] = field(default_factory=dict)
    flattened: int = 0
    _x: "array[float]" = field(default_factory=lambda: array("d"))
    _y: "array[float]" = field(default_factory=lambda: array("d"))
    _ring_sizes: list[int] = field(default_factory=list)
    _polygon_sizes: list[int] = field(default_factory=list)
    _multi_sizes: list[int] = field(default_factory=list)
    _plain: list[int] = field(default_factory=list)
    _single: dict[int, BaseGeometry] = field(default_factory=dict)
    _count: int = 0

    def add(self, geometry: object) -> None:
        """Take the next geometry object.

        Raises:
            BadGeometryError: it is missing or not a geometry; nothing is kept of it.
        """
        if not self._add_plain(geometry):
            reading = _Reading(self.degrees)
            self._single[self._count] = reading.geometry(geometry, 0)
            self.flattened += reading.flattened
            if reading.gap is not None:
                self.closed[self._count] = reading.gap
        self._count += 1

    def _add_plain(self, geometry: object) -> bool:
        """Take a clean two-dimensional (multi)polygon the fast way; False leaves no trace."""
        if type(geometry) is not dict or geometry.get("type") not in _POLYGONAL:
            return False
        coordinates = geometry.get("coordinates")
        polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
        marks = len(self._x), len(self._ring_sizes), len(self._polygon_sizes)
        if type(polygons) is list and polygons and all(map(self._add_polygon, polygons)):
            self._multi_sizes.append(len(polygons))
            self._plain.append(self._count)
            return True
        del self._x[marks[0] :], self._y[marks[0] :]
        del self._ring_sizes[marks[1] :], self._polygon_sizes[marks[2] :]
        return False

    def _add_polygon(self, rings: object) -> bool:
        if type(rings) is not list or not rings:
            return False
        for ring in rings:
            if type(ring) is not list or len(ring) < 4 or ring[0] != ring[-1]:
                return False
            try:
                east, north = zip(*ring, strict=True)
            except (TypeError, ValueError):  # not positions, or not two numbers each
                return False
            if not (set(map(type, east)) <= _NUMBERS and set(map(type, north)) <= _NUMBERS):
                return False
            self._x.extend(east)
            self._y.extend(north)
            self._ring_sizes.append(len(ring))
        self._polygon_sizes.append(len(rings))
        return True

    def finish(self) -> NDArray[np.object_]:
        """The geometries added, in order, as shapely geometries in the source's coordinates."""
        geometries = np.empty(self._count, dtype=object)
        if self._plain:
            x, y = np.frombuffer(self._x, np.float64), np.frombuffer(self._y, np.float64)
            rings = np.asarray(shapely.linearrings(x, y, indices=_owner(self._ring_sizes)))
            polygons = np.asarray(shapely.polygons(rings, indices=_owner(self._polygon_sizes)))
            geometries[self._plain] = shapely.multipolygons(polygons, indices=_owner(self._multi_sizes))
        for place, geometry in self._single.items():
            geometries[place] = geometry
        return geometries


def _owner(sizes: list[int]) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(sizes)), sizes)


@dataclass(slots=True)
class _Reading:
    """One geometry read with every check, remembering what had to be mended."""

    degrees: bool
    gap: float | None = None
    dimensions: int = 0

    @property
    def flattened(self) -> bool:
        return self.dimensions == 3

    def geometry(self, value: object, depth: int) -> BaseGeometry:
        if value is None:
            raise BadGeometryError("geometry.missing")
        if not isinstance(value, dict):
            raise BadGeometryError("geometry.not_an_object", value)
        kind = value.get("type")
        if kind == "GeometryCollection":
            return self._collection(value.get("geometries"), depth)
        return self._simple(kind, value.get("coordinates"))

    def _simple(self, kind: object, coordinates: object) -> BaseGeometry:
        match kind:
            case "Polygon":
                return self._polygon(coordinates)
            case "MultiPolygon":
                return shapely.MultiPolygon([self._polygon(part) for part in _filled(coordinates)])
            case "Point":
                return shapely.Point(self._position(coordinates))
            case "MultiPoint":
                return shapely.MultiPoint([self._position(part) for part in _filled(coordinates)])
            case "LineString":
                return self._line(coordinates)
            case "MultiLineString":
                return shapely.MultiLineString([self._line(part) for part in _filled(coordinates)])
        raise BadGeometryError("geometry.unknown_type", kind, kind=kind)

    def _collection(self, members: object, depth: int) -> BaseGeometry:
        if depth >= _MAX_DEPTH:
            raise BadGeometryError("geometry.nested", most=_MAX_DEPTH)
        return GeometryCollection([self.geometry(part, depth + 1) for part in _filled(members)])

    def _line(self, coordinates: object) -> shapely.LineString:
        positions = [self._position(part) for part in _filled(coordinates)]
        if len(positions) < 2:
            raise BadGeometryError("geometry.line", coordinates)
        return shapely.LineString(positions)

    def _polygon(self, rings: object) -> shapely.Polygon:
        shell, *holes = (self._ring(ring) for ring in _filled(rings))
        return shapely.Polygon(shell, holes)

    def _ring(self, ring: object) -> list[tuple[float, float]]:
        positions = [self._position(part) for part in _filled(ring)]
        first, last = positions[0], positions[-1]
        if first != last:
            self._note_gap(first, last)
        if len(positions) < 4:
            raise BadGeometryError("geometry.ring")
        return positions if first == last else _closed(positions)

    def _note_gap(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        gap = _distance(first, last, self.degrees)
        if gap > CLOSING_GAP_M:
            raise BadGeometryError("geometry.unclosed", {"first": first, "last": last}, gap_m=round(gap, 2))
        self.gap = max(gap, self.gap or 0.0)

    def _position(self, value: object) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) not in (2, 3):
            raise BadGeometryError("geometry.position", value)
        if self.dimensions not in (0, len(value)):
            raise BadGeometryError("geometry.mixed_dimensions", value)
        self.dimensions = len(value)
        return _finite(value[0]), _finite(value[1])


def _finite(value: object) -> float:
    if type(value) not in _NUMBERS or not math.isfinite(value):  # type: ignore[arg-type]
        raise BadGeometryError("geometry.number", value, number=value)
    return float(value)  # type: ignore[arg-type]


def _filled(value: object) -> Sequence[object]:
    if not isinstance(value, list) or not value:
        raise BadGeometryError("geometry.empty", value)
    return value


def _closed(positions: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A ring whose last vertex stands for the first, a little off: put there instead of adding a sliver.

    In a small outline that may be a corner of its own, which stays.
    """
    moved, kept = [*positions[:-1], positions[0]], [*positions, positions[0]]
    surface = _surface(kept)
    return moved if abs(_surface(moved) - surface) <= _CLOSING_CHANGE * surface else kept


def _surface(ring: list[tuple[float, float]]) -> float:
    """Twice the surface of a closed ring, in its own units."""
    (x, y), sides = ring[0], pairwise(ring)
    return abs(sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in sides))


def _distance(first: tuple[float, float], last: tuple[float, float], degrees: bool) -> float:
    dx, dy = last[0] - first[0], last[1] - first[1]
    # metres in a file that says degrees are asked about later: a ring nearly closed in metres is none to refuse here
    if degrees and abs(first[0]) <= 180.0 and abs(first[1]) <= 90.0:
        dx, dy = dx * _DEGREE_M * math.cos(math.radians(first[1])), dy * _DEGREE_M
    return math.hypot(dx, dy)
