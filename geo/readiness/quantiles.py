"""Quantiles of what is drawn, in whole days; compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

Days = NDArray[np.float32]
Quantiles = NDArray[np.int16]
Counts = NDArray[np.int32]

NEVER_DAYS = 32_767
"""What never comes, and what is more than 89 years away."""
_BARELY = np.float32(1e-3)
"""Arithmetic noise of a minute must not cost a day."""


@lean
def day_quantiles(latest: Days, days: Counts, counts: Counts, out: Quantiles) -> None:
    """q01..q99 as order statistics of whole days: the first day by whose end it is reached.

    ``days`` and ``counts`` are for its own use: one a draw, and one a day up to NEVER_DAYS.
    """
    count = len(latest)
    low, high = NEVER_DAYS, 0
    for draw in range(count):
        value = latest[draw] - _BARELY
        day = NEVER_DAYS if value > NEVER_DAYS - 1 else max(int(np.ceil(value)), 0)
        days[draw] = day
        low, high = min(low, day), max(high, day)
    counts[: high - low + 1] = 0
    for draw in range(count):
        counts[days[draw] - low] += 1
    day, passed = 0, counts[0]
    for hundredth in range(1, 100):
        wanted = (hundredth * count + 99) // 100
        while passed < wanted:
            day += 1
            passed += counts[day]
        out[hundredth - 1] = low + day


def of_draws(latest: Days) -> Quantiles:
    """The quantiles of one milestone."""
    out = np.empty(99, np.int16)
    day_quantiles(latest, np.empty(len(latest), np.int32), np.empty(NEVER_DAYS + 1, np.int32), out)
    return out
