"""Dates from states: what waits, what is skipped, what is chance, what is not known."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product

import pytest

from geo.readiness.catalogue import Catalogue
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.dates import MEAN_MONTH, add_months
from geo.readiness.facts import LandFacts
from geo.readiness.needclass import ProjectFacts, need_class
from geo.readiness.outcomes import finished
from geo.readiness.result import Milestone, Readiness
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus
from tests.readiness.situations import RAW, SERVICED, TODAY, only, small

WORKSHOP = ProjectFacts(regime="NC", power_mw=0.2, floor_m2=3_000, footprint_m2=2_500, land_m2=8_000)
BATTERY = ProjectFacts(regime="A", seveso="SH", power_mw=150, water_m3h=100, floor_m2=200_000, land_m2=500_000)


def of(catalogue: Catalogue, **states: str | StepStatus) -> Readiness:
    wrapped = {code: state if isinstance(state, StepStatus) else StepStatus(state) for code, state in states.items()}
    return compute(catalogue, wrapped, None, TODAY, draws=2_000)


def of_facts(facts: LandFacts, project: ProjectFacts | None = None) -> Readiness:
    need = None if project is None else need_class(project, default())
    return compute(default(), states_of(facts, TODAY), need, TODAY)


def months(milestone: Milestone | None, probability: float = 0.5) -> float:
    assert milestone is not None
    return milestone.days[round(probability * 100) - 1] / MEAN_MONTH


def about(*wanted: float) -> object:
    """These months, in whole days: up to a day more."""
    return pytest.approx(wanted if len(wanted) > 1 else wanted[0], abs=1.1 / MEAN_MONTH)


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


def test_running_counts_what_is_left() -> None:
    catalogue = small(A="2 6 12")
    whole = months(of(catalogue, A=TO_DO).start)
    since = [TODAY - timedelta(days=days) for days in (0, 60, 120, 240)]
    left = [months(of(catalogue, A=StepStatus(RUNNING, day)).start) for day in since]
    assert left[0] == about(whole)
    assert left == sorted(left, reverse=True)
    assert left[3] > 0
    assert months(of(catalogue, A=RUNNING).start) == about(whole / 2)
    late = of(catalogue, A=StepStatus(RUNNING, TODAY - timedelta(days=700)))
    assert late.flags == ("overdue:A",)


def test_running_does_not_end_before_what_it_needs() -> None:
    catalogue = small(A="9 9 9", B="4 4 4 needs=A")
    result = of(catalogue, A=TO_DO, B=StepStatus(RUNNING, TODAY - timedelta(days=60)))
    assert months(result.start) == about(9)
    assert result.critical_path == ("A", "B")
    quick = of(small(A="1 1 1", B="4 4 4 needs=A"), A=TO_DO, B=StepStatus(RUNNING, date(2026, 10, 16)))
    assert months(quick.start) == about(4 - 37 / MEAN_MONTH)
    assert quick.critical_path == ("B",)


def test_the_law_of_a_running_step_is_that_of_its_first_day() -> None:
    catalogue, day = default(), date(2024, 10, 22)
    before, after = (
        compute(catalogue, {"AE": StepStatus(RUNNING, began)}, need_class(BATTERY, catalogue), day)
        for began in (day - timedelta(days=1), day)
    )
    assert months(before.start) > months(after.start) + 3


def test_done_long_ago_is_to_do_again() -> None:
    catalogue = small(A="6 6 6 | expires = 36")
    day = date(TODAY.year - 3, TODAY.month, TODAY.day)
    expired = of(catalogue, A=StepStatus(DONE, day))
    assert months(expired.start) == about(6)
    assert expired.flags == ("expired:A",)
    assert expired.steps[0].state == EXPIRED
    assert of(catalogue, A=StepStatus(DONE, day + timedelta(days=1))).start.on(0.5) == TODAY
    assert months(of(catalogue, A=StepStatus(EXPIRED, day)).start) == about(6)


def test_what_expires_before_the_start_is_flagged() -> None:
    catalogue = small(A="1 1 1 | expires = 36", B="9 9 9")
    soon = StepStatus(DONE, TODAY - timedelta(days=365 * 2 + 200))
    assert of(catalogue, A=soon, B=TO_DO).flags == ("expires_before_start:A",)
    assert of(catalogue, A=StepStatus(DONE, TODAY), B=TO_DO).flags == ()
    assert of(catalogue, A=soon, B=BLOCKED).flags == ()


def test_what_is_dated_later_is_not_there_yet() -> None:
    catalogue = small(A="6 6 6")
    tomorrow = TODAY + timedelta(days=1)
    for state in (DONE, RUNNING):
        result = of(catalogue, A=StepStatus(state, tomorrow))
        assert months(result.start) == about(6)
        assert result.flags == ("dated_later:A",)


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


def test_more_owners_take_longer() -> None:
    catalogue = small(A="3 3 3 | per_unit = 4")
    assert months(of(catalogue, A=StepStatus(TO_DO, units=3)).start) == about(11)


def test_a_purchase_under_way_from_many_owners_counts_them_all() -> None:
    catalogue = small(A="3 8 24 | per_unit = 4")
    since = add_months(TODAY, -10)

    def left(owners: int, since: date | None = since) -> tuple[float, float]:
        start = of(catalogue, A=StepStatus(RUNNING, since, units=owners)).start
        return start.days[9], start.days[79]

    first, many = left(1), left(6)
    assert many[0] > 8 * 30, "six owners take 20 months more than one: 10 have passed, 13 is the least that is left"
    assert many[1] > first[1] + 10 * 30
    whole = of(catalogue, A=StepStatus(TO_DO, units=6)).start
    assert left(6, TODAY) == (whole.days[9], whole.days[79]), "what begins today has gained nothing yet"
    assert "overdue:A" in of(catalogue, A=StepStatus(RUNNING, add_months(TODAY, -22))).flags
    assert "overdue:A" not in of(catalogue, A=StepStatus(RUNNING, add_months(TODAY, -22), units=6)).flags


def test_appeals_gate_what_banks_wait_for_only() -> None:
    result = of(small(A="3 3 3", B="2 2 2 needs=A gates=start_cleared"), A=TO_DO, B=TO_DO)
    assert (months(result.start), months(result.start_cleared)) == about(3, 5)
    assert result.start_cleared.path == ("A", "B")


def test_a_bicycle_workshop_and_a_battery_plant_on_one_parcel() -> None:
    workshop, battery = of_facts(SERVICED, WORKSHOP), of_facts(SERVICED, BATTERY)
    assert months(battery.start) > months(workshop.start) + 6
    assert months(battery.power) > months(workshop.power) + 24
    assert months(battery.production) > months(workshop.production) + 24
    assert workshop.ready_class == battery.ready_class == of_facts(SERVICED).ready_class
    assert battery.critical_path == ("PREP_A", "AE")


def test_milestones_that_do_not_apply_are_absent() -> None:
    land = of_facts(SERVICED)
    assert land.power is None
    assert land.production is None
    assert land.date_at("power", 0.5) is None
    silent = of_facts(SERVICED, ProjectFacts(regime="NC"))
    assert silent.power is None
    assert silent.production is None
    powerless = of_facts(SERVICED, replace(WORKSHOP, power_mw=None))
    assert powerless.power is None
    assert months(powerless.production) > months(powerless.start) + 9
    with pytest.raises(KeyError):
        land.milestone("end")


def test_production_waits_for_works_and_for_power() -> None:
    slow = of_facts(SERVICED, replace(WORKSHOP, power_mw=100))
    assert slow.production is not None
    assert slow.power is not None
    assert all(one >= other for one, other in zip(slow.production.days, slow.power.days, strict=True))
    assert "EL_HTB" in slow.production.path
    built = of_facts(SERVICED, replace(WORKSHOP, power_mw=100, already={"BUILD": "running"}))
    assert built.production is not None
    assert built.production.path == ("LAND_OPT", "EL_HTB")


def test_what_the_company_brings_shortens_its_own_date_only() -> None:
    land, plain = of_facts(SERVICED), of_facts(SERVICED, WORKSHOP)
    ready = of_facts(SERVICED, replace(WORKSHOP, already={"PREP_PC": "done", "LAND_OPT": "done"}))
    assert months(ready.start) < months(plain.start) - 2
    assert ready.ready_class == land.ready_class


def test_the_land_speaks_of_steps_of_the_project() -> None:
    """A lot whose operation filed for its rain water asks no file of the project."""
    project = replace(WORKSHOP, land_m2=15_000)
    codes = {row.code: row.state for row in of_facts(SERVICED, project).steps}
    assert codes["IOTA_D"] == DONE
    assert {row.code: row.state for row in of_facts(RAW, project).steps}["IOTA_D"] == TO_DO
    unsaid = {"IOTA_D": StepStatus(UNKNOWN)}
    need = need_class(project, default())
    assert {row.code: row.state for row in compute(default(), unsaid, need, TODAY).steps}["IOTA_D"] == TO_DO


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


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="no such step in the catalogue: GONE"):
        of(default(), GONE=TO_DO)
    with pytest.raises(TypeError, match="instant"):
        compute(default(), {}, None, datetime(2026, 1, 1, tzinfo=UTC))


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


def test_class_follows_the_calendar() -> None:
    catalogue = small(A="6 6 6")
    land = {"A": StepStatus(TO_DO)}
    # 6 mean months are 182.6 days: 31 August + 6 calendar months is 28 February, 181 days later
    assert compute(catalogue, land, None, date(2026, 8, 31), draws=100).ready_class == "6_12"
    assert compute(catalogue, land, None, date(2026, 3, 1), draws=100).ready_class == "0_6"
    assert of(small(A="0.9 0.9 0.9"), A=TO_DO).ready_class == "immediate"
    assert of(small(A="13 13 13"), A=TO_DO).ready_class == "over_12"


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
