"""The distribution of one step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readiness.durations import full, overdue, quantile_table, remaining, uniforms

MONTHS = st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(0, 60)).map(lambda three: tuple(sorted(three)))
Three = tuple[float, float, float]


@given(MONTHS)
def test_durations_stay_between_min_and_max(months: Three) -> None:
    drawn = full("A", months, 500, 1)
    assert drawn.min() >= months[0] - 1e-9
    assert drawn.max() <= months[2] + 1e-9


@pytest.mark.parametrize("months", [(3, 8, 24), (5, 10, 18), (12, 12, 15), (0, 2, 2), (18, 30, 48)])
def test_mean_and_spread_are_those_of_beta_pert(months: Three) -> None:
    low, typical, high = months
    drawn = full("A", months, 20_000, 1)
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


def test_streams_belong_to_their_step_and_purpose() -> None:
    assert np.array_equal(uniforms("A", "duration", 100, 1), uniforms("A", "duration", 100, 1))
    assert not np.array_equal(uniforms("A", "duration", 100, 1), uniforms("B", "duration", 100, 1))
    assert not np.array_equal(uniforms("A", "duration", 100, 1), uniforms("A", "need", 100, 1))
    assert not np.array_equal(uniforms("A", "duration", 100, 1), uniforms("A", "duration", 100, 2))
    correlation = np.corrcoef(uniforms("A", "duration", 10_000, 1), uniforms("B", "duration", 10_000, 1))[0, 1]
    assert abs(correlation) < 0.05


def test_streams_are_stratified_and_cannot_be_changed() -> None:
    numbers = uniforms("A", "duration", 1000, 7)
    assert sorted((numbers * 1000).astype(int)) == list(range(1000))
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        full("A", (1.0, 2.0, 3.0), 1000, 7)[0] = 0.5


@given(MONTHS, st.floats(0, 80), st.floats(0, 80))
def test_what_is_left_never_grows_with_time_elapsed(months: Three, one: float, other: float) -> None:
    early, late = sorted((one, other))
    left_early, left_late = (remaining("A", months, elapsed, 300, 1) for elapsed in (early, late))
    assert (left_late <= left_early + 1e-6 * (1 + months[2])).all()
    assert (left_early <= full("A", months, 300, 1) + 1e-6 * (1 + months[2])).all()
    assert (left_late >= 0).all()


def test_what_is_left_is_the_conditional_distribution() -> None:
    months = (3.0, 8.0, 24.0)
    whole = full("A", months, 200_000, 3)
    expected = whole[whole > 9] - 9
    left = remaining("A", months, 9.0, 20_000, 3)
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(left, share) == pytest.approx(np.quantile(expected, share), abs=0.1)


def test_an_overdue_step_is_said_and_not_over() -> None:
    months = (3.0, 8.0, 24.0)
    assert not overdue(months, 9)
    assert overdue(months, 20)
    assert remaining("A", months, 40, 1000, 1).mean() > 0.5
    assert np.array_equal(remaining("A", months, 40, 1000, 1), remaining("A", months, 90, 1000, 1))


def test_a_certain_duration_runs_down_to_nothing() -> None:
    assert (remaining("A", (5.0, 5.0, 5.0), 2.0, 10, 1) == 3.0).all()
    assert (remaining("A", (5.0, 5.0, 5.0), 7.0, 10, 1) == 0.0).all()
    assert overdue((5.0, 5.0, 5.0), 7.0)
