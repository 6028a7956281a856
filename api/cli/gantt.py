"""The calendar of a plan of work drawn in text: a line a step, from the day of the answer on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

EARLY, LIKELY, LATE, NOTHING = "┄", "█", "░", " "
"""May begin already; likely under way; may still go on; before and after."""
_TICKS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
"""Months between two ticks of the ruler: the first that leaves them room."""
_TICK_WIDTH = 8

Step = Mapping[str, Any]


def drawn(steps: Sequence[Step], as_of: date, width: int) -> list[str]:
    """The ruler, then a bar for each step that has one; ``width`` in characters. Steps that never end have no bar."""
    ends = [date.fromisoformat(step["ends"]["p80"]) for step in steps if has_bar(step)]
    if not ends:
        return []
    span = max((max(ends) - as_of).days, 30)

    def column(day: str) -> int:
        return round((date.fromisoformat(day) - as_of).days / span * (width - 1))

    return [_ruler(as_of, span, width), *(_bar(step, column, width) if has_bar(step) else "" for step in steps)]


def has_bar(step: Step) -> bool:
    """Whether a step is open and has an end."""
    ends, begins = step["ends"], step["begins"]
    return ends is not None and begins is not None and None not in (ends["p50"], ends["p80"], begins["p50"])


def _bar(step: Step, column: Any, width: int) -> str:
    begins, ends = step["begins"], step["ends"]
    marks = [NOTHING] * width
    early, begun, over, late = (column(day) for day in (begins["p10"], begins["p50"], ends["p50"], ends["p80"]))
    for place in range(early, late + 1):
        marks[place] = EARLY if place < begun else LIKELY if place <= over else LATE
    return "".join(marks).rstrip()


def _ruler(as_of: date, span: int, width: int) -> str:
    """Ticks at the first of months, as ``╵07/27``, with room for each."""
    each = next((months for months in _TICKS if width / (span / 30.44 / months) >= _TICK_WIDTH), _TICKS[-1])
    marks = [NOTHING] * (width + _TICK_WIDTH)
    index = as_of.year * 12 + as_of.month
    while True:
        tick = date(index // 12, index % 12 + 1, 1)
        place = round((tick - as_of).days / span * (width - 1))
        if place >= width:
            return "".join(marks).rstrip()
        if (tick.month - 1) % min(each, 12) == 0 and (each <= 12 or tick.year % (each // 12) == 0):
            text = f"╵{tick:%m/%y}"
            marks[place : place + len(text)] = text
        index += 1
