"""Quantiles of what is drawn, in whole days; compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.readiness.result import NEVER_DAYS

Days = NDArray[np.float32]
Halves = NDArray[np.uint16]
"""Half days: as many in two bytes as NEVER_DAYS are days, and twice as many draws are followed in the time."""
Quantiles = NDArray[np.int16]
Counts = NDArray[np.int32]

NEVER_HALVES = np.uint16(2 * NEVER_DAYS + 1)
_NOW = np.uint16(0)


def halves_of(days: Days) -> Halves:
    """Days in halves; what is more than two bytes hold is never."""
    halves: Halves = np.minimum(days * np.float32(2.0), np.float32(NEVER_HALVES)).astype(np.uint16)
    return halves


@lean
def day_quantiles(latest: Halves, counts: Counts, out: Quantiles) -> None:
    """q01..q99 as order statistics of whole days: the first day by whose end it is reached.

    ``counts`` is for its own use, one a half day up to NEVER_HALVES.
    """
    draws = len(latest)
    least, greatest = NEVER_HALVES, _NOW
    for draw in range(draws):
        half = latest[draw]
        least = half if half < least else least
        greatest = half if half > greatest else greatest
    low = int(least)
    counts[: int(greatest) - low + 1] = 0
    for draw in range(draws):
        counts[int(latest[draw]) - low] += 1
    half_day, passed = 0, counts[0]
    for hundredth in range(1, 100):
        wanted = (hundredth * draws + 99) // 100
        while passed < wanted:
            half_day += 1
            passed += counts[half_day]
        out[hundredth - 1] = min((low + half_day + 1) // 2, NEVER_DAYS)


def of_draws(latest: Days) -> Quantiles:
    """The quantiles of one milestone."""
    out = np.empty(99, np.int16)
    day_quantiles(halves_of(latest), np.empty(int(NEVER_HALVES) + 1, np.int32), out)
    return out
