"""How many days an open step still takes once it may begin, in each draw."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.readiness import durations
from geo.readiness.begun import counted_from, state_on
from geo.readiness.catalogue import Step
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.draws import Stream, count
from geo.readiness.status import BLOCKED, RUNNING, StepStatus

Days = NDArray[np.float32]
"""Half days, which single precision adds without error: many states at once count them in two bytes."""
Flags = NDArray[np.bool_]


def days_of(stream: Stream, step: Step, status: StepStatus, as_of: date) -> Days:
    """Days an open step still takes to the half, one value a draw: infinite when blocked, what is left when running.

    Running since an unknown day counts as half done. A stale status is stretched, beyond the shortest it can take.
    """
    state = state_on(step, status, as_of)
    if state == BLOCKED:
        return np.full(count(stream.draws), np.inf, dtype=np.float32)
    if state == RUNNING and status.since is not None:
        began = counted_from(step, status.since, as_of)
        months = durations.for_units(step.terms_of(began, status.units).months, step.per_unit, status.units)
        elapsed = (as_of - began).days / MEAN_MONTH
        left = durations.remaining(stream, months, elapsed)
        takes = durations.stretched(left, max(months[0] - elapsed, 0.0), stale=status.stale)
    else:
        months = step.terms_of(as_of, status.units).months
        whole = durations.full(stream, months)
        takes = durations.stretched(whole, months[0], stale=status.stale) + step.per_unit * (status.units - 1)
        takes = takes / 2 if state == RUNNING else takes
    return (np.rint(takes * (MEAN_MONTH * 2.0)) / 2.0).astype(np.float32)
