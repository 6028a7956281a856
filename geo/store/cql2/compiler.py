"""The JSON form of a filter as a condition on an audience's columns; only what is listed here passes."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlalchemy.dialects.postgresql.base import PGDialect

from geo.store.cql2 import comparing, lists, shapes, times
from geo.store.cql2.faults import EXAMPLE, FilterFault
from geo.store.cql2.terms import DEGREES, GEOMETRY, Kind, Places, Term, literal, text_term

Json = Any
Read = TypeVar("Read")
Condition = ColumnElement[bool]

DEEPEST = 60
"""Conditions within conditions: no person's filter comes near it."""

LEVELS = 2 * DEEPEST + 8
"""Objects and lists of a filter within each other: two a condition, and those of coordinates."""

MOST_NODES = 2_000
"""Operators, properties and literals of a filter; the coordinates of its geometries are not counted."""


JOINED = ("and", "or")
FUNCTIONS = (*shapes.FUNCTIONS, *times.FUNCTIONS, *sorted(lists.FUNCTIONS))
ALIKE = ("casei", "accenti")
ARGUMENTS = {"not": 1, "isNull": 1, **dict.fromkeys(ALIKE, 1), **comparing.OPERATORS, **dict.fromkeys(FUNCTIONS, 2)}
"""How many arguments each operator takes; those of JOINED take two or more."""

NULL = "zone_type IS NULL"


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
    _refuse_deep(tree)
    clause = _Compiler(queryables, srid, places).truth(tree, 0)
    written = clause.compile(dialect=PGDialect(paramstyle=style))  # type: ignore[no-untyped-call]
    return Clause(str(written), dict(written.params))


@dataclass(slots=True)
class _Compiler:
    queryables: Mapping[str, Term]
    srid: int
    places: Places
    nodes: int = field(default=0)
    looks: int = field(default=0)

    def truth(self, node: Json, depth: int) -> Condition:
        """A node that is a condition."""
        self._count(depth)
        match node:
            case {"op": str(op)} if op not in ALIKE:
                return self._operation(_named(op), node, depth)
            case _:
                term = self.value(node, depth)
        if term.kind is not Kind.TRUTH:
            raise FilterFault("filter.no_condition", given=_shown(node), example=EXAMPLE)
        return term.sql

    def _operation(self, op: str, node: Json, depth: int) -> Condition:
        args = _arguments(op, node)
        if op in JOINED:
            terms = [_inside(place, self.truth, arg, depth + 1) for place, arg in _placed(args)]
            return and_(*terms) if op == "and" else or_(*terms)
        if op == "not":
            return not_(_inside("args[0]", self.truth, args[0], depth + 1).self_group())
        if op == "isNull":
            return _inside("args[0]", self._property, args[0]).sql.is_(None)
        if op in comparing.OPERATORS:
            return self._comparison(op, args, depth)
        if op in lists.FUNCTIONS:
            self.nodes += len(args[1]) if isinstance(args[1], list) else 1
            self._count(depth)
            asked = lists.asked(op, _inside("args[0]", self._property, args[0]), args[1])
            self.looks += asked.looks
            if self.looks > lists.MOST_LOOKS:
                raise FilterFault("filter.lists_many", most=lists.MOST_LOOKS)
            return lists.compare(asked)
        if op in shapes.FUNCTIONS:
            left, right = (_inside(place, self.value, arg, depth + 1) for place, arg in _placed(args))
            return shapes.compare(op, left, right, self.places, self.srid)
        return times.compare(op, *(_inside(place, self._stretch, arg) for place, arg in _placed(args)))

    def _comparison(self, op: str, args: list[Json], depth: int) -> Condition:
        placed = _placed(args)
        if op == "in":
            if not isinstance(args[1], list) or not args[1]:
                raise FilterFault("filter.list_wanted", given=_shown(args[1]), example=comparing.IN)
            placed = [placed[0], *((f"args[1][{number}]", one) for number, one in enumerate(args[1]))]
        if op == "like":
            placed[1] = ("args[1]", _inside("args[1]", comparing.pattern, args[1]))
        return comparing.compare(op, [_inside(place, self.value, arg, depth + 1) for place, arg in placed])

    def value(self, node: Json, depth: int) -> Term:
        """A node that is a value: a property, a literal, or text made alike."""
        self._count(depth)
        match node:
            case {"property": _}:
                return self._property(node)
            case {"op": ("casei" | "accenti") as op}:
                (arg,) = _arguments(op, node)
                comparing.refuse_layers(node)
                return comparing.alike(op, _inside("args[0]", self.value, arg, depth + 1))
            case {"date": _} | {"timestamp": _}:
                return times.moment(node)
            case {"bbox": _} | {"type": _, "coordinates": _} | {"type": _, "geometries": _}:
                return shapes.literal(node, self.places, self.srid)
            case {"op": str(op)} if _named(op):
                raise FilterFault("filter.no_value", given=_cut(op), example=EXAMPLE)
            case bool():
                return literal(Kind.TRUTH, node)
            case int() | float():
                return comparing.number(node)
            case str():
                return text_term(node)
            case _:
                raise FilterFault("filter.no_value", given=_shown(node), example=NULL if node is None else EXAMPLE)

    def _property(self, node: Json) -> Term:
        match node:
            case {"property": str(name)}:
                self._count(0)
            case _:
                raise FilterFault("filter.property_wanted", given=_shown(node), example=NULL)
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
                raise FilterFault("filter.interval", example=times.DAYS)
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


def _refuse_deep(tree: Json) -> None:
    """Refuse what is nested so deep that to read it takes too much of the stack."""
    waiting = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        if level > LEVELS:
            raise FilterFault("filter.too_deep", most=DEEPEST)
        if isinstance(node, dict | list):
            waiting += [(part, level + 1) for part in (node.values() if isinstance(node, dict) else node)]


def _named(op: str) -> str:
    """The operator of this name; functions may be written in capitals."""
    if op in JOINED or op in ARGUMENTS:
        return op
    if op.lower() in FUNCTIONS:
        return op.lower()
    raise FilterFault("filter.unknown_function", given=_cut(op), example=EXAMPLE)


def _arguments(op: str, node: Mapping[str, Json]) -> list[Json]:
    """The arguments of an operator, as many as it takes."""
    args, wanted = node.get("args"), ARGUMENTS.get(op, 2)
    if not isinstance(args, list):
        raise FilterFault("filter.args", op=op, wanted=wanted, example=_example(op))
    if len(args) == wanted or (op in JOINED and len(args) > wanted):
        return args
    code = "filter.joined" if op in JOINED else "filter.arguments"
    raise FilterFault(code, op=op, wanted=wanted, given=len(args), example=_example(op))


def _example(op: str) -> str:
    """A filter with this operator."""
    if op in (*JOINED, "not"):
        return {"or": EXAMPLE.replace("AND", "OR"), "not": f"NOT {comparing.IN}"}.get(op, EXAMPLE)
    if op in ALIKE:
        return comparing.alike_example(op)
    if op in shapes.FUNCTIONS:
        return shapes.example_of(op)
    if op in times.FUNCTIONS:
        return times.example_of(op)
    if op in lists.FUNCTIONS:
        return lists.example_of(op)
    return NULL if op == "isNull" else comparing.example_of(op)


def _placed(args: Sequence[Json]) -> list[tuple[str, Json]]:
    """Arguments with their places."""
    return [(f"args[{number}]", arg) for number, arg in enumerate(args)]


def _inside(place: str, read: Callable[..., Read], *given: Any) -> Read:
    """What is read of an argument; a fault there is told with its place."""
    try:
        return read(*given)
    except FilterFault as fault:
        fault.at = (place, *fault.at)
        raise


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
