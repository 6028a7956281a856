"""Any shape, many vertices, many callers: answers stand, do not contradict one another, and end."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from shapely import Polygon
from shapely.affinity import rotate, translate

from geo.fit import Verdict, decide, decide_on, kernel, lay_out, warm
from tests.breadth import tried
from tests.fit.shapes import LAMBERT_93, ell, hard_sides, less, star, subdivided
from tests.fit.standing import assert_stands

SQUARE = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])

radii = st.lists(st.floats(8, 60), min_size=5, max_size=30)
sides = st.tuples(st.floats(3, 70), st.floats(3, 70))


@settings(max_examples=tried(150), deadline=None)
@given(radii=radii, sides=sides, setback=st.sampled_from([0.0, 0.0, 1.5, 7.0]))
def test_every_fit_in_a_star_stands(radii: list[float], sides: tuple[float, float], setback: float) -> None:
    land = star(radii)
    answer = decide(land, *sides, setback=setback)
    if answer.verdict is Verdict.FITS:
        assert_stands(answer, land, sides, setback)
    else:
        assert answer.placement is None
        assert answer.certificate is not None


@settings(max_examples=tried(100), deadline=None)
@given(
    arms=st.tuples(st.floats(30, 90), st.floats(30, 90), st.floats(8, 25)),
    hole=st.tuples(st.floats(-40, 40), st.floats(-40, 40), st.floats(0.05, 10)),
    angle=st.floats(0, 90),
    sides=sides,
)
@example(arms=(30.0, 30.0, 8.0), hole=(1.0277230667060993e-10, 0.0, 0.05), angle=9.0, sides=(3.0, 3.0))
def test_turning_the_land_changes_no_answer(
    arms: tuple[float, float, float], hole: tuple[float, float, float], angle: float, sides: tuple[float, float]
) -> None:
    x, y, size = hole
    pierced = less(ell(*arms, 0), translate(shapely.box(x, y, x + size, y + size), *LAMBERT_93))
    turned = rotate(pierced, angle)
    assume(turned.is_valid)  # a hole that all but touches the edge may cross it once its corners are rounded again
    before = decide(pierced, *sides)
    after = decide(turned, *sides)
    assert {before.verdict, after.verdict} != {Verdict.FITS, Verdict.NO}
    if before.verdict is Verdict.FITS:
        assert_stands(before, pierced, sides)


@settings(max_examples=tried(100), deadline=None)
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
