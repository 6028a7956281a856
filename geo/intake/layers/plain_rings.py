"""Rings of plain parcels in arithmetic on all their positions at once: is each certainly sound, and its outline in WKB.

The answers are those of geo.intake.layers.shapes, to the last bit, or none: what rounding could decide otherwise, and
whatever a report would speak of, is left to it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.intake.crs import Bounds

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]

MOST_POSITIONS = 64
"""Each side is held against each other one: of a ring with more positions that takes longer than GEOS does."""
_SURE = 1e-15
"""Share of its terms by which a sum of two products of differences may be wrong, three times over (Shewchuk, Adaptive
Precision Floating-Point Arithmetic, 1997, §4.3: 3.3e-16)."""
_CLOCKWISE, _UNSURE, _COUNTER = -1, 0, 1
_MULTIPOLYGON, _POLYGON, _WITH_SRID = 6, 3, 0x20000000


@dataclass(frozen=True, slots=True)
class Outlines:
    """The geometries as bytes: those of i are ``raw[offsets[i]:offsets[i + 1]]``."""

    raw: Bytes
    offsets: Places

    @property
    def sizes(self) -> Places:
        """How many bytes each has."""
        return np.diff(self.offsets)


@dataclass(frozen=True, slots=True)
class Rings:
    """n closed rings: positions ``offsets[i]:offsets[i + 1]`` in the source's coordinates and in the target's.

    ``sure`` says which are certainly simple, inside the bounds and turned a known way; ``areas`` are in the target's
    units squared.
    """

    source: tuple[Floats, Floats]
    target: tuple[Floats, Floats]
    offsets: Places
    sure: NDArray[np.bool_]
    areas: Floats
    turns: NDArray[np.int8]
    lowest: Places

    @classmethod
    def judged(
        cls, source: tuple[Floats, Floats], target: tuple[Floats, Floats], offsets: Places, bounds: Bounds
    ) -> "Rings":
        """Rings of which some, at least, are known to be sound."""
        count = len(offsets) - 1
        sure, areas = np.zeros(count, np.bool_), np.zeros(count)
        turns, lowest = np.zeros((count, 2), np.int8), np.zeros(count, np.int64)
        _judge(*source, *target, offsets, np.array(bounds), sure, areas, turns, lowest)
        return cls(source, target, offsets, sure, areas, turns, lowest)

    def of(self, places: Places) -> "Rings":
        """Of the sure rings, those at some places."""
        begin, sizes = self.offsets[places], np.diff(self.offsets)[places]
        ends = np.cumsum(sizes)
        taken = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begin - (ends - sizes), sizes)
        return Rings(
            (self.source[0][taken], self.source[1][taken]),
            (self.target[0][taken], self.target[1][taken]),
            np.concatenate([[0], ends]),
            self.sure[places],
            self.areas[places],
            self.turns[places],
            self.lowest[places],
        )

    def normal(self) -> Outlines:
        """The source geometries as shapely.normalize and to_wkb have them: clockwise from the lowest position."""
        ways = np.where(self.turns[:, 0] == _CLOCKWISE, 1, -1)
        return self._written(self.source, self.lowest, ways, _head(None))

    def oriented(self, srid: int) -> Outlines:
        """The target geometries as EWKB, counter-clockwise from their first position."""
        ways = np.where(self.turns[:, 1] == _COUNTER, 1, -1)
        return self._written(self.target, np.zeros(len(ways), np.int64), ways, _head(srid))

    def _written(self, xy: tuple[Floats, Floats], first: Places, ways: Places, head: bytes) -> Outlines:
        sizes = np.where(self.sure, len(head) + 4 + 16 * np.diff(self.offsets), 0)
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        raw = np.empty(int(offsets[-1]), np.uint8)
        heads = np.frombuffer(head, np.uint8)
        _write(xy[0].view(np.uint8), xy[1].view(np.uint8), self.offsets, self.sure, first, ways, heads, offsets, raw)
        return Outlines(raw, offsets)


def _head(srid: int | None) -> bytes:
    """A multipolygon of one polygon of one ring, up to the number of its positions, little-endian."""
    kind = _MULTIPOLYGON if srid is None else _MULTIPOLYGON | _WITH_SRID
    numbers = [kind, 1] if srid is None else [kind, srid, 1]
    return b"\x01" + np.array(numbers, "<u4").tobytes() + b"\x01" + np.array([_POLYGON, 1], "<u4").tobytes()


@lean
def _judge(sx, sy, tx, ty, offsets, bounds, sure, areas, turns, lowest):  # type: ignore[no-untyped-def]
    for i in range(len(sure)):
        a, b = offsets[i], offsets[i + 1]
        if b - a < 4 or b - a > MOST_POSITIONS or not _inside(tx, ty, a, b, bounds):
            continue
        turns[i, 0], turns[i, 1] = _turning(sx, sy, a, b), _turning(tx, ty, a, b)
        if turns[i, 0] == _UNSURE or turns[i, 1] == _UNSURE or not _simple(tx, ty, a, b):
            continue
        lowest[i] = _lowest(sx, sy, a, b) - a
        areas[i] = _area(tx, ty, a, b)
        sure[i] = True


@lean
def _inside(x, y, a, b, bounds):  # type: ignore[no-untyped-def]
    inside = True
    for k in range(a, b):
        inside &= bounds[0] <= x[k] <= bounds[2] and bounds[1] <= y[k] <= bounds[3]
    return inside


@lean
def _turning(x, y, a, b):  # type: ignore[no-untyped-def]
    """Which way a ring runs, by its turn at the highest position; unsure when two are as high."""
    count = b - 1 - a
    top, tied = a, False
    for k in range(a + 1, b - 1):
        if y[k] > y[top]:
            top, tied = k, False
        elif y[k] == y[top]:
            tied = True
    if tied:
        return _UNSURE
    before, after = a + (top - a - 1) % count, a + (top - a + 1) % count
    return _side(x[before], y[before], x[top], y[top], x[after], y[after])


@lean
def _side(ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """On which side of the line from a to b the point c lies."""
    one, other = (ax - cx) * (by - cy), (ay - cy) * (bx - cx)
    turn, least = one - other, _SURE * (abs(one) + abs(other))
    if turn > least:
        return _COUNTER
    return _CLOCKWISE if turn < -least else _UNSURE


@lean
def _simple(x, y, a, b):  # type: ignore[no-untyped-def]
    """Whether certainly no two sides meet but where one ends and the next begins."""
    for i in range(a, b - 1):
        after = i + 2 if i + 2 < b else a + 1
        if not _goes_on(x, y, i, i + 1, after):
            return False
        low_x, high_x = min(x[i], x[i + 1]), max(x[i], x[i + 1])
        low_y, high_y = min(y[i], y[i + 1]), max(y[i], y[i + 1])
        for j in range(i + 2, b - 1):
            if i == a and j == b - 2:
                continue
            apart = (x[j] < low_x and x[j + 1] < low_x) or (x[j] > high_x and x[j + 1] > high_x)
            apart = apart or (y[j] < low_y and y[j + 1] < low_y) or (y[j] > high_y and y[j + 1] > high_y)
            if not apart and not (_beside(x, y, i, j) or _beside(x, y, j, i)):
                return False
    return True


@lean
def _goes_on(x, y, i, j, k):  # type: ignore[no-untyped-def]
    """Whether the side that follows another one does not run back on it."""
    if _side(x[i], y[i], x[j], y[j], x[k], y[k]) != _UNSURE:
        return True
    return (x[j] - x[i]) * (x[k] - x[j]) > 0.0 and (y[j] - y[i]) * (y[k] - y[j]) > 0.0


@lean
def _beside(x, y, i, j):  # type: ignore[no-untyped-def]
    """Whether side j lies wholly on one side of the line through side i."""
    one = _side(x[i], y[i], x[i + 1], y[i + 1], x[j], y[j])
    return one != _UNSURE and one == _side(x[i], y[i], x[i + 1], y[i + 1], x[j + 1], y[j + 1])


@lean
def _lowest(x, y, a, b):  # type: ignore[no-untyped-def]
    """The first position from the west, then from the south."""
    found = a
    for k in range(a + 1, b - 1):
        if x[k] < x[found] or (x[k] == x[found] and y[k] < y[found]):
            found = k
    return found


@lean
def _area(x, y, a, b):  # type: ignore[no-untyped-def]
    twice = 0.0
    for k in range(a + 1, b - 1):
        twice += (x[k] - x[a]) * (y[k + 1] - y[a]) - (x[k + 1] - x[a]) * (y[k] - y[a])
    return abs(twice) / 2.0


@lean
def _write(x, y, offsets, sure, first, ways, head, places, raw):  # type: ignore[no-untyped-def]
    for i in range(len(sure)):
        if not sure[i]:
            continue
        at, a, count = places[i], offsets[i], offsets[i + 1] - offsets[i]
        for k in range(len(head)):
            raw[at + k] = head[k]
        at += len(head)
        for k in range(4):
            raw[at + k] = (count >> (8 * k)) & 0xFF
        at += 4
        for k in range(count):
            place = 8 * (a + (first[i] + ways[i] * k) % (count - 1))
            for byte in range(8):
                raw[at + byte] = x[place + byte]
                raw[at + 8 + byte] = y[place + byte]
            at += 16
