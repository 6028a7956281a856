"""The road carries a drawing to the ground without tearing it."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.generate.axis import bent, straight
from geo.generate.dice import Dice
from geo.generate.sheet import Sheet

SEEDS = st.integers(0, 10_000).map(lambda n: Dice(f"axis {n}"))


def test_a_straight_road_turns_the_drawing() -> None:
    laid = straight(10_000, (0.6, 0.8)).lay(np.array([0.0, 5_000.0, 5_000.0]), np.array([0.0, 0.0, 1_000.0]))
    assert laid - laid[0] == pytest.approx(np.array([[0, 0], [30, 40], [30 - 8, 40 + 6]]))


@given(SEEDS, st.integers(40_000, 100_000), st.integers(-49_000, 49_000))
def test_a_corner_on_an_edge_stays_on_it(dice: Dice, length: int, t: int) -> None:
    axis = bent(dice, length)
    k = dice.between(0, len(axis.stations) - 2)
    start, end = axis.stations[k], axis.stations[k + 1]
    s = np.array([start, start + 0.3 * (end - start), end])
    a, b, c = axis.lay(s, np.full(3, float(t)))
    assert abs(np.cross([*(c - a), 0.0], [*(b - a), 0.0])[2]) / math.dist(a, c) < 1e-6


@given(SEEDS, st.integers(40_000, 100_000))
def test_the_bend_is_gentle(dice: Dice, length: int) -> None:
    axis = bent(dice, length)
    assert 0 < axis.bends[0] < axis.bends[-1] < length
    steps = np.diff(axis.points, axis=0)
    angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    assert 9.0 < abs(math.degrees(angles[-1] - angles[0])) < 16.1


@given(SEEDS, st.integers(40_000, 100_000))
def test_what_tiles_the_drawing_tiles_the_ground(dice: Dice, length: int) -> None:
    """Two rows of boxes with unlike cuts, back to back at 80 m, make up the same ground as one box."""
    sheet = Sheet(bent(dice, length))
    whole = sheet.add(((0, 2_000), (length, 2_000), (length, 15_000), (0, 15_000)))
    parts = []
    for low, high, count in ((2_000, 8_000, 7), (8_000, 15_000, 5)):
        cuts = [0, *sorted(dice.between(1, length - 1) for _ in range(count)), length]
        parts += [sheet.add(((a, low), (b, low), (b, high), (a, high))) for a, b in pairwise(cuts) if a < b]
    laid = sheet.lay()
    rings = [shapely.Polygon(laid.ground[a:b]) for a, b in zip(laid.starts, laid.ends, strict=True)]
    assert all(ring.is_valid for ring in rings)
    assert sum(rings[k].area for k in parts) == pytest.approx(rings[whole].area, abs=1e-4)
    assert shapely.union_all([rings[k] for k in parts], grid_size=1e-6).symmetric_difference(
        rings[whole]
    ).area == pytest.approx(0.0, abs=0.01)
