"""What a plan asks of a building beside where it stands: five rules, and which of several zones' figures counts."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

WHOLE = 0.99
"""The share of a parcel that zones must say a rule of, for it to be known: the rest is slivers of drawing."""


class BuildingRule(StrEnum):
    """The rules, by code de l'urbanisme R151-39 (footprint, height), R151-43 (open ground), R151-44 to R151-46
    (parking) and R151-49 (storm water).
    """

    CES = "ces"
    HEIGHT = "height"
    OPEN_GROUND = "open_ground"
    PARKING = "parking"
    RETENTION = "retention"


MOST = {
    BuildingRule.CES: 1.0,
    BuildingRule.HEIGHT: 500.0,
    BuildingRule.OPEN_GROUND: 1.0,
    BuildingRule.PARKING: 100.0,
    BuildingRule.RETENTION: 1_000.0,
}
"""The largest figure of each: shares of the land, metres, places for 100 m2 of floor, litres for a m2 built over."""
_AT_MOST = frozenset({BuildingRule.CES, BuildingRule.HEIGHT})
"""Rules of which the smaller figure is the stricter; of the others it is the larger."""
PARCEL, ZONE = "parcel", "zone"
SLACK = 1e-6
"""How far beyond a figure is still taken for the figure: shares and metres are computed, not read."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The figure of a rule (None: the plan sets none), where it is written, and of what it was said.

    ``loosest``: where the zones or parcels it stands for differ, the one that leaves most; beyond ``value`` and within
    that, it depends on where what stands.
    """

    value: float | None
    source: str
    said_of: str = PARCEL
    loosest: "Limit | None" = None

    def keeps(self, rule: BuildingRule, asked: float) -> bool | None:
        """Whether what is asked keeps to the rule; None: it does in some of the zones or parcels only."""
        if _within(rule, self.value, asked):
            return True
        return None if self.loosest is not None and _within(rule, self.loosest.value, asked) else False


@dataclass(frozen=True, slots=True)
class Said:
    """A figure that may count on a parcel: said of itself, or of a zone that has a ``share`` (0 to 1) of it."""

    rule: BuildingRule
    limit: Limit
    share: float = 1.0


def effective(said: Iterable[Said]) -> dict[BuildingRule, Limit]:
    """The rules known of a parcel: what was said of it; else the strictest of its zones, where all of them say it."""
    by_rule: dict[BuildingRule, list[Said]] = defaultdict(list)
    for one in said:
        by_rule[one.rule].append(one)
    found = {rule: _of_rule(rule, listed) for rule, listed in sorted(by_rule.items())}
    return {rule: limit for rule, limit in found.items() if limit is not None}


def _of_rule(rule: BuildingRule, listed: list[Said]) -> Limit | None:
    own = [one.limit for one in listed if one.limit.said_of == PARCEL]
    if own:
        return own[0]
    if sum(one.share for one in listed) < WHOLE:
        return None
    return strictest(rule, [one.limit for one in listed])


def strictest(rule: BuildingRule, limits: list[Limit]) -> Limit:
    """The one that leaves least, with the one that leaves most where they differ; one that sets none leaves most."""

    def leaves(one: Limit) -> float:
        if one.value is None:
            return math.inf
        return one.value if rule in _AT_MOST else -one.value

    least, most = min(limits, key=leaves), max((one.loosest or one for one in limits), key=leaves)
    return replace(least, loosest=None if leaves(most) == leaves(least) else most)


def _within(rule: BuildingRule, value: float | None, asked: float) -> bool:
    if value is None:
        return True
    return asked <= value + SLACK if rule in _AT_MOST else asked >= value - SLACK
