"""Do the surfaces to be built have room, whatever shape they take?

Surfaces alone, and the share of the land that the plan lets be built over (CES) where it is known; the plan's other
rules on buildings are judged elsewhere or named `not_checked`.
"""

from math import ceil

from geo.land.building_limits import BuildingRule, Limit
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.fit.building_rules import unchecked
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView


def footprint(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the built ground surface is no more than what may be built on, and than the plan's share of the land."""
    name, asked, free = "footprint_m2", need.footprint_m2 or 0.0, candidate.buildable_m2
    limit = candidate.limits.get(BuildingRule.CES)
    kept = keeps_ces(asked, limit, candidate.surface_m2)
    ces: dict[str, object] = {"asked": asked, "ces": limit and limit.value, "surface_m2": candidate.surface_m2}
    if limit is not None and kept is False:
        return Criterion(name, Verdict.FAIL, "footprint.over_ces", limit.value, limit.source, ces)
    if free is None:
        return unknown(name, "footprint.buildable_unknown", Who.RESPONSIBLE, candidate.source, asked=asked)
    detail: dict[str, object] = {"asked": asked, "buildable_m2": round(free, 1)}
    if asked > free:
        return Criterion(name, Verdict.FAIL, "footprint.too_large", round(free, 1), candidate.source, detail)
    if limit is not None and kept is None:
        return unknown(name, "footprint.ces_by_place", Who.PLANNING_AUTHORITY, limit.source, **ces)
    detail["not_checked"] = unchecked(candidate)
    return Criterion(name, Verdict.PASS, "footprint.has_room", round(free, 1), candidate.source, detail)


def keeps_ces(asked: float, limit: Limit | None, surface: float | None) -> bool | None:
    """Whether so much built ground (m2) is no more than the share of the land that the CES allows, as far as it is
    known; None: in some of the zones or parcels only.
    """
    return True if limit is None or not surface else limit.keeps(BuildingRule.CES, asked / surface)


def floor(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the floor surface has room on one level. On several it depends on the height the plan allows: unknown."""
    name, asked, free = "floor_m2", need.floor_m2 or 0.0, candidate.buildable_m2
    if free is None:
        return unknown(name, "floor.buildable_unknown", Who.RESPONSIBLE, candidate.source, asked=asked)
    detail: dict[str, object] = {"asked": asked, "buildable_m2": round(free, 1)}
    if free <= 0:
        return Criterion(name, Verdict.FAIL, "floor.nothing_buildable", 0.0, candidate.source, detail)
    if asked <= free:
        detail["not_checked"] = unchecked(candidate)
        return Criterion(name, Verdict.PASS, "floor.on_one_level", round(free, 1), candidate.source, detail)
    levels = ceil(asked / free)
    return unknown(name, "floor.needs_levels", Who.PLANNING_AUTHORITY, candidate.source, **detail, levels=levels)
