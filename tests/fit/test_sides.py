"""Each side of a parcel with its own setback, and a building that stands there already."""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon

from geo.fit import Limit, Verdict, beside, decide_on, lay_out
from tests.fit.shapes import hard_sides, subdivided

SQUARE = shapely.box(0, 0, 100, 100)
SOUTH = LineString([(0, 0), (100, 0)])
OTHERS = LineString([(100, 0), (100, 100), (0, 100), (0, 0)])


@pytest.mark.parametrize(
    ("sides", "verdict"),
    [((89.9, 84.9), Verdict.FITS), ((90.3, 60), Verdict.NO), ((60, 85.3), Verdict.FITS), ((86, 85.3), Verdict.NO)],
)
def test_each_side_keeps_its_own_setback(sides: tuple[float, float], verdict: Verdict) -> None:
    """10 m from the road, 5 m from the neighbours: 90 m wide and 85 m deep are left."""
    ground = lay_out(SQUARE, setback=[Limit(SOUTH, 10), Limit(OTHERS, 5)])
    answer = decide_on(ground, *sides)
    assert answer.verdict is verdict
    if answer.placement is not None:
        assert SOUTH.distance(answer.placement) >= 10 - 1e-9
        assert OTHERS.distance(answer.placement) >= 5 - 1e-9
        least = min(SOUTH.distance(answer.placement) - 10, OTHERS.distance(answer.placement) - 5)
        assert answer.margin_m == pytest.approx(least, abs=1e-9)


def test_equal_sides_answer_as_one_setback() -> None:
    rng = np.random.default_rng(41)
    for parcel in subdivided(rng, 60):
        length, width = (0.7 * side for side in hard_sides(rng, parcel))
        x0, y0, x1, y1 = parcel.bounds
        west = shapely.box(x0 - 1, y0 - 1, (x0 + x1) / 2, y1 + 1)
        halves = [Limit(parcel.boundary.intersection(west), 3.0), Limit(parcel.boundary.difference(west), 3.0)]
        one = decide_on(lay_out(parcel, setback=3.0), length, width).verdict
        assert {one, decide_on(lay_out(parcel, setback=halves), length, width).verdict} != {Verdict.FITS, Verdict.NO}


def test_a_side_without_lines_holds_nothing_away() -> None:
    for ground in (
        lay_out(SQUARE, setback=[Limit(SQUARE.boundary, 5), Limit(LineString(), 40)]),
        lay_out(SQUARE, setback=[Limit(LineString(), 40), Limit(SQUARE.boundary, 5)]),
    ):
        answer = decide_on(ground, 89, 89)
        assert answer.verdict is Verdict.FITS
        assert answer.margin_m == pytest.approx(0.5, abs=1e-3)


def test_a_setback_of_a_side_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="setback must be from 0"):
        lay_out(SQUARE, setback=[Limit(SQUARE.boundary, -1)])


def test_a_first_direction_is_taken_when_it_can_be() -> None:
    answer = decide_on(lay_out(SQUARE, first=[np.radians(30)]), 40, 20)
    assert answer.angle_deg == pytest.approx(30)


@pytest.mark.parametrize(("width", "verdict"), [(53.9, Verdict.FITS), (54.3, Verdict.NO)])
def test_a_building_keeps_the_gap_to_one_that_stands(width: float, verdict: Verdict) -> None:
    ground = beside(lay_out(SQUARE), shapely.box(0, 0, 100, 40), 6)
    answer = decide_on(ground, 100, width)
    assert answer.verdict is verdict
    if answer.placement is not None:
        assert answer.placement.distance(shapely.box(0, 0, 100, 40)) >= 6 - 1e-9


def test_nothing_is_placed_inside_a_building_that_stands() -> None:
    ground = beside(lay_out(shapely.box(0, 0, 50, 50)), shapely.box(5, 5, 45, 45), 0)
    assert decide_on(ground, 20, 20).verdict is Verdict.NO


def test_a_building_on_one_part_reaches_into_another() -> None:
    parts = MultiPolygon([shapely.box(0, 0, 40, 40), shapely.box(42, 0, 82, 40)])
    ground = beside(lay_out(parts), shapely.box(1, 1, 39, 39), 5)
    assert [part.solid for part in ground.parts] == [8, 4]
    assert decide_on(ground, 37, 37).verdict is Verdict.FITS, "3 m of gap lie between the parts and 2 m on the second"
    assert decide_on(ground, 38.5, 38.5).verdict is Verdict.NO
