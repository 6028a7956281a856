"""Whether the rows of a question are counted, decided before any is looked at: by what the planner means to look at.

A count that ends at COUNTED may still look through a million rows to find three. How it would be found is asked of the
planner, once for a question, where conditions choose; boxes alone, and everything, end at COUNTED rows looked at.
Nothing the planner thinks of how many rows there are is told to anybody; but its statistics are of hidden rows as well,
so that whether a count is told or an estimate may depend on them (`docs/decisions/extents-and-estimates.md`).

The same answer says how the statement is planned from then on: to plan it takes longer than to run it, so where the
planner finds these values as it would find any, it is planned once for all.
"""

from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from sqlalchemy import Connection

from geo.store.database import driver_of
from geo.store.items.hits import hits
from geo.store.items.page import COUNTED
from geo.store.items.question import Question
from geo.store.line import numbered
from geo.store.reading import compiled

AFFORDED = 30_000.0
"""Rows or pages looked at for a count, in the planner's units: about 20 ms on one core of 2024."""

Plan = dict[str, Any]


Way = tuple[Any, ...]
"""What a plan reads, by what and in which order, without costs and values."""


def plan(connection: Connection, question: Question) -> Plan:
    """How the rows of ``question``, up to COUNTED, would be found."""
    with driver_of(connection.connection).cursor() as cursor:
        asked = compiled(f"explain (format json) {_asked(question)}")
        return _plan(cursor.execute(asked, question.values(), prepare=False))


def plan_for_any(connection: Connection, question: Question) -> Plan:
    """How they would be found with any values in the place of those that the question has.

    Raises:
        psycopg.Error: as the server says it; the connection is not used again.
    """
    statement, names = numbered(_asked(question))
    driver, given = driver_of(connection.connection), question.values()
    values = Transformer(driver)
    values.dump_sequence([given[name] for name in names], [PyFormat.AUTO] * len(names))
    types = ", ".join(driver.adapters.types[oid].regtype if oid else "unknown" for oid in values.types or ())
    nulls = ", ".join(["null"] * len(names))
    try:
        with driver.cursor() as cursor:
            cursor.execute("set local plan_cache_mode = force_generic_plan", prepare=False)
            told = f" ({types})" if types else ""
            cursor.execute(b"prepare hits%b as %b" % (told.encode(), statement), prepare=False)
            told = f" ({nulls})" if nulls else ""
            found = _plan(cursor.execute(f"explain (format json) execute hits{told}".encode(), prepare=False))
            cursor.execute("deallocate hits", prepare=False)
    except psycopg.Error:
        connection.invalidate()  # what was prepared outlives the transaction
        raise
    return found


def _plan(cursor: "psycopg.Cursor[Any]") -> Plan:
    (((told,),),) = cursor.fetchall()
    found: Plan = told["Plan"]
    return found


def _asked(question: Question) -> str:
    return f"select from ({hits(question)}) h limit {COUNTED + 1}"


def is_afforded(found: Plan) -> bool:
    """Whether rows found so may be counted: it looks at no more than is afforded."""
    return looked_at(found) <= AFFORDED


def way(found: Plan) -> Way:
    """The way of a plan."""
    said = (found.get(name) for name in ("Node Type", "Parent Relationship", "Relation Name", "Index Name"))
    return (*said, *map(way, found.get("Plans", ())))


def looked_at(plan: Plan) -> float:
    """What a plan looks at, in the planner's units of a page.

    What is asked of each row by a query of its own (what covers a prospect: of nearly none) is planned as if it were
    asked of all, at more than all else together; of it only the looks at the rows themselves are kept.
    """
    parts: list[Plan] = plan.get("Plans", [])
    below = [part for part in parts if part["Parent Relationship"] not in ("InitPlan", "SubPlan")]
    for_each = sum(part["Total Cost"] for part in parts if part["Parent Relationship"] == "SubPlan")
    if plan["Node Type"] == "Limit":
        (whole,) = below
        return float(looked_at(whole) * min(1.0, plan["Total Cost"] / max(whole["Total Cost"], 1.0)))
    own = plan["Total Cost"] - sum(part["Total Cost"] for part in below)
    return float(max(own, 0.0) / (1 + for_each) + sum(looked_at(part) for part in below))
