"""From a need and its candidates to an answer: judge, rank, decide the fits that are shown, count, relax."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.fit.assembly import Found
from geo.fit.profile import Told
from geo.match.candidate import Candidate, ReadinessView
from geo.match.criterion import Criterion
from geo.match.fit import DecideFit, FitOutcome, FitVerdict, decide_fit, is_one_rectangle
from geo.match.judged import Judged, Readiness, judge_all
from geo.match.merged import Together
from geo.match.need import Need
from geo.match.parts import possible
from geo.match.ranking import SCORE, ranking
from geo.match.relax import ReadinessFor, Relaxation, relaxations
from geo.match.scoring import Score
from geo.match.told import told
from geo.match.wishes import wishes_of


@dataclass(frozen=True, slots=True)
class Match:
    """One parcel shown: everything judged of it; `fit` is None when the need places no building."""

    judged: Judged
    fit: FitOutcome | None
    together: Together | None = None
    """When it is several parcels put together."""

    @property
    def candidate(self) -> Candidate:
        """The parcel."""
        return self.judged.candidate

    @property
    def parts(self) -> tuple[Candidate, ...]:
        """The parcel, or those put together."""
        return (self.candidate,) if self.together is None else self.together.parts

    @property
    def score(self) -> Score:
        """Its score on index facts."""
        return self.judged.score

    @property
    def readiness(self) -> ReadinessView | None:
        """Its readiness for this need."""
        return self.judged.readiness

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion judged, the fit last."""
        if self.fit is None:
            return self.judged.criteria
        return (*self.judged.criteria, self.fit.criterion(self.candidate.source))


@dataclass(frozen=True, slots=True)
class Counts:
    """considered = proved + open + to_check + sum(rejected); `rejected` by the first criterion that fails."""

    considered: int
    proved: int
    open: int
    to_check: int
    rejected: dict[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a need finds: proved matches in order, parcels to check, and what would open more."""

    counts: Counts
    matches: tuple[Match, ...]
    to_check: tuple[Match, ...]
    relaxations: tuple[Relaxation, ...]
    as_of: date
    versions: Mapping[str, str]
    sorted_by: str = SCORE
    parts: tuple[Judged, ...] = ()
    """Where no parcel is proved: those that sites may be put together from."""
    assembled: Found | None = None
    """How far sites were looked for; None where they were not."""


MOST_SLOW = 40
"""Fits decided at least, of buildings that take longer than one rectangle; the rest stays open."""


@dataclass(slots=True)
class _Sorted:
    """The parcels that no must rejects, as they are decided."""

    proved: list[Match] = field(default_factory=list)
    open: int = 0
    to_check: list[Match | Judged] = field(default_factory=list)
    misfits: int = 0
    fitting: int = 0

    def leave(self, what: Told) -> None:
        """Count a parcel whose fit is not decided, by what its profile proves."""
        self.fitting += what is Told.YES
        self.misfits += what is Told.NO
        self.open += what is Told.OPEN


def answer(
    need: Need,
    candidates: Sequence[Candidate],
    readiness: Readiness,
    *,
    as_of: date,
    versions: Mapping[str, str],
    decide_fit: DecideFit = decide_fit,
    readiness_for: ReadinessFor | None = None,
    sort: str = SCORE,
) -> Answer:
    """The answer to a need over the parcels its author may see.

    Every criterion but the fit is judged on every candidate. Those that pass are ranked, and their fits decided in that
    order until `need.limit` are proved; the rest is what their profiles prove, else open, like parcels whose derived
    facts are stale. A parcel whose fit is borderline, or with a must unknown, is to check; fits there are decided until
    `need.limit` rows are shown, and the rest stays open too unless a profile refuses it. A fit proved impossible
    rejects the parcel. `readiness` gives the dates for this need on `as_of`, `readiness_for` those of a changed one,
    for the relaxations. `sort` is the order (ranking.SORTS).
    """
    judged = judge_all(need, candidates, readiness, wishes_of(need, as_of))
    rejected = Counter(one.blocking[0] for one in judged if one.blocking)
    ranked = sorted((one for one in judged if not one.blocking), key=ranking(need, sort))
    decided = _decide(need, ranked, decide_fit)
    to_check = _check(need, decided, decide_fit)
    if decided.misfits:
        rejected["fit"] += decided.misfits
    counts = Counts(
        considered=len(judged),
        proved=len(decided.proved) + decided.fitting,
        open=decided.open,
        to_check=len(decided.to_check),
        rejected=dict(sorted(rejected.items())),
    )
    found = tuple(decided.proved[: need.limit])
    looser = relaxations(need, judged, readiness_for)
    parts = () if found else possible(need, judged)
    return Answer(counts, found, to_check, looser, as_of, versions, sort, parts)


def _decide(need: Need, ranked: list[Judged], decide_fit: DecideFit) -> _Sorted:
    """The ranked parcels sorted into proved, open and to check, deciding fits until enough are proved."""
    sorted_ = _Sorted()
    left = len(ranked) if need.buildings is None or is_one_rectangle(need) else max(MOST_SLOW, 2 * need.limit)
    for one in ranked:
        if one.candidate.stale:
            sorted_.open += 1
        elif one.asking:
            sorted_.to_check.append(one)
        elif need.buildings is None:
            sorted_.proved.append(Match(one, None))
        elif len(sorted_.proved) == need.limit or left == 0:
            sorted_.leave(told(need, one.candidate))
        else:
            left -= 1
            _sort_by_fit(sorted_, Match(one, decide_fit(need, one.candidate)))
    return sorted_


def _sort_by_fit(sorted_: _Sorted, match: Match) -> None:
    verdict = match.fit.verdict if match.fit else FitVerdict.FITS
    if match.fit is not None and match.fit.is_stale:
        sorted_.open += 1
    elif verdict is FitVerdict.FITS:
        sorted_.proved.append(match)
    elif verdict is FitVerdict.NO:
        sorted_.misfits += 1
    else:
        sorted_.to_check.append(match)


def _check(need: Need, sorted_: _Sorted, decide_fit: DecideFit) -> tuple[Match, ...]:
    """The rows of `to_check` that are shown, their fits decided.

    Those found impossible leave the list; those whose fit is not looked at are open.
    """
    shown: list[Match] = []
    kept: list[Match | Judged] = []
    for row in sorted_.to_check:
        if len(shown) == need.limit:
            if need.buildings is not None and isinstance(row, Judged):
                sorted_.leave(Told.NO if told(need, row.candidate) is Told.NO else Told.OPEN)
            else:
                kept.append(row)
            continue
        match = row if isinstance(row, Match) else Match(row, _fit(need, row, decide_fit))
        if match.fit is not None and match.fit.verdict is FitVerdict.NO:
            sorted_.misfits += 1
        else:
            shown.append(match)
            kept.append(match)
    sorted_.to_check = kept
    return tuple(shown)


def _fit(need: Need, one: Judged, decide_fit: DecideFit) -> FitOutcome | None:
    return decide_fit(need, one.candidate) if need.buildings is not None else None
