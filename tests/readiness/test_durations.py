"""The distribution of one step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readiness.draws import Stream
from geo.readiness.durations import full, overdue, quantile_table, remaining

MONTHS = st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(0, 60)).map(lambda three: tuple(sorted(three)))
Three = tuple[float, float, float]


def stream(draws: int = 500, seed: int = 1) -> Stream:
    return Stream("A", (0, 63), draws, seed)


@given(MONTHS)
def test_durations_stay_between_min_and_max(months: Three) -> None:
    drawn = full(stream(), months)
    assert drawn.min() >= months[0] - 1e-9
    assert drawn.max() <= months[2] + 1e-9


@pytest.mark.parametrize("months", [(3, 8, 24), (5, 10, 18), (12, 12, 15), (0, 2, 2), (18, 30, 48)])
def test_mean_and_spread_are_those_of_beta_pert(months: Three) -> None:
    low, typical, high = months
    drawn = full(stream(20_000), months)
    mean = (low + 4 * typical + high) / 6
    assert drawn.mean() == pytest.approx(mean, rel=1e-3)
    assert drawn.var() == pytest.approx((mean - low) * (high - mean) / 7, rel=1e-2)


def test_a_known_quantile() -> None:
    """Beta(3, 3), min 0, typical 1, max 2: half at 1, and P(X <= 0.5 x 2 / 2) = 10 x^3 - 15 x^4 + 6 x^5 at 1/4."""
    durations, probabilities = quantile_table((0.0, 1.0, 2.0))
    assert np.interp(0.5, probabilities, durations) == pytest.approx(1.0, abs=1e-6)
    x = 0.25
    exact = 10 * x**3 - 15 * x**4 + 6 * x**5
    assert np.interp(0.5, durations, probabilities) == pytest.approx(exact, abs=1e-6)


@given(MONTHS, st.floats(0, 80), st.floats(0, 80))
def test_what_is_left_never_grows_with_time_elapsed(months: Three, one: float, other: float) -> None:
    early, late = sorted((one, other))
    left_early, left_late = (remaining(stream(300), months, elapsed) for elapsed in (early, late))
    assert (left_late <= left_early + 1e-6 * (1 + months[2])).all()
    assert (left_early <= full(stream(300), months) + 1e-6 * (1 + months[2])).all()
    assert (left_late >= 0).all()


def test_what_is_left_is_the_conditional_distribution() -> None:
    months = (3.0, 8.0, 24.0)
    whole = full(stream(200_000, 3), months)
    expected = whole[whole > 9] - 9
    left = remaining(stream(20_000, 3), months, 9.0)
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(left, share) == pytest.approx(np.quantile(expected, share), abs=0.1)


def test_an_overdue_step_is_said_and_not_over() -> None:
    months = (3.0, 8.0, 24.0)
    assert not overdue(months, 9)
    assert overdue(months, 20)
    assert remaining(stream(), months, 40).mean() > 0.5
    assert np.array_equal(remaining(stream(), months, 40), remaining(stream(), months, 90))


def test_a_certain_duration_runs_down_to_nothing() -> None:
    assert (remaining(stream(), (5.0, 5.0, 5.0), 2.0) == 3.0).all()
    assert (remaining(stream(), (5.0, 5.0, 5.0), 7.0) == 0.0).all()
    assert overdue((5.0, 5.0, 5.0), 7.0)
