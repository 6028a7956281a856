"""One step of a catalogue: every field checked before it is believed."""

import itertools
import math
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from geo.readiness.catalogue import MILESTONES, Cost, Size, Step, Terms
from geo.readiness.needclass import TRIGGERS

_REQUIRED = frozenset({"code", "label", "side", "trigger", "source", "confidence"})
_OPTIONAL = frozenset(
    {"months", "edition", "size", "needs", "gates", "after", "early", "outcome_of", "expires", "attest", "per_unit"}
    | {"cost"}
)
_TEXTS = ("code", "side", "trigger", "source", "confidence")
_EDITION = frozenset({"from", "until", "months", "source", "confidence"})
_SIZE = frozenset({"floor_m2", "months", "source", "confidence"})
_COST = frozenset({"min", "typ", "max", "unit", "payer", "source", "confidence"})
ATTEST_MONTHS = 12
"""How long a status is taken at its word unless the step says otherwise [estimate]."""
SIDES = ("owner", "project")
CONFIDENCES = ("R", "L", "M", "E")
COST_UNITS = ("eur", "eur_m2", "eur_m2_built")
LAND_TRIGGERS = frozenset(
    {"manual"}
    | {f"land.{rule}" for rule in ("tenure", "preemption", "plan", "servicing", "survey")}
    | {f"land.{rule}" for rule in ("archaeology", "pollution", "buildings")}
)
"""What sets the state of an owner-side step; ``manual``: a planner only."""


class Wrong(ValueError):  # noqa: N818 - a code, made a sentence elsewhere
    """What is wrong with a step: a code and its parameters."""

    def __init__(self, code: str, params: Mapping[str, object]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def check(holds: bool, code: str, **params: object) -> None:
    """Raise Wrong unless it holds."""
    if not holds:
        raise Wrong(code, params)


def step_of(table: Any) -> Step:
    """The step that a ``[[step]]`` of the file tells. Raises Wrong."""
    _check_fields(table)
    outcome = table.get("outcome_of", {})
    return Step(
        code=table["code"],
        label=MappingProxyType(dict(table["label"])),
        side=table["side"],
        terms=_all_terms(table),
        needs=tuple(table.get("needs", ())),
        gates=tuple(table.get("gates", ())),
        after_start="after" in table,
        early=table.get("early", False),
        trigger=table["trigger"],
        outcome_of=outcome.get("step"),
        probability=outcome.get("probability"),
        expires=table.get("expires"),
        attest=table.get("attest", ATTEST_MONTHS),
        per_unit=_number("per_unit", table.get("per_unit", 0.0)),
        sizes=_sizes(table),
        cost=_cost(table.get("cost")),
        source=table["source"],
        confidence=table["confidence"],
    )


def _check_fields(table: Any) -> None:
    check(isinstance(table, dict), "not_a_list_of_steps")
    missing, extra = _REQUIRED - table.keys(), table.keys() - _REQUIRED - _OPTIONAL
    check(not missing, "lacks", fields=", ".join(sorted(missing)))
    check(not extra, "unknown_fields", fields=", ".join(sorted(extra)))
    for name in _TEXTS:
        check(isinstance(table[name], str) and bool(table[name].strip()), "empty_text", field=name)
    _check_one_of("side", table["side"], SIDES)
    _check_one_of("confidence", table["confidence"], CONFIDENCES)
    _check_one_of("trigger", table["trigger"], LAND_TRIGGERS if table["side"] == "owner" else TRIGGERS)
    label = table["label"]
    said = isinstance(label, dict) and label.keys() == {"fr", "en"} and all(_is_text(one) for one in label.values())
    check(said, "label")
    for name in ("needs", "gates"):
        value = table.get(name, [])
        check(isinstance(value, list) and all(_is_text(one) for one in value), "not_a_list", field=name)
    for gate in table.get("gates", ()):
        _check_one_of("gates", gate, MILESTONES)
    check(table.get("after", "start") == "start", "after")
    check(isinstance(table.get("early", False), bool), "early")
    _check_outcome(table.get("outcome_of", {}))
    for name in ("expires", "attest"):
        value = table.get(name, 1)
        check(isinstance(value, int) and not isinstance(value, bool) and value > 0, "whole_months", field=name)


def _check_outcome(outcome: Any) -> None:
    told = isinstance(outcome, dict) and (not outcome or outcome.keys() == {"step", "probability"})
    check(told and _is_text(outcome.get("step", "-")), "outcome_of")
    probability = outcome.get("probability", 1)
    check(0 < _number("probability", probability) <= 1, "probability", value=probability)


def _check_one_of(field: str, value: object, known: Any) -> None:
    check(value in known, "not_listed", field=field, value=value, known=", ".join(sorted(known)))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _all_terms(table: Mapping[str, Any]) -> tuple[Terms, ...]:
    editions = table.get("edition")
    if editions is None:
        return (_terms(table),) if "months" in table else ()
    check("months" not in table, "months_or_editions")
    check(isinstance(editions, list) and bool(editions), "edition_fields")
    terms = []
    for edition in editions:
        told = isinstance(edition, dict) and {"months", "source", "confidence"} <= edition.keys() <= _EDITION
        check(told, "edition_fields")
        _check_one_of("confidence", edition["confidence"], CONFIDENCES)
        terms.append(_terms(edition))
    _check_follow(terms)
    return tuple(terms)


def _sizes(table: Mapping[str, Any]) -> tuple[Size, ...]:
    """What the step takes by floor area, smallest first: nothing shorter for a larger building."""
    given = table.get("size", [])
    check(
        isinstance(given, list) and all(isinstance(one, dict) and one.keys() == _SIZE for one in given), "size_fields"
    )
    check(not given or ("months" in table and "per_unit" not in table), "size_beside_months")
    sizes = []
    for one in given:
        check(_is_text(one["source"]), "size_fields")
        _check_one_of("confidence", one["confidence"], CONFIDENCES)
        sizes.append(Size(_number("floor_m2", one["floor_m2"]), _terms(one)))
    for before, after in itertools.pairwise(sizes):
        longer = all(a <= b for a, b in zip(before.terms.months, after.terms.months, strict=True))
        check(before.floor_m2 < after.floor_m2 and longer, "sizes_rise", floor_m2=f"{after.floor_m2:g}")
    return tuple(sizes)


def _terms(table: Mapping[str, Any]) -> Terms:
    given = table["months"]
    check(isinstance(given, list) and len(given) == 3, "three_months", value=given)
    low, typical, high = (_number("months", value) for value in given)
    check(low <= typical <= high, "months_rise", value=given)
    begun = (table.get("from"), table.get("until"))
    check(all(type(day) in (date, type(None)) for day in begun), "edition_days")
    return Terms((low, typical, high), *begun, source=table["source"], confidence=table["confidence"])


def _check_follow(terms: list[Terms]) -> None:
    """Editions follow one another day by day, open at both ends: any day has exactly one law."""
    check(terms[0].begun_from is None and terms[-1].begun_until is None, "editions_open")
    for before, after in itertools.pairwise(terms):
        end, begin = before.begun_until, after.begun_from
        follow = end is not None and begin is not None and end + timedelta(days=1) == begin
        check(follow, "editions_follow", until=str(end), begin=str(begin))


def _cost(table: Any) -> Cost | None:
    if table is None:
        return None
    told = isinstance(table, dict) and {"unit", "payer", "source", "confidence"} <= table.keys() <= _COST
    check(told and _is_text(table.get("source")), "cost_fields")
    _check_one_of("cost.unit", table["unit"], COST_UNITS)
    _check_one_of("cost.payer", table["payer"], SIDES)
    _check_one_of("cost.confidence", table["confidence"], CONFIDENCES)
    known = {name: _number(f"cost.{name}", table[name]) for name in ("min", "typ", "max") if name in table}
    check(bool(known) and list(known.values()) == sorted(known.values()), "cost_rise")
    return Cost(
        known.get("min"),
        known.get("typ"),
        known.get("max"),
        table["unit"],
        table["payer"],
        table["source"],
        table["confidence"],
    )


def _number(field: str, value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    check(good, "not_a_number", field=field, value=repr(value))
    return float(value)
