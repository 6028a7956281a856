"""Bad input gets a clear error or the documented answer."""

import math

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from geo.fit import UnusableShape, Verdict, decide
from geo.fit.checks import MAX_VERTICES, check_shape
from tests.fit.shapes import star

SQUARE = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
BOW_TIE = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


@pytest.mark.parametrize("value", [0, -5, 1e9, math.nan, math.inf, "40", None, True])
@pytest.mark.parametrize("name", ["length", "width"])
def test_a_length_out_of_range_is_named_with_its_value_and_an_example(name: str, value: object) -> None:
    sides = {"length": 40.0, "width": 20.0} | {name: value}
    with pytest.raises(ValueError, match=rf"{name} must be from 0\.01 to 100000 metres, for example 5; got") as caught:
        decide(SQUARE, **sides)  # type: ignore[arg-type]
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 1e9])
def test_a_setback_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="setback must be from 0 to"):
        decide(SQUARE, 40, 20, setback=value)


@pytest.mark.parametrize("value", [0, -0.25, math.nan, math.inf])
def test_a_tolerance_that_is_not_positive_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        decide(SQUARE, 40, 20, tolerance=value)


def test_no_nodes_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="max_nodes must be 1 or more"):
        decide(SQUARE, 40, 20, max_nodes=0)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (BOW_TIE, "not a valid polygon: Self-intersection"),
        (Polygon([(0, 0), (50, 0), (100, 0)]), "not a valid polygon"),
        (Polygon(), "parcel is empty"),
        (MultiPolygon(), "parcel is empty"),
        (Point(0, 0), "must be a Polygon or a MultiPolygon; got Point"),
        (LineString([(0, 0), (1, 1)]), "got LineString"),
        (None, "got NoneType"),
        (Polygon([(0, 0), (1e7, 0), (1e7, 10), (0, 10)]), "is the CRS in metres"),
        (MultiPolygon([BOW_TIE, Polygon([(200, 0), (300, 0), (300, 50)])]), "not a valid polygon"),
    ],
)
def test_an_unusable_parcel_says_why(shape: Polygon, message: str) -> None:
    with pytest.raises(UnusableShape, match=message):
        decide(shape, 40, 20)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_coordinate_that_is_not_a_number_says_so(value: float) -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(0, 0), (100, 0), (value, 100), (0, 100)])
    with pytest.raises(UnusableShape, match="not a finite number"):
        decide(broken, 40, 20)


def test_an_unusable_buildable_area_is_named() -> None:
    with pytest.raises(UnusableShape, match="buildable is not a valid polygon"):
        decide(SQUARE, 40, 20, buildable=BOW_TIE)


def test_an_outline_of_100_000_vertices_is_refused_at_once() -> None:
    with pytest.raises(UnusableShape, match=f"100001 vertices; at most {MAX_VERTICES}"):
        decide(star([100.0] * 100_000), 40, 20)


def test_heights_are_dropped() -> None:
    raised = Polygon([(0, 0, 5), (100, 0, 6), (100, 100, 7), (0, 100, 8)])
    answer = decide(raised, 60, 40)
    assert answer.verdict is Verdict.FITS
    assert answer.placement is not None
    assert not answer.placement.has_z


def test_heights_that_are_not_numbers_do_not_matter() -> None:
    raised = Polygon([(0, 0, math.nan), (100, 0, 6), (100, 100, 7), (0, 100, 8)])
    assert decide(raised, 60, 40).verdict is Verdict.FITS


def test_parts_that_share_a_side_are_one_piece_of_land() -> None:
    halves = MultiPolygon([shapely.box(0, 0, 50, 60), shapely.box(50, 0, 100, 60)])
    assert not halves.is_valid
    assert decide(halves, 90, 50).verdict is Verdict.FITS


def test_parts_that_overlap_are_united() -> None:
    overlapping = MultiPolygon([shapely.box(0, 0, 60, 60), shapely.box(40, 0, 100, 60)])
    united = check_shape("parcel", overlapping)
    assert united.is_valid
    assert united.area == pytest.approx(6000)


def test_numbers_of_numpy_are_numbers() -> None:
    assert decide(SQUARE, np.float64(40), np.int64(20)).verdict is Verdict.FITS  # type: ignore[arg-type]
