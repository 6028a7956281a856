"""Is it ready in time, with the probability asked?"""

from collections.abc import Callable
from datetime import date

from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

MILESTONES = {"start_by": "start", "power_by": "power", "production_by": "production"}
"""Which milestone of the readiness answers which date of the need."""

NEVER = date.max
"""The day of a milestone that a blocked step keeps from being reached."""


def reached_on(name: str, need: Need, readiness: ReadinessView | None, *, optimistic: bool = False) -> date | None:
    """Day by which the milestone of criterion `name` is reached with the probability of the need."""
    if readiness is None:
        return None
    return readiness.date_at(MILESTONES[name], need.probability, optimistic=optimistic)


def by(name: str) -> Callable[[Need, Candidate, ReadinessView | None], Criterion]:
    """The criterion of one date of the need: start_by, power_by or production_by.

    In time when every step of unknown state has to run: pass. Late even when none has: fail. In between the unknown
    steps decide: unknown.
    """

    def evaluate(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
        wanted: date = getattr(need, name) or NEVER
        prudent = reached_on(name, need, readiness)
        earliest = reached_on(name, need, readiness, optimistic=True)
        detail: dict[str, object] = {"milestone": MILESTONES[name], "probability": need.probability}
        if wanted is not NEVER:
            detail["wanted"] = wanted.isoformat()
        if prudent is None or earliest is None:
            return unknown(name, "date.unknown", Who.RESPONSIBLE, candidate.source, **detail)
        detail["reached_on"] = written(prudent)
        if earliest <= wanted < prudent:
            detail["earliest"] = written(earliest)
            return unknown(name, "date.depends", Who.RESPONSIBLE, candidate.source, **detail)
        if prudent <= wanted:
            return Criterion(name, Verdict.PASS, "date.in_time", written(prudent), candidate.source, detail)
        code = "date.never" if earliest == NEVER else "date.late"
        return Criterion(name, Verdict.FAIL, code, written(prudent), candidate.source, detail)

    return evaluate


def written(day: date) -> str | None:
    """A day as ISO text; None when it never comes."""
    return None if day == NEVER else day.isoformat()
