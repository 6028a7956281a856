"""Which steps of unknown state a date of the need depends on, and who knows where they stand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from geo.match.criteria.criterion import Criterion
from geo.readiness.askable import who_knows

DEPENDS = "date.depends"
MOST_NAMED = 2


def named(criterion: Criterion, readiness: Mapping[str, Any] | None) -> Criterion:
    """A date that unknown steps decide, with those that decide most; asked of who knows the first of them.

    ``readiness``: that of the land, as the interface publishes it. Any other criterion is as it was.
    """
    if criterion.code != DEPENDS or readiness is None:
        return criterion
    unknown = set(readiness["unknown"])
    rows = sorted((row for row in readiness["steps"] if row["code"] in unknown), key=lambda row: -row["criticality"])
    if not rows:
        return criterion
    steps = [{name: row[name] for name in ("code", "label", "label_en")} for row in rows[:MOST_NAMED]]
    who = who_knows(rows[0]["code"])
    return replace(criterion, detail={**criterion.detail, "steps": steps, "who": who})
