"""Lists of texts: A_CONTAINS and A_OVERLAPS of CQL2 (OGC 21-065r2, requirements class array functions)."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, column, literal_column, or_, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from geo.store.cql2.comparing import EXAMPLES
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import HELD, Kind, Term

FUNCTIONS = frozenset({"a_contains", "a_overlaps"})
"""Whether a list has all of these values; whether it has one of them."""

_HELD = table("parcel_held", column("parcel"), column("list"), column("value"))


def compare(op: str, term: Term, values: Any) -> ColumnElement[bool]:
    """The condition that a list has all, or one, of some texts.

    Raises:
        FilterFault: it is no list, or they are no texts.
    """
    texts = values if isinstance(values, list) else [values]
    if term.kind is not Kind.LIST or not texts or not all(isinstance(one, str) and "\0" not in one for one in texts):
        raise FilterFault("filter.lists_wanted", op=op.upper(), example=EXAMPLES[Kind.LIST])
    if term.name not in HELD:
        sign = "@>" if op == "a_contains" else "&&"
        return term.sql.bool_op(sign)(cast(bindparam(None, texts, unique=True), ARRAY(Text)))
    both = and_ if op == "a_contains" else or_
    return both(*(_holds(str(term.name), one) for one in texts))


def _holds(name: str, value: str) -> ColumnElement[bool]:
    """A subquery of its own for each value: the database begins with what it finds by the rarest."""
    name_, value_ = (cast(bindparam(None, one, unique=True), Text) for one in (name, value))
    return literal_column("id").in_(select(_HELD.c.parcel).where(_HELD.c.list == name_, _HELD.c.value == value_))
