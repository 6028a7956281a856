"""The order in which an answer tells its rows: by score, or by the day a milestone is reached."""

from collections.abc import Callable
from datetime import date
from typing import Any

from geo.match.judged import Judged
from geo.match.need.need import Need

SCORE = "score"
SORTS = (SCORE, "start", "start_cleared", "power", "production")
"""Orders of an answer: the best score first, or the earliest day of a milestone."""
Rank = Callable[[Judged], Any]


def ranking(need: Need, sort: str) -> Rank:
    """The sort key of a parcel. By date: the day at the need's probability, then as by score; no day comes last.

    The day counts every unknown step. Raises ValueError for an order that does not exist.
    """
    if sort not in SORTS:
        raise ValueError(f"no such order: {sort!r}")
    return by_score if sort == SCORE else lambda one: (*_day(need, one, sort), one.rank)


def by_score(one: Judged) -> Any:
    """As a parcel ranks by itself."""
    return one.rank


def _day(need: Need, one: Judged, milestone: str) -> tuple[bool, date]:
    """Known days first, what never comes after them, what is not known last."""
    day = None if one.readiness is None else one.readiness.date_at(milestone, need.probability)
    return day is None, day or date.max
