"""How many rows there are, about, where counting them all would take long: from samples of what one may see.

The planner's own estimate is of all rows, hidden ones among them: a trace of what leaves none.
"""

from sqlalchemy import Connection

from geo.store.cql2.terms import Kind
from geo.store.database import driver_of
from geo.store.items.question import Question
from geo.store.reading import compiled

WINDOWS = 40
WIDTH = 50
"""Ids looked at in each of the windows, which lie evenly between the first id and the last."""
DIGITS = 2
"""Of the estimate: more would look like a count."""


def estimate(connection: Connection, question: Question, least: int = 0) -> int:
    """About how many rows ``question`` asks for, known to be at least so many; ids that are texts are few."""
    with driver_of(connection.connection).cursor() as cursor:
        found = cursor.execute(compiled(statement(question)), question.values(), prepare=False).fetchone()
    return max(about(int((found and found[0]) or 0)), least)


def about(counted: int) -> int:
    """The number with the digits it is worth."""
    size = int(10 ** max(0, len(str(counted)) - DIGITS))
    return round(counted / size) * size


def statement(question: Question) -> str:
    """The SQL of the number. The rows of a window are found first: all that a condition finds would be, for each."""
    source, where = question.source.sql, question.where()
    if question.collection.id_kind is not Kind.NUMBER:
        return f"select count(*) from {source} where {where}"
    view = question.collection.view
    return f"""
        with ends as materialized (
            select (select id from {view} order by id limit 1) as first,
                   (select id from {view} order by id desc limit 1) as last),
        windows as materialized (
            select first + n * ((last - first + 1) / {WINDOWS}) as start, last - first + 1 as ids
            from ends cross join generate_series(0, {WINDOWS - 1}) n)
        select round(coalesce(avg(found.n), 0) / {WIDTH} * coalesce(max(ids), 0))
        from windows cross join lateral (
            select count(*) as n from (
                select * from {source} where id >= windows.start and id < windows.start + {WIDTH} offset 0) few
            where {where}) found"""
