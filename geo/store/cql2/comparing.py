"""Comparisons of values: signs, LIKE, BETWEEN, IN, and text compared without its case or accents."""

import math
import operator
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, collate, func, literal_column

from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import Kind, Term, literal

SIGNS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

OPERATORS = dict.fromkeys(SIGNS, 2) | {"like": 2, "between": 3, "in": 2}
"""Every comparison, with how many arguments it takes."""

EQUALITY = {"=", "<>", "in"}

MOST_ALIKE = 4
"""Texts made alike within each other: each time they are written out in full, and two do all there is to do."""

Value = ColumnElement[Any]

ACCENTS = "[\\u0300-\\u036F]"
"""Unicode's combining diacritical marks: what is left of an accent when a letter is taken apart (NFD)."""

EXAMPLES = {
    Kind.TEXT: "zone_type = 'AUc'",
    Kind.NUMBER: "surface_m2 >= 50000",
    Kind.TRUTH: "synthetic = FALSE",
    Kind.DAY: "ready_p80 <= DATE('2027-06-30')",
    Kind.INSTANT: "updated_at >= TIMESTAMP('2026-11-01T00:00:00Z')",
    Kind.SHAPE: "S_INTERSECTS(geometry, BBOX(4.8, 45.6, 4.9, 45.7))",
    Kind.LIST: "A_CONTAINS(networks, ('water', 'fibre'))",
}


LIKE = "name LIKE 'ZA %'"
IN = "zone_type IN ('UE', 'UX')"


def example_of(op: str) -> str:
    """A filter that compares by ``op``."""
    written = {"like": LIKE, "in": IN, "between": "surface_m2 BETWEEN 5000 AND 50000"}
    return written.get(op, f"surface_m2 {op} 50000")


def alike_example(function: str) -> str:
    """A filter with ``casei`` or ``accenti``."""
    return f"{function.upper()}(name) = {function.upper()}('les Mûriers')"


def compare(op: str, terms: Sequence[Term]) -> ColumnElement[bool]:
    """The comparison ``op`` of terms of one kind.

    Raises:
        FilterFault: the terms do not compare so.
    """
    first, *others = terms
    if op == "like" and first.kind is not Kind.TEXT:
        raise FilterFault("filter.text_wanted", op="LIKE", example=LIKE)
    for other in others:
        _same_kind(first, other)
    if first.kind in (Kind.SHAPE, Kind.LIST) or (first.kind is Kind.TRUTH and op not in EQUALITY):
        raise FilterFault("filter.not_so", op=op, example=EXAMPLES[first.kind])
    if op == "like":
        return first.sql.like(others[0].sql)
    value, *rest = (term.sql if op in EQUALITY else _ordered(term) for term in terms)
    match op:
        case "in":
            return value.in_(rest)
        case "between":
            low, high = rest
            return value.between(low, high)
        case _:
            compared: ColumnElement[bool] = SIGNS[op](value, rest[0])
            return compared


def alike(function: str, term: Term) -> Term:
    """Text without its case (``casei``) or its accents (``accenti``).

    Raises:
        FilterFault: it is not text.
    """
    if term.kind is not Kind.TEXT:
        raise FilterFault("filter.text_wanted", op=function.upper(), example=alike_example(function))
    if function == "casei":
        return Term(Kind.TEXT, func.lower(term.sql), term.name)
    apart = func.normalize(term.sql, literal_column("NFD"))
    bare = func.regexp_replace(apart, literal_column(f"E'{ACCENTS}'"), literal_column("''"), literal_column("'g'"))
    return Term(Kind.TEXT, bare, term.name)


def refuse_layers(node: Any) -> None:
    """Refuse text that is made alike too often.

    Raises:
        FilterFault: more than MOST_ALIKE times.
    """
    for _ in range(MOST_ALIKE + 1):
        match node:
            case {"op": "casei" | "accenti", "args": [inner]}:
                node = inner
            case _:
                return
    raise FilterFault("filter.alike_deep", most=MOST_ALIKE, example=alike_example("casei"))


def number(value: float) -> Term:
    """A number literal.

    Raises:
        FilterFault: it is not finite.
    """
    if not math.isfinite(value):
        raise FilterFault("filter.number", given=str(value), example=EXAMPLES[Kind.NUMBER])
    return literal(Kind.NUMBER, value)


def pattern(node: Any) -> Any:
    """The pattern of a LIKE: a text, as it is or alike; a lone escape character at its end means itself.

    Raises:
        FilterFault: it is not a text.
    """
    match node:
        case str():
            lone = (len(node) - len(node.rstrip("\\"))) % 2
            return node + "\\" * lone
        case {"op": ("casei" | "accenti") as function, "args": [inner]}:
            return {"op": function, "args": [pattern(inner)]}
        case _:
            raise FilterFault("filter.pattern", example=LIKE)


def _ordered(term: Term) -> Value:
    """Text is ordered by code points, the same on every server."""
    return collate(term.sql, "C") if term.kind is Kind.TEXT else term.sql


def _same_kind(first: Term, other: Term) -> None:
    if first.kind is not other.kind:
        known = first if first.name is not None else other
        name = known.name or known.kind.value
        raise FilterFault(f"filter.is_{known.kind.value}", name=name, example=EXAMPLES[known.kind])
