"""Months and days: leap years, month ends, no instants."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readiness.dates import MEAN_MONTH, add_months, check_day, day_after

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_legal_terms_run_from_day_to_day(day: date, months: int, after: date) -> None:
    assert add_months(day, months) == after


@given(DAYS, st.integers(0, 120))
def test_a_term_keeps_the_day_number_or_ends_the_month(day: date, months: int) -> None:
    after = add_months(day, months)
    assert after.day == day.day or (after + timedelta(days=1)).day == 1
    assert (after.year - day.year) * 12 + after.month - day.month == months


@given(DAYS, DAYS, st.integers(0, 120))
def test_later_beginnings_never_end_earlier(one: date, other: date, months: int) -> None:
    first, last = sorted((one, other))
    assert add_months(first, months) <= add_months(last, months)


@given(DAYS, st.floats(0, 10_000))
def test_days_are_counted_the_same_in_any_year(day: date, days: float) -> None:
    after = day_after(day, days)
    assert after is not None
    assert days - 1e-5 <= (after - day).days < days + 1


def test_a_day_is_not_lost_to_arithmetic_nor_never_to_a_date() -> None:
    assert day_after(date(2026, 1, 1), 3.0000000001) == date(2026, 1, 4)
    assert day_after(date(2026, 1, 1), 0.0) == date(2026, 1, 1)
    assert day_after(date(2026, 1, 1), math.inf) is None


def test_a_mean_month_is_that_of_the_gregorian_cycle() -> None:
    assert (date(2400, 1, 1) - date(2000, 1, 1)).days == MEAN_MONTH * 4800


def test_instants_are_refused() -> None:
    with pytest.raises(TypeError, match="not an instant"):
        check_day(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert check_day(date(2026, 11, 22)) == date(2026, 11, 22)
