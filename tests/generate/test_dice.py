"""Draws: repeatable, within their bounds, spread as they say."""

import math
import statistics

from hypothesis import given
from hypothesis import strategies as st

from geo.generate.dice import Dice


def test_the_sequence_of_a_seed_is_frozen() -> None:
    dice = Dice("frozen")
    drawn = [dice.between(0, 999), dice.pick("abcdef"), dice.several((1, 2, 3), 2), dice.between(-5, 5)]
    assert drawn == [428, "c", [3, 2], 2]


@given(st.text(), st.integers(-10_000, 10_000), st.integers(0, 10_000))
def test_between_stays_between(seed: str, low: int, span: int) -> None:
    dice = Dice(seed)
    assert all(low <= dice.between(low, low + span) <= low + span for _ in range(20))


def test_both_ends_come_up() -> None:
    dice = Dice("ends")
    assert {dice.between(1, 3) for _ in range(100)} == {1, 2, 3}


@given(st.text(), st.lists(st.integers(), max_size=9, unique=True))
def test_several_takes_each_once(seed: str, values: list[int]) -> None:
    assert sorted(Dice(seed).several(values, len(values))) == sorted(values)


def test_a_lognormal_has_its_median_and_spread() -> None:
    dice = Dice("bell")
    logs = [math.log(dice.lognormal(4_000.0, 0.5)) for _ in range(20_000)]
    assert abs(statistics.mean(logs) - math.log(4_000.0)) < 0.02
    assert abs(statistics.stdev(logs) - 0.5) < 0.02
