"""A plan on paper: its scale is true, everything stands in the frame, words stand on no other words."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import Polygon

from geo.desk.hatching import hatched
from geo.desk.paper import BAR_MM, SCALES, Paper, bar_of, denominator_of
from geo.desk.plan import Piece, frame_of, plan_of

PAPER = Paper(174, 118, 8)
LAND = Polygon([(0, 0), (300, 0), (300, 260), (0, 260)])
HALL = affinity.rotate(shapely.box(40, 60, 260, 180), 17)


@given(st.floats(1, 60_000), st.floats(1, 60_000))
def test_the_scale_is_the_largest_usual_one_at_which_it_fits(across: float, up: float) -> None:
    found = denominator_of(across, up, PAPER)
    assert across * 1_000 / found <= 158 + 1e-6
    assert up * 1_000 / found <= 102 + 1e-6
    larger = [one for one in SCALES if one < found]
    assert not larger or across * 1_000 / larger[-1] > 158 or up * 1_000 / larger[-1] > 102


@pytest.mark.parametrize("denominator", SCALES)
def test_a_scale_bar_is_round_and_as_long_as_it_says(denominator: int) -> None:
    bar = bar_of(denominator)
    whole = bar.step * (len(bar.metres) - 1)
    assert 24 - 1e-9 <= whole <= BAR_MM + 1e-9
    assert bar.metres[-1] * 1_000 / denominator == pytest.approx(whole)
    assert bar.metres[0] == 0
    assert float(f"{bar.metres[-1]:.0e}") == pytest.approx(bar.metres[-1])


@given(st.floats(-0.003, 0.003), st.floats(20, 400), st.floats(10, 200), st.floats(0, 180))
@settings(max_examples=25)
def test_a_dimension_says_ground_metres(off: float, length: float, width: float, angle: float) -> None:
    factor = 1 + off
    hall = affinity.rotate(shapely.box(0, 0, length * factor, width * factor), angle)
    frame = frame_of([hall], factor, PAPER)
    told = plan_of(frame, [Piece("parcel", hall.buffer(20)), Piece("placed", hall)])["dimensions"]
    assert {one["metres"] for one in told} <= {round(length, 1), round(width, 1)}
    for one in told:
        (x1, y1), (x2, y2) = one["lines"][0]
        drawn = math.hypot(x2 - x1, y2 - y1) * frame.denominator / 1_000
        assert drawn == pytest.approx(one["metres"], abs=0.06 + 0.015 * frame.denominator / 1_000)
        assert -90 <= one["angle"] <= 90


def test_everything_stands_in_the_frame_and_north_is_up() -> None:
    far = shapely.box(-5_000, 250, 5_000, 400)
    plan = plan_of(frame_of([LAND], 1.0, PAPER), [Piece("parcel", LAND, "AB 12"), Piece("forbids", far, "C1")])
    for area in plan["areas"]:
        for x, y in (point for polygon in area["polygons"] for ring in polygon for point in ring):
            assert 0 <= x <= PAPER.width
            assert 0 <= y <= PAPER.height
    (north, south) = (
        min(point[1] for area in plan["areas"] if area["kind"] == kind for point in area["polygons"][0][0])
        for kind in ("forbids", "parcel")
    )
    assert north < south, "what lies further north stands higher on the page"
    assert plan["north"]


def test_what_touches_the_land_is_hatched_by_its_effect_and_named() -> None:
    pieces = [Piece("parcel", LAND), *(Piece(kind, LAND, kind[0]) for kind in ("forbids", "restricts", "informs"))]
    plan = plan_of(frame_of([LAND], 1.0, PAPER), pieces)
    hatches = {area["kind"]: area["hatching"] for area in plan["areas"]}
    assert hatches["parcel"] == []
    assert len(hatches["forbids"]) > len(hatches["restricts"]) > len(hatches["informs"]) > 5
    assert all(line for lines in hatches.values() for line in lines)
    assert {one["text"] for one in plan["texts"]} == {"f", "r", "i"}


def test_hatching_keeps_to_its_shape_and_leaves_out_what_only_touches() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(3, 3, 7, 7))
    lines = hatched(ring, 45, 1.0)
    assert lines
    assert all(ring.buffer(1e-9).covers(shapely.LineString(line)) for line in lines)
    assert hatched(Polygon(), 45, 1.0) == []


def test_words_stand_apart_and_clear_of_bar_and_north() -> None:
    lots = [
        Piece("neighbour", shapely.box(x, y, x + 25, y + 25), f"AB {x // 25}{y // 25}")
        for x in range(-300, 600, 25)
        for y in range(-300, 600, 25)
    ]
    plan = plan_of(frame_of([LAND, HALL], 1.0, PAPER), [*lots, Piece("parcel", LAND), Piece("placed", HALL)])
    rooms = [shapely.box(x - 3.5, y - 1, x + 3.5, y + 1) for x, y in (one["at"] for one in plan["texts"])]
    assert len(rooms) > 50
    tree = shapely.STRtree(rooms)
    assert len(tree.query(rooms, "overlaps")[0]) == 0
    corner = shapely.box(0, 111, plan["bar"]["step_mm"] * (len(plan["bar"]["metres"]) - 1), 118)
    assert not any(room.intersects(corner) for room in rooms)


def test_a_limit_of_thousands_of_vertices_stays_small() -> None:
    rough = LAND.centroid.buffer(180, quad_segs=500)
    assert len(shapely.get_coordinates(rough)) > 2_000
    plan = plan_of(frame_of([rough], 1.0, PAPER), [Piece("parcel", rough)])
    ring = plan["areas"][0]["polygons"][0][0]
    assert 30 < len(ring) < 300
    drawn = Polygon(ring).area * (plan["denominator"] / 1_000) ** 2
    assert drawn == pytest.approx(rough.area, rel=0.002)


def test_land_in_pieces_and_with_holes_keeps_both() -> None:
    holed = LAND.difference(shapely.box(100, 100, 150, 150))
    land = shapely.union_all([holed, affinity.translate(LAND, 400, 0)])
    plan = plan_of(frame_of([land], 1.0, PAPER), [Piece("parcel", land)])
    assert sorted(len(polygon) for polygon in plan["areas"][0]["polygons"]) == [1, 2]
