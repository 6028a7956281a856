"""Three-point durations as beta-PERT distributions, drawn with numbers of their own for each step.

Beta-PERT: density x^(a-1) (1-x)^(b-1) between min and max, a = 1 + 4 (typ - min) / (max - min), b = 6 - a
(Malcolm et al. 1959, weight 4 on the typical value). Why not triangular: docs/decisions/readiness-durations.md.

Common random numbers: the draws of a step depend on its code and the seed only, so two situations differ by what
differs between them and never by chance. They are stratified: each of n equal slices of probability gets one draw.
"""

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_GRID = 2049
_OVERDUE_AT = 0.9
"""Past this probability a running procedure tells nothing more by lasting: its remainder stops shrinking."""


@lru_cache(maxsize=512)
def quantile_table(months: tuple[float, float, float]) -> tuple[Floats, Floats]:
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
def uniforms(code: str, purpose: str, draws: int, seed: int) -> Floats:
    """``draws`` stratified numbers in (0, 1) that belong to a step and a purpose, in an order of their own."""
    key = zlib.crc32(f"{purpose}:{code}".encode())
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))
    numbers = (generator.permutation(draws) + generator.random(draws)) / draws
    numbers.setflags(write=False)
    return numbers


@lru_cache(maxsize=512)
def full(code: str, months: tuple[float, float, float], draws: int, seed: int) -> Floats:
    """Months a step takes from its beginning, one value a draw. Read-only."""
    durations, probabilities = quantile_table(months)
    drawn = np.interp(uniforms(code, "duration", draws, seed), probabilities, durations)
    drawn.setflags(write=False)
    return drawn


def remaining(code: str, months: tuple[float, float, float], elapsed: float, draws: int, seed: int) -> Floats:
    """Months left of a step that has run for ``elapsed`` months: its duration given that it is longer than that.

    Never more than the full duration, draw by draw, and never less for having begun later (the densities are
    log-concave, so the hazard rises). Past nine in ten durations the remainder stays what it was there.
    """
    durations, probabilities = quantile_table(months)
    if durations[-1] <= durations[0]:
        return np.full(draws, max(durations[0] - elapsed, 0.0))
    over = min(float(np.interp(elapsed, durations, probabilities)), _OVERDUE_AT)
    reached = float(np.interp(over, probabilities, durations)) if over > 0 else elapsed
    conditional = over + uniforms(code, "duration", draws, seed) * (1.0 - over)
    return np.maximum(np.interp(conditional, probabilities, durations) - reached, 0.0)


def overdue(months: tuple[float, float, float], elapsed: float) -> bool:
    """Whether a running step has outlived nine in ten of its kind."""
    durations, probabilities = quantile_table(months)
    return bool(elapsed >= np.interp(_OVERDUE_AT, probabilities, durations))
