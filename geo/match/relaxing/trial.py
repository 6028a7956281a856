"""Where a parcel would stand in the answer to a changed need: proved, open, to check or rejected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from geo.fit.profile import Told
from geo.match.criteria.order import AskedRule, asked_rules
from geo.match.fit.fit import cannot_hold, is_one_rectangle
from geo.match.fit.outcome import DecideFit, FitOutcome, FitVerdict
from geo.match.fit.told import told
from geo.match.judged import Judged, Readiness
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.relaxing.change import Change

MOST_FITS = 150
"""Fits decided at most for the relaxations of one answer: some milliseconds each. What is left is open."""
MOST_SLOW = 10
"""The same of buildings that are no single rectangle: some tens of milliseconds each."""
MOST_WORK = 100_000.0
"""Sweeps (geo/fit/work.py) after which no fit is begun for them: some three seconds."""
OF_DATES = frozenset({"start_by", "power_by", "production_by", "use"})
"""The criteria that dates decide."""
OF_THE_FIT = frozenset(
    {"buildings", "setback_m", "gap_m", "yard_m", "extension", "use", "wishes", "height_m", "footprint_m2", "floor_m2"}
)
"""What a fit depends on of a need: what is placed, and what the plan's rules on buildings are held against."""

ReadinessFor = Callable[[Need, Sequence[Candidate]], Readiness]
"""The readinesses of some parcels for a changed need."""


class Standing(StrEnum):
    """The part of the answer a parcel is counted in."""

    PROVED = "proved"
    OPEN = "open"
    TO_CHECK = "to_check"
    REJECTED = "rejected"


@dataclass
class Fits:
    """Fits that were decided, kept for the needs that ask the same building; ``left`` more may be, within ``work``."""

    decide: DecideFit
    left: int
    work: float = MOST_WORK
    kept: dict[tuple[str, int], FitOutcome] = field(default_factory=dict)
    _keys: dict[int, tuple[Need, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, need: Need, decide: DecideFit) -> "Fits":
        """None decided yet of those of a need."""
        return cls(decide, MOST_FITS if need.buildings is None or is_one_rectangle(need) else MOST_SLOW)

    def __call__(self, need: Need, candidate: Candidate) -> FitOutcome:
        """The fit, decided whatever is left: how an answer asks for what it shows."""
        key = (self._key(need), candidate.id)
        if key not in self.kept:
            self.kept[key] = self.decide(need, candidate)
        return self.kept[key]

    def known(self, need: Need, parcel: int) -> FitOutcome | None:
        """The fit on a parcel, by id, where it was decided before."""
        return self.kept.get((self._key(need), parcel))

    def spent(self, need: Need, candidate: Candidate) -> FitOutcome | None:
        """The fit, decided while there is some left to spend; else None."""
        found = self.known(need, candidate.id)
        if found is None and self.left > 0:
            found = self(need, candidate)
            self.work -= found.work
            self.left = self.left - 1 if self.work > 0 else 0
        return found

    def are_of(self, need: Need, other: Need) -> bool:
        """Whether the fits of one need are those of the other."""
        return self._key(need) == self._key(other)

    def _key(self, need: Need) -> str:
        """What a fit depends on of a need."""
        found = self._keys.get(id(need))
        if found is None or found[0] is not need:
            found = self._keys[id(need)] = (need, need.model_dump_json(include=set(OF_THE_FIT)))
        return found[1]


@dataclass(frozen=True)
class Trial:
    """A changed need, tried on the parcels that the present one keeps out."""

    need: Need
    fits: Fits
    rules: tuple[AskedRule, ...]

    @classmethod
    def of(cls, need: Need, fits: Fits) -> "Trial":
        """The trial of a need."""
        return cls(need, fits, asked_rules(need))

    def standing(self, candidate: Candidate, readiness: ReadinessView | None) -> Standing:
        """Where the parcel would stand: as geo/match/answer.py sorts it, its fit decided while there is some left."""
        asks = False
        for rule in self.rules:
            criterion = rule.judge(self.need, candidate, readiness)
            if criterion.blocks:
                return Standing.REJECTED
            asks = asks or criterion.asks
        if candidate.stale:
            return Standing.OPEN
        fit = Standing.PROVED if self.need.buildings is None else self._by_fit(candidate)
        return Standing.TO_CHECK if asks and fit is Standing.PROVED else fit

    def _by_fit(self, candidate: Candidate) -> Standing:
        if cannot_hold(self.need, candidate):
            return Standing.REJECTED
        outcome = self.fits.spent(self.need, candidate)
        if outcome is None:
            return Standing.PROVED if told(self.need, candidate) is Told.YES else Standing.OPEN
        if outcome.is_stale:
            return Standing.OPEN
        if outcome.verdict is FitVerdict.FITS:
            return Standing.PROVED
        return Standing.REJECTED if outcome.verdict is FitVerdict.NO else Standing.TO_CHECK


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A parcel the need rejects, by the names of what it fails; its fit stands for itself (`fit`)."""

    one: Judged
    reasons: frozenset[str]


def kept_out(need: Need, judged: Sequence[Judged], fits: Fits) -> list[KeptOut]:
    """The parcels that a must rejects, and those whose fit is known to be refused; not those that lack both."""
    blocked = (one for one in judged if one.blocking)
    found = [KeptOut(one, frozenset(one.blocking)) for one in blocked if not cannot_hold(need, one.candidate)]
    if need.buildings is not None:
        others = (one for one in judged if not one.blocking and _refused(need, one.candidate, fits))
        found.extend(KeptOut(one, frozenset({"fit"})) for one in others)
    return found


def _refused(need: Need, candidate: Candidate, fits: Fits) -> bool:
    if candidate.stale:
        return False
    outcome = fits.known(need, candidate.id)
    if outcome is not None:
        return outcome.verdict is FitVerdict.NO
    return told(need, candidate) is Told.NO


@dataclass(frozen=True)
class Trials:
    """The changes of one need tried: what each lets in."""

    need: Need
    fits: Fits
    readiness_for: ReadinessFor | None

    def opened(self, change: Change, land: Sequence[KeptOut]) -> dict[Standing, list[Judged]]:
        """The parcels that the change lets in, by where they would stand; what it does not touch still keeps out.

        Raises ValidationError for a change beyond what a need may ask.
        """
        touched = change.criteria | (OF_DATES if change.moves_dates else set())
        near = [kept.one for kept in land if touched >= kept.reasons]
        found: dict[Standing, list[Judged]] = {standing: [] for standing in Standing}
        for one, standing in zip(near, self.standings(change, near), strict=True):
            found[standing].append(one)
        del found[Standing.REJECTED]
        return found

    def standings(self, change: Change, land: Sequence[Judged]) -> list[Standing]:
        """Where these parcels would stand once the change is made. Raises ValidationError as above."""
        changed = change.apply(self.need)
        dates: Readiness | None = None
        if self.readiness_for is not None and change.moves_dates:
            dates = self.readiness_for(changed, [one.candidate for one in land])
        trial = Trial.of(changed, self.fits)
        return [trial.standing(one.candidate, one.readiness if dates is None else dates(one.candidate)) for one in land]
