"""Does the need's building fit on a parcel: ground metres in, a proved answer out."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit import Fit, Ground, UnusableShape, decide_on, lay_out
from geo.land.vocabulary import Effect
from geo.match.candidate import Candidate
from geo.match.criterion import Criterion, Verdict, Who, unknown
from geo.match.need import Need
from geo.match.need_parts import AreaBuilding, Building, OutlineBuilding, RectangleBuilding

TOLERANCE_M = 0.25
"""Planar metres within which an answer may be `borderline`."""

THIN_MARGIN_M = 0.5
"""A margin (ground metres) below which the drawing's own accuracy decides [estimate: a cadastral plan is right to some
decimetres where it was surveyed anew, to metres where old sheets were digitised]."""

_WHO = {
    "fit.borderline": Who.SURVEYOR,
    "fit.no_geometry": Who.RESPONSIBLE,
    "fit.unusable_geometry": Who.RESPONSIBLE,
    "fit.forbidden_zone_unknown": Who.PLANNING_AUTHORITY,
}


class FitVerdict(StrEnum):
    """What is known of a fit (design §1)."""

    FITS = "fits"
    NO = "no"
    BORDERLINE = "borderline"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class FitOutcome:
    """A fit on one parcel. `placement` is in the planar CRS; `touches` are the restricting constraints it meets."""

    verdict: FitVerdict
    code: str
    placement: Polygon | None = None
    touches: tuple[int, ...] = ()
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """Whether it is open only until a derived fact is recomputed."""
        return self.code == "fit.stale"

    def criterion(self, source: str | None) -> Criterion:
        """The outcome as the last criterion of a parcel."""
        if self.verdict in (FitVerdict.BORDERLINE, FitVerdict.OPEN):
            who = _WHO.get(self.code, Who.SERVICE)
            return unknown("fit", self.code, who, source, **self.detail)
        verdict = Verdict.PASS if self.verdict is FitVerdict.FITS else Verdict.FAIL
        return Criterion("fit", verdict, self.code, self.verdict.value, source, self.detail)


DecideFit = Callable[[Need, Candidate], FitOutcome]
"""How a fit is decided: `decide_fit`, or something that remembers its answers."""


def is_provable(need: Need) -> bool:
    """Whether a fit can be proved at all: one rectangle, once. Other shapes can only be refused for now."""
    buildings = need.buildings or []
    return len(buildings) == 1 and isinstance(buildings[0], RectangleBuilding) and buildings[0].count == 1


def decide_fit(need: Need, candidate: Candidate) -> FitOutcome:
    """Whether the need's buildings fit on the parcel, inside its buildable area, behind the setback.

    Lengths of the need are ground metres, multiplied by the parcel's scale factor; the setback is measured from the
    parcel boundary. For an industry that is a must, what the plan forbids on a parcel of several zones is not
    buildable; where it is not known which part that is, the fit is left open. Several buildings, or another shape than
    a rectangle, are never said to fit: they are refused when their surface or one of the rectangles alone does not
    fit, else left open (`fit.shape_not_decided`).
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
    ground = _ground(parcel, buildable, need.setback_m * candidate.scale)
    if ground is None:
        return FitOutcome(FitVerdict.OPEN, "fit.unusable_geometry")
    buildings = need.buildings or []
    outcomes = (_one(b, need, ground, candidate) for b in buildings if isinstance(b, RectangleBuilding))
    if is_provable(need):
        return next(outcomes)
    refused = next((outcome for outcome in outcomes if outcome.verdict is FitVerdict.NO), None)
    return refused or FitOutcome(FitVerdict.OPEN, "fit.shape_not_decided")


def cannot_hold(need: Need, candidate: Candidate) -> bool:
    """Whether surfaces alone prove that the need's buildings do not fit; says nothing when it is False.

    A rectangle l x w that stays s from the boundary of its parcel lies there with all that is within s of it: the
    parcel measures at least lw + 2s(l + w) + pi s2.
    """
    parcel, buildable, k2 = candidate.geometry, candidate.buildable, candidate.scale**2
    if candidate.stale or parcel is None or buildable is None:
        return False
    allowed = _allowed(need, candidate, buildable)
    if allowed is not None and _too_small(need, allowed.area / k2) is not None:
        return True
    rectangles = (building for building in need.buildings or [] if isinstance(building, RectangleBuilding))
    return any(_with_setback(building, need.setback_m) > parcel.area / k2 for building in rectangles)


def _with_setback(building: RectangleBuilding, setback: float) -> float:
    """Ground m2 within `setback` metres of one rectangle, the rectangle included."""
    length, width = building.length_m, building.width_m
    return length * width + 2 * setback * (length + width) + math.pi * setback**2


def _too_small(need: Need, available: float) -> FitOutcome | None:
    """A refusal when the buildings cover more than the `available` ground m2."""
    needed = sum(ground_area(building) for building in need.buildings or [])
    if needed <= available:
        return None
    detail: dict[str, object] = {"needed_m2": round(needed, 1), "buildable_m2": round(available, 1)}
    return FitOutcome(FitVerdict.NO, "fit.surface_too_small", detail=detail)


def _ground(parcel: BaseGeometry, buildable: BaseGeometry, setback: float) -> Ground | None:
    """The free land, planar metres; None when a shape is not one a building can be placed on."""
    if not (isinstance(parcel, Polygon | MultiPolygon) and isinstance(buildable, Polygon | MultiPolygon)):
        return None
    try:
        return lay_out(parcel, buildable, setback)
    except UnusableShape:
        return None


def ground_area(building: Building) -> float:
    """Ground surface of a building (all of its copies), m2."""
    if isinstance(building, AreaBuilding):
        return building.area_m2
    if isinstance(building, OutlineBuilding):
        return float(building.polygon.shape.area)
    return building.length_m * building.width_m * building.count


def _one(building: RectangleBuilding, need: Need, ground: Ground, candidate: Candidate) -> FitOutcome:
    """One rectangle, alone on the land."""
    k = candidate.scale
    found = decide_on(ground, building.length_m * k, building.width_m * k, tolerance=TOLERANCE_M)
    return _outcome(found, building, need, candidate)


def _outcome(decision: Fit, building: RectangleBuilding, need: Need, candidate: Candidate) -> FitOutcome:
    verdict = FitVerdict(decision.verdict)
    detail: dict[str, object] = {
        "length_m": building.length_m,
        "width_m": building.width_m,
        "setback_m": need.setback_m,
        "tolerance_m": TOLERANCE_M,
    }
    if decision.certificate is not None and decision.certificate.exhausted:
        detail["exhausted"] = True
    if verdict is not FitVerdict.FITS or decision.placement is None:
        return FitOutcome(verdict, f"fit.{verdict.value}", detail=detail)
    if decision.angle_deg is not None:
        detail["angle_deg"] = round(decision.angle_deg, 4)
    if decision.margin_m is not None:
        detail["margin_m"] = round(decision.margin_m / candidate.scale, 3)
        if decision.margin_m / candidate.scale < THIN_MARGIN_M:
            detail["thin_margin"] = True
    touches = restricting(decision.placement, candidate)
    if touches:
        detail["conditional"], detail["constraints"] = True, list(touches)
    code = "fit.conditional" if touches else "fit.fits"
    return FitOutcome(verdict, code, decision.placement, touches, detail)


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
