"""Days and instants as people write them."""

from datetime import UTC, date, datetime

import pytest
from pydantic_core import PydanticCustomError

from api.days import day_in, day_of, instant, known_at_of

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    "said", ["2026-02-30", "26-01-01", "2026-1-1", "2026-01-01T00:00", "٢٠٢٦-01-01", 20260101, None]
)
def test_what_is_no_day_is_refused(said: object) -> None:
    with pytest.raises(PydanticCustomError):
        day_of(said)


def test_leap_days_and_bounds() -> None:
    assert day_of("2028-02-29") == date(2028, 2, 29)
    for said in ("2027-02-29", "1949-12-31", "2151-01-01"):
        with pytest.raises(PydanticCustomError):
            day_of(said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-22T10:00:00+01:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T10:00:00 01:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22 10:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00.250-03:00", datetime(2026, 11, 22, 13, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-06-30", datetime(2026, 6, 30, 21, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-12-31", datetime(2026, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_an_instant_and_the_end_of_a_day(said: str, expected: datetime) -> None:
    assert instant(known_at_of(said), PARIS) == expected


def test_the_day_of_an_instant_is_that_of_the_territory() -> None:
    assert day_in(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), PARIS) == date(2026, 12, 31)
    assert day_in(datetime(2026, 12, 31, 23, 0, tzinfo=UTC), PARIS) == date(2027, 1, 1)
    assert instant(None, PARIS) is None


@pytest.mark.parametrize("said", ["2026-11-22T10:00:00", "2026-11-22T25:00:00Z", "now", "", "1900-01-01T00:00:00Z"])
def test_what_is_no_instant_is_refused(said: str) -> None:
    with pytest.raises(PydanticCustomError):
        known_at_of(said)
