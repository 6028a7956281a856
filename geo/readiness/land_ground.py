"""Soil and buildings: from the pollution known, the occupation and what stands on the land."""

from geo.readiness.facts import LandFacts
from geo.readiness.gathering import States, fold, put
from geo.readiness.status import DONE, NOT_NEEDED, TO_DO, UNKNOWN


def ground(states: States, facts: LandFacts) -> None:
    """Soil and buildings."""
    known = _POLLUTION.get(fold(facts.pollution).removeprefix("pollution "))
    diagnosis, works = known or _suspicion(facts)
    source = f"sol_pollution_existe={facts.pollution}" if known else f"terr_etat_occup={facts.etat_occup}"
    if not known and "polluted_site" in (facts.touched or ()):
        source = "constraint=polluted_site"
    put(states, ("SOIL_DIAG",), diagnosis, source)
    put(states, ("DEPOL_2",), works, source)
    put(states, ("DEMOL",), _demolition(facts), f"terr_etat_occup={facts.etat_occup} built={facts.built}")


_POLLUTION = {
    "inexistante": (NOT_NEEDED, NOT_NEEDED),
    "traitee": (DONE, DONE),
    "peu probable": (TO_DO, NOT_NEEDED),
    "supposee": (TO_DO, UNKNOWN),
    "averee": (TO_DO, TO_DO),
}
"""States of the investigation and of the works; treatment on site stands for works of unknown kind."""


def _suspicion(facts: LandFacts) -> tuple[str, str]:
    """What to expect where nobody said anything of pollution."""
    suspected = fold(facts.etat_occup) == "friche" or "polluted_site" in (facts.touched or ())
    return (TO_DO, UNKNOWN) if suspected else (NOT_NEEDED, NOT_NEEDED)


def _demolition(facts: LandFacts) -> str:
    """Only buildings that cannot be reused come down."""
    occupation = fold(facts.etat_occup)
    if occupation in ("inoccupe", "vacant", "occupe") or facts.built is False:
        return NOT_NEEDED
    if occupation == "friche" and facts.built:
        return TO_DO
    return UNKNOWN
