"""SQL of the rows that a question asks for: which, in which order, after which."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.store.items.question import Order, Question


@dataclass(frozen=True, slots=True)
class After:
    """The last row of the page before: its id and, as texts, its values in the question's orders."""

    id: int | str
    keys: tuple[str | None, ...] = ()


def hits(question: Question) -> str:
    """SQL of every row asked for, in no order: its id, its values in the orders, what is added."""
    columns = [f"{order.sql} as k{number}" for number, order in enumerate(question.orders)]
    columns += [f"{sql} as {name}" for name, sql in question.added]
    return f"select {', '.join(['id', *columns])} from {question.source.sql} where {question.where()}"


def rows(question: Question, after: After | None, found: str, most: str = ":limit + 1") -> str:
    """SQL of the next rows among those ``found``: those with a value in the first order, then those without.

    As many as ``most``: one more than a page has, by which it knows of the next one; all where that is null.
    """
    later = "".join(f", k{n} {order.direction}" for n, order in enumerate(question.orders) if n) + ", id"

    def some(which: str, first: str) -> str:
        return f"(select * from ({found}) h where {which} order by {first} limit {most})"

    if not question.orders:
        return some("id > :after" if after else "true", "id")
    # without those that have none, an index is as good backwards
    falling = " desc" if question.orders[0].descending else ""
    parts = []
    if after is None or after.keys[0] is not None:
        parts.append(some(f"k0 is not null and {_beyond(question.orders, after)}", f"k0{falling}{later}"))
    if not question.orders[0].total:
        ended = after if after is not None and after.keys[0] is None else None
        rest = _further(question.orders, ended, 1) if ended else "true"
        parts.append(some(f"k0 is null and {rest}", later.removeprefix(", ")))
    return f"select * from ({' union all '.join(parts)}) u limit {most}"


def _beyond(orders: Sequence[Order], after: After | None) -> str:
    """Rows after ``after`` among those with a value in the first order; its index is entered at that value."""
    if after is None:
        return "true"
    value = f"cast(:key_0 as {orders[0].type})"
    past = "<" if orders[0].descending else ">"
    return f"k0 {past}= {value} and (k0 {past} {value} or {_further(orders, after, 1)})"


def _further(orders: Sequence[Order], after: After, number: int) -> str:
    """Rows after ``after`` among those equal to it in the first ``number`` orders."""
    if number == len(orders):
        return "id > :after"
    rest = _further(orders, after, number + 1)
    if after.keys[number] is None:
        return f"(k{number} is null and {rest})"
    value = f"cast(:key_{number} as {orders[number].type})"
    past = "<" if orders[number].descending else ">"
    return f"(k{number} {past} {value} or k{number} is null or (k{number} = {value} and {rest}))"


def place(after: After | None) -> dict[str, object]:
    """The parameters of the place that rows begin after."""
    if after is None:
        return {}
    keys = {f"key_{number}": key for number, key in enumerate(after.keys) if key is not None}
    return {"after": after.id, **keys}
