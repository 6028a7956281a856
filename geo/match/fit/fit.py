"""Does the need's building fit on a parcel: ground metres in, a proved answer out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.asking import scaled
from geo.fit.building import Layout, Rectangle
from geo.fit.checks import UnusableShape
from geo.fit.frontage import limits_of
from geo.fit.ground import Ground, Limit, lay_out
from geo.fit.profile import Told
from geo.fit.programme import decide_programme
from geo.fit.work import Work
from geo.land.vocabulary import Effect
from geo.match.criteria.extension import is_placed
from geo.match.fit.building_rules import checked, refusing, unchecked
from geo.match.fit.building_surface import ground_area
from geo.match.fit.outcome import DecideFit, FitOutcome, FitVerdict
from geo.match.fit.programme import programme_of
from geo.match.fit.told import told
from geo.match.need.need import Need
from geo.match.need.parts import Building, RectangleBuilding
from geo.match.parcel.candidate import Candidate

__all__ = [
    "DecideFit",
    "FitOutcome",
    "FitVerdict",
    "cannot_hold",
    "decide_fit",
    "is_one_rectangle",
    "restricting",
]

TOLERANCE_M = 0.25
"""Planar metres within which an answer may be `borderline`."""

MOST_WORK = 50_000.0
"""Sweeps (geo/fit/work.py) for one parcel, some second and a half: several are waiting."""

THIN_MARGIN_M = 0.5
"""A margin (ground metres) below which the drawing's own accuracy decides [estimate: a cadastral plan is right to some
decimetres where it was surveyed anew, to metres where old sheets were digitised]."""


def is_one_rectangle(need: Need) -> bool:
    """Whether all that is to be placed is one rectangle: decided in a millisecond, where others take longer."""
    programme = programme_of(need)
    alone = len(programme.buildings) == 1 and programme.yard == 0 and not is_placed(need)
    return alone and isinstance(programme.buildings[0], Rectangle)


def decide_fit(need: Need, candidate: Candidate) -> FitOutcome:
    """Whether the need's buildings fit on the parcel, inside its buildable area, behind the setback.

    Lengths of the need are ground metres, multiplied by the parcel's scale factor; the setback is measured from the
    parcel boundary. For an industry that is a must, what the plan forbids on a parcel of several zones is not
    buildable; where it is not known which part that is, the fit is left open. Several buildings that are neither
    placed nor refused are open too (`fit.open`). What else the plan asks of a building is checked where it is known
    (`rules`), and refuses; `not_checked` names the rest, of which a placement says nothing.
    """
    parcel, buildable = candidate.geometry, candidate.buildable
    if candidate.stale or (parcel is not None and buildable is None):
        return FitOutcome(FitVerdict.OPEN, "fit.stale")
    if parcel is None or buildable is None:
        return FitOutcome(FitVerdict.OPEN, "fit.no_geometry")
    allowed = _allowed(need, candidate, buildable)
    if allowed is None:
        return FitOutcome(FitVerdict.OPEN, "fit.forbidden_zone_unknown")
    outcome = _decide(need, candidate, parcel, allowed)
    if allowed is buildable:
        return outcome
    return replace(outcome, detail={**outcome.detail, "outside_forbidden_zone": True})


def _allowed(need: Need, candidate: Candidate, buildable: BaseGeometry) -> BaseGeometry | None:
    """The buildable area less what the plan forbids to the industry asked; None when that is not known."""
    if need.use != "industrie" or "use" in need.wishes or not candidate.is_partly_forbidden:
        return buildable
    if candidate.forbidden is None:
        return None
    try:
        return shapely.difference(buildable, candidate.forbidden)
    except shapely.errors.GEOSException:
        return None


def _decide(need: Need, candidate: Candidate, parcel: BaseGeometry, buildable: BaseGeometry) -> FitOutcome:
    too_small = _too_small(need, buildable.area / candidate.scale**2)
    if too_small is not None:
        return too_small
    broken = refusing(need, candidate)
    if broken:
        return FitOutcome(FitVerdict.NO, f"fit.over_{broken[0]['rule']}", detail={"rules": broken})
    if told(need, candidate) is Told.NO:
        return FitOutcome(FitVerdict.NO, "fit.no", detail={**_asked(need), "tolerance_m": TOLERANCE_M})
    grounds = [_ground(parcel, buildable, limits, candidate) for limits in _limits(need, candidate, parcel)]
    work = Work(MOST_WORK)
    try:
        outcome = _placed(need, candidate, grounds, work)
    except UnusableShape:
        outcome = FitOutcome(FitVerdict.OPEN, "fit.unusable_geometry")
    return replace(outcome, work=work.done)


def _placed(need: Need, candidate: Candidate, grounds: Sequence[Ground | None], work: Work) -> FitOutcome:
    """By what asks the most of a building, then by what asks the least. Raises UnusableShape."""
    programme = scaled(programme_of(need), candidate.scale)
    found: Layout | None = None
    for ground in grounds:
        if ground is None:
            return FitOutcome(FitVerdict.OPEN, "fit.unusable_geometry")
        found = decide_programme(ground, programme, tolerance=TOLERANCE_M, settle=True, work=work)
        if found.verdict is FitVerdict.FITS and ground is grounds[0]:
            return _outcome(found, need, candidate)
    if found is None or (len(grounds) > 1 and found.verdict is not FitVerdict.NO):
        return FitOutcome(FitVerdict.OPEN, "fit.sides_unknown", detail=_asked(need))
    return _outcome(found, need, candidate)


def _limits(need: Need, candidate: Candidate, parcel: BaseGeometry) -> list[float | tuple[Limit, ...]]:
    """What is kept from the boundary, planar metres: by what asks the most, then by what asks the least of a building.

    They are one where each side is known, or its kind does not matter.
    """
    road, neighbour = (setback * candidate.scale for setback in need.setbacks)
    if road == neighbour:
        return [road]
    if candidate.sides is None:
        return [max(road, neighbour), min(road, neighbour)]
    most, least = limits_of(candidate.sides, road, neighbour)
    return [most] if candidate.sides.unknown.is_empty else [most, least]


def cannot_hold(need: Need, candidate: Candidate) -> bool:
    """Whether the profile, or surfaces alone, prove that the need's buildings do not fit; False says nothing.

    A rectangle l x w that stays s from the boundary of its parcel lies there with all that is within s of it: the
    parcel measures at least lw + 2s(l + w) + pi s2.
    """
    parcel, buildable, k2 = candidate.geometry, candidate.buildable, candidate.scale**2
    if candidate.stale or parcel is None or buildable is None:
        return False
    allowed = _allowed(need, candidate, buildable)
    if allowed is not None and _too_small(need, allowed.area / k2) is not None:
        return True
    if told(need, candidate) is Told.NO:
        return True
    return any(with_setback(building, min(need.setbacks)) > parcel.area / k2 for building in need.buildings or [])


def with_setback(building: Building, setback: float) -> float:
    """Ground m2 within `setback` metres of one building, itself included, as far as that is known; at least its own."""
    if not isinstance(building, RectangleBuilding):
        return ground_area(building)
    length, width = building.length_m, building.width_m
    return length * width + 2 * setback * (length + width) + math.pi * setback**2


def _too_small(need: Need, available: float) -> FitOutcome | None:
    """A refusal when the buildings cover more than the `available` ground m2."""
    needed = sum(ground_area(building) for building in need.buildings or [])
    if needed <= available:
        return None
    detail: dict[str, object] = {"needed_m2": round(needed, 1), "buildable_m2": round(available, 1)}
    count = len(programme_of(need).buildings)
    if count > 1:
        detail["buildings"] = count
    return FitOutcome(FitVerdict.NO, "fit.surface_too_small", detail=detail)


def _ground(
    parcel: BaseGeometry, buildable: BaseGeometry, limits: float | tuple[Limit, ...], candidate: Candidate
) -> Ground | None:
    """The free land, planar metres, to be built along its frontage; None when nothing can be placed on such a shape."""
    if not (isinstance(parcel, Polygon | MultiPolygon) and isinstance(buildable, Polygon | MultiPolygon)):
        return None
    along = None if candidate.sides is None else candidate.sides.direction()
    try:
        return lay_out(parcel, buildable, limits, [] if along is None else [along])
    except UnusableShape:
        return None


def _outcome(found: Layout, need: Need, candidate: Candidate) -> FitOutcome:
    verdict = found.verdict
    detail: dict[str, object] = {**_asked(need), "tolerance_m": TOLERANCE_M}
    if found.exhausted:
        detail["exhausted"] = True
    if verdict is not FitVerdict.FITS or found.margin_m is None or found.angle_deg is None:
        return FitOutcome(verdict, "fit.surface_too_small" if found.surface else f"fit.{verdict.value}", detail=detail)
    placement = found.placements[0] if len(found.placements) == 1 else MultiPolygon(found.placements)
    detail |= {"angle_deg": round(found.angle_deg, 4), "margin_m": round(found.margin_m / candidate.scale, 3)}
    if found.margin_m / candidate.scale < THIN_MARGIN_M:
        detail["thin_margin"] = True
    detail |= {"access": _access(candidate), "not_checked": unchecked(candidate)}
    if candidate.limits:
        detail["rules"] = checked(need, candidate)
    touches = restricting(placement, candidate)
    if touches:
        detail["conditional"], detail["constraints"] = True, list(touches)
    return FitOutcome(verdict, "fit.conditional" if touches else "fit.fits", placement, touches, detail)


def _access(candidate: Candidate) -> str:
    """Whether a lorry gets in from public ground: `yes`, `no`, or `unknown`."""
    known = None if candidate.sides is None else candidate.sides.has_access
    return "unknown" if known is None else "yes" if known else "no"


def _asked(need: Need) -> dict[str, object]:
    """The sides of one rectangle; else how many buildings, and what goes with them."""
    buildings = programme_of(need).buildings
    if len(buildings) == 1 and isinstance(buildings[0], Rectangle):
        asked: dict[str, object] = {"length_m": buildings[0].length, "width_m": buildings[0].width}
    else:
        asked = {"buildings": len(buildings), "gap_m": need.gap_m}
    road, neighbour = need.setbacks
    asked["setback_m"] = road if road == neighbour else {"road": road, "neighbour": neighbour}
    return asked if need.yard_m is None else asked | {"yard_m": need.yard_m}


def restricting(placement: BaseGeometry, candidate: Candidate) -> tuple[int, ...]:
    """Ids of the `restricts` constraints a placement meets.

    One whose geometry is not at hand counts as met: the condition may apply, so it is shown.
    """
    return tuple(sorted(_met(placement, candidate)))


def _met(placement: BaseGeometry, candidate: Candidate) -> Iterable[int]:
    for constraint in candidate.constraints:
        if constraint.effect is not Effect.RESTRICTS:
            continue
        if constraint.geometry is None or shapely.intersects(constraint.geometry, placement):
            yield constraint.id
