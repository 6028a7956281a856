"""Temporal functions: relations of instants and intervals (Allen's, as CQL2 names them)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, literal_column, null, or_
from sqlalchemy.types import TypeEngine

from geo.store.cql2.comparing import EXAMPLES
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import TYPES, Kind, Term
from geo.store.cql2.terms import literal as bound

OPEN = ".."
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
EXAMPLE = "T_AFTER(updated_at, TIMESTAMP('2026-11-01T00:00:00Z'))"

Value = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, from ``start`` to ``end``; an instant starts and ends at once.

    ``kind``: days or instants; None for all of time, open at both ends.
    """

    kind: Kind | None
    start: Value
    end: Value
    instant: bool = False

    def ends(self) -> tuple[Value, ...]:
        """What must be known of it."""
        return (self.start,) if self.instant else (self.start, self.end)


Relation = Callable[[Stretch, Stretch], ColumnElement[bool]]

ANY: dict[str, Relation] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_disjoint": lambda a, b: or_(a.start > b.end, a.end < b.start),
    "t_equals": lambda a, b: and_(a.start == b.start, a.end == b.end),
    "t_intersects": lambda a, b: and_(a.start <= b.end, a.end >= b.start),
}
INTERVALS: dict[str, Relation] = {
    "t_contains": lambda a, b: and_(a.start < b.start, a.end > b.end),
    "t_during": lambda a, b: and_(a.start > b.start, a.end < b.end),
    "t_finishedby": lambda a, b: and_(a.start < b.start, a.end == b.end),
    "t_finishes": lambda a, b: and_(a.start > b.start, a.end == b.end),
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlappedby": lambda a, b: and_(a.start > b.start, a.start < b.end, a.end > b.end),
    "t_overlaps": lambda a, b: and_(a.start < b.start, a.end > b.start, a.end < b.end),
    "t_startedby": lambda a, b: and_(a.start == b.start, a.end > b.end),
    "t_starts": lambda a, b: and_(a.start == b.start, a.end < b.end),
}
"""Of two intervals only; an instant within an interval is ``t_intersects``."""

FUNCTIONS = ANY | INTERVALS
SPAN = "INTERVAL('2026-01-01', '2026-12-31')"
DAYS = f"T_INTERSECTS(observed_on, {SPAN})"


def example_of(function: str) -> str:
    """A filter by this function."""
    left = "INTERVAL(observed_on, '..')" if function in INTERVALS else "observed_on"
    return f"{function.upper()}({left}, {SPAN})"


def compare(function: str, left: Stretch, right: Stretch) -> ColumnElement[bool]:
    """One relation of two stretches; unknown where a bound of theirs is.

    Raises:
        FilterFault: days are compared with instants, or instants where intervals are wanted.
    """
    if None not in (left.kind, right.kind) and left.kind is not right.kind:
        raise FilterFault("filter.times", op=function.upper(), example=EXAMPLE)
    if function in INTERVALS and left.instant and right.instant:
        raise FilterFault("filter.intervals_wanted", op=function.upper(), example=DAYS)
    unknown = or_(*(end.is_(None) for stretch in (left, right) for end in stretch.ends()))
    return case((unknown, null()), else_=FUNCTIONS[function](left, right))


def moment(node: dict[str, Any]) -> Term:
    """A ``date`` or a ``timestamp`` in its own object.

    Raises:
        FilterFault: it is not written as one.
    """
    ((key, text),) = node.items() if len(node) == 1 else (("date", None),)
    kind = Kind.DAY if key == "date" else Kind.INSTANT
    return _read(kind, text)


def end(text: object) -> Term | str:
    """An end of an interval: a day, an instant, or ``..``.

    Raises:
        FilterFault: none of them.
    """
    if text == OPEN:
        return OPEN
    return _read(Kind.INSTANT if isinstance(text, str) and "T" in text else Kind.DAY, text)


def instant(term: Term) -> Stretch:
    """A day or an instant as the stretch that starts and ends with it."""
    _of_time(term)
    return Stretch(term.kind, term.sql, term.sql, instant=True)


def interval(start: Term | str, stop: Term | str) -> Stretch:
    """An interval; an open end is infinitely far.

    Raises:
        FilterFault: its ends are not two days or two instants.
    """
    known = [term for term in (start, stop) if isinstance(term, Term)]
    for term in known:
        _of_time(term)
    kinds = {term.kind for term in known}
    if len(kinds) > 1:
        raise FilterFault("filter.interval", example=DAYS)
    kind = kinds.pop() if kinds else None
    written = TYPES[kind or Kind.INSTANT]
    return Stretch(kind, _bound(start, written, "-infinity"), _bound(stop, written, "infinity"))


def _bound(term: Term | str, written: TypeEngine[Any], far: str) -> Value:
    return term.sql if isinstance(term, Term) else cast(literal_column(f"'{far}'"), written)


def _of_time(term: Term) -> None:
    if term.kind not in (Kind.DAY, Kind.INSTANT):
        raise FilterFault("filter.time_wanted", given=term.name or term.kind.value, example=EXAMPLE)


def _read(kind: Kind, text: object) -> Term:
    form = DAY if kind is Kind.DAY else INSTANT
    if not isinstance(text, str) or not form.fullmatch(text):
        raise FilterFault(f"filter.{kind.value}", given=str(text)[:40], example=EXAMPLES[kind])
    try:
        if kind is Kind.DAY:
            return bound(kind, date.fromisoformat(text))
        return bound(kind, datetime.fromisoformat(text[:26].rstrip("Z")).replace(tzinfo=UTC))
    except ValueError:
        raise FilterFault(f"filter.{kind.value}", given=text, example=EXAMPLES[kind]) from None
