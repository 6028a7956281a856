"""From a need and its land to an answer: what the index says, the rows that are shown, counts, what would open more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.fit.adjacency import Floats
from geo.fit.assembly import Found
from geo.match.assembly.parts import MOST_LOOKED_AT, MOST_PARTS, possible
from geo.match.bounds import MOST_SLOW
from geo.match.deciding import Decided
from geo.match.fit.outcome import DecideFit
from geo.match.fit.phases import decide_phases
from geo.match.judged import Judged, Readiness, judge_all
from geo.match.match import Match
from geo.match.need.need import Need
from geo.match.parcel.around import Around
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.questions import Question, questions, spread
from geo.match.ranking import SCORE, SORTS
from geo.match.relaxing.near import NearMiss
from geo.match.relaxing.relax import Again, Loosening, Relaxation, nearest, relaxations
from geo.match.relaxing.trial import Fits, ReadinessFor
from geo.match.screen.asking import Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.land import Land, land_of
from geo.match.screen.screening import Ask, Screening
from geo.match.wishes import wishes_of

__all__ = ["MOST_SLOW", "Answer", "Counts", "Match", "answer", "answered"]


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

    need: Need
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
    questions: tuple[Question, ...] | None = None
    """What to ask of a vague need; None where that was not asked for."""
    near_misses: tuple[NearMiss, ...] = ()
    """Where fewer are proved than asked for: the parcels that one change of the need would let in."""

    @property
    def places(self) -> dict[str, tuple[int, ...]]:
        """The places of the rows of each list."""
        return {
            "matches": tuple(one.place for one in self.matches),
            "to_check": tuple(one.place for one in self.to_check),
        }


Joinable = Callable[[Sequence[int], Floats], Sequence[int]]
"""Of parcels with their surfaces, m2, those that may become sites together with their neighbours."""


def answer(
    need: Need,
    candidates: Sequence[Candidate],
    readiness: Readiness,
    *,
    as_of: date,
    versions: Mapping[str, str],
    decide_fit: DecideFit = decide_phases,
    readiness_for: ReadinessFor | None = None,
    sort: str = SCORE,
    with_questions: bool = False,
) -> Answer:
    """The answer to a need over parcels at hand, which its author may all see.

    `readiness` gives the dates for this need on `as_of`, `readiness_for` those of a changed one, for the relaxations.
    `sort` is the order (ranking.SORTS).
    """
    if sort not in SORTS:
        raise ValueError(f"no such order: {sort!r}")
    known = {one.id: one for one in candidates}

    days = ByCandidate(need, candidates, readiness)

    def read(ids: Sequence[int]) -> list[tuple[Candidate, ReadinessView | None]]:
        return [(known[one], days.view(known[one])) for one in ids]

    around = candidates[0].around if candidates else Around()

    def again(changed: Need, land: Land) -> Asking:
        dates = readiness if readiness_for is None else readiness_for(changed, candidates)
        return Asking(changed, land, ByCandidate(changed, candidates, dates), around)

    ask = Asking(need, land_of(candidates), days, around)
    screening = Screening(ask, wishes_of(need, as_of), read, sort)
    return answered(
        screening,
        again,
        as_of=as_of,
        versions=versions,
        decide_fit=decide_fit,
        readiness_for=readiness_for,
        looking=read if with_questions else None,
    )


def answered(
    screening: Screening,
    again: Again,
    *,
    as_of: date,
    versions: Mapping[str, str],
    decide_fit: DecideFit = decide_phases,
    readiness_for: ReadinessFor | None = None,
    looking: Ask | None = None,
    joinable: Joinable = lambda ids, _: ids[:MOST_PARTS],
) -> Answer:
    """The answer to a need over the land it was screened against.

    Every criterion but the fit is judged on every parcel. Those that pass are ranked, and their fits decided in that
    order until `need.limit` are proved; the rest is what their profiles prove, else open, like parcels whose derived
    facts are stale. A parcel whose fit is borderline, or with a must unknown, is to check; fits there are decided until
    `need.limit` rows are shown, and the rest stays open too unless a profile refuses it. A fit proved impossible
    rejects the parcel. What would open more land is looked for where fewer are proved than asked for. ``looking`` reads
    the parcels that questions are tried on, with what lies around them; without it none are asked.
    """
    need = screening.need
    fits = Fits.of(need, decide_fit)
    decided = Decided.of(screening, fits)
    counts = Counts(
        considered=len(screening.rows) - decided.gone,
        proved=len(decided.proved) + decided.fitting,
        open=decided.open,
        to_check=len(decided.to_check) + decided.left,
        rejected=dict(sorted(decided.rejected.items())),
    )
    found = tuple(one for one in decided.proved if one.place < need.limit)
    made = Answer(need, counts, found, tuple(decided.to_check), (), as_of, versions, screening.sort)
    if looking is not None:
        made = replace(made, questions=_questions(screening, looking, as_of))
    if len(found) == need.limit:
        return made
    return _with_more(made, Loosening(screening, fits, again, readiness_for, as_of), joinable)


def _with_more(made: Answer, asked: Loosening, joinable: Joinable) -> Answer:
    """The answer with what would let more land in, and what sites may be put together from."""
    parts: tuple[Judged, ...] = ()
    if not made.matches:
        ask, rows = asked.screening.ask, asked.screening.lacking_land(MOST_LOOKED_AT)
        some = joinable(ask.land.ids(rows), ask.column("surface", rows))
        parts = possible(asked.need, _judged(asked.screening, some, asked.screening.read))
    near = nearest(asked, asked.need.limit)
    return replace(made, relaxations=relaxations(asked), near_misses=near, parts=parts)


def _questions(screening: Screening, looking: Ask, as_of: date) -> tuple[Question, ...]:
    """What to ask, over the land that no must rejects and no profile refuses."""
    waiting = (screening.clear, screening.asking)
    ids = sorted(one for some in waiting for one in screening.ask.land.ids(some.rows))
    return questions(screening.need, _judged(screening, spread(ids), looking), len(ids), as_of)


def _judged(screening: Screening, ids: Sequence[int], read: Ask) -> list[Judged]:
    known = {one.id: (one, dates) for one, dates in read(ids)}
    land = [one for one, _ in known.values()]
    return judge_all(screening.need, land, lambda one: known[one.id][1], screening.wishes)
