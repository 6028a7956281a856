"""A page of features, its count and where it ended, by one statement: they are of one moment."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from psycopg.pq.abc import PGresult

from geo.store.cql2.terms import Kind
from geo.store.database import Role
from geo.store.items.collection import PARCELS, Collection
from geo.store.items.feature import REMEMBERED, WHOLE, Form, feature
from geo.store.items.hits import After, hits, place, rows
from geo.store.items.question import Question
from geo.store.reading import Asked, Reading, read

COUNTED = 10_000
"""``numberMatched`` is exact up to here."""

MATCHED, FEATURE, ID = range(3)
"""Columns of a page's rows; after them the values in the orders."""


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
    role: Role,
    question: Question,
    *,
    limit: int,
    after: After | None = None,
    form: Form = WHOLE,
    counted: bool = True,
    planned: str | None = None,
) -> Asked[Page]:
    """What :func:`page` asks; ``planned``: unless as the question is (geo/store/items/counting.py)."""
    asked = statement(role, question, after, form, limit=limit, counted=counted)
    values = question.values() | place(after)
    numbered = question.collection.id_kind is Kind.NUMBER
    return Asked(asked, values, partial(_page, limit, numbered), planned or question.planned, whole=True)


def _page(limit: int, numbered: bool, found: PGresult) -> Page:
    """The page of its rows. Put together by the base it would be copied there four times."""
    number = found.get_value(0, MATCHED) if found.ntuples else None
    matched = None if number is None else int.from_bytes(number)
    if matched is not None and matched > COUNTED:
        matched = None
    rows = range(min(found.ntuples, limit))
    features = [one for row in rows if (one := found.get_value(row, FEATURE)) is not None]
    last = _after(found, limit - 1, numbered) if found.ntuples > limit else None
    return Page(b",".join(features), len(features), matched, last)


def _after(found: PGresult, row: int, numbered: bool) -> After:
    """The place of a row, which the next page begins after."""
    told = found.get_value(row, ID) or b""
    keys = (found.get_value(row, column) for column in range(ID + 1, found.nfields))
    return After(
        int.from_bytes(told) if numbered else told.decode(),
        tuple(None if key is None else key.decode() for key in keys),
    )


def statement(
    role: Role,
    question: Question,
    after: After | None = None,
    form: Form = WHOLE,
    *,
    limit: int,
    counted: bool = True,
) -> str:
    """The SQL of a page, a row each and one more by which the next page is known; its columns: how many are matched,
    the feature, its id, its values in the question's orders as texts. Without a feature, one row that tells how many.

    Its parameters are those of the question and of the place it begins after. The limit stands written: a statement
    planned for any limit is planned for a tenth of all rows.

    So many hits as are counted are found once, counted and put in order. Of more hits the order is walked by its index:
    among so many the next ones are near. Where nothing else is asked the rows themselves are walked.
    """
    if not counted and not question.clauses() and not question.orders and not question.added:
        drawn = feature(question.collection, role, form)
        return f"""select null::bigint as matched, {drawn} as feature, id from {question.collection.view}
            where {"id > :after" if after else "true"} order by id limit {limit + 1}"""
    keys = "".join(f", k{number}::text" for number, _ in enumerate(question.orders))
    drawn = feature(question.collection, role, form, {name: f"next.{name}" for name, _ in question.added})
    return f"""
        with {_next(question, after, str(limit + 1), counted=counted)}
        select n as matched, feature, id{keys}
        from counted left join lateral (
            select next.*, feature
            from next cross join lateral (
                select {drawn} as feature from {question.collection.view} where id = next.id offset 0) one) h on true"""


def _next(question: Question, after: After | None, more: str, *, counted: bool) -> str:
    """SQL of the ``next`` rows in their order, and of how many there are, ``counted``."""
    many = rows(question, after, hits(question), more)
    if not counted:
        return f"counted as (select null::bigint as n), next as materialized ({many})"
    return f"""
        hits as materialized ({hits(question)} limit {COUNTED + 1}),
        counted as materialized (select count(*) as n from hits),
        next as materialized (
            select * from ({rows(question, after, "select * from hits", more)}) few
            where (select n from counted) <= {COUNTED}
            union all
            select * from ({many}) many where (select n from counted) > {COUNTED})"""


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
