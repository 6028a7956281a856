"""Until when a step holds, and where it stands on a day."""

from datetime import date

import pytest

from geo.readiness.begun import over_on, state_on
from geo.readiness.catalogue_file import default
from geo.readiness.status import DONE, EXPIRED, RUNNING, TO_DO, StepStatus

OFFER = default().steps["EL_OFFER"]
"""An offer of connection holds three months."""
SIGNED = date(2026, 6, 1)
LAPSED = date(2026, 9, 1)


def test_what_is_done_lapses_by_the_law_on_its_day_and_not_before() -> None:
    signed = StepStatus(DONE, SIGNED)
    assert over_on(OFFER, signed) == LAPSED
    assert [state_on(OFFER, signed, day) for day in (date(2026, 8, 31), LAPSED)] == [DONE, EXPIRED]


@pytest.mark.parametrize("state", [RUNNING, TO_DO])
def test_what_is_not_done_has_no_term_of_the_law(state: str) -> None:
    open_yet = StepStatus(state, SIGNED)
    assert over_on(OFFER, open_yet) is None
    assert state_on(OFFER, open_yet, date(2027, 1, 1)) == state


def test_a_last_day_that_was_said_counts_in_any_state() -> None:
    assert over_on(OFFER, StepStatus(RUNNING, SIGNED, expires_on=date(2026, 7, 31))) == date(2026, 8, 1)
