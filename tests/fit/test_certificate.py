"""Every proof of `no` is checked again by a program that shares nothing with the kernel but the words."""

import math

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from geo.fit import Certificate, Verdict, decide
from tests.fit.erosion import free_positions, is_free
from tests.fit.shapes import hard_sides, less, pair, star, subdivided

Shape = Polygon | MultiPolygon


def check(
    certificate: Certificate,
    land: Shape,
    sides: tuple[float, float],
    *,
    parcel: Shape | None = None,
    setback: float = 0.0,
) -> int:
    """Check all three claims of a certificate of ``no``; return the number of intervals."""
    assert len(certificate.undecided) == 0
    parts = list(land.geoms) if isinstance(land, MultiPolygon) else [land]
    intervals = list(certificate.refusals())
    for part in range(len(parts)):
        _check_half_turn([(i.centre, i.half_width) for i in intervals if i.part == part])
    for interval in intervals:
        _check_inner(interval.length, interval.width, interval.half_width, sides)
        free = free_positions(
            parts[interval.part], interval.centre, interval.length, interval.width, parcel=parcel, setback=setback
        )
        assert not is_free(free), interval
    return len(intervals)


def _check_half_turn(intervals: list[tuple[float, float]]) -> None:
    """The intervals leave no direction out."""
    ends = sorted((centre - half, centre + half) for centre, half in intervals)
    reached = ends[0][0]
    for low, high in ends:
        assert low <= reached + 1e-9
        reached = max(reached, high)
    assert reached >= ends[0][0] + math.pi - 1e-9


def _check_inner(length: float, width: float, half: float, sides: tuple[float, float]) -> None:
    """The box refused stays inside the building turned by any angle of the interval."""
    for t in np.linspace(0, half, 33):
        assert length * math.cos(t) + width * math.sin(t) <= max(sides) + 1e-9
        assert length * math.sin(t) + width * math.cos(t) <= min(sides) + 1e-9


def prove(parcels: list[Polygon], rng: np.random.Generator, wanted: int) -> int:
    """Check the certificates of ``wanted`` refusals among the parcels, with and without setback or constraint."""
    checked = 0
    for k, parcel in enumerate(parcels):
        if checked == wanted:
            break
        length, width = hard_sides(rng, parcel)
        setback = 0.0 if k % 3 else 2.5
        land: Shape = parcel
        if k % 3 == 1:
            land = less(parcel, parcel.centroid.buffer(0.1 * width, quad_segs=3))
        answer = decide(
            parcel, length - setback, width - setback, buildable=None if land is parcel else land, setback=setback
        )
        if answer.verdict is Verdict.NO:
            assert answer.certificate is not None
            check(answer.certificate, land, (length - setback, width - setback), parcel=parcel, setback=setback)
            checked += 1
    return checked


def test_refusals_hold_under_erosion() -> None:
    rng = np.random.default_rng(30)
    assert prove(list(subdivided(rng, 200)), rng, wanted=25) == 25


def test_refusals_on_a_constrained_setback_hold_under_erosion() -> None:
    parcel = star([60.0, 35.0, 55.0, 40.0, 62.0, 30.0])
    buildable = less(parcel, shapely.box(parcel.centroid.x, parcel.centroid.y, 1e7, 1e7))
    assert isinstance(buildable, Polygon)
    answer = decide(parcel, 50, 28, buildable=buildable, setback=5)
    assert answer.verdict is Verdict.NO
    assert answer.certificate is not None
    assert check(answer.certificate, buildable, (50, 28), parcel=parcel, setback=5) >= 16


def test_refusals_on_each_part_hold_under_erosion() -> None:
    land = pair(star([30.0, 20.0, 35.0, 22.0, 28.0]), star([40.0] * 9, at=(842_500.0, 6_519_900.0)))
    answer = decide(land, 75, 15)
    assert answer.verdict is Verdict.NO
    assert answer.certificate is not None
    check(answer.certificate, land, (75, 15))


def test_refusals_on_simplified_edges_hold_on_the_original() -> None:
    turns = np.linspace(0, 2 * math.pi, 2_600, endpoint=False)
    land = star(list(30 + 5 * np.sin(3 * turns) + 0.01 * np.sin(800 * turns)))
    answer = decide(land, 56, 30)
    assert answer.verdict is Verdict.NO
    assert answer.certificate is not None
    for interval in list(answer.certificate.refusals())[::6]:
        assert not is_free(free_positions(land, interval.centre, interval.length, interval.width))


def test_the_checker_would_see_a_wrong_refusal() -> None:
    square = shapely.box(0, 0, 10, 10)
    assert is_free(free_positions(square, 0.0, 9.9, 9.9))
    assert not is_free(free_positions(square, 0.0, 10.1, 9.9))
    assert is_free(free_positions(square, 0.0, 7.9, 7.9, setback=1))
    assert not is_free(free_positions(square, 0.0, 8.1, 7.9, setback=1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(31, 36))
def test_refusals_of_500_parcels_with_holes_hold_under_erosion(seed: int) -> None:
    """100 of them at a time."""
    rng = np.random.default_rng(seed)
    holed = [parcel for parcel in subdivided(rng, 2_400) if parcel.interiors]
    assert prove(holed, rng, wanted=100) == 100
