"""Rules of a plan on buildings, as who asks of a polygon gives them: held to by surfaces alone."""

from collections.abc import Mapping

from geo.fit.asking import Question
from geo.fit.plane import plane_of
from geo.intake.polygons import Drawn
from geo.land.building_limits import BuildingRule, Limit
from geo.match.criteria.criterion import Verdict
from geo.match.fit.building_rules import VERDICTS
from geo.match.fit.building_surface import covered, yard_ground

Told = dict[str, object]
Limits = Mapping[BuildingRule, float]
GIVEN = (BuildingRule.CES, BuildingRule.OPEN_GROUND)
"""Those that can be given, as shares of the polygon."""


def held(drawn: Drawn, asked: Question, limits: Limits) -> list[Told]:
    """Each rule given: its limit, the share of the polygon that is asked, and whether that is within.

    Of the open ground, what buildings and yard leave; roads are not counted. The polygon is one that can be used.
    """
    if drawn.geometry is None or not limits:
        return []
    plane = plane_of(drawn.crs, drawn.geometry, ground=asked.ground)
    surface = plane.onto(drawn.geometry).area / plane.scale**2
    built = covered(asked.programme)
    shares = {
        BuildingRule.CES: built / surface,
        BuildingRule.OPEN_GROUND: max(surface - built - yard_ground(asked.programme), 0.0) / surface,
    }
    return [_told(rule, limit, shares[rule]) for rule, limit in sorted(limits.items())]


def _told(rule: BuildingRule, limit: float, share: float) -> Told:
    verdict = VERDICTS[Limit(limit, "").keeps(rule, share)]
    return {"rule": rule.value, "limit": limit, "asked": round(share, 4), "verdict": verdict.value}


def broken(rules: list[Told]) -> bool:
    """Whether one of them is proved not to be kept."""
    return any(one["verdict"] == Verdict.FAIL.value for one in rules)


def not_given(limits: Limits) -> list[str]:
    """The rules of which nothing was said: whether they are kept is not known."""
    return [rule.value for rule in BuildingRule if rule not in limits]
