"""Decisions: what fits, what is refused, what is left borderline, and what each answer carries."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon
from shapely.affinity import rotate, translate

from geo.fit import Fit, Verdict, decide, decide_on, kernel, lay_out, warm
from geo.fit import decision as module
from tests.fit.shapes import LAMBERT_93, comb, ell, hard_sides, less, planted, star, subdivided

SQUARE = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])


def assert_stands(
    answer: Fit, parcel: Polygon | MultiPolygon, sides: tuple[float, float], setback: float = 0.0
) -> None:
    """The placement is the building asked, inside the parcel and as far from its boundary as claimed."""
    assert answer.verdict is Verdict.FITS
    assert answer.placement is not None
    assert answer.certificate is None
    assert answer.angle_deg is not None
    assert answer.margin_m is not None
    corners = shapely.get_coordinates(answer.placement)
    assert len(corners) == 5
    edges = np.diff(corners, axis=0)
    lengths = np.hypot(*edges.T)
    assert lengths == pytest.approx([max(sides), min(sides)] * 2, abs=1e-7)
    assert abs(np.dot(edges[0], edges[1])) < 1e-5
    assert parcel.covers(answer.placement)
    room = parcel.boundary.distance(answer.placement) - setback
    assert room == pytest.approx(answer.margin_m, abs=1e-9)
    assert room >= -1e-9
    assert 0 <= answer.angle_deg < 180
    if sides[0] != sides[1]:
        long = math.degrees(math.atan2(edges[0][1], edges[0][0])) % 180
        apart = abs(long - answer.angle_deg)
        assert min(apart, 180 - apart) < 1e-4


# the setback is from the parcel, not from a constraint


@pytest.mark.parametrize(("width", "verdict"), [(49, Verdict.FITS), (51, Verdict.NO)])
def test_the_setback_holds_from_the_parcel_not_from_the_edge_of_a_constraint(width: float, verdict: Verdict) -> None:
    left = shapely.box(0, 0, 60, 100)
    answer = decide(SQUARE, 80, width, buildable=left, setback=10)
    assert answer.verdict is verdict
    if answer.placement is not None:
        assert left.covers(answer.placement)
        assert SQUARE.boundary.distance(answer.placement) == 10
        assert answer.margin_m == 0


def test_the_margin_counts_the_edge_of_the_buildable_area_too() -> None:
    answer = decide(SQUARE, 60, 49, buildable=shapely.box(0, 0, 60, 100), setback=10)
    assert answer.placement is not None
    assert answer.margin_m == pytest.approx(0.5, abs=1e-6)


def test_a_buildable_area_reaching_outside_the_parcel_counts_only_inside() -> None:
    wider = shapely.box(-50, 20, 150, 60)
    assert decide(SQUARE, 99, 39, buildable=wider).verdict is Verdict.FITS
    assert decide(SQUARE, 110, 30, buildable=wider).verdict is Verdict.NO
    assert decide(SQUARE, 79, 39, buildable=wider, setback=10).verdict is Verdict.FITS
    assert decide(SQUARE, 81, 30, buildable=wider, setback=10).verdict is Verdict.NO


@pytest.mark.parametrize("buildable", [Polygon(), shapely.box(200, 0, 300, 100), shapely.box(100, 0, 200, 100)])
def test_nothing_buildable_refuses_everything(buildable: Polygon) -> None:
    answer = decide(SQUARE, 5, 5, buildable=buildable)
    assert answer.verdict is Verdict.NO
    assert answer.certificate is not None
    assert not answer.certificate.exhausted


def test_a_setback_deeper_than_the_parcel_refuses_everything() -> None:
    assert decide(SQUARE, 1, 1, setback=50).verdict is Verdict.NO
    assert decide(SQUARE, 1, 1, setback=49).verdict is Verdict.FITS


def test_a_shallow_bulge_counts_under_a_setback() -> None:
    straight = Polygon([(0, 0), (30.05, 0), (30.05, 60), (0, 60)])
    bulging = Polygon([(0, 0), (15, -0.5), (30.05, 0), (30.05, 60), (0, 60)])
    assert decide(straight, 40.2, 10, setback=10).verdict is Verdict.NO
    assert_stands(decide(bulging, 40.2, 10, setback=10), bulging, (40.2, 10), 10)


def test_a_setback_is_round_at_inward_corners() -> None:
    notched = less(SQUARE, shapely.box(60, 60, 100, 100))
    side = 60 - 10 / math.sqrt(2) - 10
    assert_stands(decide(notched, side - 0.01, side - 0.01, setback=10), notched, (side - 0.01, side - 0.01), 10)
    assert side > 60 - 10 - 10, "a square corner would refuse it"
    assert decide(notched, side + 0.01, 79, setback=10).verdict is Verdict.NO


# shapes


def test_a_hole_smaller_than_the_building_blocks_it() -> None:
    yard = shapely.box(0, 0, 60, 60)
    pierced = less(yard, shapely.box(29.9, 29.9, 30.1, 30.1))
    assert decide(yard, 40, 40).verdict is Verdict.FITS
    assert decide(pierced, 40, 40).verdict is Verdict.NO
    assert_stands(decide(pierced, 59, 29), pierced, (59, 29))


def test_a_building_does_not_cross_where_two_parts_only_touch() -> None:
    touching = MultiPolygon([shapely.box(0, 0, 50, 50), shapely.box(50, 50, 100, 100)])
    assert touching.is_valid
    assert decide(touching, 80, 10).verdict is Verdict.NO
    assert_stands(decide(touching, 49, 49), touching, (49, 49))


def test_every_part_is_tried_and_proved() -> None:
    land = MultiPolygon([shapely.box(0, 0, 100, 20), shapely.box(0, 50, 40, 90)])
    assert_stands(decide(land, 39, 39), land, (39, 39))
    refused = decide(land, 45, 30).certificate
    assert refused is not None
    assert {interval.part for interval in refused.refusals()} == {0, 1}


def test_an_ell_takes_its_arms_and_refuses_its_hull() -> None:
    angle = 23.0
    land = ell(100, 80, 20, angle)
    answer = decide(land, 99, 19)
    assert_stands(answer, land, (99, 19))
    assert answer.angle_deg == pytest.approx(angle)
    assert decide(land, 99, 21).verdict is Verdict.NO


def test_gaps_outside_a_comb_hold_no_building() -> None:
    land = comb(40)
    assert decide(land, 55, 5.3).verdict is Verdict.FITS, "along the spine"
    assert decide(land, 79, 4.5).verdict is Verdict.FITS, "down a tooth and the spine"
    assert decide(land, 30, 21).verdict is Verdict.NO


def test_sides_come_in_either_order() -> None:
    for sides in ((80, 30), (30, 80)):
        assert_stands(decide(SQUARE, *sides), SQUARE, sides)


def test_a_building_is_aligned_with_the_longest_edge_when_it_can_be() -> None:
    land = translate(rotate(Polygon([(0, 0), (120, 0), (110, 60), (5, 55)]), 17, origin=(0, 0)), *LAMBERT_93)
    answer = decide(land, 50, 25)
    assert answer.angle_deg == pytest.approx(17, abs=1e-6)
    assert answer.margin_m is not None
    assert answer.margin_m > 10, "in the middle of its freedom, not against the edge"


# between yes and no


def test_a_building_locked_askew_with_less_than_2_mm_is_borderline() -> None:
    rng = np.random.default_rng(15)
    verdicts = []
    for _ in range(40):
        close = decide(planted(rng, 60.001, 25.001), 60, 25)
        verdicts.append(close.verdict)
        if close.verdict is Verdict.BORDERLINE:
            assert close.placement is None
            assert close.certificate is not None
            assert len(close.certificate.undecided) > 0
            assert not close.certificate.exhausted
            assert all(interval.half_width > 0 for interval in close.certificate.doubts())
    assert Verdict.NO not in verdicts
    assert verdicts.count(Verdict.BORDERLINE) > 20


def test_millimetres_decide_along_an_edge() -> None:
    land = translate(rotate(SQUARE, 31), *LAMBERT_93)
    assert_stands(decide(land, 99.999, 99.999), land, (99.999, 99.999))
    assert decide(land, 100.001, 100.001).verdict is not Verdict.FITS
    assert decide(land, 100.25, 100.25).verdict is Verdict.NO


@pytest.mark.parametrize("land", [shapely.box(0, 0, 100, 60), shapely.box(0, 0, 60, 100)])
def test_an_exact_fit_along_the_axes_fits(land: Polygon) -> None:
    for setback in (0.0, 7.5):
        sides = (100 - 2 * setback, 60 - 2 * setback)
        answer = decide(land, *sides, setback=setback)
        assert_stands(answer, land, sides, setback)
        assert answer.margin_m == 0


@pytest.mark.parametrize("setback", [0.0, 7.5])
def test_an_exact_fit_askew_is_never_refused(setback: float) -> None:
    for angle in range(1, 90, 4):
        land = translate(rotate(shapely.box(0, 0, 100, 60), angle), *LAMBERT_93)
        assert decide(land, 100 - 2 * setback, 60 - 2 * setback, setback=setback).verdict is not Verdict.NO


def test_a_bound_on_nodes_gives_borderline_and_says_so() -> None:
    land = star([60.0] * 60)
    answer = decide(land, 100, 67.3, max_nodes=3)
    assert answer.verdict is Verdict.BORDERLINE
    assert answer.certificate is not None
    assert answer.certificate.exhausted
    assert answer.nodes == 3
    covered = answer.certificate.refused[:, 2].sum() + answer.certificate.undecided[:, 2].sum()
    assert 2 * covered == pytest.approx(math.pi)


def test_a_bound_on_work_ends_any_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORK_PER_NODE", 10.0)
    answer = decide(star([60.0] * 60), 100, 67.3, max_nodes=100)
    assert answer.verdict is Verdict.BORDERLINE
    assert answer.certificate is not None
    assert answer.certificate.exhausted


def test_a_placement_that_fails_its_check_is_borderline(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = module._rectangle
    monkeypatch.setattr(module, "_rectangle", lambda *a: translate(honest(*a), 30, 0))
    for setback in (0.0, 5.0):
        answer = decide(SQUARE, 80, 60, setback=setback)
        assert answer.verdict is Verdict.BORDERLINE
        assert answer.placement is None
        assert answer.certificate is not None
        assert len(answer.certificate.undecided) == 1


def test_a_placement_too_near_the_boundary_is_borderline(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = module._rectangle
    monkeypatch.setattr(module, "_rectangle", lambda *a: translate(honest(*a), 3, 0))
    assert decide(SQUARE, 80, 60, setback=9).verdict is Verdict.BORDERLINE


# planted: touched only by vertices, so that no edge of the parcel gives the direction


@pytest.mark.parametrize(("tolerance", "setback"), [(0.25, 0.0), (0.05, 0.0), (0.25, 6.0)])
def test_a_planted_building_with_a_margin_of_the_tolerance_is_found(tolerance: float, setback: float) -> None:
    rng = np.random.default_rng(11)
    for _ in range(250):
        length, width = _sides(rng)
        grown = tolerance + 2 * setback
        parcel = planted(rng, length + grown, width + grown)
        answer = decide(parcel, length, width, tolerance=tolerance, setback=setback)
        assert_stands(answer, parcel, (length, width), setback)


@pytest.mark.parametrize("setback", [0.0, 6.0])
def test_a_planted_building_with_a_margin_of_4_mm_is_never_refused(setback: float) -> None:
    rng = np.random.default_rng(12)
    for _ in range(250):
        length, width = _sides(rng)
        grown = 0.004 + 2 * setback
        parcel = planted(rng, length + grown, width + grown)
        assert decide(parcel, length, width, setback=setback).verdict is not Verdict.NO


def _sides(rng: np.random.Generator) -> tuple[float, float]:
    width = float(10 ** rng.uniform(0.8, 2))
    return width * float(rng.uniform(1, 6)), width


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", [0.25, 0.05])
@pytest.mark.parametrize("margin", [0.004, 0.02, 0.05, 0.25])
def test_planted_buildings_in_number(tolerance: float, margin: float) -> None:
    rng = np.random.default_rng(13)
    for _ in range(4000):
        length, width = _sides(rng)
        parcel = planted(rng, length + margin, width + margin)
        answer = decide(parcel, length, width, tolerance=tolerance)
        assert answer.verdict is not Verdict.NO
        if margin >= tolerance:
            assert_stands(answer, parcel, (length, width))


# any shape


radii = st.lists(st.floats(8, 60), min_size=5, max_size=30)
sides = st.tuples(st.floats(3, 70), st.floats(3, 70))


@settings(max_examples=150, deadline=None)
@given(radii=radii, sides=sides, setback=st.sampled_from([0.0, 0.0, 1.5, 7.0]))
def test_every_fit_in_a_star_stands(radii: list[float], sides: tuple[float, float], setback: float) -> None:
    land = star(radii)
    answer = decide(land, *sides, setback=setback)
    if answer.verdict is Verdict.FITS:
        assert_stands(answer, land, sides, setback)
    else:
        assert answer.placement is None
        assert answer.certificate is not None


@settings(max_examples=100, deadline=None)
@given(
    arms=st.tuples(st.floats(30, 90), st.floats(30, 90), st.floats(8, 25)),
    hole=st.tuples(st.floats(-40, 40), st.floats(-40, 40), st.floats(0.05, 10)),
    angle=st.floats(0, 90),
    sides=sides,
)
def test_turning_the_land_changes_no_answer(
    arms: tuple[float, float, float], hole: tuple[float, float, float], angle: float, sides: tuple[float, float]
) -> None:
    x, y, size = hole
    pierced = less(ell(*arms, 0), translate(shapely.box(x, y, x + size, y + size), *LAMBERT_93))
    before = decide(pierced, *sides)
    after = decide(rotate(pierced, angle), *sides)
    assert {before.verdict, after.verdict} != {Verdict.FITS, Verdict.NO}
    if before.verdict is Verdict.FITS:
        assert_stands(before, pierced, sides)


@settings(max_examples=100, deadline=None)
@given(radii=radii, sides=sides, smaller=st.tuples(st.floats(0.3, 1), st.floats(0.3, 1)))
def test_a_smaller_building_is_not_refused_where_a_larger_one_fits(
    radii: list[float], sides: tuple[float, float], smaller: tuple[float, float]
) -> None:
    ground = lay_out(star(radii))
    if decide_on(ground, *sides).verdict is Verdict.FITS:
        assert decide_on(ground, sides[0] * smaller[0], sides[1] * smaller[1]).verdict is not Verdict.NO


def test_a_setback_answers_as_a_larger_building_between_its_bounds() -> None:
    """(L+2d) x (W+2d) fitting suffices; L x (W+2d) and (L+2d) x W fitting is needed."""
    rng = np.random.default_rng(14)
    for parcel in subdivided(rng, 150):
        length, width = (0.6 * side for side in hard_sides(rng, parcel))
        d = float(rng.uniform(1, 5))
        verdict = decide(parcel, length, width, setback=d).verdict
        if decide(parcel, length + 2 * d, width + 2 * d).verdict is Verdict.FITS:
            assert verdict is not Verdict.NO
        if decide(parcel, length + 2 * d, width).verdict is Verdict.NO:
            assert verdict is not Verdict.FITS


# many vertices, many callers


def test_warm_leaves_nothing_to_compile() -> None:
    warm()
    compiled = cast(Any, kernel.branch)
    assert len(compiled.signatures) == 1
    decide(SQUARE, 40, 20, buildable=shapely.box(0, 0, 60, 100), setback=1, tolerance=1, max_nodes=5)
    decide(star([50.0] * 9), np.float64(60), 20.5)
    assert len(compiled.signatures) == 1


def test_threads_decide_at_once() -> None:
    rng = np.random.default_rng(16)
    parcels = list(subdivided(rng, 60))
    sides = [hard_sides(rng, parcel) for parcel in parcels]
    alone = [decide(p, *s).verdict for p, s in zip(parcels, sides, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda k: decide(parcels[k], *sides[k]).verdict, range(60)))
    assert together == alone


@pytest.mark.parametrize("count", [2_000, 6_000])
def test_many_vertices_are_decided(count: int) -> None:
    turns = np.linspace(0, 2 * math.pi, count, endpoint=False)
    land = star(list(100 + 8 * np.sin(7 * turns) + 0.02 * np.sin(900 * turns)))
    assert_stands(decide(land, 150, 100, setback=3), land, (150, 100), 3)
    assert decide(land, 170, 140).verdict is Verdict.NO
    (part,) = lay_out(land).parts
    assert part.deviation == (0 if count == 2_000 else pytest.approx(0.01, abs=0.01))
