"""The plan's rules on a building that no placement answers for: checked where they are known, else named."""

from geo.land.building_limits import BuildingRule
from geo.match.building_surface import ground_area
from geo.match.candidate import Candidate
from geo.match.criterion import Verdict, Who
from geo.match.need import Need
from geo.match.need_parts import RectangleBuilding

DRAWN = {
    BuildingRule.CES: ("max_footprint",),
    BuildingRule.HEIGHT: ("max_height", "max_volume"),
    BuildingRule.OPEN_GROUND: ("open_ground",),
    BuildingRule.PARKING: ("parking_rule",),
    BuildingRule.RETENTION: (),
}
"""The kinds of constraint (geo.land.constraints) by which plans draw each rule: its figure is in their text."""

Told = dict[str, object]


def unchecked(candidate: Candidate) -> list[Told]:
    """Every rule that is not known, with the ids of what the plan draws of it on the parcel, and who can answer."""
    return [
        {
            "rule": rule.value,
            "constraints": [one.id for one in candidate.constraints if one.kind in kinds],
            "who": Who.PLANNING_AUTHORITY.value,
        }
        for rule, kinds in DRAWN.items()
        if rule not in candidate.limits
    ]


def checked(need: Need, candidate: Candidate) -> list[Told]:
    """Every rule that is known: its figure and source, what the need asks of it, and whether that is within.

    ``fail`` is proved by surfaces and height alone. ``pass`` of the open ground says that what buildings and yard leave
    is enough; roads are not counted. Places to park and water to hold back are told as what they come to: ``unknown``.
    """
    return [
        {"rule": rule.value, "limit": limit.value, "source": limit.source, "said_of": limit.said_of}
        | _judged(rule, limit.value, need, candidate)
        for rule, limit in ((rule, candidate.limits[rule]) for rule in BuildingRule if rule in candidate.limits)
    ]


def refusing(need: Need, candidate: Candidate) -> list[Told]:
    """The known rules that the need breaks on the parcel, whatever stands where."""
    return [one for one in checked(need, candidate) if one["verdict"] == Verdict.FAIL.value]


def built(need: Need) -> float | None:
    """The ground that is built over, m2; None where the need does not say."""
    drawn = sum(ground_area(building) for building in need.buildings or ())
    said = need.footprint_m2 if "footprint_m2" not in need.wishes else None
    return max(drawn, said or 0.0) or None


def _judged(rule: BuildingRule, limit: float | None, need: Need, candidate: Candidate) -> Told:
    asked = _asked(rule, limit or 0.0, need, candidate)
    if limit is None:
        return {"asked": asked, "verdict": Verdict.PASS.value}
    if asked is None or rule in (BuildingRule.PARKING, BuildingRule.RETENTION):
        return {"asked": asked, "verdict": Verdict.UNKNOWN.value}
    within = asked >= limit if rule is BuildingRule.OPEN_GROUND else asked <= limit
    return {"asked": asked, "verdict": (Verdict.PASS if within else Verdict.FAIL).value}


def _asked(rule: BuildingRule, limit: float, need: Need, candidate: Candidate) -> float | None:
    """In the unit of the rule; of parking the places, of retention the cubic metres that the rule comes to."""
    if rule is BuildingRule.HEIGHT:
        return None if "height_m" in need.wishes else need.height_m
    covered, surface = built(need), candidate.surface_m2
    if rule is BuildingRule.PARKING:
        floor = need.floor_m2 or covered
        return None if floor is None else round(limit * floor / 100)
    if covered is None:
        return None
    if rule is BuildingRule.RETENTION:
        return round(limit * covered / 1_000, 1)
    if not surface:
        return None
    left = surface - covered - _yard(need)
    return round(covered / surface if rule is BuildingRule.CES else max(left, 0.0) / surface, 4)


def _yard(need: Need) -> float:
    """The open ground of a yard that must be there, along a long side of the largest rectangle, m2."""
    lengths = (b.length_m for b in need.buildings or () if isinstance(b, RectangleBuilding))
    return 0.0 if "yard_m" in need.wishes else (need.yard_m or 0.0) * max(lengths, default=0.0)
