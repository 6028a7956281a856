"""The plan's rules on a building that no placement answers for: checked where they are known, else named."""

from math import ceil

from geo.land.building_limits import BuildingRule, Limit
from geo.match.criteria.criterion import Verdict, Who
from geo.match.fit.building_surface import ground_area, yard_ground
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate

DRAWN = {
    BuildingRule.CES: ("max_footprint",),
    BuildingRule.HEIGHT: ("max_height", "max_volume"),
    BuildingRule.OPEN_GROUND: ("open_ground",),
    BuildingRule.PARKING: ("parking_rule",),
    BuildingRule.RETENTION: (),
}
"""The kinds of constraint (geo.land.constraints) by which plans draw each rule: its figure is in their text."""

VERDICTS = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNKNOWN}

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
    is enough; roads are not counted. Where zones or parcels differ (``loosest``), what breaks the figure of some only
    is ``unknown``. Places to park and water to hold back are told as what they come to: ``unknown``.
    """
    return [
        {"rule": rule.value, "limit": limit.value, "source": limit.source, "said_of": limit.said_of}
        | _judged(rule, limit, need, candidate)
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


def _judged(rule: BuildingRule, limit: Limit, need: Need, candidate: Candidate) -> Told:
    asked = _asked(rule, limit.value or 0.0, need, candidate)
    told: Told = {"asked": asked if asked is None else round(asked, 4)}
    if limit.loosest is not None:
        told["loosest"] = limit.loosest.value
    if limit.value is None:
        return told | {"verdict": Verdict.PASS.value}
    if asked is None or rule in (BuildingRule.PARKING, BuildingRule.RETENTION):
        return told | {"verdict": Verdict.UNKNOWN.value}
    return told | {"verdict": VERDICTS[limit.keeps(rule, asked)].value}


def _asked(rule: BuildingRule, limit: float, need: Need, candidate: Candidate) -> float | None:
    """In the unit of the rule; of parking the places, of retention the cubic metres that the rule comes to."""
    if rule is BuildingRule.HEIGHT:
        return None if "height_m" in need.wishes else need.height_m
    covered, surface = built(need), candidate.surface_m2
    if rule is BuildingRule.PARKING:
        floor = need.floor_m2 or covered
        return None if floor is None else ceil(round(limit * floor / 100, 6))
    if covered is None:
        return None
    if rule is BuildingRule.RETENTION:
        return round(limit * covered / 1_000, 1)
    if not surface:
        return None
    left = surface - covered - yard_ground(programme_of(need))
    return covered / surface if rule is BuildingRule.CES else max(left, 0.0) / surface
