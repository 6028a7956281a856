"""Lines of a report in a terminal: texts of files as they are, values in their unit, how many more there are."""

import re

from rich.console import Console

from api.catalogues import number, sentence
from api.intake_sentences import written
from geo.intake.problems import shown
from geo.intake.report import KEPT_PER_CODE, Told

SHOWN = 10
_UNITS = (("area_m2", "m²"), ("gap_m", "m"))


def say(console: Console, line: str) -> None:
    """A line; what files say is not taken for markup."""
    console.print(line, markup=False, highlight=False)


def title(console: Console, line: str) -> None:
    """A line above others."""
    console.print(line, style="bold", markup=False, highlight=False)


_FINGERPRINT = re.compile("[0-9a-f]{64}")


def key_of(key: object) -> str | None:
    """The key of a row, None where it is the fingerprint of an outline: nobody finds anything by that."""
    return None if key is None or _FINGERPRINT.search(str(key)) else str(key)


def row_of(one: Told) -> str:
    """The number of a row, and the name or else the key by which a planner finds it."""
    called = one.name or key_of(one.key)
    return str(one.message.row) if called is None else f"{one.message.row} ({called})"


def measured(value: object, lang: str) -> str:
    """A value as it was or is: surfaces and gaps in their unit, nothing as a dash."""
    if isinstance(value, dict):
        for name, unit in _UNITS:
            if name in value:
                return f"{written(value[name], lang)} {unit}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return written(value, lang)
    return "—" if value is None else shown(value)


def print_more(console: Console, more: int, lang: str, *, bounded: bool = False) -> None:
    """How many are not shown; ``bounded`` are lists that the report does not hold whole either beyond a number."""
    if more > 0:
        name = "report.more.bounded" if bounded and more + SHOWN > KEPT_PER_CODE else "report.more"
        say(console, sentence(name, lang, count=number(more, lang), most=number(KEPT_PER_CODE, lang)))
