"""Three-point durations as beta-PERT distributions, drawn with numbers of their own for each step.

Beta-PERT: density x^(a-1) (1-x)^(b-1) between min and max, a = 1 + 4 (typ - min) / (max - min), b = 6 - a
(Malcolm et al. 1959, weight 4 on the typical value). Why not triangular: docs/decisions/readiness-durations.md.

Common random numbers: the draws of a step are its own (``geo.readiness.draws``), so two situations differ by what
differs between them and never by chance.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.readiness import draws
from geo.readiness.draws import Stream

Floats = NDArray[np.float64]
Months = tuple[float, float, float]
_GRID = 2049
_OVERDUE_AT = 0.9
"""Past this probability a running procedure tells nothing more by lasting: its remainder stops shrinking."""
STALE_STRETCH = 0.5
"""A stale open step takes half as long again beyond the shortest it can take [estimate]."""


@lru_cache(maxsize=512)
def quantile_table(months: Months) -> tuple[Floats, Floats]:
    """Durations (months, rising) and the probability of being over by then, for interpolation both ways.

    The grid is finer near the ends, where the density may be steep.
    """
    low, typical, high = months
    if high <= low:
        return np.array([low, low]), np.array([0.0, 1.0])
    rise = 4.0 * (typical - low) / (high - low)
    x = (1.0 - np.cos(np.linspace(0.0, np.pi, _GRID))) / 2.0
    density = x**rise * (1.0 - x) ** (4.0 - rise)
    steps = np.diff(x) * (density[1:] + density[:-1]) / 2.0
    cumulated = np.concatenate(([0.0], np.cumsum(steps)))
    return low + (high - low) * x, cumulated / cumulated[-1]


@lru_cache(maxsize=512)
def full(stream: Stream, months: Months) -> Floats:
    """Months a step takes from its beginning, one value a draw. Read-only."""
    durations, probabilities = quantile_table(months)
    drawn = np.interp(stream.durations(), probabilities, durations)
    drawn.setflags(write=False)
    return drawn


def for_units(months: Months, per_unit: float, units: int) -> Months:
    """The months of a step of so many units: each beyond the first adds ``per_unit``, whatever the step takes."""
    low, typical, high = months
    more = per_unit * (units - 1)
    return low + more, typical + more, high + more


def remaining(stream: Stream, months: Months, elapsed: float) -> Floats:
    """Months left of a step that has run for ``elapsed`` months: its duration given that it is longer than that.

    Never more than the full duration, draw by draw, and never less for having begun later (the densities are
    log-concave, so the hazard rises). Past nine in ten durations the remainder stays what it was there.
    """
    durations, probabilities = quantile_table(months)
    if durations[-1] <= durations[0]:
        return np.full(draws.count(stream.draws), max(durations[0] - elapsed, 0.0))
    over = min(float(np.interp(elapsed, durations, probabilities)), _OVERDUE_AT)
    reached = float(np.interp(over, probabilities, durations)) if over > 0 else elapsed
    rising, places = stream.rising()
    longer = np.interp(over + rising * (1.0 - over), probabilities, durations)[places]
    return np.clip(longer - reached, 0.0, full(stream, months))


def overdue(months: Months, elapsed: float) -> bool:
    """Whether a running step has outlived nine in ten of its kind."""
    durations, probabilities = quantile_table(months)
    return bool(elapsed >= np.interp(_OVERDUE_AT, probabilities, durations))


def stretched(months: Floats, shortest: float, *, stale: bool) -> Floats:
    """``months`` of a status that nobody said again in its term: what goes beyond ``shortest`` counts for more.

    Never less than before, draw by draw, and never narrower (docs/decisions/readiness-freshness.md).
    """
    return months + STALE_STRETCH * np.maximum(months - shortest, 0.0) if stale else months
