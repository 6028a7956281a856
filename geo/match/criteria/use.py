"""Does the plan let the project's building be there, and is the land a brownfield?"""

from geo.land.vocabulary import Industry, Origin
from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.criteria.dates import NEVER, reached_on
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

_SAYS_NOTHING = frozenset({"inconnu", "autre", "sans objet", ""})
"""The three kinds of unknown of every CNIG list, and the empty text."""


def use(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """What the plan says of an industrial building.

    ================== =========================================================================================
    allowed            pass, `use.allowed`
    conditional        pass, `use.conditional`: known, with conditions to read; scores lower than allowed
    after_plan_change  pass, `use.after_plan_change`, when the readiness is known, because its dates carry the plan
                       change and the date criteria judge them; unknown when it is not; fail,
                       `use.plan_change_blocked`, when works can never start. Scores lowest
    forbidden          fail, `use.forbidden`
    unknown            unknown, `use.unknown`: the planning authority answers
    ================== =========================================================================================

    Any other use than industry is not recorded yet: unknown.
    """
    if need.use not in (None, "industrie"):
        return unknown("use", "use.not_recorded", Who.PLANNING_AUTHORITY, candidate.industry_source, asked=need.use)
    verdict = candidate.industry
    detail = _plan(candidate)
    if verdict is None or verdict is Industry.UNKNOWN:
        return unknown("use", "use.unknown", Who.PLANNING_AUTHORITY, candidate.industry_source, **detail)
    if verdict is Industry.AFTER_PLAN_CHANGE:
        return _after_plan_change(need, candidate, readiness, detail)
    code = f"use.{verdict.value}"
    passes = verdict is not Industry.FORBIDDEN
    return decided("use", passes, (code, code), verdict.value, candidate.industry_source, **detail)


def _after_plan_change(
    need: Need, candidate: Candidate, readiness: ReadinessView | None, detail: dict[str, object]
) -> Criterion:
    fact, source = Industry.AFTER_PLAN_CHANGE.value, candidate.industry_source
    prudent = reached_on("start_by", need, readiness)
    if prudent is not None and prudent != NEVER:
        return Criterion("use", Verdict.PASS, "use.after_plan_change", fact, source, detail)
    if reached_on("start_by", need, readiness, optimistic=True) == NEVER:
        return Criterion("use", Verdict.FAIL, "use.plan_change_blocked", fact, source, detail)
    return unknown("use", "use.after_plan_change", Who.PLANNING_AUTHORITY, source, **{"industry": fact, **detail})


def _plan(candidate: Candidate) -> dict[str, object]:
    facts: dict[str, object] = {
        "zone_label": candidate.zone_label,
        "zone_type": candidate.zone_type,
        "rule": candidate.industry_rule,
        "confidence": candidate.industry_confidence,
    }
    return {name: value for name, value in facts.items() if value is not None}


def is_brownfield(candidate: Candidate) -> bool | None:
    """A brownfield by its inventory or its state of occupation ("friche"); None when neither says."""
    if candidate.origin is Origin.FRICHE:
        return True
    occupation = (candidate.etat_occup or "").strip().casefold()
    return None if occupation in _SAYS_NOTHING else occupation == "friche"


def brownfield(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether it is a brownfield, when only those are asked."""
    found = is_brownfield(candidate)
    if found is None:
        return unknown("brownfield", "brownfield.unknown", Who.RESPONSIBLE, candidate.source)
    detail = {} if candidate.pollution is None else {"pollution": candidate.pollution}
    codes = ("brownfield.yes", "brownfield.no")
    return decided("brownfield", found, codes, candidate.etat_occup, candidate.source, **detail)
