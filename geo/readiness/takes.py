"""How many days an open step still takes once it may begin, in each draw."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.readiness import durations
from geo.readiness.catalogue import Step
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.draws import Stream, count
from geo.readiness.network import state_on
from geo.readiness.status import BLOCKED, RUNNING, StepStatus

Days = NDArray[np.float32]
"""Single precision tells minutes apart over a century, and twice as many draws are followed in the time."""
Flags = NDArray[np.bool_]
_HALF = 15
"""The last day number of the first half of a month."""
_MIDDLE = 16
"""No day of a month is more than 15 days away from it."""


def days_of(stream: Stream, step: Step, status: StepStatus, as_of: date) -> Days:
    """Days an open step still takes, one value a draw: infinite when blocked, what is left when running.

    Running since an unknown day counts as half done. A stale status is stretched, beyond the shortest it can take.
    """
    state = state_on(step, status, as_of)
    if state == BLOCKED:
        return np.full(count(stream.draws), np.inf, dtype=np.float32)
    if state == RUNNING and status.since is not None:
        began = counted_from(step, status.since, as_of)
        months = step.terms_of(began).months
        elapsed = (as_of - began).days / MEAN_MONTH
        left = durations.remaining(stream, months, elapsed)
        takes = durations.stretched(left, max(months[0] - elapsed, 0.0), stale=status.stale)
    else:
        months = step.terms_of(as_of).months
        whole = durations.full(stream, months)
        takes = durations.stretched(whole, months[0], stale=status.stale) + step.per_unit * (status.units - 1)
        takes = takes / 2 if state == RUNNING else takes
    return (takes * MEAN_MONTH).astype(np.float32)


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
