"""Paper: which scale a plan is drawn at, and how long its scale bar is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

SCALES = (
    *(100, 200, 250, 500, 750, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 7_500),
    *(10_000, 15_000, 20_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000),
)
"""Denominators a reader finds on a scale ruler, or gets by halving one: the ground a millimetre stands for, in mm."""

BAR_MM = 60.0
"""The longest a scale bar may be; it is at least 24 mm then, since round lengths are at most 2.5 times apart."""
_ROUND = ((1.0, 4), (2.0, 4), (5.0, 5))
"""Round lengths of a decade, and into how many parts a bar of each is divided."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The frame of a plan on paper and the least ground to show around what is drawn, millimetres."""

    width: float
    height: float
    margin: float


def denominator_of(across_m: float, up_m: float, paper: Paper) -> int:
    """The largest usual scale (its denominator) at which this much ground fits, metres east-west and north-south."""
    room = paper.width - 2 * paper.margin, paper.height - 2 * paper.margin
    least = max(across_m / room[0], up_m / room[1]) * 1_000
    return next((one for one in SCALES if one >= least), SCALES[-1])


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar: ground metres at each of its ticks, the first at 0, and how far apart these are on paper (mm)."""

    metres: Sequence[float]
    step: float


def bar_of(denominator: int) -> Bar:
    """The longest round bar of at most ``BAR_MM``."""
    most = BAR_MM * denominator / 1_000
    decade = 10.0 ** floor(log10(most))
    length, parts = max((one for one in _ROUND if one[0] * decade <= most * (1 + 1e-9)), key=lambda one: one[0])
    metres = length * decade
    return Bar([metres * place / parts for place in range(parts + 1)], metres / parts * 1_000 / denominator)
