"""The calendar of a site (geo/desk/calendar.py) as a drawing: the names of the steps, a ruler of months, a bar each."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from api.desk.dossier.drawing import WRITTEN, Area, Drawing, Stroke, Word, box

Calendar = Mapping[str, Any]

NAMES_MM, LINE_MM, GAP_MM, RULER_MM, BAR_MM = 68.0, 3.1, 1.9, 6.0, 2.4
"""The column of names, a line of it, what parts two rows, the ruler above, how thick a bar is."""
LETTER = 0.575
"""How wide a letter is on average, of its height, in a name."""


def calendar_drawing(calendar: Calendar, names: Mapping[str, str], path: Sequence[str], says: str) -> Drawing:
    """``names``: what each step is called; ``path``: the steps that decide, drawn in a colour of their own."""
    most = int(NAMES_MM / (WRITTEN["step"].letter * LETTER))
    rows = [(bar, wrap(names[bar["code"]], most)) for bar in calendar["bars"]]
    heights = [len(lines) * LINE_MM + GAP_MM for _, lines in rows]
    width, height = NAMES_MM + calendar["width_mm"] + 2, RULER_MM + sum(heights)
    shapes: list[Area | Stroke | Word] = []
    for at, day in calendar["ticks"]:
        x = NAMES_MM + at
        shapes.append(Stroke("tick", [[(x, RULER_MM - 1.5), (x, height)]]))
        if x + 10 <= width:
            shapes.append(Word("month", f"{day[5:7]}/{day[:4]}", (x + 0.6, RULER_MM - 3), "start"))
    top = RULER_MM
    for (bar, lines), high in zip(rows, heights, strict=True):
        shapes += _row(bar, lines, top, high, width, decisive=bar["code"] in path)
        top += high
    return Drawing(width, height, says, shapes)


def _row(
    bar: Mapping[str, float], lines: Sequence[str], top: float, high: float, width: float, *, decisive: bool
) -> list[Area | Stroke | Word]:
    middle = top + high / 2
    first = middle - (len(lines) - 1) * LINE_MM / 2
    left = {name: NAMES_MM + bar[name] for name in ("early", "begins", "ends", "late")}
    parts = (
        ("early", "early", "begins"),
        ("decisive" if decisive else "likely", "begins", "ends"),
        ("late", "ends", "late"),
    )
    return [
        Stroke("row", [[(0, top), (width, top)]]),
        *(Word("step", line, (0, first + place * LINE_MM), "start") for place, line in enumerate(lines)),
        *(
            box(
                kind,
                left[begin],
                middle - BAR_MM / 2,
                max(left[end] - left[begin], 0.4 if kind != "early" else 0),
                BAR_MM,
            )
            for kind, begin, end in parts
            if left[end] > left[begin] or kind in ("likely", "decisive")
        ),
    ]
