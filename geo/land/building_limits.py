"""What a plan asks of a building beside where it stands: five rules, and which of several zones' figures counts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Limit:
    """The figure of a rule (None: the plan sets none), where it is written, and of what it was said."""

    value: float | None
    source: str
    said_of: str = PARCEL


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
    """The one that leaves least; one that sets none leaves most."""
    set_ = [one for one in limits if one.value is not None]
    if not set_:
        return limits[0]
    choose = min if rule in _AT_MOST else max
    return choose(set_, key=lambda one: one.value or 0.0)
