"""By when an enquiry is due, against a count minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.desk.working_days import due_at, is_working, public_holidays

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-20 16:40", "2026-11-24 16:40"),  # Friday
        ("2026-11-23 09:00", "2026-11-25 09:00"),  # Monday
        ("2026-11-21 10:00", "2026-11-25 00:00"),  # Saturday: all of Monday and Tuesday
        ("2026-11-10 16:00", "2026-11-13 16:00"),  # Armistice on Wednesday
        ("2027-05-05 12:00", "2027-05-10 12:00"),  # Ascension on Thursday; the bridge is a working day
        ("2027-03-26 16:40", "2027-03-31 16:40"),  # clocks go forward, and Easter Monday
        ("2026-10-23 16:40", "2026-10-27 16:40"),  # clocks go back
        ("2026-12-24 18:00", "2026-12-29 18:00"),
        ("2026-12-31 23:30", "2027-01-05 23:30"),
    ],
)
def test_due(received: str, due: str) -> None:
    assert due_at(paris(received), "Europe/Paris") == paris(due)


def test_the_holidays_of_a_year() -> None:
    assert public_holidays(2026) == {
        date(2026, *day)
        for day in ((1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    }


@settings(max_examples=15, deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC)).map(
        lambda at: at.replace(second=0, microsecond=0)
    ),
    st.integers(1, 48),
)
def test_as_counted_minute_by_minute(received: datetime, hours: int) -> None:
    left, at = hours * 60, received
    while left:
        if is_working(at.astimezone(PARIS).date()):
            left -= 1
        at += timedelta(minutes=1)
    assert due_at(received, "Europe/Paris", timedelta(hours=hours)) == at
