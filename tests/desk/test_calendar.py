"""Bars of a calendar stand where their days are on the ruler."""

from datetime import date, timedelta
from typing import Any

from geo.desk.calendar import WIDTH_MM, calendar_of

TODAY = date(2026, 11, 23)


def step(code: str, *days: int | None) -> dict[str, Any]:
    told = [None if one is None else (TODAY + timedelta(days=one)).isoformat() for one in days]
    names = ("p10", "p50", "p80")
    return {
        "code": code,
        "begins": dict(zip(names, told[:3], strict=True)),
        "ends": dict(zip(names, told[3:], strict=True)),
    }


def test_bars_follow_their_days() -> None:
    found = calendar_of([step("PC", 0, 0, 10, 100, 200, 400), step("BUILD", 90, 200, 210, 300, 500, 800)], TODAY)
    assert found is not None
    assert [bar["code"] for bar in found["bars"]] == ["PC", "BUILD"]
    assert (found["bars"][0]["early"], found["bars"][1]["late"]) == (0, WIDTH_MM)
    assert found["bars"][0]["ends"] == WIDTH_MM / 4
    gaps = [b[0] - a[0] for a, b in zip(found["ticks"], found["ticks"][1:], strict=False)]
    assert min(gaps) > 11
    assert all(day.endswith("-01") for _, day in found["ticks"])


def test_steps_that_are_over_or_never_end_have_no_bar() -> None:
    over = {"code": "DONE", "begins": None, "ends": None}
    assert calendar_of([over, step("NEVER", 0, 0, 0, None, None, None)], TODAY) is None
