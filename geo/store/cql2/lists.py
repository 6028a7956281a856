"""Lists of texts: A_CONTAINS and A_OVERLAPS of CQL2 (OGC 21-065r2, requirements class array functions)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, any_, bindparam, cast, column, literal_column, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from geo.store.cql2.comparing import EXAMPLES
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import HELD, Kind, Term

FUNCTIONS = frozenset({"a_contains", "a_overlaps"})
"""Whether a list has all of these values; whether it has one of them."""

MOST_LOOKS = 20
"""Of one filter into what lists of parcels hold: a statement has each of them several times over."""

_HELD = table("parcel_held", column("parcel"), column("list"), column("value"))


def example_of(function: str) -> str:
    """A filter by this function."""
    return f"{function.upper()}(networks, ('water', 'fibre'))"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: all, or one, of some texts."""

    term: Term
    texts: list[str]
    every: bool

    @property
    def looks(self) -> int:
        """How often what the lists of parcels hold is looked through."""
        if self.term.name not in HELD:
            return 0
        return len(self.texts) if self.every else 1


def asked(op: str, term: Term, values: Any) -> Asked:
    """What the function ``op`` asks of a list.

    Raises:
        FilterFault: it is no list, or they are no texts.
    """
    texts = values if isinstance(values, list) else [values]
    if term.kind is not Kind.LIST or not texts or not all(isinstance(one, str) and "\0" not in one for one in texts):
        raise FilterFault("filter.lists_wanted", op=op.upper(), example=EXAMPLES[Kind.LIST])
    return Asked(term, [*dict.fromkeys(texts)], op == "a_contains")


def compare(asked: Asked) -> ColumnElement[bool]:
    """The condition that a list has what it is asked for.

    Where all are asked for, a subquery of its own for each: the database begins with what it finds by the rarest.
    """
    if asked.term.name not in HELD:
        return asked.term.sql.bool_op("@>" if asked.every else "&&")(_array(asked.texts))
    if asked.every or len(asked.texts) == 1:
        return and_(*(_holds(asked.term, _HELD.c.value == _text(one)) for one in asked.texts))
    return _holds(asked.term, _HELD.c.value == any_(_array(asked.texts)))


def _holds(term: Term, value: ColumnElement[bool]) -> ColumnElement[bool]:
    return literal_column("id").in_(select(_HELD.c.parcel).where(_HELD.c.list == _text(str(term.name)), value))


def _text(value: str) -> ColumnElement[Any]:
    return cast(bindparam(None, value, unique=True), Text)


def _array(values: list[str]) -> ColumnElement[Any]:
    return cast(bindparam(None, values, unique=True), ARRAY(Text))
