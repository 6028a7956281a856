"""Surfaces, outlines, yards, several buildings: what fits stands, what is refused is refused for a reason."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon
from shapely.affinity import rotate, translate

from geo.fit import Ground, Verdict, decide, lay_out
from geo.fit.building import Building, Layout, Outline, Programme, Rectangle, Surface
from geo.fit.programme import decide_programme
from geo.fit.several import layout_of
from tests.fit.shapes import LAMBERT_93, hard_sides, star, subdivided

SQUARE = shapely.box(0, 0, 100, 100)
L_LAND = translate(
    rotate(Polygon([(0, 0), (100, 0), (100, 40), (40, 40), (40, 100), (0, 100)]), 33, origin=(0, 0)), *LAMBERT_93
)
L_HALL = Polygon([(0, 0), (90, 0), (90, 30), (30, 30), (30, 90), (0, 90)])


def ask(ground: Ground, *buildings: Building, gap: float = 0.0, yard: float = 0.0) -> Layout:
    return decide_programme(ground, Programme(buildings, gap, yard))


def assert_stands(found: Layout, ground: Ground, gap: float = 0.0) -> None:
    assert found.verdict is Verdict.FITS
    assert found.margin_m is not None
    (limit,) = ground.limits
    for k, one in enumerate(found.placements):
        assert ground.buildable.covers(one)
        assert ground.parcel.boundary.distance(one) >= limit.setback - 1e-9
        assert all(one.distance(other) >= gap - 1e-9 for other in found.placements[:k])
    if found.yard is not None:
        assert ground.parcel.covers(found.yard)
        assert shapely.intersection(found.yard, shapely.union_all(found.placements)).area < 1e-6


# a building known by its surface


@pytest.mark.parametrize(("area", "verdict"), [(2_000, Verdict.FITS), (9_990, Verdict.FITS), (10_060, Verdict.NO)])
def test_a_surface_takes_the_form_that_fits(area: float, verdict: Verdict) -> None:
    ground = lay_out(rotate(SQUARE, 11))
    found = ask(ground, Surface(area, 20, 4))
    assert found.verdict is verdict
    if found.placements:
        assert_stands(found, ground)
        assert found.placements[0].area == pytest.approx(area)
    else:
        assert found.certificates or found.surface


def test_a_surface_that_one_form_alone_takes_is_not_refused() -> None:
    assert ask(lay_out(rotate(shapely.box(0, 0, 101, 30.3), 19)), Surface(3_000, 5)).verdict is Verdict.FITS


def test_the_proportions_of_a_surface_are_kept() -> None:
    strip = lay_out(shapely.box(0, 0, 300, 30))
    assert ask(strip, Surface(6_000, 20)).verdict is Verdict.FITS
    assert ask(strip, Surface(6_000, 31)).verdict is Verdict.NO
    assert ask(strip, Surface(6_000, None, 6)).verdict is Verdict.NO
    assert ask(strip, Surface(6_000, None, 7)).verdict is Verdict.FITS


def test_a_surface_is_refused_only_where_every_form_is() -> None:
    rng = np.random.default_rng(51)
    seen = set()
    for parcel in subdivided(rng, 25):
        area = parcel.area * float(rng.uniform(0.3, 0.7))
        ground = lay_out(parcel, setback=1.0)
        found = ask(ground, Surface(area, 6, 3))
        seen.add(found.verdict)
        if found.verdict is Verdict.FITS:
            assert_stands(found, ground)
        for aspect in np.linspace(1, 3, 7):
            width = math.sqrt(area / aspect)
            if width >= 6 and decide(parcel, area / width, width, setback=1.0).verdict is Verdict.FITS:
                assert found.verdict is Verdict.FITS
    assert {Verdict.FITS, Verdict.NO} <= seen


# any outline


@pytest.mark.parametrize(("setback", "verdict"), [(0, Verdict.FITS), (4.8, Verdict.FITS), (6, Verdict.NO)])
def test_an_ell_stands_on_an_ell_that_no_rectangle_around_it_would(setback: float, verdict: Verdict) -> None:
    ground = lay_out(L_LAND, setback=setback)
    found = ask(ground, Outline(rotate(L_HALL, 80)))
    assert found.verdict is verdict
    if found.placements:
        assert_stands(found, ground)
        assert found.placements[0].area == pytest.approx(L_HALL.area)


def test_an_outline_may_be_turned_but_not_mirrored() -> None:
    hook = Polygon([(0, 0), (60, 0), (60, 20), (20, 20), (20, 30), (0, 30)])
    land = lay_out(shapely.buffer(hook, 0.5, join_style="mitre"))
    mirrored = shapely.transform(hook, lambda xy: xy * (-1, 1))
    assert ask(land, Outline(rotate(hook, 140))).verdict is Verdict.FITS
    assert ask(land, Outline(mirrored)).verdict is Verdict.NO


def test_a_hole_in_the_land_is_met_by_an_outline_and_may_stand_in_its_court() -> None:
    court = shapely.box(0, 0, 60, 60).difference(shapely.box(20, 20, 40, 40))
    land = shapely.box(0, 0, 61, 61).difference(shapely.box(25, 25, 36, 36))
    assert isinstance(court, Polygon)
    assert isinstance(land, Polygon)
    assert ask(lay_out(land), Outline(court)).verdict is Verdict.FITS
    assert ask(lay_out(land), Outline(shapely.box(0, 0, 60, 60))).verdict is Verdict.NO


@settings(max_examples=15, deadline=None)
@given(
    radii=st.lists(st.floats(15, 60), min_size=5, max_size=9),
    size=st.floats(10, 60),
    setback=st.sampled_from([0.0, 4.0]),
)
def test_a_rectangle_drawn_as_an_outline_is_answered_alike(radii: list[float], size: float, setback: float) -> None:
    land = star(radii)
    drawn = Outline(rotate(shapely.box(0, 0, size, 0.6 * size), 20))
    outline = ask(lay_out(land, setback=setback), drawn).verdict
    assert {outline, decide(land, size, 0.6 * size, setback=setback).verdict} != {Verdict.FITS, Verdict.NO}


def test_an_empty_outline_is_refused() -> None:
    with pytest.raises(ValueError, match="building is empty"):
        ask(lay_out(SQUARE), Outline(Polygon()))


# a yard along one long side


@pytest.mark.parametrize(("depth", "verdict"), [(29.5, Verdict.FITS), (30.5, Verdict.NO)])
@pytest.mark.parametrize("angle", [0, 20])
def test_a_yard_may_lie_in_the_setback(depth: float, verdict: Verdict, angle: float) -> None:
    """100 m less 10 m behind a building of 60 m leave 30 m."""
    ground = lay_out(rotate(SQUARE, angle), setback=10)
    found = ask(ground, Rectangle(79.5, 60), yard=depth)
    assert found.verdict is verdict
    if found.yard is not None:
        assert_stands(found, ground)
        assert found.yard.area == pytest.approx(79.5 * depth)
        assert found.yard.distance(found.placements[0]) < 1e-6


def test_a_yard_keeps_off_what_is_not_buildable() -> None:
    buildable = shapely.box(0, 0, 100, 80)
    assert ask(lay_out(SQUARE, buildable), Rectangle(90, 60), yard=19).verdict is Verdict.FITS
    assert ask(lay_out(SQUARE, buildable), Rectangle(90, 60), yard=21).verdict is Verdict.NO


# several buildings


def test_equal_buildings_stand_in_rows() -> None:
    ground = lay_out(rotate(SQUARE, 17))
    found = ask(ground, *[Rectangle(45, 45)] * 4, gap=9.5)
    assert_stands(found, ground, 9.5)
    assert len(found.placements) == 4
    assert ask(ground, *[Rectangle(45, 45)] * 4, gap=10.5).surface


def test_different_buildings_are_pushed_against_the_limits() -> None:
    ground = lay_out(L_LAND)
    buildings = (Rectangle(50, 35), Rectangle(90, 35))
    found = ask(ground, *buildings, gap=8)
    assert_stands(found, ground, 8)
    assert [round(one.area) for one in found.placements] == [1750, 3150], "in the order asked"


def test_buildings_are_refused_by_one_alone_or_by_their_surfaces() -> None:
    ground = lay_out(SQUARE, setback=10)
    alone = ask(ground, Rectangle(20, 20), Rectangle(85, 70))
    assert (alone.verdict, alone.refused) == (Verdict.NO, ((85, 70),))
    assert alone.certificates
    together = ask(ground, *[Rectangle(39, 42)] * 4)
    assert (together.verdict, together.surface) == (Verdict.NO, True)
    assert ask(ground, *[Rectangle(39, 39)] * 4).verdict is Verdict.FITS
    assert ask(ground, *[Rectangle(39, 39)] * 4, gap=9).surface


def test_surfaces_and_outlines_stand_beside_others_with_a_yard() -> None:
    ground = lay_out(SQUARE, setback=2)
    found = ask(
        ground, Rectangle(60, 25), Surface(900, 20, 3), Outline(Polygon([(0, 0), (20, 0), (0, 20)])), gap=5, yard=15
    )
    assert_stands(found, ground, 5)
    assert found.yard is not None
    assert found.yard.area == pytest.approx(60 * 15)
    assert [round(one.area) for one in found.placements] == [1500, 900, 200]


def test_too_many_buildings_are_not_searched() -> None:
    found = ask(lay_out(SQUARE), *[Rectangle(2, 3)] * 51)
    assert (found.verdict, found.exhausted) == (Verdict.OPEN, True)


@pytest.mark.parametrize(("count", "gap", "yard"), [(1, 0.0, 0.001), (1, 0.0, 99_990.0), (50, 4_000.0, 0.0)])
def test_what_follows_from_lengths_asked_may_pass_their_bounds(count: int, gap: float, yard: float) -> None:
    """A row of 50 buildings 4 km apart is 200 km long."""
    found = ask(lay_out(shapely.box(0, 0, 40_000, 40_000)), *(Rectangle(80, 40),) * count, gap=gap, yard=yard)
    assert found.verdict is (Verdict.NO if yard > 1 else Verdict.FITS)


def test_buildings_nearer_than_the_gap_never_leave_as_a_fit() -> None:
    pair = [shapely.box(10, 10, 40, 40), shapely.box(44.9, 10, 80, 40)]
    assert layout_of(lay_out(SQUARE), pair, 5).verdict is Verdict.OPEN
    assert layout_of(lay_out(SQUARE), pair, 4.8).verdict is Verdict.FITS


def distance_to_limit(found: Layout, ground: Ground) -> float:
    (limit,) = ground.limits
    land = (*found.placements, *([] if found.yard is None else [found.yard]))
    free = min(float(one.distance(ground.buildable.boundary)) for one in land)
    return min(free, *(float(one.distance(limit.lines)) - limit.setback for one in found.placements))


def test_several_buildings_are_moved_together_to_where_they_have_the_most_room() -> None:
    """Two of 40 x 30 m, 10 m apart, take 40 x 70 m of a square of 100 m: 15 m are left on both sides of the row."""
    ground = lay_out(rotate(SQUARE, 17), setback=2)
    pair = Programme((Rectangle(40, 30),) * 2, gap=10)
    found, moved = (decide_programme(ground, pair, settle=settle) for settle in (False, True))
    assert_stands(moved, ground, 10)
    assert moved.margin_m == pytest.approx(13, abs=0.3)
    assert moved.margin_m == pytest.approx(distance_to_limit(moved, ground), abs=1e-6)
    assert moved.angle_deg == found.angle_deg
    between = [one.placements[0].distance(one.placements[1]) for one in (found, moved)]
    assert between[0] == pytest.approx(between[1], abs=1e-6)


@pytest.mark.parametrize("yard", [0.0, 12.0])
def test_a_group_of_any_buildings_gains_room_and_still_stands(yard: float) -> None:
    """On land in two parts, with a part that may not be built on."""
    land = shapely.MultiPolygon([SQUARE, shapely.box(200, 0, 290, 60)])
    free = land.difference(shapely.box(50, 90, 70, 100))
    assert isinstance(free, shapely.MultiPolygon)
    ground = lay_out(land, free, 3.0)
    buildings = (Rectangle(60, 30), Surface(900, 20, 3), Outline(Polygon([(0, 0), (25, 0), (0, 25)])))
    found, moved = (decide_programme(ground, Programme(buildings, 5, yard), settle=one) for one in (False, True))
    assert_stands(found, ground, 5)
    assert_stands(moved, ground, 5)
    assert moved.margin_m is not None
    assert moved.margin_m > (found.margin_m or 0.0) + 1


def test_groups_on_any_parcel_have_the_room_a_search_by_steps_finds() -> None:
    rng = np.random.default_rng(53)
    seen = 0
    for parcel in subdivided(rng, 20):
        length, width = (0.4 * side for side in hard_sides(rng, parcel))
        ground = lay_out(parcel, setback=0.5)
        found = decide_programme(ground, Programme((Rectangle(length, width),) * 2, gap=2), settle=True)
        if found.verdict is not Verdict.FITS or found.margin_m is None:
            continue
        seen += 1
        assert_stands(found, ground, 2)
        for step in np.linspace(0.05, 2, 6):
            for turn in np.linspace(0, 2 * math.pi, 24, endpoint=False):
                by = (step * math.cos(turn), step * math.sin(turn))
                shifted = layout_of(ground, [translate(one, *by) for one in found.placements], 2)
                assert shifted.verdict is Verdict.OPEN or (shifted.margin_m or 0.0) <= found.margin_m + 0.1
    assert seen > 5


def test_a_programme_wants_a_building() -> None:
    with pytest.raises(ValueError, match="one building at least"):
        ask(lay_out(SQUARE))


def test_pairs_on_any_parcel_stand() -> None:
    rng = np.random.default_rng(52)
    verdicts = []
    for parcel in subdivided(rng, 30):
        length, width = (0.55 * side for side in hard_sides(rng, parcel))
        ground = lay_out(parcel)
        found = ask(ground, Rectangle(length, width), Rectangle(0.8 * length, 0.7 * width), gap=2)
        verdicts.append(found.verdict)
        if found.verdict is Verdict.FITS:
            assert_stands(found, ground, 2)
    assert verdicts.count(Verdict.FITS) > 5


def test_land_of_many_edges_ends_the_search_and_says_so() -> None:
    turns = np.linspace(0, 2 * math.pi, 1_500, endpoint=False)
    ground = lay_out(star(list(40 + 3 * np.sin(9 * turns))), setback=2)
    for found in (
        ask(ground, Outline(rotate(L_HALL, 10))),
        ask(ground, Rectangle(60, 20), yard=28),
        ask(ground, Rectangle(40, 25), Rectangle(39, 25), Rectangle(38, 25), gap=3),
        ask(ground, Surface(2_900, 20)),
    ):
        assert found.verdict is not Verdict.FITS or found.placements
