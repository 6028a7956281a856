"""One parcel judged against a need: its criteria, what blocks it, what is unknown, its score and rank."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from geo.match.criteria.criterion import Criterion
from geo.match.criteria.order import asked_rules
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.scoring import Score, WeightedWish, score

Readiness = Callable[[Candidate], ReadinessView | None]
"""The readiness of a parcel for the need at hand; None = unknown."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A parcel and everything the index says of it for one need."""

    candidate: Candidate
    readiness: ReadinessView | None
    criteria: tuple[Criterion, ...]
    score: Score

    @property
    def blocking(self) -> tuple[str, ...]:
        """Names of the musts it fails, in the order they are read."""
        return tuple(criterion.name for criterion in self.criteria if criterion.blocks)

    @property
    def asking(self) -> tuple[str, ...]:
        """Names of the musts whose fact is unknown."""
        return tuple(criterion.name for criterion in self.criteria if criterion.asks)

    @property
    def rank(self) -> tuple[int, float, float, int, int]:
        """Sort key, best first: available land, optioned, unknown market, prospects; the better score; the smaller id.

        The lower bound of the score comes before the upper one, and among equals fewer unknown musts come first, so
        that a missing fact never passes the same parcel with that fact known.
        """
        total = self.score.total
        return (self.candidate.rank_group, -total.low, -total.high, len(self.asking), self.candidate.id)


def judge_all(
    need: Need, candidates: Iterable[Candidate], readiness: Readiness, wishes: Sequence[WeightedWish]
) -> list[Judged]:
    """Every parcel judged, in the order given, without its fit; each readiness is asked once."""
    rules = asked_rules(need)
    found = []
    for candidate in candidates:
        dates = readiness(candidate)
        criteria = tuple(rule.judge(need, candidate, dates) for rule in rules)
        found.append(Judged(candidate, dates, criteria, score(candidate, dates, wishes)))
    return found
