"""Measures the profile of a parcel from its shapes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.fit.checks import Shape, UnusableShape, check_shape, polygonal
from geo.fit.ground import edges_of, polygons_of, rings_of
from geo.fit.kernel import Floats, directions
from geo.fit.profile import BEHIND, LADDER, LEAST, MOST_RUNGS, Curve, Profile
from geo.fit.profile_angle import Desk, desk_for
from geo.fit.profile_kernel import Rungs, choose, prove, sweep

Indices = NDArray[np.intp]

GRID = 1e4
"""Coordinates from the corner of the parcel are rounded to a ten thousandth of a metre, so that land moved on the map
has the same profile to the last bit, as has land drawn from another corner."""
SLACK = 2e-3
"""Metres added to both sides of a box looked for, so that its place stands on the shapes as they are."""
ROUNDING = 3e-4
"""Metres taken from both sides of a box refused, for what the grid moved."""
ARC = 5e-3
"""Metres by which a chord misses an arc around a corner at most (a chord may span one and a half of 128 parts of a half
turn: 3.4 mm)."""
DENT = 0.01 * BEHIND
"""Metres by which GEOS may erode too much: it passes over dents shallower than a hundredth of the distance [measured:
4 cm at 5 m]."""
SMALL = 2_500.0
"""m², below which land with something on it, mostly a house and its garden, is measured coarsely: there is much of it
and little is asked of it."""
SOME_EDGES, MANY_EDGES = 20, 64
DEVIATIONS = (0.02, 0.05, 0.1, 0.2)
"""Metres by which an outline of many edges is simplified, in turn, until few enough are left."""
DOUBT = 1e-3
"""What two neighbouring rungs may leave open, in logarithms: a step of the ladder where the width falls as the length
rises."""
MAX_WORK = 2e7
"""Edge evaluations, some 0.1 s, for the first look and for each gap tried: what is not proved by then stays open."""
WIDER_GAPS = (0.02, 0.08)
"""Tried in turn on the rungs still open, one by one: land as round as a disc has a place at every angle."""


@dataclass(frozen=True, slots=True)
class Grade:
    """How finely a curve is measured: each how many rungs of the ladder, and the gap left between the widths."""

    step: int
    gap: float


FINE = Grade(1, 0.006)
COARSE = Grade(2, 0.01)
"""For outlines of some edges, and for the parcel around a buildable area, asked only what a setback leaves open."""
ROUGH = Grade(2, 0.02)
"""For outlines of many edges."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One polygon, from the corner of its parcel: its edges (shape (n, 5)), how far they lie from it at most, a length
    that no box on it passes, and the directions looked at first.
    """

    edges: Floats
    deviation: float
    extent: float
    first: Floats


def measure(parcel: Shape, buildable: Shape | None = None) -> Profile:
    """The profile of a parcel and of its buildable area (default: the same), in planar metres of one CRS.

    ``buildable`` must lie in the parcel; empty, nothing fits. Raises UnusableShape.
    """
    parcel = check_shape("parcel", parcel)
    if parcel.is_empty:
        raise UnusableShape("shape.empty", name="parcel")
    corner = np.array(parcel.bounds[:2])
    if buildable is None or buildable.equals_exact(parcel, 0.0):
        curve = _curve(parcel, corner, FINE, MOST_RUNGS)
        return Profile(curve, curve)
    buildable = check_shape("buildable", buildable)
    fine, coarse = (COARSE, ROUGH) if parcel.area < SMALL else (FINE, COARSE)
    most = MOST_RUNGS // 3
    own, whole = _curve(buildable, corner, fine, most), _curve(parcel, corner, coarse, most)
    return Profile(own, whole, _curve(_behind(parcel, buildable, corner), np.zeros(2), fine, most, ARC + DENT))


def _behind(parcel: Shape, buildable: Shape, corner: Floats) -> Shape:
    """What is buildable behind the setback of the third curve, from the corner of the parcel.

    It reaches up to ARC metres into the setback, and may be short of it by DENT.
    """
    inner = shapely.transform(parcel, lambda xy: xy - corner).buffer(-BEHIND, quad_segs=32)
    own = shapely.transform(buildable, lambda xy: xy - corner)
    return polygonal(shapely.intersection(own, inner, grid_size=1 / GRID))


def _curve(land: Shape, corner: Floats, grade: Grade, most: int, deviation: float = 0.0) -> Curve:
    moved: Shape = shapely.transform(land, lambda xy: np.rint((xy - corner) * GRID) / GRID)
    drawn = (_part(polygon, deviation) for polygon in polygons_of(shapely.normalize(moved)))
    parts = sorted(drawn, key=lambda part: -part.extent)
    if not parts:
        return Curve(LADDER[:1], np.zeros(1), np.full(1, LEAST))
    edges = max(len(part.edges) for part in parts)
    grade = ROUGH if edges > MANY_EDGES else COARSE if edges > SOME_EDGES else grade
    rungs = _swept(parts, grade)
    chosen = np.empty(len(rungs.lengths), np.bool_)
    choose(rungs, chosen, DOUBT)
    curve = Curve(rungs.lengths[chosen], rungs.lower[chosen], rungs.upper[chosen])
    _prove(parts, rungs, curve, [np.arange(len(curve.lengths))])
    for gap in WIDER_GAPS:
        left = np.flatnonzero(np.isinf(curve.upper))[::-1]
        _prove(parts, rungs._replace(gap=gap), curve, [np.array([rung]) for rung in left])
    return _thinned(curve, most)


def _swept(parts: Sequence[Part], grade: Grade) -> Rungs:
    """The whole ladder with the widths found at a first look."""
    enough = int(np.searchsorted(LADDER, parts[0].extent))
    lengths = np.append(LADDER[: enough : grade.step], LADDER[enough : enough + 1])
    blur = ROUNDING + 2.0 * max(part.deviation for part in parts)
    lower, upper = np.zeros(len(lengths)), np.full(len(lengths), LEAST)
    rungs = Rungs(lengths, lower, upper, grade.gap, LEAST, SLACK + blur, blur)
    desk = desk_for(max(len(part.edges) for part in parts), MAX_WORK)
    for part in parts:
        sweep(_sized(desk, part), rungs, part.edges, part.first)
    return rungs


def _prove(parts: Sequence[Part], rungs: Rungs, curve: Curve, groups: Sequence[Indices]) -> None:
    """Prove these rungs of the curve, each group at once, with the gap of ``rungs`` and one bound on the work.

    Those still open at the end have no upper width. The longest rungs take the least work.
    """
    desk = desk_for(max(len(part.edges) for part in parts), MAX_WORK)
    for group in groups:
        lower = curve.lower[group]
        upper = np.maximum(lower * (1.0 + rungs.gap) + 2.0 * rungs.slack + rungs.blur, LEAST)
        asked = rungs._replace(lengths=curve.lengths[group], lower=lower, upper=upper)
        for part in parts:
            prove(_sized(desk, part), asked, part.edges, part.first[0])
        curve.lower[group], curve.upper[group] = asked.lower, asked.upper


def _part(polygon: Polygon, deviation: float) -> Part:
    edges, simplified = edges_of(rings_of(polygon), 0.0, MANY_EDGES, DEVIATIONS)
    spread = np.ptp(edges[:, :2], axis=0)
    return Part(edges, deviation + simplified, float(np.hypot(spread[0], spread[1])), directions(edges))


def _sized(desk: Desk, part: Part) -> Desk:
    """The same tables for a part of fewer edges."""
    return desk._replace(bars=desk.bars[: len(part.edges)])


def _thinned(curve: Curve, most: int) -> Curve:
    """At most ``most`` rungs of the curve: those are left out without which the least is left open."""
    kept = list(range(len(curve.lengths)))
    while len(kept) > most:
        added = [_doubt(curve, before, after) for before, after in zip(kept, kept[2:], strict=False)]
        del kept[1 + int(np.argmin(added))]
    return Curve(curve.lengths[kept], curve.lower[kept], curve.upper[kept])


def _doubt(curve: Curve, before: int, after: int) -> float:
    """What two neighbouring rungs leave open, in logarithms of length and width."""
    upper, lower = min(curve.upper[before], LADDER[-1]), max(curve.lower[after], LEAST)
    return float(np.log(curve.lengths[after] / curve.lengths[before]) * np.log(upper / lower))
