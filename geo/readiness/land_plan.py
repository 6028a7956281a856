"""Changes of the plan: from the zone type and what the plan says of industry."""

from datetime import date

from geo.readiness.dates import add_months
from geo.readiness.facts import LandFacts
from geo.readiness.gathering import States, is_protected, put, weight, zone_of
from geo.readiness.status import NOT_NEEDED, TO_DO, UNKNOWN

AUS_TERM_MONTHS = 72
"""A zone AUs not opened six years after its creation may need a révision (code de l'urbanisme L153-31)."""


def plan(states: States, facts: LandFacts, as_of: date) -> None:
    """Zone type and what the plan says of industry. A planner's freeze on the zone (set before) stays."""
    frozen = states.get("PLU_MOD")
    modification, revision, source = _plan_change(facts, as_of)
    put(states, ("PLU_MOD",), modification, source)
    put(states, ("PLU_REV",), revision, source)
    if frozen is not None and weight(frozen) > weight(states["PLU_MOD"]):
        states["PLU_MOD"] = frozen


def _plan_change(facts: LandFacts, as_of: date) -> tuple[str, str, str]:
    zone = zone_of(facts.typezone)
    source = f"typezone={facts.typezone}"
    if zone == "aus":
        created = facts.zone_created_on
        young = created is not None and add_months(created, AUS_TERM_MONTHS) > as_of
        # commentaries of the law disagree for older zones: both bounds are shown
        return TO_DO, NOT_NEEDED if young else UNKNOWN, f"{source} zone_created_on={created}"
    by_industry = f"industry={facts.industry} {source}"
    if facts.industry in ("allowed", "conditional"):
        return NOT_NEEDED, NOT_NEEDED, by_industry
    if facts.industry == "after_plan_change":
        return TO_DO, UNKNOWN, by_industry
    if is_protected(zone):
        return NOT_NEEDED, TO_DO, source
    if facts.industry == "forbidden":
        return TO_DO, NOT_NEEDED if zone else UNKNOWN, by_industry
    return UNKNOWN, NOT_NEEDED if zone else UNKNOWN, by_industry
