"""The parcels at hand that one change of the need would let in, and where each would then stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from geo.match.judged import Judged
from geo.match.need.need import DATE_WISHES, Need
from geo.match.relaxing.change import Change
from geo.match.relaxing.proposals import proposed
from geo.match.relaxing.trial import Fits, KeptOut, ReadinessFor, Standing, Trials, kept_out


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A parcel that one change alone would let in, and where it would then stand, the smallest change first."""

    one: Judged
    changes: tuple[tuple[Change, Standing], ...]


@dataclass(frozen=True)
class Looser:
    """The changes a need may make, for the parcels it keeps out."""

    trials: Trials
    land: tuple[KeptOut, ...]

    @classmethod
    def of(
        cls, need: Need, judged: Sequence[Judged], fits: Fits, readiness_for: ReadinessFor | None = None
    ) -> "Looser":
        """What is tried for this need."""
        return cls(Trials(need, fits, readiness_for), tuple(kept_out(need, judged, fits)))

    def changes(self, one: Judged) -> tuple[Change, ...]:
        """The changes that one parcel asks for, of those that can be answered."""
        need, may_ask = self.trials.need, self.trials.readiness_for is not None
        found = proposed(need, one)
        return found if may_ask or not dates_asked(need) else tuple(one for one in found if not one.moves_dates)


def near_misses(looser: Looser, limit: int) -> tuple[NearMiss, ...]:
    """The parcels that one change lets in: those that ask the least of the need first, then as they rank."""
    near = [(changes, kept) for kept in looser.land if (changes := looser.changes(kept.one))]
    near.sort(key=lambda pair: (min(change.effort for change in pair[0]), pair[1].one.rank))
    found: list[NearMiss] = []
    for changes, kept in near:
        if len(found) == limit:
            break
        letting_in = tuple(_letting_in(looser, kept, changes))
        if letting_in:
            found.append(NearMiss(kept.one, letting_in))
    return tuple(found)


def _letting_in(looser: Looser, kept: KeptOut, changes: Iterable[Change]) -> Iterable[tuple[Change, Standing]]:
    for change in sorted(changes, key=lambda one: (one.effort, one.paths)):
        for standing, opened in _opened(looser, change, kept).items():
            if opened:
                yield change, standing


def _opened(looser: Looser, change: Change, kept: KeptOut) -> dict[Standing, list[Judged]]:
    try:
        return looser.trials.opened(change, [kept])
    except ValidationError:  # beyond what a need may ask
        return {}


def dates_asked(need: Need) -> bool:
    """Whether a date is a must."""
    return any(getattr(need, name) is not None and name not in need.wishes for name in DATE_WISHES)
