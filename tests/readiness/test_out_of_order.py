"""What was recorded as begun while what it needs is left."""

from datetime import date

import pytest

from geo.readiness.catalogue_file import default
from geo.readiness.out_of_order import out_of_order
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

CATALOGUE = default()
DAY = date(2026, 11, 22)
SERVICED = StepStatus(DONE, date(2026, 3, 5))


@pytest.mark.parametrize("left", [TO_DO, RUNNING, BLOCKED])
def test_works_are_over_before_the_appeals(left: str) -> None:
    states = {"APPEAL_PA": StepStatus(left), "AGRI": StepStatus(DONE), "VRD": SERVICED, "ACCESS": StepStatus(TO_DO)}
    assert out_of_order(CATALOGUE, states, DAY) == {"VRD": ("APPEAL_PA",)}


@pytest.mark.parametrize("before", [DONE, NOT_NEEDED, UNKNOWN, EXPIRED])
def test_what_is_over_or_lapsed_since_or_not_known_is_in_order(before: str) -> None:
    assert out_of_order(CATALOGUE, {"APPEAL_PA": StepStatus(before), "VRD": SERVICED}, DAY) == {}


def test_what_may_begin_early_may_run_and_not_be_over() -> None:
    assert CATALOGUE.steps["CASE_BY_CASE"].early
    survey = {"FLORA4": StepStatus(RUNNING, DAY)}
    assert out_of_order(CATALOGUE, survey | {"CASE_BY_CASE": StepStatus(RUNNING, DAY)}, DAY) == {}
    assert out_of_order(CATALOGUE, survey | {"CASE_BY_CASE": StepStatus(DONE, DAY)}, DAY) == {
        "CASE_BY_CASE": ("FLORA4",)
    }
    assert out_of_order(CATALOGUE, survey | {"CASE_BY_CASE": StepStatus(DONE, date(2026, 11, 23))}, DAY) == {}
