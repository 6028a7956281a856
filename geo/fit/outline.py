"""A building of any outline, and a rectangle with a yard: quick answers by rectangles, else the search of figures."""

import math
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.answer import Fit, Verdict
from geo.fit.building import Layout, Outline, Rectangle
from geo.fit.checks import SHORTEST, UnusableShape, check_length, check_shape, check_tolerance
from geo.fit.decision import SLACK, clearance, decide_on
from geo.fit.figure import Figure, Piece, polygonal_parts
from geo.fit.ground import Ground, lay_out
from geo.fit.turning import Posed, Stands, angles_of, search

FIRST = 16
MOST_LINES = 10
MOST_RECTANGLES = 6


def decide_outline(ground: Ground, asked: Outline, *, tolerance: float = 0.25) -> Layout:
    """Say whether a building of this outline stands on the land, at any angle.

    ``fits`` is quick where the rectangle around the outline fits. Else angles are searched: a pose is checked on the
    original shapes, ``no`` is proved for every angle, what is left within the tolerance (metres) or at the bound of
    the search is ``borderline``. Raises UnusableShape and ValueError.
    """
    tolerance = check_tolerance(tolerance)
    level = level_of(asked.polygon)
    x0, y0, x1, y1 = level.bounds
    length, width = (check_length("building", side) for side in (x1 - x0, y1 - y0))
    around = decide_on(ground, length, width, tolerance=tolerance)
    if around.placement is not None and around.angle_deg is not None:
        return _in_place(ground, level, around)
    for sides in rectangles_in(level):
        inner = decide_on(ground, *sides, tolerance=tolerance)
        if inner.verdict is Verdict.NO and inner.certificate is not None:
            return Layout(Verdict.NO, refused=(sides,), certificates=(inner.certificate,))
    figure = Figure(_pieces(level))
    found = search(ground, figure, Stands(ground, level, None), _quarters(ground), tolerance=tolerance)
    return _layout(ground, level, None, found.verdict, found.pose, found.exhausted)


def decide_with_yard(ground: Ground, asked: Rectangle, depth: float, *, tolerance: float = 0.25) -> Layout:
    """Say whether a rectangle stands on the land with ``depth`` metres of open ground along one long side.

    The yard lies on buildable land, free of other buildings, and keeps no setback. Answers as
    :func:`decide_outline`. Raises ValueError.
    """
    depth, tolerance = check_length("yard", depth, shortest=0.0), check_tolerance(tolerance)
    long, wide = max(asked.length, asked.width), min(asked.length, asked.width)
    alone = decide_on(ground, long, wide, tolerance=tolerance)
    if alone.verdict is Verdict.NO and alone.certificate is not None:
        return Layout(Verdict.NO, refused=((long, wide),), certificates=(alone.certificate,))
    both = decide_on(_without_setback(ground), long, wide + depth, tolerance=tolerance)
    if both.verdict is Verdict.NO and both.certificate is not None:
        return Layout(Verdict.NO, refused=((long, wide + depth),), certificates=(both.certificate,))
    building = shapely.box(-long / 2, -(wide + depth) / 2, long / 2, (wide - depth) / 2)
    yard = shapely.box(-long / 2, (wide - depth) / 2, long / 2, (wide + depth) / 2)
    return _with_yard(ground, building, yard, tolerance)


def outline_with_yard(ground: Ground, asked: Outline, depth: float, tolerance: float) -> Layout:
    """As :func:`decide_with_yard`, the yard along a long side of the rectangle around an outline.

    Any side of a square is a long one. ``no`` is proved for each of them.
    """
    depth, level = check_length("yard", depth, shortest=0.0), level_of(asked.polygon)
    x0, y0, x1, y1 = level.bounds
    yards = [shapely.box(x0, y1, x1, y1 + depth), shapely.box(x0, y0 - depth, x1, y0)]
    if math.isclose(x1 - x0, y1 - y0, abs_tol=1e-6):
        yards += [shapely.box(x1, y0, x1 + depth, y1), shapely.box(x0 - depth, y0, x0, y1)]
    tried = []
    for yard in yards:
        tried.append(_with_yard(ground, level, yard, tolerance))
        if tried[-1].verdict is Verdict.FITS:
            return tried[-1]
    proved = all(one.verdict is Verdict.NO for one in tried)
    return Layout(Verdict.NO if proved else Verdict.BORDERLINE, exhausted=any(one.exhausted for one in tried))


def _with_yard(ground: Ground, building: Polygon, yard: Polygon, tolerance: float) -> Layout:
    figure = Figure((*_pieces(shapely.union(building, yard), keeps=False), *_pieces(building)))
    stands = Stands(ground, building, yard)
    found = search(ground, figure, stands, _quarters(ground), tolerance=tolerance)
    return _layout(ground, building, yard, found.verdict, found.pose, found.exhausted)


def rectangles_in(level: Polygon) -> list[tuple[float, float]]:
    """Sides of the largest rectangles inside an outline whose corners have coordinates of its own corners.

    Where one of them fits nowhere, neither does the outline. Of an outline with many corners none is looked for.
    """
    xs, ys = (np.unique(np.round(side, 6)) for side in shapely.get_coordinates(level).T)
    if len(xs) > MOST_LINES or len(ys) > MOST_LINES:
        return []
    found = [
        (x1 - x0, y1 - y0, shapely.box(x0, y0, x1, y1))
        for (x0, x1), (y0, y1) in product(combinations(xs.tolist(), 2), combinations(ys.tolist(), 2))
    ]
    slack = shapely.buffer(level, 1e-6)
    shapely.prepare(slack)
    held = [(x - 4e-6, y - 4e-6) for x, y, box in found if min(x, y) > SHORTEST and slack.covers(box)]
    return [one for one in held if not any(other != one and _holds(other, one) for other in held)][:MOST_RECTANGLES]


def _holds(larger: tuple[float, float], smaller: tuple[float, float]) -> bool:
    return larger[0] >= smaller[0] and larger[1] >= smaller[1]


def _pieces(shape: BaseGeometry, *, keeps: bool = True) -> tuple[Piece, ...]:
    """A shape, both sides longer by what keeps a placement clear of rounding."""
    grown = shapely.buffer(shape, 0.5 * SLACK, join_style="mitre")
    return tuple(Piece(part, keeps) for part in polygonal_parts(grown))


def _without_setback(ground: Ground) -> Ground:
    without = lay_out(ground.parcel, None if ground.buildable is ground.parcel else ground.buildable)
    return replace(without, work=ground.work)


def _quarters(ground: Ground) -> list[float]:
    """The first directions, each also turned by half a turn."""
    return [angle + half for angle in angles_of(ground, FIRST) for half in (0.0, math.pi)]


def level_of(outline: Polygon) -> Polygon:
    """An outline about the middle of the rectangle around it, the long side of that along x. Raises UnusableShape."""
    drawn = check_shape("building", outline)
    if not isinstance(drawn, Polygon) or drawn.is_empty:
        raise UnusableShape("shape.empty", name="building")
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(drawn))[:4]
    one, other = corners[1] - corners[0], corners[2] - corners[1]
    along = one if np.hypot(*one) >= np.hypot(*other) else other
    c, s = along / np.hypot(*along)
    matrix = np.array([[c, -s], [s, c]])
    level: Polygon = shapely.transform(drawn, lambda xy: (xy - corners.mean(axis=0)) @ matrix)
    return level


def _in_place(ground: Ground, level: Polygon, around: Fit) -> Layout:
    """The outline inside a placement of the rectangle around it."""
    middle = shapely.get_coordinates(shapely.centroid(around.placement))[0]
    pose = Posed(float(middle[0]), float(middle[1]), math.radians(around.angle_deg or 0.0))
    stands = Stands(ground, level, None)(pose)
    return _layout(ground, level, None, Verdict.FITS if stands else Verdict.BORDERLINE, pose, False)


def _layout(
    ground: Ground, building: Polygon, yard: Polygon | None, verdict: Verdict, pose: Posed | None, exhausted: bool
) -> Layout:
    if verdict is not Verdict.FITS or pose is None:
        return Layout(verdict, exhausted=exhausted)
    placement = pose.put(building)
    margin = clearance(ground, placement)
    if ground.buildable is not ground.parcel:
        margin = min(margin, float(shapely.distance(placement, ground.buildable.boundary)))
    open_ground = None if yard is None else pose.put(yard)
    return Layout(Verdict.FITS, (placement,), open_ground, math.degrees(pose.theta) % 180.0, max(margin, 0.0))
