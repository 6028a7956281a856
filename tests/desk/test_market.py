"""The market on a day: the strongest commitment of rank 1 in force, else what was stated."""

from datetime import UTC, date, datetime

import pytest

from geo.desk.market import Commitment, Kind, Said, first_free_rank, holder, market_of, next_in_rank, said_on
from geo.land.vocabulary import Market

DAY = date(2026, 11, 30)
OPTION = Commitment(1, Kind.OPTION, 1, date(2026, 6, 1), expires_on=DAY)
VOTE = Commitment(2, Kind.COUNCIL_VOTE, 1, date(2026, 7, 1))
PROMESSE = Commitment(3, Kind.PROMESSE, 1, date(2026, 8, 1), ended_on=date(2026, 11, 1))
DEED = Commitment(4, Kind.DEED, 1, date(2026, 12, 15))
SECOND = Commitment(5, Kind.OPTION, 2, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("day", "market"),
    [
        (date(2026, 5, 31), Market.FOR_SALE),
        (date(2026, 6, 1), Market.OPTIONED),
        (date(2026, 7, 1), Market.RESERVED_BY_COUNCIL),
        (date(2026, 10, 31), Market.UNDER_PROMISE),
        (date(2026, 11, 1), Market.RESERVED_BY_COUNCIL),
        (date(2026, 12, 15), Market.SOLD),
    ],
)
def test_the_strongest_in_force_holds(day: date, market: Market) -> None:
    assert market_of(Market.FOR_SALE, [OPTION, VOTE, PROMESSE, DEED, SECOND], day) is market


def test_a_term_is_valid_through_its_last_day_and_the_next_rank_waits() -> None:
    held = [OPTION, SECOND]
    assert holder(held, DAY) is OPTION
    tomorrow = date(2026, 12, 1)
    assert market_of(Market.FOR_LEASE, held, tomorrow) is Market.FOR_LEASE
    assert next_in_rank(held, tomorrow) is SECOND


def test_nobody_waits_for_land_that_is_sold() -> None:
    assert next_in_rank([OPTION, SECOND, DEED], date(2026, 12, 14)) is SECOND
    assert next_in_rank([OPTION, SECOND, DEED], date(2026, 12, 15)) is None


def test_interest_changes_nothing() -> None:
    interest = Commitment(6, Kind.INTEREST, 1, date(2026, 1, 1))
    assert market_of(Market.UNKNOWN, [interest], DAY) is Market.UNKNOWN
    assert next_in_rank([Commitment(7, Kind.INTEREST, 2, date(2026, 1, 1))], DAY) is None


def test_what_was_stated_holds_from_when_it_says_and_the_first_for_before() -> None:
    learnt = datetime(2026, 11, 20, 9, tzinfo=UTC)
    first = Said(Market.FOR_SALE)
    then = Said(Market.SOLD, since=learnt, begins=date(2026, 10, 1))
    assert said_on([first, then], date(2026, 9, 30), None) is first
    assert said_on([first, then], date(2026, 10, 1), None) is then
    assert said_on([first, then], DAY, datetime(2026, 11, 19, tzinfo=UTC)) is first
    assert said_on([Said(Market.SOLD, begins=DAY)], date(2026, 11, 29), None) is None


def test_the_first_rank_that_nobody_has() -> None:
    assert [first_free_rank(taken) for taken in ([], [1], [2], [1, 2, 4], [1, 1])] == [1, 2, 1, 3, 2]
