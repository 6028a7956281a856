"""The JSON form of a filter as a condition on an audience's columns; only what is listed here passes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlalchemy.dialects.postgresql.base import PGDialect

from geo.store.cql2 import comparing, lists, shapes, times
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import DEGREES, GEOMETRY, Kind, Places, Term, literal, text_term

Json = Any
Condition = ColumnElement[bool]

DEEPEST = 60
"""Conditions within conditions: no person's filter comes near it."""

MOST_NODES = 2_000
"""Operators, properties and literals of a filter; the coordinates of its geometries are not counted."""


class Clause(NamedTuple):
    """SQL of a condition with named parameters, and their values."""

    sql: str
    values: Mapping[str, object]


def condition(
    tree: Json,
    queryables: Mapping[str, Term],
    srid: int,
    places: Places = DEGREES,
    style: Literal["named", "pyformat"] = "named",
) -> Clause:
    """The condition that a filter sets.

    Args:
        tree: the JSON form, as parsed by ``text.read_text`` or a strict JSON reader.
        queryables: what may be named (``terms.queryables``); without a ``geometry`` of its own, that of the view.
        srid: EPSG code of the territory, whose coordinates the column ``geom`` has.
        places: the coordinates of the filter's own geometries (``filter-crs``).
        style: how parameters are written: ``:name`` for SQLAlchemy, ``%(name)s`` for the driver.

    Raises:
        FilterFault: it names what it may not, or compares what does not compare.
    """
    clause = _Compiler(queryables, srid, places).truth(tree, 0)
    written = clause.compile(dialect=PGDialect(paramstyle=style))  # type: ignore[no-untyped-call]
    return Clause(str(written), dict(written.params))


@dataclass(slots=True)
class _Compiler:
    queryables: Mapping[str, Term]
    srid: int
    places: Places
    nodes: int = field(default=0)

    def truth(self, node: Json, depth: int) -> Condition:
        """A node that is a condition."""
        self._count(depth)
        match node:
            case {"op": ("and" | "or") as op, "args": [_, _, *_] as args}:
                terms = [self.truth(arg, depth + 1) for arg in args]
                return and_(*terms) if op == "and" else or_(*terms)
            case {"op": "not", "args": [arg]}:
                return not_(self.truth(arg, depth + 1).self_group())
            case {"op": "isNull", "args": [arg]}:
                return self._property(arg).sql.is_(None)
            case {"op": str(op), "args": list(args)}:
                return self._operation(op, args, depth)
            case _:
                term = self.value(node, depth)
        if term.kind is not Kind.TRUTH:
            raise FilterFault("filter.no_condition", given=_shown(node))
        return term.sql

    def _operation(self, op: str, args: list[Json], depth: int) -> Condition:
        if op in comparing.OPERATORS:
            return self._comparison(op, args, depth)
        if op not in shapes.FUNCTIONS and op.lower() not in (*times.FUNCTIONS, *lists.FUNCTIONS):
            raise FilterFault("filter.unknown_function", given=_cut(op))
        _expect(op, args, 2)
        if op.lower() in lists.FUNCTIONS:
            self.nodes += len(args[1]) if isinstance(args[1], list) else 1
            self._count(depth)
            return lists.compare(op.lower(), self._property(args[0]), args[1])
        if op in shapes.FUNCTIONS:
            left, right = (self.value(arg, depth + 1) for arg in args)
            return shapes.compare(op, left, right, self.places, self.srid)
        return times.compare(op.lower(), *(self._stretch(arg) for arg in args))

    def _comparison(self, op: str, args: list[Json], depth: int) -> Condition:
        _expect(op, args, comparing.OPERATORS[op])
        if op == "in":
            if not isinstance(args[1], list) or not args[1]:
                raise FilterFault("filter.list_wanted", given=_shown(args[1]))
            args = [args[0], *args[1]]
        if op == "like":
            args = [args[0], comparing.pattern(args[1])]
        return comparing.compare(op, [self.value(arg, depth + 1) for arg in args])

    def value(self, node: Json, depth: int) -> Term:
        """A node that is a value: a property, a literal, or text made alike."""
        self._count(depth)
        match node:
            case {"property": _}:
                return self._property(node)
            case {"op": ("casei" | "accenti") as op, "args": [arg]}:
                return comparing.alike(op, self.value(arg, depth + 1))
            case {"date": _} | {"timestamp": _}:
                return times.moment(node)
            case {"bbox": _} | {"type": _, "coordinates": _} | {"type": _, "geometries": _}:
                return shapes.literal(node, self.places, self.srid)
            case {"op": str(op)}:
                raise FilterFault("filter.unknown_function", given=_cut(op))
            case bool():
                return literal(Kind.TRUTH, node)
            case int() | float():
                return comparing.number(node)
            case str():
                return text_term(node)
            case _:
                raise FilterFault("filter.no_value", given=_shown(node))

    def _property(self, node: Json) -> Term:
        match node:
            case {"property": str(name)}:
                self._count(0)
            case _:
                raise FilterFault("filter.property_wanted", given=_shown(node))
        term = self.queryables.get(name)
        if term is None and name == GEOMETRY:
            return shapes.column(self.places)
        if term is None:
            raise FilterFault(
                "filter.unknown_property", given=_cut(name), known=[*dict.fromkeys((*self.queryables, GEOMETRY))]
            )
        return term

    def _stretch(self, node: Json) -> times.Stretch:
        match node:
            case {"interval": [start, end]}:
                return times.interval(self._end(start), self._end(end))
            case {"interval": _}:
                raise FilterFault("filter.interval")
            case _:
                return times.instant(self.value(node, 0))

    def _end(self, node: Json) -> Term | str:
        return self._property(node) if isinstance(node, dict) else times.end(node)

    def _count(self, depth: int) -> None:
        self.nodes += 1
        if depth > DEEPEST:
            raise FilterFault("filter.too_deep", most=DEEPEST)
        if self.nodes > MOST_NODES:
            raise FilterFault("filter.too_many", most=MOST_NODES)


def _expect(op: str, args: list[Json], wanted: int) -> None:
    if len(args) != wanted:
        raise FilterFault("filter.arguments", op=_cut(op), wanted=wanted, given=len(args))


def _shown(node: Json) -> str:
    match node:
        case {"property": str(name)}:
            return _cut(name)
        case {"op": str(op)}:
            return _cut(op)
        case _:
            return _cut(json.dumps(node, ensure_ascii=False))


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
