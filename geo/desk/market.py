"""The market of a parcel on a day: what commitments make of it, else what was stated.

migrations/desk/up/40_commitments.sql says the same in the base; a property test holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geo.land.vocabulary import Market


class Kind(StrEnum):
    """What binds somebody to land, the weakest first."""

    INTEREST = "interest"
    OPTION = "option"
    COUNCIL_VOTE = "council_vote"
    PROMESSE = "promesse"
    DEED = "deed"


class Outcome(StrEnum):
    """How a commitment ended. ``kept``: another carries it on; ``completed``: a deed does."""

    KEPT = "kept"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    COMPLETED = "completed"


HOLDS = {
    Kind.OPTION: Market.OPTIONED,
    Kind.COUNCIL_VOTE: Market.RESERVED_BY_COUNCIL,
    Kind.PROMESSE: Market.UNDER_PROMISE,
    Kind.DEED: Market.SOLD,
}
"""The market that a commitment of rank 1 makes, the strongest last; interest makes none."""
STRENGTH = list(HOLDS)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One row: ``expires_on`` is the last day of its term, ``ended_on`` the first day on which its outcome counts."""

    deal: int
    kind: Kind
    rank: int
    effective_on: date
    expires_on: date | None = None
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force: a term is valid through its last day."""
        begun = self.effective_on <= day
        return begun and not (self.expires_on is not None and self.expires_on < day) and not self._ended(day)

    def _ended(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on <= day


@dataclass(frozen=True, slots=True)
class Said:
    """What was stated of the market; ``since``: when that was recorded (None: it is the first that is known);
    ``begins``: from which day on it was so (None: from ever).
    """

    market: Market
    conditions: bool | None = None
    since: datetime | None = None
    begins: date | None = None


def holder(commitments: Iterable[Commitment], day: date) -> Commitment | None:
    """The commitment that holds the market: of rank 1, the strongest, the oldest, of the lowest number."""
    holding = [one for one in commitments if one.rank == 1 and one.kind in HOLDS and one.holds_on(day)]
    return min(holding, key=lambda one: (-STRENGTH.index(one.kind), one.effective_on, one.deal), default=None)


def next_in_rank(commitments: Iterable[Commitment], day: date) -> Commitment | None:
    """Who is to be asked first when nothing holds the land: the lowest rank that waits; nobody for what is sold."""
    commitments = list(commitments)
    held = holder(commitments, day)
    if held is not None and held.kind is Kind.DEED:
        return None
    waiting = [one for one in commitments if one.rank > 1 and one.kind in HOLDS and one.holds_on(day)]
    return min(waiting, key=lambda one: (one.rank, one.effective_on, one.deal), default=None)


def market_of(stated: Market, commitments: Iterable[Commitment], day: date) -> Market:
    """The market on a day: of deed, promesse, council vote and option, the strongest; else as stated."""
    held = holder(commitments, day)
    return stated if held is None else HOLDS[held.kind]


def said_on(statements: Sequence[Said], day: date, known_at: datetime | None) -> Said | None:
    """What was stated of a day by an instant (None: by now), of statements in their order; None: nothing was.

    The first holds for the time before it as well, unless it says from when on.
    """
    for one in reversed(statements):
        known = one.since is None or known_at is None or one.since <= known_at
        if known and (one.begins is None or one.begins <= day):
            return one
    return None


def first_free_rank(taken: Iterable[int]) -> int:
    """The rank of the next in line."""
    ranks = set(taken)
    return next(rank for rank in range(1, len(ranks) + 2) if rank not in ranks)
