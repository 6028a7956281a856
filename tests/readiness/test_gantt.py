"""Bars, slack and edges behind the dates."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from geo.readiness.askable import RESPONSIBLE, WHO, who_knows
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.gantt import edges, plan
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, DONE, RUNNING, TO_DO, StepStatus
from tests.readiness.situations import RAW, TODAY, small
from tests.readiness.test_states import FACTS

CATALOGUE = default()


def owner_side(states: dict[str, StepStatus]) -> dict[str, StepStatus]:
    return {code: status for code, status in states.items() if CATALOGUE.steps[code].side == "owner"}


def test_bars_end_where_the_milestone_is() -> None:
    land = owner_side(states_of(RAW, TODAY))
    work, dates = plan(CATALOGUE, land, TODAY), compute(CATALOGUE, land, None, TODAY)
    bars = {bar.code: bar for bar in work.bars}
    (last,) = work.gates["start"] if len(work.gates["start"]) == 1 else (None,)
    latest = max(bars[code].ends["p80"] for code in work.gates["start"])
    assert latest <= dates.start.days[79] + 1e-9, "the last of several is later than each"
    assert last is None or latest == pytest.approx(dates.start.days[79])
    for row in dates.steps:
        if row.code in bars and row.p50_end is not None:
            days = bars[row.code].ends["p50"]
            assert abs((row.p50_end - TODAY).days - days) <= 1.5, row.code


def test_slack_is_how_far_a_step_may_slip() -> None:
    catalogue = small(A="2 4 6 gates=none", B="10 12 14", C="1 1 1 needs=A", D="3 3 3 gates=power")
    states = dict.fromkeys("ABCD", StepStatus(TO_DO))
    bars = {bar.code: bar for bar in plan(catalogue, states, TODAY).bars}
    slack = bars["A"].slack
    assert bars["B"].slack == 0
    assert slack is not None
    assert slack == bars["C"].slack
    assert bars["D"].slack is None, "works do not wait for it"
    later = {**states, "A": StepStatus(RUNNING, TODAY + timedelta(days=1))}
    assert (
        compute(catalogue, later, None, TODAY).start.days[49] == compute(catalogue, states, None, TODAY).start.days[49]
    )
    assert slack == pytest.approx(7 * 30.4, abs=25)


def test_what_never_ends_has_no_slack() -> None:
    catalogue = small(A="1 2 3", B="1 2 3 needs=A")
    found = plan(catalogue, {"A": StepStatus(BLOCKED), "B": StepStatus(TO_DO)}, TODAY)
    assert [bar.slack for bar in found.bars] == [None, None]
    assert found.bars[0].ends["p10"] == float("inf")


def test_edges_are_seen_through_and_the_implied_ones_left_out() -> None:
    catalogue = small(A="1 1 1", B="1 1 1 needs=A", C="1 1 1 needs=A,B", D="1 1 1 needs=C")
    assert edges(catalogue, "ABCD") == (("A", "B"), ("B", "C"), ("C", "D"))
    assert edges(catalogue, "ACD") == (("A", "C"), ("C", "D"))
    assert edges(catalogue, "AD") == (("A", "D"),)


@settings(max_examples=10, deadline=None)
@given(FACTS)
def test_every_plan_holds_together(facts) -> None:  # type: ignore[no-untyped-def]
    land = owner_side(states_of(facts, TODAY))
    work = plan(CATALOGUE, land, TODAY)
    order = list(CATALOGUE.steps)
    bars = {bar.code: bar for bar in work.bars}
    for bar in work.bars:
        assert bar.begins["p10"] <= bar.begins["p50"] <= bar.begins["p80"]
        assert bar.begins["p50"] <= bar.ends["p50"]
        assert bar.slack is None or bar.slack >= 0
    for before, after in work.edges:
        assert order.index(before) < order.index(after)
        if before in bars and after in bars and land[after].state != RUNNING and land[before].state != DONE:
            assert bars[before].ends["p50"] <= bars[after].ends["p50"]


def test_somebody_can_say_where_every_step_stands() -> None:
    assert set(WHO) <= set(CATALOGUE.steps)
    assert who_knows("LAND_PRIV") == "owner"
    assert who_knows("A_STEP_OF_AN_EDITED_CATALOGUE") == RESPONSIBLE
