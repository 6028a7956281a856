"""May the building be as high as that?"""

from geo.land.building_limits import BuildingRule
from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView


def height(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the plan admits the height: by the figure a planner entered; plans write it in their text."""
    limit, asked = candidate.limits.get(BuildingRule.HEIGHT), need.height_m or 0.0
    if limit is None:
        return unknown("height_m", "height_m.not_recorded", Who.PLANNING_AUTHORITY)
    if limit.value is None:
        return Criterion("height_m", Verdict.PASS, "height_m.no_limit", None, limit.source)
    kept = limit.keeps(BuildingRule.HEIGHT, asked)
    if kept is None:
        told = {"asked": asked, "who": Who.PLANNING_AUTHORITY.value}
        return Criterion("height_m", Verdict.UNKNOWN, "height_m.by_place", limit.value, limit.source, told)
    codes = ("height_m.allowed", "height_m.too_high")
    return decided("height_m", kept, codes, limit.value, limit.source, asked=asked)
