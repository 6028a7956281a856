"""Reading a day as files write it."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from geo.intake.layers.values import LONGEST, NOTHING, UNSAID, Value
from geo.land.text import fold

_FIRST, _LAST = 1790, 2200
"""Years that a file of land speaks of; sentinels such as 9999-12-31 are none."""
_PARIS = ZoneInfo("Europe/Paris")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DAYS = (
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), (1, 2, 3), None),
    (re.compile(r"(\d{4})/(\d\d)/(\d\d)(?: 00:00:00(?:\.0+)?)?"), (1, 2, 3), None),
    (re.compile(r"(\d\d)/(\d\d)/(\d{4})"), (3, 2, 1), "value.date_spelling"),
)


def day(raw: object) -> Value:
    """A day: ISO, YYYYMMDD, DD/MM/YYYY; an instant with a zone is the day it was in Paris."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return NOTHING if raw is None else (None, "value.not_a_date")
    spelt = raw[:LONGEST].strip()
    if not spelt.strip("0") or fold(spelt) in UNSAID:
        return NOTHING
    if len(spelt) > 10 and _ISO.match(spelt):
        return _instant(spelt)
    if found := _ISO.fullmatch(spelt):
        return _date(found, (1, 2, 3), None)
    for pattern, order, code in _DAYS:
        if found := pattern.fullmatch(spelt):
            return _date(found, order, code)
    return None, "value.not_a_date"


def _date(found: re.Match[str], order: tuple[int, int, int], code: str | None) -> Value:
    try:
        value = date(*(int(found[place]) for place in order))
    except ValueError:
        return None, "value.not_a_date"
    return _plausible(value, code)


def _instant(spelt: str) -> Value:
    try:
        moment = datetime.fromisoformat(spelt)
    except ValueError:
        return None, "value.not_a_date"
    try:
        return _plausible((moment.astimezone(_PARIS) if moment.tzinfo else moment).date(), None)
    except OverflowError:  # the last day of the calendar elsewhere is none in Paris
        return None, "value.out_of_range"


def _plausible(value: date, code: str | None) -> Value:
    return (value, code) if _FIRST <= value.year <= _LAST else (None, "value.out_of_range")
