"""Lengths of time as ISO 8601 writes them (``P1Y``, ``P6M``, ``PT12H``), in whole days: intervals may end by one."""

import calendar
import re
from datetime import date, timedelta

DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,5})H)?(?:[0-9]{1,5}M)?(?:[0-9]{1,5}(?:\.[0-9]+)?S)?)?",
    re.ASCII,
)
MONTHS = 12
HOURS = 24


def ended(start: date, duration: str) -> date | None:
    """The day that ``duration`` after ``start`` touches; None beyond the last year there is.

    A month later is the same day of it, or its last one.

    Raises:
        ValueError: it is no duration.
    """
    read = DURATION.fullmatch(duration)
    if read is None:
        raise ValueError(duration)
    years, months, weeks, days, hours = (int(part or 0) for part in read.groups())
    year, month = divmod(start.month - 1 + years * MONTHS + months, MONTHS)
    year, month = start.year + year, month + 1
    try:
        day = min(start.day, calendar.monthrange(year, month)[1])
        return date(year, month, day) + timedelta(days=days + 7 * weeks + hours // HOURS)
    except (ValueError, OverflowError):
        return None
