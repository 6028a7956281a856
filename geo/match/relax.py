"""Which small change of the need lets parcels in, and how many.

Only changes a company can make to its need are proposed: dates, price, surface, building, setback, power, distance,
place, tenure, brownfield, prospects. A plan that forbids industry or land already sold opens by no change of the need.

A change lets a parcel in when the answer to the changed need no longer rejects it. Where it then stands is told apart:
proved (`opens`), its fit not decided yet (`open`), or with something to check (`to_check`). Applying the change and
asking again finds exactly these parcels, but for what `open` turns out to be.

What a project asks chooses its procedures, so its dates too. A change that may move them is proposed beside a date that
is a must only when the readiness for the changed need can be asked (`readiness_for`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import ValidationError

from geo.match.judged import Judged
from geo.match.need import DATE_WISHES, Need
from geo.match.relaxing.change import Change
from geo.match.relaxing.proposals import proposed
from geo.match.relaxing.trial import Fits, KeptOut, ReadinessFor, Standing, Trials, kept_out

__all__ = ["Change", "Fits", "Looser", "NearMiss", "ReadinessFor", "Relaxation", "near_misses", "relaxations"]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change; how many parcels it opens, proved, undecided and to check; which of them ranks first."""

    change: Change
    opens: int
    open: int
    to_check: int
    first: int


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
        return found if may_ask or not _dates_asked(need) else tuple(one for one in found if not one.moves_dates)


def relaxations(looser: Looser) -> tuple[Relaxation, ...]:
    """The changes that each open parcels kept out by one criterion alone, or by dates alone; most parcels first."""
    changes = [change for kept in looser.land for change in looser.changes(kept.one)]
    found: list[Relaxation] = []
    for _, same_paths in groupby(sorted(changes, key=lambda c: (c.paths, c.size)), key=lambda c: c.paths):
        counted = (_count(looser, change) for change in _steps(list(same_paths)))
        found.extend(relaxation for relaxation in counted if relaxation is not None)
    return tuple(
        sorted(found, key=lambda one: (-one.opens, -one.open, -one.to_check, one.change.paths, one.change.size))
    )


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
        for standing, opened in _opened(looser, change, [kept]).items():
            if opened:
                yield change, standing


def _dates_asked(need: Need) -> bool:
    """Whether a date is a must."""
    return any(getattr(need, name) is not None and name not in need.wishes for name in DATE_WISHES)


def _steps(changes: list[Change]) -> list[Change]:
    """Of changes sorted by size: the smallest, the one that opens half of the parcels, the largest; no repeats."""
    picked = (changes[0], changes[(len(changes) - 1) // 2], changes[-1])
    return list({change.size: change for change in picked}.values())


def _most_first(one: Relaxation) -> tuple[object, ...]:
    return -one.opens, -one.open, -one.to_check, one.change.paths, one.change.size


def _count(looser: Looser, change: Change) -> Relaxation | None:
    """The parcels that the changed need lets in; None when it lets in none."""
    found = _opened(looser, change, looser.land)
    proved, left, to_check = (found.get(one, []) for one in (Standing.PROVED, Standing.OPEN, Standing.TO_CHECK))
    best = proved or left or to_check
    if not best:
        return None
    first = min(best, key=lambda one: one.rank).candidate.id
    return Relaxation(change, len(proved), len(left), len(to_check), first)


def _opened(looser: Looser, change: Change, land: Sequence[KeptOut]) -> dict[Standing, list[Judged]]:
    try:
        return looser.trials.opened(change, land)
    except ValidationError:  # beyond what a need may ask
        return {}
