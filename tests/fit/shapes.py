"""Seeded shapes for the tests and the bench of `fit`: subdivided land, planted rectangles, stars, L's, holes."""

import math
from collections.abc import Iterator

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

Rng = np.random.Generator

LAMBERT_93 = (842_317.4, 6_519_873.6)


def subdivided(rng: Rng, count: int, size: float = 500.0, largest: float = 6_000.0) -> Iterator[Polygon]:
    """Parcels from recursive irregular cuts of a block: straight, dog-leg or curved limits, some with holes."""
    made = 0
    while made < count:
        block = translate(_block(rng, size), *LAMBERT_93)
        for parcel in _cut(rng, block, largest):
            if made == count:
                return
            if parcel.area > 60:
                yield _with_holes(rng, parcel) if rng.random() < 0.14 else parcel
                made += 1


def tessellated(rng: Rng, count: int, size: float = 2_500.0, largest: float = 12_000.0) -> Iterator[Polygon]:
    """Parcels of blocks that stand apart, those of a block filling it: neighbours have their limits in common."""
    made, block = 0, 0
    while made < count:
        moved = LAMBERT_93[0] + 2 * size * (block % 10), LAMBERT_93[1] + 2 * size * (block // 10)
        for parcel in _cut(rng, translate(_block(rng, size), *moved), largest):
            if made == count:
                return
            if parcel.area > 60:
                yield _with_holes(rng, parcel) if rng.random() < 0.14 else parcel
                made += 1
        block += 1


def _block(rng: Rng, size: float) -> Polygon:
    corners = np.array([(0, 0), (size, 0), (size, size), (0, size)]) + rng.normal(0, 0.05 * size, (4, 2))
    return rotate(Polygon(corners), float(rng.uniform(0, 90)))


def _cut(rng: Rng, land: Polygon, largest: float) -> Iterator[Polygon]:
    if land.area < largest * rng.uniform(0.08, 1.0):
        yield land
        return
    pieces = [piece for piece in split(land, _limit(rng, land)).geoms if isinstance(piece, Polygon)]
    if len(pieces) < 2:
        yield land
        return
    for piece in pieces:
        yield from _cut(rng, piece, largest)


def _limit(rng: Rng, land: Polygon) -> LineString:
    """A line across the land, mostly across its longer side."""
    box = shapely.get_coordinates(land.minimum_rotated_rectangle)[:4]
    one, two = box[1] - box[0], box[2] - box[1]
    if np.hypot(*one) < np.hypot(*two):
        one, two = two, one
    at = shapely.get_coordinates(land.centroid)[0] + one * rng.uniform(-0.25, 0.25)
    lean = one * rng.normal(0, 0.08)
    start, stop = at - two - lean, at + two + lean
    kind = rng.random()
    if kind < 0.4:
        return LineString([start, stop])
    bend = one * rng.normal(0, 0.05)
    if kind < 0.8:
        return LineString([start, at + bend, at + bend + 0.1 * two, stop])
    t = np.linspace(0, 1, 14)[:, None]
    return LineString(start + t * (stop - start) + np.sin(math.pi * t) * bend * 2)


def _with_holes(rng: Rng, parcel: Polygon) -> Polygon:
    spread = math.sqrt(parcel.area)
    holed: Polygon = parcel
    for _ in range(int(rng.integers(1, 4))):
        middle = shapely.get_coordinates(parcel.representative_point())[0] + rng.normal(0, 0.15 * spread, 2)
        hole = rotate(
            shapely.box(*(middle - spread * 0.04), *(middle + spread * rng.uniform(0.01, 0.08, 2))),
            float(rng.uniform(0, 90)),
        )
        cut = holed.difference(hole)
        if isinstance(cut, Polygon):
            holed = cut
    return holed


def hard_sides(rng: Rng, parcel: Polygon) -> tuple[float, float]:
    """Sides of a building of aspect 1 to 3 taking 20 to 90 % of the parcel's area."""
    aspect, share = rng.uniform(1, 3), rng.uniform(0.2, 0.9)
    width = math.sqrt(parcel.area * share / aspect)
    return aspect * width, width


def planted(rng: Rng, length: float, width: float) -> Polygon:
    """A parcel holding a length x width rectangle that it touches only with vertices, some of them of holes."""
    outline: list[tuple[float, float]] = []
    sides = [((0.0, 0.0), (1.0, 0.0), length), ((length, 0.0), (0.0, 1.0), width)]
    sides += [((length, width), (-1.0, 0.0), length), ((0.0, width), (0.0, -1.0), width)]
    for (x, y), (ux, uy), size in sides:
        touches = np.sort(rng.uniform(0.02, 0.98, int(rng.integers(1, 4)))) * size
        for k, at in enumerate(touches):
            outline.append((x + ux * at, y + uy * at))
            if k + 1 < len(touches):
                between, out = rng.uniform(at, touches[k + 1]), _outward(rng)
                outline.append((x + ux * between + uy * out, y + uy * between - ux * out))
        a, b = _outward(rng), _outward(rng)
        outline.append((x + ux * (size + a) + uy * b, y + uy * (size + a) - ux * b))
    return _moved(rng, _touching_holes(rng, Polygon(outline), length, width))


def _outward(rng: Rng) -> float:
    return float(10 ** rng.uniform(-0.5, 1.3))


def _touching_holes(rng: Rng, parcel: Polygon, length: float, width: float) -> Polygon:
    """Triangular holes that touch the rectangle with one vertex."""
    for _ in range(int(rng.integers(0, 3))):
        at, out = rng.uniform(0.05, 0.95) * length, _outward(rng)
        hole = Polygon([(at, width), (at + rng.uniform(0.1, 2), width + out), (at - rng.uniform(0.1, 2), width + out)])
        cut = parcel.difference(hole)
        if isinstance(cut, Polygon):
            parcel = cut
    return parcel


def _moved(rng: Rng, parcel: Polygon) -> Polygon:
    turned = rotate(parcel, float(rng.uniform(0, 360)), origin=(0, 0))
    return translate(turned, *(np.array(LAMBERT_93) + rng.uniform(-500, 500, 2)))


def star(radii: list[float], at: tuple[float, float] = LAMBERT_93) -> Polygon:
    """A polygon seen whole from its centre, one vertex a radius (metres)."""
    angles = np.arange(len(radii)) * 2 * math.pi / len(radii)
    points = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None]
    return Polygon(points + at)


def ell(long: float, arm: float, thickness: float, angle: float) -> Polygon:
    """An L: two bars of the given thickness, turned by ``angle`` degrees."""
    outline = [(0.0, 0.0), (long, 0.0), (long, thickness), (thickness, thickness), (thickness, arm), (0.0, arm)]
    return translate(rotate(Polygon(outline), angle, origin=(0, 0)), *LAMBERT_93)


def comb(teeth: int, pitch: float = 10.0, depth: float = 60.0) -> Polygon:
    """A spine with many teeth: many vertices and many gaps that lie outside."""
    top = []
    for k in range(teeth):
        x = k * pitch
        top += [(x, 0.0), (x, depth), (x + pitch / 2, depth), (x + pitch / 2, 0.0)]
    outline = [(0.0, -20.0), *top, (top[-1][0], -20.0)]
    return translate(Polygon(outline), *LAMBERT_93)


def less(land: Polygon | MultiPolygon, taken: BaseGeometry) -> Polygon | MultiPolygon:
    """Land without what is taken from it."""
    left = land.difference(taken)
    assert isinstance(left, Polygon | MultiPolygon)
    return left


def pair(first: Polygon, second: Polygon) -> MultiPolygon:
    """Two polygons as one multipolygon."""
    return MultiPolygon([first, second])
