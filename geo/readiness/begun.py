"""Where a step stands on a day, and from which day the time of one that runs counts."""

from datetime import date

from geo.readiness.catalogue import Step
from geo.readiness.status import DONE, EXPIRED, RUNNING, TO_DO, StepStatus

_HALF = 15
"""The last day number of the first half of a month."""
_MIDDLE = 16
"""No day of a month is more than 15 days away from it."""


def state_on(step: Step, status: StepStatus, as_of: date) -> str:
    """State on a day: what is past its term is expired (a finished step by law, any by its own day), one dated later
    than the day is still to do.
    """
    if status.state not in (DONE, RUNNING):
        return status.state
    if status.since is not None and status.since > as_of:
        return TO_DO
    over = over_on(step, status)
    return EXPIRED if over is not None and over <= as_of else status.state


def over_on(step: Step, status: StepStatus) -> date | None:
    """The first day on which a status no longer counts: what is done lapses by law, any other by its own day alone."""
    return status.over_from(step.expires if status.state == DONE else None)


def counted_from(step: Step, since: date, as_of: date) -> date:
    """The day from which the time of a running step counts: the middle of the month it began in.

    Parcels whose steps began within weeks of each other so share one computation, at most 15 days off. A step begun in
    the month of the day itself counts from the middle of the half month, in its current half from the day: what begins
    today has gained nothing yet. The law stays that of the day it really began on.
    """
    began = stands_for(since, as_of)
    if began == half_month(as_of):
        began = as_of
    terms = step.terms_of(since)
    first, last = terms.begun_from or date.min, terms.begun_until or date.max
    return min(max(began, first), last)


def stands_for(since: date, as_of: date) -> date:
    """The day that stands for all of its month, or of its half month in the month of the day itself."""
    same_month = (since.year, since.month) == (as_of.year, as_of.month)
    return half_month(since) if same_month else since.replace(day=_MIDDLE)


def half_month(day: date) -> date:
    """The middle of the half month a day lies in: the 8th or the 23rd."""
    return day.replace(day=8 if day.day <= _HALF else 23)
