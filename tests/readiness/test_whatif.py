"""What single steps gain: against the two computations done by hand, and over many parcels."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute, merged
from geo.readiness.needclass import ProjectFacts, need_class
from geo.readiness.outcomes import finished
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, DONE, RUNNING, TO_DO, UNKNOWN, StepStatus
from geo.readiness.whatif import AT_ONCE, BEGUN_NOW, DONE_NOW, Expense, Gain, Holding, expense_of, gains, territory
from tests.readiness.situations import RAW, SERVICED, TODAY, only

CATALOGUE = default()
OWNER = {step.code for step in CATALOGUE.side("owner")}


def of(states: Mapping[str, StepStatus], milestone: str = "start", **more: object) -> dict[tuple[str, str], Gain]:
    _, found = gains(CATALOGUE, states, milestone, TODAY, **more)  # type: ignore[arg-type]
    return {(one.step, one.how): one for one in found}


def first(found: Iterable[tuple[str, str]]) -> tuple[str, str]:
    return next(iter(found))


def owner(facts: object) -> dict[str, StepStatus]:
    return {code: one for code, one in states_of(facts, TODAY).items() if code in OWNER}  # type: ignore[arg-type]


def test_a_gain_is_the_difference_of_two_computations() -> None:
    states = owner(RAW)
    now, found = gains(CATALOGUE, states, "start", TODAY)
    before = compute(CATALOGUE, states, None, TODAY).start
    assert (now.p50, now.p80) == (before.days[49], before.days[79])
    assert (now.p80_optimistic,) == (before.optimistic[79],)
    survey = next(one for one in found if one.step == "FLORA4")
    after = compute(CATALOGUE, finished(CATALOGUE, states, "FLORA4"), None, TODAY).start
    assert survey.then.p80 == after.days[79]
    assert survey.gained.p80 == before.days[79] - after.days[79]


def test_the_step_that_decides_comes_first() -> None:
    found = list(of(only(PLU_REV=TO_DO, FLORA4=TO_DO)))
    assert found == [("PLU_REV", DONE_NOW)]
    assert first(of(only(PA=TO_DO, PLU_REV=TO_DO, CASE_BY_CASE=TO_DO, FLORA4=TO_DO))) == ("PLU_REV", DONE_NOW)
    assert of(only()) == {}


def test_what_may_begin_early_gains_by_beginning_now() -> None:
    found = of(only(FLORA4=TO_DO, CASE_BY_CASE=TO_DO))
    begun, done = found["CASE_BY_CASE", BEGUN_NOW], found["CASE_BY_CASE", DONE_NOW]
    assert 0 < begun.gained.p80 < done.gained.p80
    assert ("FLORA4", BEGUN_NOW) not in found  # nothing to wait for: the dates suppose that it begins today
    assert ("VRD", BEGUN_NOW) not in of(only(PA=TO_DO, VRD=TO_DO))  # works do not begin before their permit


def test_an_unknown_step_gains_in_the_prudent_reading_only() -> None:
    (gain,) = of(only(PLU_REV=UNKNOWN)).values()
    assert (gain.step, gain.state, gain.gained.p80_optimistic) == ("PLU_REV", UNKNOWN, 0.0)
    assert gain.gained.p80 > 700
    assert gain.expense is not None
    assert (gain.expense.low, gain.expense.high) == (0.0, 400_000)


def test_what_is_blocked_is_freed_by_the_step_that_blocks() -> None:
    found = of(only(VRD=BLOCKED, FLORA4=TO_DO))
    assert found["VRD", DONE_NOW].gained.p80 == float("inf")
    assert found["VRD", DONE_NOW].then.p80 < 500
    assert set(found) == {("VRD", DONE_NOW)}
    assert of({**only(VRD=BLOCKED), "LAND_OPT": StepStatus(BLOCKED)}) == {}
    spent = {**only(PLU_REV=TO_DO), "ZAN": StepStatus(BLOCKED)}
    assert set(of(spent)) == {("ZAN", DONE_NOW)}


def test_a_running_step_can_be_finished_not_begun() -> None:
    assert set(of({**only(), "VRD": StepStatus(RUNNING, TODAY)})) == {("VRD", DONE_NOW)}
    lapsed = {**only(), "FLORA4": StepStatus(DONE, TODAY.replace(year=2020))}
    assert of(lapsed)["FLORA4", DONE_NOW].state == "expired"


def test_a_step_may_gain_by_what_it_will_not_call_for() -> None:
    found = of(only(ARCH_P=TO_DO, ARCH_D=UNKNOWN, ARCH_F=UNKNOWN, LAND_PRIV=TO_DO))
    assert found["ARCH_P", DONE_NOW].gained.p80 > 0
    assert ("ARCH_D", DONE_NOW) not in found  # nobody's to do before it is prescribed


def test_the_steps_of_a_project_count_with_a_need() -> None:
    plant = need_class(ProjectFacts(regime="A", power_mw=100, floor_m2=50_000), CATALOGUE)
    states = merged(CATALOGUE, states_of(SERVICED, TODAY), plant)
    assert first(of(states)) == ("AE", DONE_NOW)
    assert first(of(states, "power")) == ("EL_HTB", DONE_NOW)
    assert first(of({**states, "EL_HTB": StepStatus(DONE)}, "production")) == ("BUILD", DONE_NOW)
    with pytest.raises(KeyError):
        of(states, "end")


def test_costs_are_of_the_land_and_keep_what_is_not_known() -> None:
    steps = CATALOGUE.steps
    survey = expense_of(steps["FLORA4"], TO_DO, None)
    assert survey is not None
    assert (survey.low, survey.typical, survey.high, survey.payer) == (15_000, 30_000, 80_000, "owner")
    works = expense_of(steps["DEPOL_2"], TO_DO, 10_000.0)
    assert works is not None
    assert (works.low, works.typical, works.high) == (660_000, 660_000, 660_000)
    nowhere = expense_of(steps["DEPOL_2"], TO_DO, None)
    assert nowhere is not None
    assert (nowhere.low, nowhere.high) == (None, None)
    built = expense_of(steps["DEMOL"], UNKNOWN, 10_000.0)  # by the square metre of building: not known
    assert built is not None
    assert (built.low, built.typical) == (0.0, None)
    assert expense_of(steps["LAND_OPT"], TO_DO, 10_000.0) is None
    assert expense_of(steps["VRD"], TO_DO, 10_000.0, parcels=3) == expense_of(steps["VRD"], TO_DO, 10_000.0)
    assert expense_of(steps["FLORA4"], TO_DO, None, parcels=3) == replace(survey, low=45e3, typical=90e3, high=240e3)


def test_a_territory_is_the_sum_of_its_parcels() -> None:
    raw, second = owner(RAW), only(PLU_REV=TO_DO)
    never = {**only(PLU_REV=TO_DO), "LAND_OPT": StepStatus(BLOCKED)}
    holdings = [Holding(raw, 3, 90_000.0), Holding(second, 2, None), Holding(never, 4, 8_000.0)]
    found = {(one.step, one.how): one for one in territory(CATALOGUE, holdings, "start", TODAY)}
    assert first(found) == ("LAND_OPT", DONE_NOW)
    assert (found["LAND_OPT", DONE_NOW].freed, found["LAND_OPT", DONE_NOW].parcel_days) == (4, 0.0)
    plan = found["PLU_REV", DONE_NOW]
    (one,) = territory(CATALOGUE, [Holding(second, 1, None)], "start", TODAY)
    assert plan.parcels == 2
    assert plan.parcel_days == pytest.approx(2 * one.parcel_days)
    assert plan.early == {"under_6": 2, "under_12": 2}
    servicing = found["VRD", DONE_NOW].expense
    assert isinstance(servicing, Expense)
    assert (servicing.low, servicing.high) == (90_000 * 30, 90_000 * 120)
    assert territory(CATALOGUE, [], "start", TODAY) == []


def test_a_territory_of_more_situations_than_are_computed_together_counts_them_all() -> None:
    states = owner(RAW)
    (one, *_) = territory(CATALOGUE, [Holding(states, 1, 1.0)], "start", TODAY)
    (many, *_) = territory(CATALOGUE, [Holding(states, 1, 1.0)] * (AT_ONCE + 1), "start", TODAY)
    assert (many.step, many.parcels) == (one.step, AT_ONCE + 1)
    assert many.parcel_days == one.parcel_days * (AT_ONCE + 1)


def test_the_amount_of_a_sum_with_an_unknown_part_is_not_known() -> None:
    lots = [Holding(only(VRD=TO_DO), 1, 5_000.0), Holding(only(VRD=TO_DO, LAND_OPT=TO_DO), 1, None)]
    (works,) = (one for one in territory(CATALOGUE, lots, "start", TODAY) if one.step == "VRD")
    assert works.parcels == 2
    assert works.expense is not None
    assert (works.expense.low, works.expense.high) == (None, None)


SOME = st.dictionaries(
    st.sampled_from(sorted(OWNER)), st.sampled_from([TO_DO, RUNNING, UNKNOWN, DONE, BLOCKED]), max_size=6
)


@settings(max_examples=15)
@given(SOME)
def test_no_step_ever_loses_and_the_order_is_that_of_the_gain(states: dict[str, str]) -> None:
    given_states = {**only(), **{code: StepStatus(state) for code, state in states.items()}}
    now, found = gains(CATALOGUE, given_states, "start", TODAY)
    assert [one.gained.p80 for one in found] == sorted((one.gained.p80 for one in found), reverse=True)
    for one in found:
        assert all(after <= before for before, after in zip(now.values(), one.then.values(), strict=True))
