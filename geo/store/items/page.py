"""A page of features, its count and where it ended, by one statement: they are of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.database import Role
from geo.store.items.feature import WHOLE, Form, feature
from geo.store.items.question import EVERY, Box, Order, Question

COUNTED = 10_000
"""``numberMatched`` is exact up to here."""


@dataclass(frozen=True, slots=True)
class After:
    """The last row of the page before: its id and, as texts, its values in the question's orders."""

    id: int
    keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The features of a page as GeoJSON text joined by commas, where to go on, and the count; None beyond COUNTED."""

    features: bytes
    returned: int
    matched: int | None
    after: After | None


def page(
    connection: Connection,
    role: Role,
    question: Question,
    *,
    limit: int,
    after: After | None = None,
    form: Form = WHOLE,
) -> Page:
    """The rows that ``role`` may see and ``question`` asks for, at most ``limit``, after the row ``after``."""
    values = question.values() | place(after) | {"limit": limit}
    row = connection.execute(text(statement(role, question, after, form)), values).one()
    last = None if not row.more else After(row.last[0], tuple(row.last[1:]))
    return Page(bytes(row.features), row.returned, row.matched if row.matched <= COUNTED else None, last)


def statement(role: Role, question: Question, after: After | None = None, form: Form = WHOLE) -> str:
    """The SQL of a page; its parameters are those of the question, of the place it begins after, and ``limit``."""
    keys = [f"k{number}" for number, _ in enumerate(question.orders)]
    kept = "".join(f", {name}::text" for name in keys)
    added = {name: f"(array(select {name} from chosen order by rank))[{PLACE}]" for name, _ in question.added}
    drawn = feature(role, form, added)
    order = PLACE if keys else "id"
    return f"""
        with next as materialized ({rows(question, after)}),
        chosen as materialized (select *, row_number() over () as rank from next limit :limit)
        select convert_to(coalesce(string_agg({drawn}, ',' order by {order}), ''), 'UTF8') as features,
               count(*) as returned, (select count(*) from next) > count(*) as more,
               (select json_build_array(id{kept}) from chosen order by rank desc limit 1) as last,
               (select count(*) from (select from {question.source.sql} where {question.where()}
                                      limit {COUNTED + 1}) c) as matched
        from parcel where id = any({IDS})"""


IDS = "array(select id from chosen order by rank)"
PLACE = f"array_position({IDS}, id)"


def parcel(connection: Connection, role: Role, parcel_id: int, form: Form = WHOLE) -> bytes | None:
    """One parcel as a GeoJSON Feature; None when there is none this role may see."""
    found = connection.scalar(text(item_statement(role, form)), {"id": parcel_id})
    return None if found is None else bytes(found)


def item_statement(role: Role, form: Form = WHOLE) -> str:
    """The SQL of one feature by ``id``."""
    return f"select convert_to({feature(role, form)}, 'UTF8') from parcel where id = :id and {EVERY}"


def extent(connection: Connection) -> Box | None:
    """West, south, east, north of the parcels this audience may see, in degrees."""
    row = connection.execute(
        text("""select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)
            from (select st_extent(geom_4326) as e from parcel) x where e is not null""")
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def rows(question: Question, after: After | None) -> str:
    """SQL of the ids of the next rows: those with a value in the first order, then those without.

    One more than ``limit``, by which a page knows of the next one; all where ``limit`` is null.
    """
    columns = [f"{order.sql} as k{number}" for number, order in enumerate(question.orders)]
    columns += [f"{sql} as {name}" for name, sql in question.added]
    fence = " offset 0" if question.fenced else ""
    hits = f"select {', '.join(['id', *columns])} from {question.source.sql} where {question.where()}{fence}"
    ordered = ", ".join([*(f"k{n} {order.direction}" for n, order in enumerate(question.orders)), "id"])

    def some(which: str) -> str:
        return f"(select * from ({hits}) h where {which} order by {ordered} limit :limit + 1)"

    if not question.orders:
        return some("id > :after" if after else "true")
    parts = []
    if after is None or after.keys[0] is not None:
        parts.append(some(f"k0 is not null and {_beyond(question.orders, after)}"))
    if not question.orders[0].total:
        ended = after if after is not None and after.keys[0] is None else None
        rest = _further(question.orders, ended, 1) if ended else "true"
        parts.append(some(f"k0 is null and {rest}"))
    return f"select * from ({' union all '.join(parts)}) u limit :limit + 1"


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
