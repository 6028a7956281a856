"""The least of a parcel's states that its dates depend on: parcels alike in it share one computation.

Where a state comes from, when a finished step was finished, what the day already settles (a term that ended, a date
still to come): none of it moves a date, and all of it would make states of their own.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from geo.readiness import durations
from geo.readiness.begun import counted_from, stands_for, state_on
from geo.readiness.catalogue import Catalogue, Step
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

_OVER = (DONE, NOT_NEEDED)
_LONG_AGO = date(1990, 1, 1)


def essential(catalogue: Catalogue, states: Mapping[str, StepStatus], as_of: date) -> dict[str, StepStatus]:
    """``states`` without what no date depends on, for any need: the same dates as ``states`` to the last day.

    An owner-side step that is not needed is left out, and so is one that is over when nothing before it is open and
    nothing rests on its outcome, or one that only an outcome that cannot come would call for. What the land says of a
    project-side step stays, unless it does not know: it comes before what the need says.
    """
    found = {code: plain(catalogue.steps[code], status, as_of) for code, status in states.items()}
    kept: dict[str, StepStatus] = {}
    for code, step in catalogue.steps.items():
        status = found.get(code)
        if status is not None and not _is_moot(catalogue, step, status, found, kept):
            kept[code] = status
    return kept


def _is_moot(
    catalogue: Catalogue,
    step: Step,
    status: StepStatus,
    states: Mapping[str, StepStatus],
    kept: Mapping[str, StepStatus],
) -> bool:
    if step.side == "project":
        return status.state == UNKNOWN
    if status.state == DONE:
        return not _rests_on(catalogue, step.code, states) and not _waits(catalogue, step, states)
    if status.state == UNKNOWN and step.outcome_of is not None:
        # kept comes in the order of the catalogue: what tells is decided before what it tells of
        return catalogue.steps[step.outcome_of].side == "owner" and step.outcome_of not in kept
    return status.state == NOT_NEEDED or not (step.terms or status.state == BLOCKED)


def _rests_on(catalogue: Catalogue, code: str, states: Mapping[str, StepStatus]) -> bool:
    """Whether a step nobody knows the need of is the outcome of this one."""
    return any(
        catalogue.steps[other].outcome_of == code and status.state == UNKNOWN for other, status in states.items()
    )


def _waits(catalogue: Catalogue, step: Step, states: Mapping[str, StepStatus]) -> bool:
    """Whether anything this step needs, near or far, may be open."""
    for code in step.needs:
        before = catalogue.steps[code]
        status = states.get(code)
        is_open = status is not None and status.state not in _OVER
        if is_open or before.side == "project" or _waits(catalogue, before, states):
            return True
    return False


def plain(step: Step, status: StepStatus, as_of: date) -> StepStatus:
    """What of one status its dates depend on."""
    state = state_on(step, status, as_of)
    if state == EXPIRED:
        state = TO_DO
    if state in _OVER or state == BLOCKED or not step.terms:
        return StepStatus(state)
    units = status.units if step.counts_units else 1
    if state != RUNNING or status.since is None:
        return StepStatus(state, units=units, stale=status.stale)
    return StepStatus(state, _begun(step, status.since, units, as_of), units=units, stale=status.stale)


def _begun(step: Step, since: date, units: int, as_of: date) -> date:
    """The day that stands for all on which what is left would be the same."""
    counted = counted_from(step, since, as_of)
    terms = step.terms_of(since, units)
    months = durations.for_units(terms.months, step.per_unit, units)
    if durations.overdue(months, (as_of - counted).days / MEAN_MONTH):
        return terms.begun_from or _LONG_AGO
    # never a day to come: the step would not have begun
    return min(max(stands_for(since, as_of), terms.begun_from or date.min), terms.begun_until or date.max, as_of)


def written(status: StepStatus) -> str:
    """A plain status in words: ``to_do``, ``running 2026-03-08 stale``, ``to_do x3``."""
    said = [status.state]
    if status.since is not None:
        said.append(status.since.isoformat())
    if status.units > 1:
        said.append(f"x{status.units}")
    if status.stale:
        said.append("stale")
    return " ".join(said)


def read(text: str) -> StepStatus:
    """A plain status from its words."""
    state, *more = text.split()
    status = StepStatus(state)
    for word in more:
        if word == "stale":
            status = replace(status, stale=True)
        elif word.startswith("x"):
            status = replace(status, units=int(word[1:]))
        else:
            status = replace(status, since=date.fromisoformat(word))
    return status
