"""The calendar of a plan of work as numbers: where each bar begins and ends along a ruler of months, millimetres."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Json = dict[str, Any]
Step = Mapping[str, Any]

TICKS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two ticks of the ruler: the first that leaves each its room."""
TICK_MM = 13.0
WIDTH_MM = 104.0
"""The ruler on a page of A4, beside the names of the steps."""
LEAST_DAYS = 90
"""A ruler is at least this long: a calendar of days would tell more than is known."""
MONTH_DAYS = 365.25 / 12


def calendar_of(steps: Sequence[Step], as_of: date, width: float = WIDTH_MM) -> Json | None:
    """Ticks and a bar for each open step that ends: None where there is none.

    ``steps`` have ``code``, ``begins`` and ``ends`` (ISO days by ``p10``, ``p50``, ``p80``), as a readiness tells them.
    A bar is ``early`` (may begin already) to ``begins`` (likely under way) to ``ends`` to ``late`` (may still go on).
    """
    shown = [step for step in steps if has_bar(step)]
    if not shown:
        return None
    last = max(date.fromisoformat(step["ends"]["p80"]) for step in shown)
    span = max((last - as_of).days, LEAST_DAYS)

    def at(day: str) -> float:
        return round((date.fromisoformat(day) - as_of).days / span * width, 2)

    bars = [
        {
            "code": step["code"],
            "early": at(step["begins"]["p10"]),
            "begins": at(step["begins"]["p50"]),
            "ends": at(step["ends"]["p50"]),
            "late": at(step["ends"]["p80"]),
        }
        for step in shown
    ]
    return {
        "width_mm": width,
        "ticks": [[at(day.isoformat()), day.isoformat()] for day in _ticks(as_of, span, width)],
        "bars": bars,
    }


def has_bar(step: Step) -> bool:
    """Whether a step is open and has an end."""
    begins, ends = step.get("begins"), step.get("ends")
    if begins is None or ends is None:
        return False
    return None not in (begins["p10"], begins["p50"], ends["p50"], ends["p80"])


def _ticks(as_of: date, span: int, width: float) -> list[date]:
    """The first of months from ``as_of`` on, as many months apart as leaves each tick its room."""
    each = next((one for one in TICKS if width * one * MONTH_DAYS / span >= TICK_MM), TICKS[-1])
    found: list[date] = []
    index = as_of.year * 12 + as_of.month
    while True:
        tick = date(index // 12, index % 12 + 1, 1)
        if (tick - as_of).days > span:
            return found
        if index % each == 0:
            found.append(tick)
        index += 1
