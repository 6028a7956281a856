"""Dates from states: what waits, what is skipped, what is chance, what is not known."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice, product

import pytest

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.outcomes import finished
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, TO_DO, UNKNOWN, StepStatus
from tests.readiness.computing import about, months, of, of_facts
from tests.readiness.situations import RAW, SERVICED, TODAY, only, small


def test_two_stages_by_two_constraints_give_four_dates() -> None:
    """The check of the foundation: nothing of it is a declared class."""
    for kind in ("wetland", "natura2000", "forest"):
        dates = {
            of_facts(replace(stage, touched=touched)).date_at("start", 0.5)
            for stage, touched in product((SERVICED, RAW), (frozenset[str](), frozenset({kind})))
        }
        assert len(dates) == 4, kind
    dates = {
        of_facts(replace(facts, pollution=pollution)).date_at("start", 0.8)
        for facts, pollution in product((SERVICED, RAW), (None, "pollution avérée"))
    }
    assert len(dates) == 4


def test_steps_in_line_add_up_and_steps_beside_do_not() -> None:
    line = small(A="3 3 3", B="4 4 4 needs=A")
    assert months(of(line, A=TO_DO, B=TO_DO).start) == about(7)
    beside = small(A="3 3 3", B="4 4 4")
    result = of(beside, A=TO_DO, B=TO_DO)
    assert months(result.start) == about(4)
    assert result.critical_path == ("B",)
    assert result.start.criticality == {"A": 0, "B": 1}


def test_where_branches_merge_the_median_is_later_than_either() -> None:
    catalogue = small(A="2 5 9", B="2 5 9", C="1 1 1 needs=A,B")
    alone = max(months(of(catalogue, A=TO_DO, C=TO_DO).start), months(of(catalogue, B=TO_DO, C=TO_DO).start))
    both = of(catalogue, A=TO_DO, B=TO_DO, C=TO_DO)
    assert months(both.start) > alone + 0.3
    assert both.start.criticality["A"] == pytest.approx(0.5, abs=0.05)
    assert both.start.criticality["A"] + both.start.criticality["B"] == pytest.approx(1)


def test_what_is_not_needed_is_seen_through_and_what_is_done_is_not() -> None:
    catalogue = small(A="3 3 3", B="4 4 4 needs=A", C="5 5 5 needs=B")
    assert months(of(catalogue, A=TO_DO, B=NOT_NEEDED, C=TO_DO).start) == about(8)
    assert months(of(catalogue, A=TO_DO, C=TO_DO).start) == about(8)
    gated = small(A="3 3 3 gates=none", B="4 4 4 needs=A gates=none", C="5 5 5 needs=B")
    assert months(of(gated, A=TO_DO, B=DONE, C=TO_DO).start) == about(5)
    assert months(of(gated, A=TO_DO, C=NOT_NEEDED).start) == about(3)


def test_nothing_left_is_today() -> None:
    result = of(small(A="3 3 3"), A=DONE)
    assert result.start.on(0.99) == TODAY
    assert (result.ready_class, result.critical_path) == ("immediate", ())
    assert of(small(A="3 3 3")).start.on(0.5) == TODAY


def test_blocked_is_never() -> None:
    result = of(small(A="3 3 3", B="1 1 1 needs=A", C="1 2 3"), A=BLOCKED, B=TO_DO, C=TO_DO)
    assert result.start.on(0.01) is None
    assert (result.blocked, result.ready_class) == (("A",), "over_12")
    assert result.critical_path == ("A", "B")
    assert result.start.chance_by(date(2100, 1, 1)) == 0
    assert result.steps[1].p50_end is None


def test_unknown_is_two_bounds_and_no_class_between_them() -> None:
    catalogue = small(A="2 2 2", B="15 15 15")
    result = of(catalogue, A=TO_DO, B=UNKNOWN)
    assert (months(result.start), result.start.optimistic[49] / MEAN_MONTH) == about(15, 2)
    assert (result.ready_class, result.unknown) == ("unknown", ("B",))
    assert result.date_at("start", 0.8, optimistic=True) < result.date_at("start", 0.8)  # type: ignore[operator]
    agreed = of(small(A="2 2 2", B="3 3 3"), A=TO_DO, B=UNKNOWN)
    assert (agreed.ready_class, agreed.unknown) == ("0_6", ("B",))


def test_a_chance_is_drawn_in_its_share_of_cases() -> None:
    outcome = '| outcome_of = { step = "A", probability = 0.3 }'
    catalogue = small(
        A="1 1 1", B=f"10 10 10 needs=A {outcome}", C='1 1 1 | outcome_of = { step = "B", probability = 1 }'
    )
    result = of(catalogue, A=TO_DO, B=UNKNOWN, C=UNKNOWN)
    assert sum(days / MEAN_MONTH > 5 for days in result.start.days) == pytest.approx(30, abs=2)
    assert result.unknown == ()
    needed = {row.code: row.needed for row in result.steps}
    assert needed["B"] == pytest.approx(0.3, abs=0.01)
    assert needed["C"] == needed["B"]
    assert result.start.criticality["B"] == pytest.approx(0.3, abs=0.01)
    assert result.critical_path == ("A",)
    told = of(catalogue, A=DONE, B=UNKNOWN)
    assert sum(days > 0 for days in told.start.days) == pytest.approx(30, abs=2)
    assert of(catalogue, A=NOT_NEEDED, B=UNKNOWN).start.on(0.99) == TODAY
    assert months(of(catalogue, A=TO_DO, B=TO_DO).start) == about(11)


def test_appeals_gate_what_banks_wait_for_only() -> None:
    result = of(small(A="3 3 3", B="2 2 2 needs=A gates=start_cleared"), A=TO_DO, B=TO_DO)
    assert (months(result.start), months(result.start_cleared)) == about(3, 5)
    assert result.start_cleared.path == ("A", "B")


def test_without_paths_all_but_those_of_other_milestones_is_told() -> None:
    catalogue = small(A="3 3 3", B="2 2 2 needs=A gates=start_cleared")
    states = {code: StepStatus(TO_DO) for code in catalogue.steps}
    whole, bare = (compute(catalogue, states, None, TODAY, paths=paths) for paths in (True, False))
    assert whole.start_cleared.path == ("A", "B")
    assert bare == replace(whole, start_cleared=replace(whole.start_cleared, path=(), criticality={}))


def test_a_favourable_outcome_removes_what_it_might_have_called_for() -> None:
    states = states_of(RAW, TODAY)
    after = finished(default(), states, "ARCH_D")
    assert (after["ARCH_D"].state, after["ARCH_F"].state) == (DONE, NOT_NEEDED)
    assert after["DEP"] == states["DEP"]


def test_same_arguments_same_answer_and_the_seed_matters_little() -> None:
    assert of_facts(RAW) == of_facts(RAW)
    states = states_of(RAW, TODAY)
    first, second = (compute(default(), states, None, TODAY, seed=seed) for seed in (1, 2))
    assert first != second
    assert abs(first.start.days[89] - second.start.days[89]) <= 8


def test_an_unrelated_step_changes_no_draw() -> None:
    """Common random numbers: what a step draws depends on nothing else."""
    alone = of(small(A="2 5 9"), A=TO_DO)
    beside = of(small(Z="1 1 1", A="2 5 9"), Z=TO_DO, A=TO_DO)
    assert alone.start.days == beside.start.days


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="no such step in the catalogue: GONE"):
        of(default(), GONE=TO_DO)
    with pytest.raises(TypeError, match="instant"):
        compute(default(), {}, None, datetime(2026, 1, 1, tzinfo=UTC))


def test_two_hundred_states_take_little_time() -> None:
    grid = product(
        (SERVICED, RAW, replace(RAW, typezone="AUs", industry="after_plan_change"), replace(RAW, typezone="A")),
        (None, "pollution avérée", "pollution supposée"),
        (frozenset[str](), frozenset({"wetland"}), frozenset({"forest"}), frozenset({"natura2000"})),
        (5_000.0, 20_000.0, 40_000.0, 60_000.0, 300_000.0),
    )
    situations = [replace(facts, pollution=soil, touched=on, surface_m2=size) for facts, soil, on, size in grid]
    distinct = {frozenset(states_of(facts, TODAY).items()) for facts in situations}
    begun = time.process_time()
    for states in islice(distinct, 200):
        compute(default(), dict(states), None, TODAY)
    assert len(distinct) >= 150
    assert time.process_time() - begun < 2.0


def test_only_owner_side_states_are_read_without_a_project() -> None:
    assert of(default(), **{"PC": TO_DO}).start.on(0.9) == TODAY
    assert compute(default(), only(PLU_REV=TO_DO), None, TODAY).critical_path == ("PLU_REV",)
