"""Reading and checking a catalogue of steps written in TOML."""

import hashlib
import itertools
import math
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from geo.readiness.catalogue import (
    MILESTONES,
    MOST_STEPS,
    BadCatalogueError,
    Catalogue,
    Cost,
    Step,
    Terms,
    gates_of,
    ordered,
)

_REQUIRED = frozenset({"code", "label", "side", "trigger", "source", "confidence"})
_OPTIONAL = frozenset({"months", "edition", "needs", "gates", "after", "outcome_of", "expires", "per_unit", "cost"})
_CONFIDENCES = frozenset("RLME")


@cache
def default() -> Catalogue:
    """The catalogue shipped with Emprise, ``catalogue.toml``."""
    return read(files("geo.readiness").joinpath("catalogue.toml").read_text(encoding="utf-8"))


def read(text: str) -> Catalogue:
    """Read a catalogue.

    Raises BadCatalogueError: not TOML, unknown or missing field, min <= typ <= max broken, editions that overlap
    or leave days out, missing predecessor, cycle (with its path).
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCatalogueError(f"not TOML: {error}") from error
    if document.keys() != {"step"}:
        raise BadCatalogueError("a catalogue is a list of [[step]] and nothing else")
    steps: dict[str, Step] = {}
    for table in document["step"]:
        step = _step(table)
        if step.code in steps:
            raise BadCatalogueError(f"{step.code}: written twice")
        steps[step.code] = step
    _check_references(steps)
    in_order = ordered(steps)
    return Catalogue(in_order, gates_of(in_order), hashlib.sha256(text.encode()).hexdigest()[:12])


def _step(table: Mapping[str, Any]) -> Step:
    code = str(table.get("code", "a step without code"))
    _check(table.keys() >= _REQUIRED, code, f"lacks {', '.join(sorted(_REQUIRED - table.keys()))}")
    extra = table.keys() - _REQUIRED - _OPTIONAL
    _check(not extra, code, f"has unknown fields {', '.join(sorted(extra))}")
    _check(table["side"] in ("owner", "project"), code, "side is owner or project")
    _check(table["confidence"] in _CONFIDENCES, code, "confidence is R, L, M or E")
    _check(table["label"].keys() == {"fr", "en"}, code, "label needs fr and en")
    _check(set(table.get("gates", ())) <= set(MILESTONES), code, f"gates are among {', '.join(MILESTONES)}")
    _check(table.get("after", "start") == "start", code, 'after can only be "start"')
    outcome = table.get("outcome_of", {})
    _check(0 < outcome.get("probability", 1) <= 1, code, "probability is above 0 and at most 1")
    expires = table.get("expires")
    _check(expires is None or (isinstance(expires, int) and expires > 0), code, "expires is whole months")
    return Step(
        code=code,
        label=MappingProxyType(dict(table["label"])),
        side=table["side"],
        terms=_all_terms(code, table),
        needs=tuple(table.get("needs", ())),
        gates=tuple(table.get("gates", ())),
        after_start="after" in table,
        trigger=table["trigger"],
        outcome_of=outcome.get("step"),
        probability=outcome.get("probability"),
        expires=expires,
        per_unit=_number(code, table.get("per_unit", 0.0)),
        cost=_cost(code, table.get("cost")),
        source=table["source"],
        confidence=table["confidence"],
    )


def _all_terms(code: str, table: Mapping[str, Any]) -> tuple[Terms, ...]:
    editions = table.get("edition")
    if editions is None:
        return (_terms(code, table),) if "months" in table else ()
    _check("months" not in table, code, "has months or editions, not both")
    allowed = {"from", "until", "months", "source", "confidence"}
    terms = []
    for edition in editions:
        _check(edition.keys() <= allowed, code, f"an edition has only {', '.join(sorted(allowed))}")
        _check({"months", "source", "confidence"} <= edition.keys(), code, "an edition lacks months or its source")
        terms.append(_terms(code, edition))
    _check_follow(code, terms)
    return tuple(terms)


def _terms(code: str, table: Mapping[str, Any]) -> Terms:
    months = [_number(code, value) for value in table["months"]]
    _check(len(months) == 3, code, "months are [min, typical, max]")
    minimum, typical, maximum = months
    _check(0 <= minimum <= typical <= maximum, code, f"months must rise from 0: {minimum} <= {typical} <= {maximum}")
    begun = (table.get("from"), table.get("until"))
    _check(all(type(day) in (date, type(None)) for day in begun), code, "from and until are days")
    return Terms((minimum, typical, maximum), *begun, source=table["source"], confidence=table["confidence"])


def _check_follow(code: str, terms: list[Terms]) -> None:
    """Editions follow one another day by day, open at both ends: any day has exactly one law."""
    _check(terms[0].begun_from is None and terms[-1].begun_until is None, code, "editions are open at both ends")
    for before, after in itertools.pairwise(terms):
        end, begin = before.begun_until, after.begun_from
        follow = end is not None and begin is not None and end + timedelta(days=1) == begin
        _check(follow, code, f"an edition ends {end}, the next begins {begin}")


def _cost(code: str, table: Mapping[str, Any] | None) -> Cost | None:
    if table is None:
        return None
    _check(table.get("unit") in ("eur", "eur_m2"), code, "cost unit is eur or eur_m2")
    _check(table.get("payer") in ("owner", "project"), code, "cost payer is owner or project")
    known = {name: _number(code, table[name]) for name in ("min", "typ", "max") if name in table}
    _check(list(known.values()) == sorted(known.values()), code, "cost must rise from min to max")
    return Cost(known.get("min"), known.get("typ"), known.get("max"), table["unit"], table["payer"])


def _check_references(steps: Mapping[str, Step]) -> None:
    _check(len(steps) <= MOST_STEPS, "catalogue", f"has {len(steps)} steps, {MOST_STEPS} at most")
    for step in steps.values():
        _check_known(step.code, step.needs, steps)
        _check_known(step.code, (step.outcome_of,) if step.outcome_of else (), steps)
        _check(not (step.after_start and "start" in step.gates), step.code, "comes after the start it gates")


def _check_known(code: str, named: Iterable[str], steps: Mapping[str, Step]) -> None:
    missing = [name for name in named if name not in steps]
    _check(not missing, code, f"needs {', '.join(missing)}, which the catalogue does not have")


def _number(code: str, value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    _check(good, code, f"{value!r} is not a number from 0 up")
    return float(value)


def _check(holds: bool, code: str, otherwise: str) -> None:
    if not holds:
        raise BadCatalogueError(f"{code}: {otherwise}")
