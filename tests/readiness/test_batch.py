"""Many states at once: the same days as each alone, and the same days for what is kept of a state as for all of it."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.batch import Batch, Dates
from geo.readiness.begun import counted_from
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.distinct import essential, read, written
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class
from geo.readiness.result import NEVER, NEVER_DAYS, Readiness
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus
from tests.breadth import tried
from tests.readiness.situations import RAW, SERVICED, TODAY

CATALOGUE = default()
OWNER = [step.code for step in CATALOGUE.side("owner")]
LARGE = ProjectFacts(regime="A", power_mw=100, water_m3h=50, footprint_m2=90_000, floor_m2=60_000)
PROJECTS: list[NeedClass | None] = [
    None,
    need_class(ProjectFacts(regime="NC", power_mw=0.2, floor_m2=2_000), CATALOGUE),
    need_class(ProjectFacts(regime=None, power_mw=10, floor_m2=20_000, land_m2=60_000), CATALOGUE),
    need_class(LARGE, CATALOGUE),
    need_class(ProjectFacts(regime="E", already={"PREP_E": DONE, "LAND_OPT": DONE, "SOIL_DIAG": RUNNING}), CATALOGUE),
]
SINCE = st.none() | st.dates(date(2017, 1, 1), TODAY + timedelta(days=40))
STATUS = st.builds(
    StepStatus,
    st.sampled_from([NOT_NEEDED, TO_DO, RUNNING, DONE, EXPIRED, BLOCKED, UNKNOWN, UNKNOWN]),
    SINCE,
    source=st.sampled_from(["", "a fact"]),
    units=st.integers(1, 3),
    stale=st.booleans(),
)
STATES = st.dictionaries(st.sampled_from(list(CATALOGUE.steps)), STATUS, max_size=20)
DAYS = st.sampled_from([TODAY, date(2024, 2, 29), date(2026, 5, 27), date(2028, 3, 1)])
FEW = 150


def whole(status: StepStatus) -> StepStatus:
    return status


def alone(land: Mapping[str, StepStatus], project: NeedClass | None, as_of: date) -> Readiness:
    return compute(CATALOGUE, land, project, as_of, draws=FEW)


def check_same(dates: Dates, number: int, found: Readiness) -> None:
    for name in ("start", "start_cleared", "power", "production"):
        milestone = found.milestone(name)
        assert dates.applies[name][number] == (milestone is not None)
        if milestone is not None:
            assert days(dates.prudent[name][number]) == milestone.days, name
            assert days(dates.optimistic[name][number]) == milestone.optimistic, name


def days(quantiles: np.ndarray) -> tuple[float, ...]:
    return tuple(NEVER if day == NEVER_DAYS else float(day) for day in quantiles)


@settings(max_examples=tried(60), deadline=None)
@given(st.lists(STATES, min_size=1, max_size=6), st.sampled_from(PROJECTS), DAYS)
def test_many_at_once_are_dated_as_each_alone(
    lands: list[dict[str, StepStatus]], project: NeedClass | None, as_of: date
) -> None:
    dates = Batch(CATALOGUE, lands, as_of, whole, draws=FEW).dates(project)
    for number, land in enumerate(lands):
        check_same(dates, number, alone(land, project, as_of))


@settings(max_examples=tried(60), deadline=None)
@given(STATES, st.sampled_from(PROJECTS[:4]), DAYS)
def test_what_is_kept_of_a_state_has_the_dates_of_all_of_it(
    land: dict[str, StepStatus], project: NeedClass | None, as_of: date
) -> None:
    kept = {code: written(status) for code, status in essential(CATALOGUE, land, as_of).items()}
    dates = Batch(CATALOGUE, [kept], as_of, read, draws=FEW).dates(project)
    check_same(dates, 0, alone(land, project, as_of))


@settings(max_examples=tried(60), deadline=None)
@given(STATES, DAYS)
def test_what_is_kept_is_kept_again(land: dict[str, StepStatus], as_of: date) -> None:
    kept = essential(CATALOGUE, land, as_of)
    assert essential(CATALOGUE, kept, as_of) == kept
    assert {code: read(written(status)) for code, status in kept.items()} == kept


def test_real_states_at_all_draws_for_one_batch_and_several_classes() -> None:
    lands = [states_of(facts, TODAY) for facts in (SERVICED, RAW)]
    lands.append({**lands[1], "FLORA4": StepStatus(RUNNING, date(2026, 3, 3)), "PLU_MOD": StepStatus(UNKNOWN)})
    batch = Batch(CATALOGUE, lands, TODAY, whole)
    for project in PROJECTS:
        dates = batch.dates(project)
        for number, land in enumerate(lands):
            check_same(dates, number, compute(CATALOGUE, land, project, TODAY))


def test_more_states_than_one_thread_takes_come_back_in_their_order() -> None:
    lands = [{"PLU_REV": StepStatus(RUNNING, TODAY - timedelta(days=17 * number))} for number in range(40)] * 20
    dates = Batch(CATALOGUE, lands, TODAY, whole, draws=FEW).dates(None)
    for number in (0, 1, 7, 39, 40, 799):
        check_same(dates, number, alone(lands[number], None, TODAY))


def test_no_state_and_no_such_step() -> None:
    assert Batch(CATALOGUE, [], TODAY, whole, draws=FEW).dates(None).prudent["start"].shape == (0, 99)
    with pytest.raises(ValueError, match="no such step"):
        Batch(CATALOGUE, [{"NONE": StepStatus(TO_DO)}], TODAY, whole)


def test_what_no_date_depends_on_is_not_kept() -> None:
    land = {
        "LAND_OPT": StepStatus(TO_DO, source="terr_maitrise_fonc=commune", units=2),
        "FLORA4": StepStatus(DONE, date(2026, 1, 5), "step_state"),
        "VRD": StepStatus(RUNNING, date(2026, 3, 3), "step_state", stale=True),
        "CLEAR": StepStatus(NOT_NEEDED),
        "ARCH_D": StepStatus(UNKNOWN, source="outcome"),
        "PC": StepStatus(UNKNOWN),
        "IOTA_D": StepStatus(NOT_NEEDED, source="the zone's own file"),
    }
    kept = essential(CATALOGUE, land, TODAY)
    assert {code: written(status) for code, status in kept.items()} == {
        "LAND_OPT": "to_do",
        "VRD": "running 2026-03-16 stale",
        "IOTA_D": "not_needed",
    }
    told = {**land, "ARCH_P": StepStatus(DONE)}
    assert {"ARCH_P", "ARCH_D"} < essential(CATALOGUE, told, TODAY).keys()


def test_a_finished_step_stays_where_it_parts_what_follows_from_what_is_open() -> None:
    land = {"FLORA4": StepStatus(TO_DO), "CASE_BY_CASE": StepStatus(DONE), "PA": StepStatus(TO_DO)}
    assert "CASE_BY_CASE" in essential(CATALOGUE, land, TODAY)


def test_a_term_that_ended_is_settled_by_the_day() -> None:
    land = {"FLORA4": StepStatus(DONE, date(2023, 11, 22)), "PLU_MOD": StepStatus(RUNNING, date(2026, 12, 1))}
    assert essential(CATALOGUE, land, TODAY) == {"FLORA4": StepStatus(TO_DO), "PLU_MOD": StepStatus(TO_DO)}
    assert essential(CATALOGUE, land, date(2026, 11, 21)) == {"PLU_MOD": StepStatus(TO_DO)}


def test_steps_late_by_a_year_or_by_ten_are_one_state() -> None:
    for code in ("FLORA4", "VRD", "PLU_MOD"):
        kept = [essential(CATALOGUE, {code: StepStatus(RUNNING, date(year, 2, 2))}, TODAY) for year in (2018, 2022)]
        assert kept[0] == kept[1], code


@settings(max_examples=tried(200), deadline=None)
@given(st.dates(date(2023, 1, 1), TODAY), st.sampled_from(["AE", "PLU_MOD", "VRD", "APPEAL_PA"]))
def test_time_counts_from_a_day_near_the_real_one_under_the_same_law(since: date, code: str) -> None:
    step = CATALOGUE.steps[code]
    counted = counted_from(step, since, TODAY)
    assert abs((counted - since).days) <= 15
    assert step.terms_of(counted) == step.terms_of(since)
    assert counted_from(step, counted, TODAY) == counted
    assert counted_from(step, since, since) == since
    later = TODAY + timedelta(days=40)
    assert counted_from(step, counted, later) == counted_from(step, since, later)
    assert counted <= counted_from(step, min(since + timedelta(days=1), TODAY), TODAY)
