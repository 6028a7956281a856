"""Whether the rows of a question are counted, decided before any is looked at: by what the planner means to look at.

A count that ends at COUNTED may still look through a million rows to find three. How it would be found is asked of the
planner, once for a question, where conditions choose; boxes alone, and everything, end at COUNTED rows looked at.
Nothing the planner thinks of how many rows there are is told to anybody.
"""

from typing import Any

from sqlalchemy import Connection, text

from geo.store.items.page import COUNTED, hits
from geo.store.items.question import Question

AFFORDED = 30_000.0
"""Rows or pages looked at for a count, in the planner's units: about 20 ms on one core of 2024."""

Plan = dict[str, Any]


def is_counted(connection: Connection, question: Question) -> bool:
    """Whether counting the rows of ``question``, up to COUNTED, looks at no more than is afforded."""
    if not question.conditions:
        return True
    asked = f"explain (format json) select from ({hits(question)}) h limit {COUNTED + 1}"
    (told,) = connection.execute(text(asked), question.values()).scalar_one()
    return looked_at(told["Plan"]) <= AFFORDED


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
