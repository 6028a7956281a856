"""The numbers that everything is drawn with: stratified one by one, two by two and three by three."""

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest

from geo.readiness.catalogue import MOST_STEPS
from geo.readiness.catalogue_file import default
from geo.readiness.draws import DRAWS, LEVELS, Stream, columns, count


def stream(code: str, column: int, draws: int = DRAWS, seed: int = 1) -> Stream:
    return Stream(code, (column, MOST_STEPS + column), draws, seed)


def test_each_slice_of_probability_has_one_draw() -> None:
    for draws in (16, 200, 1_000, DRAWS):
        numbers = stream("A", 3, draws).durations()
        assert sorted((numbers * count(draws)).astype(int)) == list(range(count(draws)))


LAST = MOST_STEPS + 34
"""The column of the last chance there may be."""


def test_any_three_steps_meet_in_every_triple_of_levels_equally_often() -> None:
    """What strength three means; the columns are those of durations, of the last steps there may be, and of needs."""
    levels = [(stream("A", column).durations() * LEVELS).astype(int) for column in (0, 1, 12, 62, LAST)]
    levels.append((stream("A", 9).needs() * LEVELS).astype(int))
    for three in combinations(levels, 3):
        assert set(Counter(zip(*(one.tolist() for one in three), strict=True)).values()) == {LEVELS}
        assert len(set(zip(*(one.tolist() for one in three), strict=True))) == LEVELS**3


def test_a_step_in_fine_levels_meets_any_other_equally_often() -> None:
    numbers = [stream("A", column).durations() for column in (0, 3, 62, LAST)]
    for one, other in permutations(numbers, 2):
        met = Counter(zip((one * LEVELS**2).astype(int).tolist(), (other * LEVELS).astype(int).tolist(), strict=True))
        assert len(met) == LEVELS**3
        assert set(met.values()) == {LEVELS}


def test_streams_belong_to_their_step_and_purpose() -> None:
    numbers = stream("A", 0).durations()
    assert np.array_equal(numbers, stream("A", 0).durations())
    for other in (stream("B", 0).durations(), stream("A", 0, seed=2).durations(), stream("A", 0).needs()):
        assert not np.array_equal(numbers, other)
    assert abs(np.corrcoef(numbers, stream("B", 1).durations())[0, 1]) < 0.01


def test_streams_cannot_be_changed() -> None:
    for made in (stream("A", 0).durations(), stream("A", 0).needs(), *stream("A", 0).rising()):
        with pytest.raises(ValueError, match="read-only"):
            made[0] = 0


def test_a_stream_is_found_again_in_its_sorted_numbers() -> None:
    rising, places = stream("A", 4).rising()
    assert np.array_equal(rising[places], stream("A", 4).durations())
    assert (np.diff(rising) > 0).all()


def test_every_step_of_the_catalogue_has_columns_of_its_own() -> None:
    found = columns(default())
    chances = {code for code, step in default().steps.items() if step.outcome_of is not None}
    used = [place for place, _ in found.values()] + [found[code][1] for code in chances]
    assert len(used) == len(set(used))
    assert max(used) <= LAST < LEVELS**2


@pytest.mark.parametrize(("draws", "drawn"), [(1, 16), (200, 81), (15_000, 14_641), (28_561, 28_561)])
def test_draws_are_the_fourth_power_of_a_prime(draws: int, drawn: int) -> None:
    assert count(draws) == drawn
    assert len(stream("A", 0, draws).durations()) == drawn
