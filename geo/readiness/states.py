"""From the facts of a parcel to the state of each owner-side step: nobody fills in a form to get a first answer.

The whole mapping, fact by fact, is in ``docs/readiness-mapping.md``; a test keeps both alike.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from geo.readiness.begun import state_on
from geo.readiness.catalogue import Catalogue
from geo.readiness.dates import check_day
from geo.readiness.facts import LandFacts
from geo.readiness.freshness import Attested, aged, is_stated
from geo.readiness.gathering import States, put
from geo.readiness.land_ground import ground
from geo.readiness.land_operation import TOUCHED, operation, touched
from geo.readiness.land_plan import plan
from geo.readiness.land_title import title
from geo.readiness.prepared import prepared
from geo.readiness.status import DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

SPEAKING = frozenset({*TOUCHED, "polluted_site", "preemption"})
"""Kinds of constraints that say something of a step; the others change where one may build, not when."""
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


def standing(
    catalogue: Catalogue,
    facts: LandFacts,
    entries: Mapping[str, StepStatus],
    attested: Mapping[str, Attested],
    as_of: date,
) -> States:
    """State of every step on that day: a planner's entry before what the facts say, stale ones flagged.

    How many owners there are to buy from stays a fact. An entry on a step the catalogue no longer has counts not. What
    only prepared a step that has begun is over, unless it is recorded to be otherwise.
    """
    states = states_of(facts, as_of)
    for code, entry in entries.items():
        if code in catalogue.steps:
            mapped = states.get(code)
            states[code] = entry if mapped is None else replace(entry, units=mapped.units)
    _prepared(catalogue, states, as_of)
    return aged(catalogue, states, facts.observed_on, attested, as_of)


def _prepared(catalogue: Catalogue, states: States, as_of: date) -> None:
    steps = catalogue.steps
    today = {code: state_on(steps[code], status, as_of) for code, status in states.items() if code in steps}
    for code in prepared(catalogue, [code for code, state in today.items() if state in (RUNNING, DONE)]):
        if today.get(code, EXPIRED) == EXPIRED:
            source = states[code].source if code in states else "prepared"
            states[code] = StepStatus(DONE, source=source)


_OVER = frozenset({DONE, NOT_NEEDED})
"""Nothing is left of the step, either way."""


def contradictions(
    facts: LandFacts, entries: Mapping[str, StepStatus], as_of: date
) -> list[tuple[str, StepStatus, StepStatus]]:
    """Steps of which the parcel's own record says otherwise than a planner's entry: code, entry, what the facts say.

    What the facts leave unknown, or what only follows from plans, constraints and sizes, contradicts nobody.
    """
    mapped = states_of(facts, as_of)
    return [
        (code, entry, mapped[code])
        for code, entry in sorted(entries.items())
        if code in mapped
        and mapped[code].state not in (UNKNOWN, entry.state)
        and not {mapped[code].state, entry.state} <= _OVER
        and is_stated(mapped[code].source)
    ]


def _turnkey(states: States, facts: LandFacts) -> None:
    """ "Purged of every appeal and directly ready" settles what is unknown and the appeals; it undoes no known work."""
    if not facts.cle_en_main:
        return
    for code, status in states.items():
        settled = status.state == UNKNOWN or (code == "APPEAL_PA" and status.state == TO_DO)
        if settled and code not in ("LAND_PRIV", "DPU", "ZAN"):
            put(states, (code,), DONE, "terr_cle_en_main=oui")
