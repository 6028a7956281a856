"""From the facts of a parcel to the state of each owner-side step: nobody fills in a form to get a first answer.

The whole mapping, fact by fact, is in ``docs/readiness-mapping.md``; a test keeps both alike.
"""

from datetime import date

from geo.readiness.dates import check_day
from geo.readiness.facts import LandFacts
from geo.readiness.gathering import States, put
from geo.readiness.land_ground import ground
from geo.readiness.land_operation import operation, touched
from geo.readiness.land_plan import plan
from geo.readiness.land_title import title
from geo.readiness.status import DONE, NOT_NEEDED, TO_DO, UNKNOWN

_MANUAL = ("DUP", "DP_MEC", "PINM", "DEPOL_0", "DEPOL_1", "DEPOL_3")


def states_of(facts: LandFacts, as_of: date) -> States:
    """State of every owner-side step on that day (and of project-side steps the land itself calls for)."""
    check_day(as_of)
    states: States = {}
    put(states, _MANUAL, NOT_NEEDED, "not_triggered")
    operation(states, facts)
    touched(states, facts)
    ground(states, facts)
    plan(states, facts, as_of)
    title(states, facts)
    _turnkey(states, facts)
    return states


def _turnkey(states: States, facts: LandFacts) -> None:
    """ "Purged of every appeal and directly ready" settles what is unknown and the appeals; it undoes no known work."""
    if not facts.cle_en_main:
        return
    for code, status in states.items():
        settled = status.state == UNKNOWN or (code == "APPEAL_PA" and status.state == TO_DO)
        if settled and code not in ("LAND_PRIV", "DPU", "ZAN"):
            put(states, (code,), DONE, "terr_cle_en_main=oui")
