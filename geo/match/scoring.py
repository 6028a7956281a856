"""Scores that can be explained: satisfaction of each wish, its weight, its contribution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.match.parcel.candidate import Candidate, ReadinessView

DIGITS = 6
"""A score is compared as it is shown: rounded to this many digits."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A satisfaction or a score between two bounds; they are equal when every fact is known."""

    low: float
    high: float

    def rounded(self) -> "Interval":
        """The interval as it is shown."""
        return Interval(round(self.low, DIGITS), round(self.high, DIGITS))


UNKNOWN = Interval(0.0, 1.0)
"""The satisfaction of a wish whose fact is missing."""


def exactly(value: float) -> Interval:
    """A known satisfaction, kept within [0, 1]."""
    kept = min(1.0, max(0.0, value))
    return Interval(kept, kept)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from `worst` (satisfaction 0) to `ideal` (1), flat beyond; either may be the larger."""

    ideal: float
    worst: float

    def at(self, value: float) -> Interval:
        """Satisfaction of a value."""
        if self.ideal == self.worst:
            return exactly(1.0 if value == self.ideal else 0.0)
        return exactly((value - self.worst) / (self.ideal - self.worst))


@dataclass(frozen=True, slots=True)
class Band:
    """Full satisfaction from `low` to `high`, falling to 0 at `none_below` and at `none_above`."""

    none_below: float
    low: float
    high: float
    none_above: float

    def at(self, value: float) -> Interval:
        """Satisfaction of a value."""
        if value < self.low:
            return Scale(self.low, self.none_below).at(value)
        if value > self.high:
            return Scale(self.high, self.none_above).at(value)
        return exactly(1.0)


@dataclass(frozen=True, slots=True)
class WeightedWish:
    """A wish ready to be measured on any parcel."""

    name: str
    weight: float
    satisfaction: Callable[[Candidate, ReadinessView | None], Interval]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one wish brings to a score: weight x satisfaction / sum of the weights."""

    wish: str
    weight: float
    satisfaction: Interval
    contribution: Interval


@dataclass(frozen=True, slots=True)
class Score:
    """A score in [0, 1] and how it is made."""

    total: Interval
    contributions: tuple[Contribution, ...]

    @property
    def completeness(self) -> float:
        """Share of the weights whose fact is known."""
        weights = sum(part.weight for part in self.contributions)
        known = sum(p.weight for p in self.contributions if p.satisfaction.low == p.satisfaction.high)
        return round(known / weights, DIGITS) if weights else 1.0


def score(candidate: Candidate, readiness: ReadinessView | None, wishes: Sequence[WeightedWish]) -> Score:
    """The score of a parcel: the weighted mean of its satisfactions, as an interval when facts are missing."""
    weights = sum(wish.weight for wish in wishes)
    parts = []
    for wish in wishes:
        found = wish.satisfaction(candidate, readiness)
        share = Interval(wish.weight * found.low / weights, wish.weight * found.high / weights)
        parts.append(Contribution(wish.name, wish.weight, found.rounded(), share.rounded()))
    low = min(1.0, sum(part.contribution.low for part in parts))
    high = min(1.0, sum(part.contribution.high for part in parts))
    return Score(Interval(low, high).rounded(), tuple(parts))
