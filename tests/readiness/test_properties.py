"""What must hold on any parcel, draw by draw."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class
from geo.readiness.outcomes import finished
from geo.readiness.result import Milestone, Readiness
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus
from tests.breadth import tried
from tests.readiness.situations import TODAY

CATALOGUE = default()
OWNER = [step.code for step in CATALOGUE.side("owner")]
CODES = list(CATALOGUE.steps)
PROJECTS: list[NeedClass | None] = [
    None,
    need_class(ProjectFacts(regime="NC", power_mw=0.2, floor_m2=2_000), CATALOGUE),
    need_class(ProjectFacts(regime=None, power_mw=10, floor_m2=20_000, land_m2=60_000), CATALOGUE),
    need_class(ProjectFacts(regime="A", power_mw=100, water_m3h=50, footprint_m2=90_000), CATALOGUE),
]
DAY = st.dates(date(2018, 1, 1), TODAY)
STATUS = st.builds(StepStatus, st.sampled_from([NOT_NEEDED, TO_DO, UNKNOWN, DONE])) | st.builds(
    StepStatus, st.just(RUNNING), st.none() | DAY
)
STATES = st.dictionaries(st.sampled_from(OWNER), STATUS, max_size=14)
PROJECT = st.sampled_from(PROJECTS)
NOISE = 1e-6


def of(states: dict[str, StepStatus], project: NeedClass | None, as_of: date = TODAY) -> Readiness:
    return compute(CATALOGUE, states, project, as_of, draws=200)


def milestones(readiness: Readiness) -> list[Milestone]:
    all_four = (readiness.start, readiness.start_cleared, readiness.power, readiness.production)
    return [milestone for milestone in all_four if milestone is not None]


def not_later(first: Readiness, second: Readiness) -> bool:
    return all(
        one <= other + NOISE
        for a, b in zip(milestones(first), milestones(second), strict=True)
        for one, other in zip((*a.days, *a.optimistic), (*b.days, *b.optimistic), strict=True)
    )


@settings(max_examples=tried(150), deadline=None)
@given(STATES, PROJECT, st.sampled_from(OWNER))
def test_finishing_a_step_well_is_never_later(
    states: dict[str, StepStatus], project: NeedClass | None, code: str
) -> None:
    assert not_later(of(finished(CATALOGUE, states, code), project), of(states, project))


@settings(max_examples=tried(150), deadline=None)
@given(STATES, PROJECT, st.sampled_from(OWNER))
def test_adding_a_step_is_never_earlier(states: dict[str, StepStatus], project: NeedClass | None, code: str) -> None:
    without = {**states, code: StepStatus(NOT_NEEDED)}
    for state in (TO_DO, UNKNOWN, BLOCKED):
        assert not_later(of(without, project), of({**states, code: StepStatus(state)}, project))


@settings(max_examples=tried(100), deadline=None)
@given(STATES, PROJECT, st.sampled_from(OWNER), st.integers(0, 1000))
def test_beginning_a_step_or_knowing_it_is_not_needed_is_never_later(
    states: dict[str, StepStatus], project: NeedClass | None, code: str, days: int
) -> None:
    to_do = of({**states, code: StepStatus(TO_DO)}, project)
    # the law of its first day may have been slower: only what began under today's law is compared
    began = max(TODAY - timedelta(days=days), date(2026, 5, 26))
    assert not_later(of({**states, code: StepStatus(RUNNING, began)}, project), to_do)
    assert not_later(of({**states, code: StepStatus(RUNNING)}, project), to_do)
    assert not_later(of({**states, code: StepStatus(NOT_NEEDED)}, project), to_do)


@settings(max_examples=tried(150), deadline=None)
@given(STATES, PROJECT, st.dates(date(2019, 1, 1), date(2032, 12, 31)))
def test_quantiles_rise_and_milestones_follow_one_another(
    states: dict[str, StepStatus], project: NeedClass | None, as_of: date
) -> None:
    readiness = of(states, project, as_of)
    for milestone in milestones(readiness):
        assert len(milestone.days) == len(milestone.optimistic) == 99
        assert list(milestone.days) == sorted(milestone.days)
        assert all(best <= worst + NOISE for best, worst in zip(milestone.optimistic, milestone.days, strict=True))
        assert milestone.days[0] >= 0
        assert all(0 <= share <= 1 for share in milestone.criticality.values())
    assert all(a <= b + NOISE for a, b in zip(readiness.start.days, readiness.start_cleared.days, strict=True))
    for before in (readiness.start, readiness.power):
        if readiness.production is not None and before is not None:
            assert all(a <= b + NOISE for a, b in zip(before.days, readiness.production.days, strict=True))


@settings(max_examples=tried(100), deadline=None)
@given(STATES, PROJECT)
def test_a_path_is_made_of_open_steps_in_their_order(states: dict[str, StepStatus], project: NeedClass | None) -> None:
    readiness = of(states, project)
    places = [CODES.index(code) for code in readiness.critical_path]
    assert places == sorted(places)
    rows = {row.code: row for row in readiness.steps}
    for code in readiness.critical_path:
        assert rows[code].p50_end is not None
        assert rows[code].criticality > 0


@settings(max_examples=tried(60), deadline=None)
@given(STATES, PROJECT)
def test_the_answer_is_the_same_twice(states: dict[str, StepStatus], project: NeedClass | None) -> None:
    assert of(states, project) == of(dict(reversed(states.items())), project)


@settings(max_examples=tried(60), deadline=None)
@given(STATES, st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2026, 8, 31), date(2027, 12, 31)]))
def test_days_left_do_not_depend_on_where_months_end(states: dict[str, StepStatus], as_of: date) -> None:
    """Undated states under one law take the same days whatever the day; only calendar dates move."""
    undated = {
        code: StepStatus(status.state) for code, status in states.items() if code not in ("PLU_MOD", "APPEAL_PA")
    }
    assert of(undated, None, as_of).start.days == of(undated, None, as_of + timedelta(days=1)).start.days
