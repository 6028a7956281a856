"""Servicing, permits of the development, surveys and archaeology: from the stage of the land and what touches it."""

from collections.abc import Mapping

from geo.readiness.facts import SURFACES_M2, LandFacts, surface_class
from geo.readiness.gathering import UNSAID, States, fold, from_size, is_protected, put, weight, zone_of
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

RAIN_WATER_D_M2, ZAC_PA_ARCHAEOLOGY_M2, IMPACT_STUDY_M2, RAIN_WATER_A_M2 = SURFACES_M2
FARMLAND_M2 = IMPACT_STUDY_M2

_OPERATION = ("ZAC", "PA", "APPEAL_PA", "CASE_BY_CASE", "AGRI", "IOTA_OP_D", "IOTA_OP_A", "VRD", "ACCESS")
_SURVEYS = ("FLORA4", "DEP", "CLEAR", "ARCH_P", "ARCH_D", "ARCH_F")
_SERVICED_BY_THEN = ("PA", "APPEAL_PA", "CASE_BY_CASE", "AGRI", "IOTA_OP_D", "FLORA4", "CLEAR", "ARCH_P", "ARCH_D")
_NEVER_NEEDED_BY_THEN = ("ZAC", "IOTA_OP_A", "DEP", "ARCH_F")

TOUCHED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "wetland": (("FLORA4", TO_DO), ("DEP", UNKNOWN), ("IOTA_OP_D", TO_DO), ("IOTA_OP_A", UNKNOWN)),
    "natura2000": (("FLORA4", TO_DO), ("DEP", UNKNOWN), ("CASE_BY_CASE", TO_DO)),
    "znieff": (("FLORA4", TO_DO), ("DEP", UNKNOWN)),
    "forest": (("FLORA4", TO_DO), ("DEP", UNKNOWN), ("CLEAR", TO_DO)),
    "archaeology": (("ARCH_P", TO_DO), ("ARCH_D", UNKNOWN), ("ARCH_F", UNKNOWN)),
    "whole_operation": (("ZAC", TO_DO), ("APPEAL_PA", TO_DO), ("PA", NOT_NEEDED)),
    "frozen_by_plan": (("PLU_MOD", TO_DO),),
}
"""Steps a constraint asks for when it touches the land."""
SETTLED = frozenset({"archaeology", "whole_operation"})
"""What servicing works could not have begun without: nothing left to ask once the land is serviced."""
DOUBTFUL = frozenset({"natura2000", "znieff"})
"""What the file of the operation normally dealt with: a doubt only, once serviced. On laid-out land any is a doubt."""


def stage_of(facts: LandFacts) -> str:
    """The development stage: raw, running, serviced, laid_out, urban, never, or unknown when nothing tells.

    Without a CNIG stage, land to urbanise and protected land are raw by definition. An U zone is served by its
    networks by definition (code de l'urbanisme R151-18): a lot there is laid out when built on, else ``urban``,
    nothing to service but no study known either.
    """
    known = _STAGES.get(fold(facts.stade_amngt))
    if known is not None:
        return known
    zone = zone_of(facts.typezone)
    if zone.startswith("au") or is_protected(zone):
        return "raw"
    if zone.startswith("u"):
        return "laid_out" if facts.built else "urban"
    return "unknown"


_STAGES = {
    "non amenage, non viabilise": "raw",
    "non amenage non viabilise": "raw",
    "viabilisation en cours": "running",
    "viabilise non amenage": "serviced",
    "viabilise et amenage": "laid_out",
    "non amenageable": "never",
}


def operation(states: States, facts: LandFacts) -> None:
    """Servicing, permits of the development, surveys and archaeology, from the development stage."""
    stage, source = stage_of(facts), _stage_source(facts)
    if stage == "raw":
        _raw(states, facts, source)
    elif stage in ("running", "serviced", "laid_out"):
        put(states, _SERVICED_BY_THEN, DONE, source)
        put(states, _NEVER_NEEDED_BY_THEN, NOT_NEEDED, source)
        put(states, ("VRD",), RUNNING if stage == "running" else DONE, source)
        put(states, ("ACCESS",), DONE if stage == "laid_out" else TO_DO, source)
        if stage != "laid_out":
            # a recent operation whose own water file covers the rain water of its lots
            put(states, ("IOTA_D", "IOTA_A"), DONE, source)
    elif stage == "urban":
        put(states, (*_OPERATION, "CLEAR"), NOT_NEEDED, source)
        put(states, ("ACCESS", "FLORA4", "DEP", "ARCH_P", "ARCH_D", "ARCH_F"), UNKNOWN, source)
    elif stage == "never":
        put(states, (*_OPERATION, *_SURVEYS), NOT_NEEDED, source)
        put(states, ("VRD",), BLOCKED, source)
    else:
        put(states, (*_OPERATION, *_SURVEYS), UNKNOWN, "terr_stade_amngt is not known")
        put(states, ("ZAC",), NOT_NEEDED, "not_triggered")
    zone = zone_of(facts.typezone)
    taken = stage == "raw" and (zone.startswith("au") or is_protected(zone))
    put(states, ("ZAN",), UNKNOWN if taken else NOT_NEEDED, f"typezone={facts.typezone}")


def _raw(states: States, facts: LandFacts, source: str) -> None:
    """Land with nothing done: sizes decide which studies, occupation decides the survey."""
    put(states, ("PA", "APPEAL_PA", "VRD", "ACCESS"), TO_DO, source)
    put(states, ("ZAC",), NOT_NEEDED, "not_triggered")
    size = _size(facts.surface_m2)
    put(states, ("CASE_BY_CASE",), from_size(facts.surface_m2, IMPACT_STUDY_M2), size)
    put(states, ("IOTA_OP_A",), from_size(facts.surface_m2 or 0.0, RAIN_WATER_A_M2), size)
    covered = states["IOTA_OP_A"].state == TO_DO
    put(states, ("IOTA_OP_D",), NOT_NEEDED if covered else from_size(facts.surface_m2, RAIN_WATER_D_M2), size)
    large = facts.surface_m2 is not None and facts.surface_m2 >= ZAC_PA_ARCHAEOLOGY_M2
    put(states, ("ARCH_P",), TO_DO if large else UNKNOWN, size)
    put(states, ("ARCH_D", "ARCH_F"), UNKNOWN, "outcome")
    occupation = fold(facts.etat_occup)
    survey = {"occupe": NOT_NEEDED, "vacant": NOT_NEEDED, "friche": UNKNOWN}.get(occupation, TO_DO)
    put(states, ("FLORA4",), survey, f"terr_etat_occup={facts.etat_occup}")
    put(states, ("DEP",), NOT_NEEDED if survey == NOT_NEEDED else UNKNOWN, "outcome")
    usage = fold(facts.usage)
    wooded = usage == "espace naturel ou forestier" or (usage in UNSAID and facts.touched is None)
    put(states, ("CLEAR",), UNKNOWN if wooded else NOT_NEEDED, f"terr_usage={facts.usage}")
    put(states, ("AGRI",), _farming(facts, usage), f"terr_usage={facts.usage} {size}")


def _size(surface_m2: float | None) -> str:
    """The class of surface, not the surface: parcels of one class share one computation."""
    passed = surface_class(surface_m2)
    if passed is None:
        return "surface_m2=unknown"
    return f"surface_m2>={passed:.0f}" if passed else f"surface_m2<{SURFACES_M2[0]:.0f}"


def _farming(facts: LandFacts, usage: str) -> str:
    farmed = usage == "espace agricole" or zone_of(facts.typezone) == "a"
    if not farmed and usage not in UNSAID:
        return NOT_NEEDED
    enough = from_size(facts.surface_m2, FARMLAND_M2)
    return enough if farmed or enough == NOT_NEEDED else UNKNOWN


def touched(states: States, facts: LandFacts) -> None:
    """Constraints override what the stage says where they ask for more; see TOUCHED, SETTLED and DOUBTFUL."""
    stage = stage_of(facts)
    settled = stage in ("running", "serviced", "laid_out")
    for kind in sorted(facts.touched or ()):
        if settled and kind in SETTLED:
            continue
        doubt = stage == "laid_out" or (settled and kind in DOUBTFUL)
        for code, asked in TOUCHED.get(kind, ()):
            state = UNKNOWN if doubt and asked == TO_DO else asked
            if asked == NOT_NEEDED or weight(states.get(code)) < weight(StepStatus(state)):
                put(states, (code,), state, f"constraint={kind}")


def _stage_source(facts: LandFacts) -> str:
    if fold(facts.stade_amngt) in _STAGES:
        return f"terr_stade_amngt={facts.stade_amngt}"
    return f"typezone={facts.typezone} built={facts.built}"
