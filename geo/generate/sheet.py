"""All the rings of one zone, drawn first and then surveyed at once: ground areas, and longitudes and latitudes."""

from typing import NamedTuple

import numpy as np

from geo.generate.axis import Axis
from geo.generate.lambert93 import Floats, to_lonlat
from geo.generate.lots import Ring

Position = list[float]


class Sheet:
    """Collects rings and points in drawing centimetres; each has the number ``add`` gave it."""

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self._first, self._last = (axis.bends[0], axis.bends[-1]) if axis.bends else (0, -1)
        self._points: list[tuple[int, int]] = []
        self._starts: list[int] = []

    def add(self, ring: Ring) -> int:
        """Draw a ring (open; or a single point) and give its number."""
        self._starts.append(len(self._points))
        previous = ring[-1]
        for corner in ring:
            if corner[1] == previous[1]:
                self._bend(previous[0], corner[0], corner[1])
            self._points.append(corner)
            previous = corner
        self._points.append(self._points[self._starts[-1]])
        return len(self._starts) - 1

    def _bend(self, start: int, end: int, t: int) -> None:
        """An edge along the road takes a corner at each station it passes."""
        if max(start, end) <= self._first or min(start, end) >= self._last:
            return
        if start < end:
            self._points += [(s, t) for s in self._axis.bends if start < s < end]
        else:
            self._points += [(s, t) for s in reversed(self._axis.bends) if end < s < start]

    def lay(self) -> "Laid":
        """Every ring in metres on the ground, around the middle of their extent (to the metre)."""
        drawn = np.array(self._points, dtype=float)
        laid = self._axis.lay(drawn[:, 0], drawn[:, 1])
        laid -= np.rint((laid.min(axis=0) + laid.max(axis=0)) / 2.0)
        return Laid(laid, self._starts, [*self._starts[1:], len(self._points)])


class Laid(NamedTuple):
    """Rings in metres around a middle not yet placed; ring k is ``ground[starts[k]:ends[k]]``, closed."""

    ground: Floats
    starts: list[int]
    ends: list[int]

    def reach(self) -> float:
        """How far the farthest point is from the middle (metres)."""
        return float(np.sqrt((self.ground * self.ground).sum(axis=1).max()))

    def survey(self, easting: int, northing: int) -> "Survey":
        """The rings with their middle at this point (EPSG:2154, metres)."""
        lonlat = to_lonlat(easting + self.ground[:, 0], northing + self.ground[:, 1])
        return Survey(lonlat.tolist(), self._areas(), self.starts, self.ends)

    def _areas(self) -> list[float]:
        """Signed area of each ring (m2), positive when it turns to the left."""
        x, y = self.ground[:, 0], self.ground[:, 1]
        cross = np.zeros(len(x))
        cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
        cross[np.array(self.ends) - 1] = 0.0
        areas: list[float] = (np.add.reduceat(cross, self.starts) / 2.0).tolist()
        return areas


class Survey(NamedTuple):
    """Rings on the ground, by the number they were drawn under."""

    positions: list[Position]
    areas: list[float]
    starts: list[int]
    ends: list[int]

    def area(self, outer: int, holes: list[int]) -> float:
        """Square metres (EPSG:2154) of a ring less its holes."""
        return abs(self.areas[outer]) - sum(abs(self.areas[hole]) for hole in holes)

    def polygon(self, outer: int, holes: list[int]) -> dict[str, object]:
        """A GeoJSON polygon: outer ring to the left, holes to the right (RFC 7946)."""
        rings = [self._ring(outer, 1.0), *(self._ring(hole, -1.0) for hole in holes)]
        return {"type": "Polygon", "coordinates": rings}

    def point(self, number: int) -> dict[str, object]:
        """A GeoJSON point."""
        return {"type": "Point", "coordinates": self.positions[self.starts[number]]}

    def _ring(self, number: int, turn: float) -> list[Position]:
        ring = self.positions[self.starts[number] : self.ends[number]]
        return ring if self.areas[number] * turn > 0 else ring[::-1]
