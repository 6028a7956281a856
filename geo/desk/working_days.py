"""When an enquiry is due: an amount of time counted on working days alone, where the territory lies."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ANSWERED_WITHIN = timedelta(hours=48)
"""What regional agencies promise companies (Business France's network: an answer within 48 hours)."""
SATURDAY = 5


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of metropolitan France in a year (article L3133-1 of the Code du travail)."""
    from holidays.countries.france import France  # a fifth of a second: only where a day is counted

    return frozenset(France(years=year))  # type: ignore[no-untyped-call]


def is_working(day: date) -> bool:
    """Whether a day counts: neither Saturday, nor Sunday, nor a public holiday."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def due_at(received_at: datetime, timezone: str, within: timedelta = ANSWERED_WITHIN) -> datetime:
    """The instant (UTC) at which ``within`` has passed on working days since ``received_at`` (aware).

    A working day lasts from midnight to midnight in ``timezone``; hours are real ones, whatever a clock is put to.
    Received on a Friday at 16:40 it is due on Tuesday at 16:40; on a Saturday, when Tuesday ends.
    """
    zone = ZoneInfo(timezone)
    left, at = within, received_at
    while True:
        day = at.astimezone(zone).date()
        ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(ZoneInfo("UTC"))
        if is_working(day):
            if left <= ends - at:
                return (at + left).astimezone(ZoneInfo("UTC"))
            left -= ends - at
        at = ends
