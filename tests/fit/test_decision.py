"""Decisions: what fits, what is refused, what is left borderline, and what each answer carries."""

import math

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon
from shapely.affinity import rotate, translate

from geo.fit import Verdict, decide
from geo.fit import decision as module
from tests.fit.shapes import LAMBERT_93, comb, ell, less, planted, star
from tests.fit.standing import assert_stands

SQUARE = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])


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
    monkeypatch.setattr(module, "_rectangle", lambda *a: translate(honest(*a), 1.001, 0))
    assert decide(SQUARE, 80, 60, setback=9).verdict is Verdict.BORDERLINE


def test_a_placement_off_the_buildable_area_is_borderline(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = module._rectangle
    monkeypatch.setattr(module, "_rectangle", lambda *a: translate(honest(*a), 20, 0))
    assert decide(SQUARE, 80, 60, buildable=shapely.box(0, 0, 90, 100)).verdict is Verdict.BORDERLINE
