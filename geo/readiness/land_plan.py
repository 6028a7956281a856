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


def grows_old_on(facts: LandFacts) -> date | None:
    """The day from which a zone AUs may need a révision; None for other zones and where its birth is not certain."""
    if zone_of(facts.typezone) != "aus" or facts.zone_created_on is None:
        return None
    return add_months(facts.zone_created_on, AUS_TERM_MONTHS)


def _is_young(facts: LandFacts, as_of: date) -> bool:
    old_from = grows_old_on(facts)
    return old_from is not None and old_from > as_of


def _plan_change(facts: LandFacts, as_of: date) -> tuple[str, str, str]:
    zone = zone_of(facts.typezone)
    source = f"typezone={facts.typezone}"
    if zone == "aus":
        # commentaries of the law disagree for older zones: both bounds are shown; a zone of unknown age may be one
        born = facts.zone_created_on or facts.zone_known_on
        age = "" if born is None else f" {'zone_created_on' if facts.zone_created_on else 'zone_known_on'}={born}"
        return TO_DO, NOT_NEEDED if _is_young(facts, as_of) else UNKNOWN, source + age
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
