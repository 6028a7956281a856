"""How dates are told: the plan, a day as a chance, the class of the portals."""

from datetime import date

import pytest

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.status import TO_DO, StepStatus
from tests.readiness.computing import WORKSHOP, of, of_facts
from tests.readiness.situations import RAW, TODAY, small


def test_rows_tell_the_plan() -> None:
    result = of_facts(RAW, WORKSHOP)
    rows = {row.code: row for row in result.steps}
    assert rows["PA"].side == "owner"
    assert rows["PC"].side == "project"
    assert rows["FLORA4"].p50_start == TODAY
    assert rows["FLORA4"].p50_end == rows["PA"].p50_start
    assert rows["PA"].criticality > 0.8
    assert rows["ZAN"].p50_end is None
    assert "dated_rule:ZAN" in result.flags
    assert "ZAC" not in rows
    assert result.critical_path[0] == "FLORA4"
    assert result.catalogue == default().version


def test_a_date_can_be_asked_as_a_chance() -> None:
    start = of_facts(RAW).start
    day = start.on(0.8)
    assert day is not None
    assert start.chance_by(day) >= 0.8
    assert start.chance_by(TODAY) == 0
    assert start.on(0.805) == start.on(0.81)
    assert start.on(0.995) is None
    with pytest.raises(ValueError, match="probability"):
        start.on(80)


def test_class_follows_the_calendar() -> None:
    catalogue = small(A="6 6 6")
    land = {"A": StepStatus(TO_DO)}
    # 6 mean months are 182.6 days: 31 August + 6 calendar months is 28 February, 181 days later
    assert compute(catalogue, land, None, date(2026, 8, 31), draws=100).ready_class == "6_12"
    assert compute(catalogue, land, None, date(2026, 3, 1), draws=100).ready_class == "0_6"
    assert of(small(A="0.9 0.9 0.9"), A=TO_DO).ready_class == "immediate"
    assert of(small(A="13 13 13"), A=TO_DO).ready_class == "over_12"
