"""Any programme on any ground: which search answers it, and what refuses it before any search."""

import math
from dataclasses import replace

import shapely
from shapely import Polygon

from geo.fit.answer import Fit, Verdict
from geo.fit.building import Building, Layout, Outline, Programme, Rectangle, Surface
from geo.fit.checks import check_length
from geo.fit.clearest import clearest, clearest_together
from geo.fit.decision import decide_on
from geo.fit.ground import Ground
from geo.fit.outline import decide_outline, decide_with_yard, outline_with_yard
from geo.fit.several import layout_of, place_rectangles
from geo.fit.sized import decide_surface, placed
from geo.fit.stand_in import FORMS, pose_of, sides_of, stand_in, with_yard
from geo.fit.work import Work

MOST_SWEEPS = 100_000
"""Work of one decision (geo/fit/work.py): some three seconds, whatever the shapes."""

LESS_ERODED = 0.98
"""GEOS passes over dents shallower than a hundredth of the distance before it erodes, and so takes too much."""
MORE_GROWN = 1 / math.cos(1.5 * math.pi / 64)
"""GEOS draws arcs as chords, of which one may span one and a half of the parts asked for."""


def decide_programme(
    ground: Ground, asked: Programme, *, tolerance: float = 0.25, settle: bool = False, work: Work | None = None
) -> Layout:
    """Say whether the buildings stand on the ground together, with verified placements or a proof.

    One rectangle, one surface, one outline, one rectangle with a yard: as sure as their own searches. Several
    buildings: ``fits`` is found and checked; ``no`` is proved by one of them alone or by their surfaces; else ``open``.
    Beside others, a surface is tried in a few proportions, an outline as the rectangle around it, and the yard of the
    largest as part of it. With ``settle``, a single rectangle, or several buildings together, are moved to where they
    have the most room. What is looked at is counted in ``work``; beyond what that allows (MOST_SWEEPS where none is
    given) nothing is looked for, and the answer is ``borderline`` or ``open`` and ``exhausted``.
    Raises ValueError and UnusableShape.
    """
    ground = replace(ground, work=Work(MOST_SWEEPS) if work is None else work)
    found = _decided(ground, asked, tolerance, settle=settle)
    is_known = found.verdict in (Verdict.FITS, Verdict.NO)
    return replace(found, exhausted=True) if ground.work.is_over and not is_known else found


def _decided(ground: Ground, asked: Programme, tolerance: float, *, settle: bool) -> Layout:
    if not asked.buildings:
        raise ValueError("a programme has one building at least, for example Rectangle(80, 40)")
    gap = check_length("gap", asked.gap, shortest=0.0)
    if len(asked.buildings) == 1:
        found = _alone(ground, asked.buildings[0], asked.yard, tolerance)
        return found if isinstance(asked.buildings[0], Outline) or not settle else settled(ground, found)
    if _exceeds(ground, asked):
        return Layout(Verdict.NO, surface=True)
    refusal = _refused_alone(ground, asked, tolerance)
    if refusal is not None:
        return refusal
    doubt = Layout(Verdict.OPEN)
    for form in range(FORMS if any(isinstance(one, Surface) for one in asked.buildings) else 1):
        found = _together(ground, asked, gap, form, tolerance)
        if found.verdict is Verdict.FITS:
            return clearest_together(ground, found, gap) if settle else found
        doubt = replace(doubt, exhausted=doubt.exhausted or found.exhausted)
    return doubt


def _refused_alone(ground: Ground, asked: Programme, tolerance: float) -> Layout | None:
    """The refusal of the first building that fits nowhere by itself: half the work is for that."""
    half = replace(ground, work=Work(ground.work.left / 2))
    each = (_alone(half, one, 0.0, tolerance) for one in dict.fromkeys(asked.buildings) if not half.work.is_over)
    found = next((one for one in each if one.verdict is Verdict.NO), None)
    ground.work.takes(half.work.done)
    return found


def _alone(ground: Ground, one: Building, yard: float, tolerance: float) -> Layout:
    if isinstance(one, Outline):
        found = decide_outline(ground, one, tolerance=tolerance)
        return found if yard <= 0 or found.verdict is Verdict.NO else outline_with_yard(ground, one, yard, tolerance)
    if isinstance(one, Surface):
        found = decide_surface(ground, one, tolerance=tolerance)
        return found if yard <= 0 or found.verdict is Verdict.NO else _surface_with_yard(ground, one, yard, tolerance)
    if yard > 0:
        return decide_with_yard(ground, one, yard, tolerance=tolerance)
    found_one = decide_on(ground, one.length, one.width, tolerance=tolerance)
    layout = placed(found_one)
    if found_one.certificate is None:
        return layout
    proved = layout.verdict is Verdict.NO
    sides = (max(one.length, one.width), min(one.length, one.width))
    return replace(
        layout,
        refused=(sides,) if proved else (),
        certificates=(found_one.certificate,) if proved else (),
        exhausted=found_one.certificate.exhausted,
    )


def settled(ground: Ground, found: Layout) -> Layout:
    """One rectangle without a yard, where it has the most room at its angle; with a yard, as it is."""
    if not found.placements or found.yard is not None:
        return found
    roomy = clearest(ground, Fit(found.verdict, found.placements[0], found.angle_deg, found.margin_m, None, 0))
    return placed(roomy)


def _surface_with_yard(ground: Ground, one: Surface, yard: float, tolerance: float) -> Layout:
    """A few proportions with the yard; none of them refuses the others."""
    for form in range(FORMS):
        rectangle = Rectangle(*sides_of(one, form, ground))
        found = decide_with_yard(ground, rectangle, yard, tolerance=tolerance)
        if found.verdict is Verdict.FITS:
            return found
    return Layout(Verdict.OPEN)


def _exceeds(ground: Ground, asked: Programme) -> bool:
    """Do the buildings cover more than the land, each counted with half the gap around it?

    Discs of half the gap around buildings that far apart do not overlap, and lie within half the gap of the land.
    """
    half = 0.5 * asked.gap
    kept = min(limit.setback for limit in ground.limits) * LESS_ERODED
    land = shapely.intersection(ground.buildable, shapely.buffer(ground.parcel, -kept, quad_segs=16))
    room = float(shapely.buffer(land, half * MORE_GROWN, quad_segs=16).area) if half else float(land.area)
    return sum(_least(one, half) for one in asked.buildings) > room * (1 + 1e-9)


def _least(one: Building, half: float) -> float:
    """Square metres within ``half`` metres of a building, at least; of an outline by Brunn and Minkowski."""
    if isinstance(one, Outline):
        area = float(one.polygon.area)
        around = 2 * math.sqrt(math.pi * area)
    elif isinstance(one, Surface):
        area, around = one.area, 4 * math.sqrt(one.area)
    else:
        area, around = one.length * one.width, 2 * (one.length + one.width)
    return area + around * half + math.pi * half**2


def _together(ground: Ground, asked: Programme, gap: float, form: int, tolerance: float) -> Layout:
    """All at once, each as the rectangle that stands for it."""
    stand_ins = [stand_in(one, form, ground) for one in asked.buildings]
    yard: Polygon | None = None
    largest = max(range(len(stand_ins)), key=lambda k: stand_ins[k].area)
    if asked.yard > 0:
        stand_ins[largest] = with_yard(stand_ins[largest], asked.yard)
    found = place_rectangles(ground, [(one.long, one.wide) for one in stand_ins], gap, tolerance)
    if found.verdict is not Verdict.FITS:
        return found
    poses = [pose_of(placement) for placement in found.placements]
    drawn = [pose.put(one.building) for pose, one in zip(poses, stand_ins, strict=True)]
    open_ground = stand_ins[largest].yard
    if open_ground is not None:
        yard = poses[largest].put(open_ground)
    return layout_of(ground, drawn, gap, yard)
