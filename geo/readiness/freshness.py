"""Statuses that nobody has said again in their term: which they are.

What they do to the dates, and why: docs/decisions/readiness-freshness.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from geo.readiness.catalogue import Catalogue, Step
from geo.readiness.dates import add_months
from geo.readiness.status import BLOCKED, RUNNING, TO_DO, StepStatus

PERISHABLE = frozenset({TO_DO, RUNNING, BLOCKED})
"""States that time may change without anybody telling. What is done stays done until it expires."""
_STATED = re.compile(r"(?:^| )(?:terr|sol)_\w+=(?!None\b)")


def is_stated(source: str) -> bool:
    """Whether a status rests on a fact that the parcel's own record states: as true as the day it was updated.

    Not so what follows from plans, constraints and sizes, or from the record saying nothing.
    """
    return _STATED.search(source) is not None


@dataclass(frozen=True, slots=True)
class Attested:
    """Somebody saw, on a day, that a step was in that state."""

    state: str
    on: date


def said_on(status: StepStatus, code: str, observed_on: date | None, attested: Mapping[str, Attested]) -> date | None:
    """The day a status was last said to be so; None when no day is known or it rests on no statement.

    ``observed_on`` is the day the parcel's record was brought up to date; an attestation of another state is moot.
    """
    days = []
    if observed_on is not None and is_stated(status.source):
        days.append(observed_on)
    seen = attested.get(code)
    if seen is not None and seen.state == status.state:
        days.append(seen.on)
    return max(days, default=None)


def due_from(step: Step, status: StepStatus, said: date | None) -> date | None:
    """The first day on which a status is stale; None when it never is."""
    if said is None or not step.terms or status.state not in PERISHABLE:
        return None
    return add_months(said, step.attest)


def aged(
    catalogue: Catalogue,
    states: Mapping[str, StepStatus],
    observed_on: date | None,
    attested: Mapping[str, Attested],
    as_of: date,
) -> dict[str, StepStatus]:
    """``states`` with those flagged that are past their term on the day."""
    due = terms(catalogue, states, observed_on, attested)
    late = {code for code, day in due.items() if day <= as_of}
    return {code: replace(status, stale=True) if code in late else status for code, status in states.items()}


def terms(
    catalogue: Catalogue,
    states: Mapping[str, StepStatus],
    observed_on: date | None,
    attested: Mapping[str, Attested],
) -> dict[str, date]:
    """The day from which each status is stale that can be, by step."""
    found: dict[str, date] = {}
    for code, status in states.items():
        step = catalogue.steps.get(code)
        if step is not None:
            due = due_from(step, status, said_on(status, code, observed_on, attested))
            found |= {} if due is None else {code: due}
    return found
