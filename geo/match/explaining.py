"""What it would take for each criterion that a parcel misses: a change of the need, of the land, or an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from geo.land.vocabulary import Industry
from geo.match.criteria.criterion import Criterion, Role, Verdict
from geo.match.judged import Judged
from geo.match.need.need import DATE_WISHES, Need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.readiness import project_facts
from geo.match.relaxing.change import Change
from geo.match.relaxing.document import change_document
from geo.match.relaxing.near import Looser
from geo.match.relaxing.proposals import fit_changes, loosened
from geo.match.relaxing.trial import Standing
from geo.readiness.catalogue import Catalogue
from geo.readiness.needclass import need_class

Json = dict[str, Any]
PLAN_CHANGES = {Industry.AFTER_PLAN_CHANGE: ("PLU_MOD",), Industry.FORBIDDEN: ("PLU_REV", "DP_MEC")}
"""What opens the zone: a modification opens a closed one; a zone that forbids takes a revision, or a declaration of
project that makes the plan compatible (code de l'urbanisme L153-31, L153-38, L153-54)."""
CONNECTIONS = {"power_mw": "EL_", "rail_siding": "RAIL_"}
"""How the codes of the connections to electricity and to the railway begin (geo/readiness/catalogue.toml)."""
LACKS_ROOM = frozenset({"land.too_small", "fit.no", "fit.surface_too_small", "footprint.too_large"})
FIRST_STEPS = 3


def takes(need: Need, one: Judged, criterion: Criterion, land: Sequence[Json]) -> Json | None:
    """What it would take for one criterion; None where it passes, or is only told.

    ``need``: changes of the need, each enough for this criterion. ``land``: what would have to happen to the land.
    ``ask``: who knows what is not known. All may be empty: nothing that is known would do.
    """
    if criterion.verdict is Verdict.PASS or criterion.role is Role.NOTE:
        return None
    changes = _changes(need, one, criterion) if criterion.verdict is Verdict.FAIL else ()
    who = criterion.detail.get("who") if criterion.verdict is Verdict.UNKNOWN else None
    return {"need": [change_document(change) for change in changes], "land": list(land), "ask": who}


def _changes(need: Need, one: Judged, failed: Criterion) -> tuple[Change, ...]:
    if failed.name == "fit":
        return fit_changes(need, one.candidate)
    change = loosened(need, one, failed)
    return () if change is None else (change,)


@dataclass(frozen=True)
class Ground:
    """What is asked of the land: for which need, by which catalogue of steps, from which day."""

    need: Need
    catalogue: Catalogue
    as_of: date

    def would_take(self, candidate: Candidate, criterion: Criterion, beside: Sequence[int]) -> list[Json]:
        """What would have to happen to the land for a criterion that no date answers for; ``beside``: its neighbours.

        Of a plan change, the procedures; of power and rail, the connections the need asks for there, but no siding far
        from any railway; of room, the land beside.
        """
        if criterion.name == "use" and candidate.industry in PLAN_CHANGES:
            return [self._step(code) for code in PLAN_CHANGES[candidate.industry]]
        if criterion.code == "rail_siding.too_far":
            return []
        if criterion.name in CONNECTIONS:
            steps = need_class(project_facts(self.need, candidate), self.catalogue).steps
            return [self._step(code) for code, _ in steps if code.startswith(CONNECTIONS[criterion.name])]
        lacks_room = criterion.code in LACKS_ROOM
        return [{"kind": "join", "parcels": list(beside)}] if lacks_room and beside else []

    def _step(self, code: str) -> Json:
        step = self.catalogue.steps[code]
        low, typical, high = step.terms_of(self.as_of).months
        months = {"min": low, "typical": typical, "max": high}
        return {"kind": "step", "code": code, "label": step.label["fr"], "label_en": step.label["en"], "months": months}


def gained_steps(gains: Mapping[str, Any]) -> list[Json]:
    """Of what single steps gain (geo/match/readiness/what_if.py), the first few, with the days they lead to."""
    return [
        {
            "kind": "gain",
            **{name: one[name] for name in ("code", "label", "label_en", "how")},
            "then": {name: one["then"][name] for name in ("p50", "p80")},
        }
        for one in gains["steps"][:FIRST_STEPS]
    ]


def together(looser: Looser, one: Judged, fit: Criterion | None) -> Json | None:
    """All the changes at once that would let in a parcel missing several criteria, and where it would then stand.

    None where one change is enough, where a criterion can be loosened by no change, or where all together are not
    enough.
    """
    failed = [criterion for criterion in (*one.criteria, *([fit] if fit else ())) if criterion.blocks]
    need = looser.trials.need
    found = [_changes(need, one, criterion)[:1] for criterion in failed]
    changes = [change for some in found for change in some]
    if len(failed) < 2 or len(changes) < len(failed) or DATE_WISHES.issuperset(one.blocking):
        return None
    parts = list({part.path: part for change in changes for part in (replace(change, also=()), *change.also)}.values())
    if len(parts) < 2:
        return None
    whole = replace(parts[0], also=tuple(parts[1:]))
    try:
        (standing,) = looser.trials.standings(whole, [one])
    except ValidationError:  # beyond what a need may ask
        return None
    return None if standing is Standing.REJECTED else {**change_document(whole), "then": standing.value}
