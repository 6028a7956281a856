"""A page of features, its count and where it ended, by one statement: they are of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo.store.database import Role
from geo.store.items.collection import PARCELS, Collection
from geo.store.items.feature import REMEMBERED, WHOLE, Form, feature
from geo.store.items.question import Order, Question
from geo.store.reading import Asked, Reading, read

COUNTED = 10_000
"""``numberMatched`` is exact up to here."""


@dataclass(frozen=True, slots=True)
class After:
    """The last row of the page before: its id and, as texts, its values in the question's orders."""

    id: int | str
    keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The features of a page as GeoJSON text joined by commas, where to go on, and the count; None beyond COUNTED."""

    features: bytes
    returned: int
    matched: int | None
    after: After | None


def page(
    connection: Reading,
    role: Role,
    question: Question,
    *,
    limit: int,
    after: After | None = None,
    form: Form = WHOLE,
    counted: bool = True,
) -> Page:
    """The rows that ``role`` may see and ``question`` asks for, at most ``limit``, after the row ``after``.

    ``counted``: False where they are known to be more than are counted.
    """
    return read(connection, asking(role, question, limit=limit, after=after, form=form, counted=counted))


def asking(
    role: Role, question: Question, *, limit: int, after: After | None = None, form: Form = WHOLE, counted: bool = True
) -> Asked[Page]:
    """What :func:`page` asks."""
    asked = statement(role, question, after, form, limit=limit, counted=counted)
    return Asked(asked, question.values() | place(after), _page, question.planned)


def _page(row: Any) -> Page:
    last = None if not row.more else After(row.last[0], tuple(row.last[1:]))
    matched = row.matched if row.matched is not None and row.matched <= COUNTED else None
    return Page(bytes(row.features), row.returned, matched, last)


def statement(
    role: Role,
    question: Question,
    after: After | None = None,
    form: Form = WHOLE,
    *,
    limit: int,
    counted: bool = True,
) -> str:
    """The SQL of a page; its parameters are those of the question and of the place it begins after.

    The limit stands written: a statement planned for any limit is planned for a tenth of all rows.

    So many hits as are counted are found once, counted and put in order. Of more hits the order is walked by its index:
    among so many the next ones are near. Where nothing else is asked the rows themselves are walked.
    """
    if not counted and not question.clauses() and not question.orders and not question.added:
        return _walked(role, question, after, form, limit)
    keys = [f"k{number}" for number, _ in enumerate(question.orders)]
    kept = "".join(f", {name}::text" for name in keys)
    added = {name: f"(array(select {name} from chosen order by rank))[{PLACE}]" for name, _ in question.added}
    drawn = feature(question.collection, role, form, added)
    order = PLACE if keys else "id"
    more = str(limit + 1)
    many = rows(question, after, hits(question), more)
    counting = f"""
        hits as materialized ({hits(question)} limit {COUNTED + 1}),
        counted as materialized (select count(*) as n from hits),
        next as materialized (
            select * from ({rows(question, after, "select * from hits", more)}) few
            where (select n from counted) <= {COUNTED}
            union all
            select * from ({many}) many where (select n from counted) > {COUNTED}),"""
    walking = f"""
        counted as (select null::bigint as n),
        next as materialized ({many}),"""
    return f"""
        with {counting if counted else walking}
        chosen as materialized (select *, row_number() over () as rank from next limit {limit})
        select convert_to(coalesce(string_agg(drawn, ','), ''), 'UTF8') as features,
               count(*) as returned, (select count(*) from next) > count(*) as more,
               (select json_build_array(id{kept}) from chosen order by rank desc limit 1) as last,
               (select n from counted) as matched
        from (select {drawn} as drawn from {question.collection.view} where id = any({IDS}) order by {order}) f"""


def _walked(role: Role, question: Question, after: After | None, form: Form, limit: int) -> str:
    """The SQL of a page of all rows by their ids, each looked at once."""
    drawn = feature(question.collection, role, form)
    return f"""
        select convert_to(coalesce(string_agg(drawn, ',') filter (where rank <= {limit}), ''), 'UTF8') as features,
               least(count(*), {limit}) as returned, count(*) > {limit} as more,
               json_build_array(max(id) filter (where rank <= {limit})) as last, null::bigint as matched
        from (select *, row_number() over () as rank
              from (select id, {drawn} as drawn from {question.collection.view}
                    where {"id > :after" if after else "true"} order by id limit {limit + 1}) few) f"""


IDS = "array(select id from chosen order by rank)"
PLACE = f"array_position({IDS}, id)"


@dataclass(frozen=True, slots=True)
class Item:
    """One feature as GeoJSON, and its version where its collection is edited."""

    feature: bytes
    version: int | None


def item(
    connection: Reading, role: Role, item_id: int | str, form: Form = WHOLE, collection: Collection = PARCELS
) -> Item | None:
    """One feature; None when there is none this role may see."""
    return read(connection, asking_item(role, item_id, form, collection))


def asking_item(
    role: Role, item_id: int | str, form: Form = WHOLE, collection: Collection = PARCELS
) -> Asked[Item | None]:
    """What :func:`item` asks."""
    return Asked(item_statement(role, form, collection), {"id": item_id}, _item)


def _item(row: Any) -> Item | None:
    return None if row is None else Item(bytes(row.feature), row.version)


@lru_cache(REMEMBERED)
def item_statement(role: Role, form: Form = WHOLE, collection: Collection = PARCELS) -> str:
    """The SQL of one feature by ``id``, and of its version."""
    drawn = f"convert_to({feature(collection, role, form)}, 'UTF8') as feature"
    return f"""select {drawn}, {collection.version} as version
        from {collection.view} where id = :id"""


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
