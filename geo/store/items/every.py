"""Every row of a question, not a page of them, by one statement."""

from geo.store.items.hits import After, hits, place, rows
from geo.store.items.question import Question


def statement(question: Question, after: After | None, told: str) -> str:
    """The SQL of ``told`` (columns over the collection's view, each with its name) of the rows asked for, in order.

    What is chosen or sorted is found first, then read row by row; all rows at once are read table by table, in less
    than half the time. What the question adds is ``hit.<name>``.
    """
    collection = question.collection
    if not question.clauses() and not question.orders and not question.added:
        later = "id > :after" if after else "true"
        return f"""select {told} from {collection.view} where {later}
            order by id limit :limit + 1"""
    return f"""
        select one.* from ({rows(question, after, _found(question))}) hit
        cross join lateral (select {told} from {collection.view} c where c.id = hit.id offset 0) one"""


def counting(question: Question, after: After | None) -> str:
    """The SQL of how many rows are asked for, at most one more than ``limit``."""
    return f"select count(*) from ({rows(question, after, _found(question))}) found"


def values(question: Question, after: After | None, limit: int | None) -> dict[str, object]:
    """The parameters: at most ``limit`` rows (None: all), after the row ``after``."""
    fewer = None if limit is None else limit - 1  # ``rows`` finds one more
    return question.values() | place(after) | {"limit": fewer}


def added(question: Question) -> dict[str, str]:
    """SQL of the properties that the question adds, by name, for ``told``."""
    return {name: f"hit.{name}" for name, _ in question.added}


def _found(question: Question) -> str:
    # what a condition finds is found before it is ordered: the order of ids would walk the primary key
    return hits(question) + (" offset 0" if question.fenced else "")
