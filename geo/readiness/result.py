"""What is answered: milestones with all their quantiles, the steps behind them, and the class of the portals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.readiness.dates import add_months, day_after

NEVER = math.inf
NEVER_DAYS = 32_767
"""What never comes, and what is more than 89 years away, in whole days of two bytes."""
IMMEDIATE_MONTHS = 1
"""Signing takes days, not none: "immediate" means nothing else is left within a month."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Whole days from ``as_of`` at q01..q99 (99 values, infinite = never): prudent bound, then optimistic bound.

    ``path`` is the most frequently critical chain, ``criticality`` the share of draws each open step is on it.
    """

    as_of: date
    days: tuple[float, ...]
    optimistic: tuple[float, ...]
    path: tuple[str, ...]
    criticality: Mapping[str, float]

    def on(self, probability: float, *, optimistic: bool = False) -> date | None:
        """Day by which it is reached with that probability (above 0, below 1); None for never."""
        return day_after(self.as_of, day_of_quantile(self.optimistic if optimistic else self.days, probability))

    def chance_by(self, day: date) -> float:
        """Probability, in hundredths rounded down, that it is reached by the end of that day."""
        left = (day - self.as_of).days
        return sum(1 for value in self.days if value <= left) / 100


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step in the plan: median days are None when it is over or was not drawn; ``needed`` in share of draws."""

    code: str
    side: str
    state: str
    since: date | None
    source: str
    p50_start: date | None
    p50_end: date | None
    criticality: float
    needed: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """Milestones (None = does not apply), what decides them, and what a reader must know.

    ``unknown``: steps the two bounds differ by; ``blocked``: steps that make it never; ``flags``: ``what:STEP`` with
    expired, expires_before_start, overdue, dated_later, dated_rule; ``catalogue``: version of the figures.
    """

    as_of: date
    start: Milestone
    start_cleared: Milestone
    power: Milestone | None
    production: Milestone | None
    critical_path: tuple[str, ...]
    ready_class: str
    steps: tuple[StepRow, ...]
    unknown: tuple[str, ...]
    blocked: tuple[str, ...]
    flags: tuple[str, ...]
    catalogue: str

    def milestone(self, name: str) -> Milestone | None:
        """start, start_cleared, power or production. Raises KeyError for another name."""
        milestones = {
            "start": self.start,
            "start_cleared": self.start_cleared,
            "power": self.power,
            "production": self.production,
        }
        return milestones[name]

    def date_at(self, name: str, probability: float, *, optimistic: bool = False) -> date | None:
        """Day a milestone is reached with that probability; None when it does not apply or never comes."""
        milestone = self.milestone(name)
        return None if milestone is None else milestone.on(probability, optimistic=optimistic)


def day_of_quantile(days: Sequence[float], probability: float) -> float:
    """The value reached with at least that probability: between hundredths the next one up, beyond 0.99 never."""
    place = place_of_quantile(probability)
    return days[place] if place < len(days) else NEVER


def place_of_quantile(probability: float) -> int:
    """Place among q01..q99 of a probability above 0 and below 1; 99 beyond the last. Raises ValueError for another."""
    if not 0 < probability < 1:
        raise ValueError(f"a probability between 0 and 1 is wanted, not {probability}")
    return max(math.ceil(probability * 100 - 1e-9) - 1, 0)


def class_of(as_of: date, days: float) -> str:
    """Class of the portals, on calendar months: immediate, 0_6, 6_12, over_12."""
    day = day_after(as_of, days)
    if day is None:
        return "over_12"
    for name, months in (("immediate", IMMEDIATE_MONTHS), ("0_6", 6), ("6_12", 12)):
        if day <= add_months(as_of, months):
            return name
    return "over_12"
