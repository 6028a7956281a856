"""Land that must not be recognised: north and outline are gone, the building still stands in it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from geo.desk.envelope import ROUNDED_M, octagon, turned

SHAPES = st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=4, max_size=12).map(
    lambda points: shapely.MultiPoint(points).convex_hull.buffer(1)
)


@given(SHAPES)
@settings(max_examples=40)
def test_the_octagon_holds_the_land_in_round_numbers(land: BaseGeometry) -> None:
    around = octagon(land)
    assert around.buffer(1e-6).covers(land)
    assert len(shapely.get_coordinates(around)) <= 9
    for bound in around.bounds:
        assert bound % ROUNDED_M == pytest.approx(0, abs=1e-6) or abs(bound) <= 424


@given(st.floats(0, 360), st.floats(0.998, 1.002))
@settings(max_examples=20)
def test_turned_land_says_nothing_of_where_it_was(angle: float, factor: float) -> None:
    hall = shapely.box(0, 0, 220 * factor, 120 * factor)
    land = hall.buffer(30, join_style="mitre")
    moved = [affinity.translate(affinity.rotate(one, angle, origin=(0, 0)), 900_000, 6_500_000) for one in (hall, land)]
    level = turned(moved, factor)
    assert np.allclose(np.abs(level[0].bounds), [110, 60, 110, 60], atol=1e-2)
    assert level[1].buffer(1e-6).covers(level[0])
    assert octagon(level[1]).area >= level[1].area


def test_two_lands_of_nearly_one_size_have_one_octagon() -> None:
    one, other = (octagon(shapely.box(-side, -80, side, 80)) for side in (143.0, 146.0))
    assert one.equals(other)
