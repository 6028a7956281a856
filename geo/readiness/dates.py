"""Months and days. Legal terms count calendar months; drawn durations count mean months.

A term of three years from 29 February 2024 ends on 28 February 2027, as the law counts. A duration drawn at 7.3
months has no calendar meaning, so it is 7.3 times the mean month of the Gregorian cycle: the same duration gives
the same number of days in any year, and dates never depend on where month ends fall.
"""

import math
from calendar import monthrange
from datetime import date, datetime, timedelta

MEAN_MONTH = 30.436875
"""Days: 146,097 days of the 400-year cycle over its 4,800 months."""
_BARELY = 1e-6
"""A hundredth of a second of arithmetic noise must not cost a day."""


def add_months(day: date, months: int) -> date:
    """``months`` calendar months after ``day``, on the same day number or the last one of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_after(as_of: date, days: float) -> date | None:
    """The day by which ``days`` from ``as_of`` are over; None for never (infinite)."""
    if not math.isfinite(days):
        return None
    return as_of + timedelta(days=math.ceil(days - _BARELY))


def check_day(day: date) -> date:
    """``day`` itself. Raises TypeError for an instant: whoever has a clock turns it into a local day first."""
    if isinstance(day, datetime):
        raise TypeError("a day of the territory's calendar is wanted, not an instant")
    return day
