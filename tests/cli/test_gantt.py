"""The calendar drawn in text."""

from datetime import date
from typing import Any

import pytest

from api.cli.gantt import EARLY, LATE, LIKELY, drawn, has_bar

AS_OF = date(2026, 11, 22)


def step(begins: tuple[str, str], ends: tuple[str, str]) -> dict[str, Any]:
    return {"begins": {"p10": begins[0], "p50": begins[1]}, "ends": {"p50": ends[0], "p80": ends[1]}}


FIRST = step(("2026-11-22", "2026-11-22"), ("2027-02-22", "2027-03-22"))
NEXT = step(("2027-01-22", "2027-02-22"), ("2027-08-22", "2027-11-22"))


def test_bars_stand_where_their_days_are() -> None:
    ruler, first, following = drawn([FIRST, NEXT], AS_OF, 61)
    assert first[0] == LIKELY
    assert (first.count(LIKELY), first.count(LATE)) == (16, 5)
    assert following.index(EARLY) == 10
    assert following.index(LIKELY) == first.rindex(LIKELY)
    assert len(following) == 61, "the last end is at the right edge"
    assert ruler.index("╵01/27") == 7
    assert ruler.split() == ["╵01/27", "╵03/27", "╵05/27", "╵07/27", "╵09/27", "╵11/27"]


def test_what_never_ends_or_is_over_has_no_bar() -> None:
    never = {"begins": {"p10": "2026-11-22", "p50": "2026-11-22"}, "ends": {"p50": None, "p80": None}}
    over = {"begins": None, "ends": None}
    assert not has_bar(never)
    assert not has_bar(over)
    assert drawn([never, over], AS_OF, 60) == []


@pytest.mark.parametrize("end", ["2026-11-23", "2027-03-01", "2031-01-01", "2060-01-01"])
@pytest.mark.parametrize("width", [20, 60, 110])
def test_ticks_have_room_whatever_the_span(end: str, width: int) -> None:
    ruler, bar = drawn([step(("2026-11-22", "2026-11-22"), (end, end))], AS_OF, width)
    assert len(bar) <= width
    assert "╵╵" not in ruler
    for tick in ruler.split("╵")[1:]:
        assert len(tick.strip()) == 5, ruler
