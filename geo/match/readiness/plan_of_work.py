"""What stands beside the dates of one parcel: bars, edges, who said what and when, what is due, what disagrees."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.derive.land_facts import ENTERED, Known
from geo.match.readiness.whole import counting
from geo.readiness import freshness
from geo.readiness.askable import who_knows
from geo.readiness.begun import over_on
from geo.readiness.catalogue import Catalogue
from geo.readiness.dates import day_after
from geo.readiness.gantt import Bar, plan
from geo.readiness.needclass import NeedClass
from geo.readiness.out_of_order import out_of_order
from geo.readiness.result import Readiness
from geo.readiness.states import contradictions
from geo.readiness.status import UNKNOWN, StepStatus
from geo.store.steps import PROPOSAL, Kept, in_force

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the dates rest on; ``own``: the reader answers for the parcel, so is told words and evidence."""

    catalogue: Catalogue
    known: Known
    land: Mapping[str, StepStatus]
    project: NeedClass | None
    as_of: date
    rows: Sequence[Kept]
    own: bool

    @property
    def statuses(self) -> Mapping[str, StepStatus]:
        """States of the steps that count: those of the owner's side, or of both for a need."""
        return counting(self.catalogue, self.land, self.project)


def beside(told: Mapping[str, Any], computed: Readiness, said: Said) -> Json:
    """Members of the document: steps with their bars and words, graph, questions, conflicts, entries that are out of
    order, proposals, freshness.
    """
    work = plan(said.catalogue, said.statuses, said.as_of)
    bars = {bar.code: bar for bar in work.bars}
    due = freshness.terms(said.catalogue, said.land, said.known.facts.observed_on, said.known.attested)
    return {
        "steps": [
            {
                **step,
                **_bar(bars.get(step["code"]), said),
                **_words(step, said, due),
                "chance": _chance(step, told, said),
            }
            for step in told["steps"]
        ],
        "graph": {
            "edges": [{"from": before, "to": after} for before, after in work.edges],
            "gates": {name: list(codes) for name, codes in work.gates.items() if told[name] is not None},
        },
        "questions": [{"step": code, "who": who_knows(code)} for code in told["unknown"]],
        "conflicts": [
            {
                "step": code,
                "entered": {"state": entry.state, "since": _text(entry.since)},
                "facts": {"state": mapped.state, "source": mapped.source},
            }
            for code, entry, mapped in contradictions(said.known.facts, said.known.entries, said.as_of)
        ],
        "out_of_order": [
            {"step": code, "before": list(left)}
            for code, left in out_of_order(said.catalogue, said.statuses, said.as_of).items()
            if said.statuses[code].source == ENTERED
        ],
        "proposals": [_row(row) for row in said.rows if row.record.kind == PROPOSAL] if said.own else [],
        "freshness": _freshness(said, due),
        "catalogue": computed.catalogue,
    }


def _bar(bar: Bar | None, said: Said) -> Json:
    """Days at which an open step begins and ends; None: over, or never."""
    if bar is None:
        return {"begins": None, "ends": None, "slack_days": None}

    def days(at: Mapping[str, float]) -> Json:
        return {name: _text(day_after(said.as_of, value)) for name, value in at.items()}

    slack = None if bar.slack is None or not math.isfinite(bar.slack) else round(bar.slack)
    return {"begins": days(bar.begins), "ends": days(bar.ends), "slack_days": slack}


def _words(step: Mapping[str, Any], said: Said, due: Mapping[str, date]) -> Json:
    """Who said so, when it was last seen so, until when it is taken at its word, until when it holds."""
    code = step["code"]
    status = said.statuses[code]
    own = said.land.get(code) is status
    entered = own and status.source == ENTERED
    row = in_force(said.rows, code) if entered else None
    seen = freshness.said_on(status, code, said.known.facts.observed_on, said.known.attested) if own else None
    over = over_on(said.catalogue.steps[code], status)
    return {
        "said_by": {"who": "planner" if entered else "facts" if own else "need", **_entry(row, said)},
        "attested_on": _text(seen),
        "due_on": _text(due.get(code)) if own else None,
        "stale": status.stale,
        "over_on": _text(over),
    }


def _chance(step: Mapping[str, Any], told: Mapping[str, Any], said: Said) -> Json | None:
    """The step whose outcome will tell whether this one is needed, and how often it is; None: not left to chance."""
    rule = said.catalogue.steps[step["code"]]
    if rule.outcome_of is None or step["state"] != UNKNOWN or step["code"] in told["unknown"]:
        return None
    return {"outcome_of": rule.outcome_of, "probability": rule.probability}


def _entry(row: Kept | None, said: Said) -> Json:
    """The organisation behind an entry, and its words for who answers for the parcel."""
    if row is None:
        return {}
    told: Json = {"organisation": row.organisation, "recorded_at": row.recorded_at.isoformat()}
    if said.own:
        told |= {"record": row.id, "evidence": row.record.evidence, "reason": row.record.why}
    return told


def _row(row: Kept) -> Json:
    record = row.record
    return {
        "record": row.id,
        "step": record.step,
        "state": record.state,
        "effective_on": _text(record.effective_on),
        "expires_on": _text(record.expires_on),
        "evidence": record.evidence,
        "reason": record.why,
        "organisation": row.organisation,
        "recorded_at": row.recorded_at.isoformat(),
    }


def _freshness(said: Said, due: Mapping[str, date]) -> Json:
    """When the parcel's record was brought up to date (None: nobody said), the steps to say again, and the next day."""
    late = [code for code, status in said.land.items() if status.stale]
    coming = [day for day in due.values() if day > said.as_of]
    return {
        "observed_on": _text(said.known.facts.observed_on),
        "due": late,
        "next_due_on": _text(min(coming, default=None)),
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
