"""Joined land: slivers closed, slits and holes kept, a placement held to the land that is owned."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate

from geo.fit import decide
from geo.fit.union import beyond_owned, buildable_of, join
from tests.fit.shapes import LAMBERT_93, less, tessellated


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    return translate(shapely.box(x0, y0, x1, y1), *LAMBERT_93)


def test_a_sliver_between_two_parcels_is_closed_and_told() -> None:
    joined = join([box(0, 0, 100, 80), box(100.2, 0, 200, 80)])
    assert joined is not None
    assert joined.land.area == pytest.approx(200 * 80, abs=2.5)
    assert joined.owned.area == pytest.approx(199.8 * 80)
    assert joined.slivers.area == pytest.approx(0.2 * 80, abs=1e-2)
    fit = decide(joined.land, 150, 60)
    assert fit.placement is not None
    assert beyond_owned(fit.placement, joined) == pytest.approx(0.2 * 60, abs=0.5)


def test_a_gap_wider_than_the_tolerance_is_no_sliver() -> None:
    assert join([box(0, 0, 100, 80), box(100.3, 0, 200, 80)]) is None
    assert join([box(0, 0, 100, 80), box(100, 80, 200, 160)]) is None, "they meet at a corner only"


def test_a_crossing_of_slivers_is_closed() -> None:
    joined = join([box(0, 0, 50, 50), box(50.1, 0, 100, 50), box(0, 50.1, 50, 100), box(50.1, 50.1, 100, 100)])
    assert joined is not None
    assert len(joined.land.interiors) == 0
    assert joined.land.area == pytest.approx(100 * 100, abs=2.0)


def test_a_slit_within_one_parcel_stays_out() -> None:
    slit = less(box(0, 0, 100, 80), box(40, 20, 40.2, 80))
    joined = join([slit, box(100, 0, 150, 80)])
    assert joined is not None
    assert joined.land.area == pytest.approx(150 * 80 - 0.2 * 60, abs=3.0)
    assert decide(joined.land, 140, 62).verdict == "no"


def test_what_a_parcel_forbids_is_forbidden_on_the_joined_land() -> None:
    shapes = [box(0, 0, 100, 80), box(100.1, 0, 200, 80)]
    free = [less(shapes[0], box(60, 0, 100, 40)), shapes[1]]
    joined = join(shapes)
    assert joined is not None
    buildable = buildable_of(joined, shapes, free)
    assert buildable.area == pytest.approx(200 * 80 - 40 * 40, abs=2.5)
    assert decide(joined.land, 150, 60, buildable=buildable).verdict == "no"
    assert buildable_of(joined, shapes, shapes) is joined.land


def test_a_placement_beyond_what_is_owned_is_refused() -> None:
    joined = join([box(0, 0, 100, 80), box(100.2, 0, 200, 80)])
    assert joined is not None
    assert beyond_owned(box(10, 10, 90, 70), joined) == 0.0
    assert beyond_owned(box(10, 10, 90, 81), joined) is None
    assert beyond_owned(box(10, 10, 200.1, 70), joined) is None


@settings(max_examples=25, deadline=None)
@example(seed=0, angle=0.0, gap=1.192092896e-07)
@given(seed=st.integers(0, 10_000), angle=st.floats(0, 180), gap=st.integers(0, 2_000).map(lambda n: n / 10_000))
def test_land_cut_in_two_and_pulled_apart_is_whole_again(seed: int, angle: float, gap: float) -> None:
    """Joined, it is all of what is owned and little more, and never reaches farther than a sliver from it."""
    rng = np.random.default_rng(seed)
    land = next(iter(tessellated(rng, 1, size=200.0, largest=60_000.0)))
    middle = land.representative_point()
    half = rotate(translate(shapely.box(0, -1_000, 1_000, 1_000), middle.x, middle.y), angle, origin=middle)
    shift = gap * np.cos(np.radians(angle)), gap * np.sin(np.radians(angle))
    cut = [translate(land.intersection(half), *shift), land.difference(half)]
    pieces = [piece for piece in cut if isinstance(piece, shapely.Polygon) and piece.area > 500]
    if len(pieces) < 2:
        return
    joined = join(pieces)
    assert joined is not None
    assert joined.land.area == pytest.approx(joined.owned.area + joined.slivers.area, abs=0.004 * joined.land.length)
    assert shapely.difference(joined.land, shapely.buffer(joined.owned, 0.15)).area < 1e-6
    assert shapely.difference(joined.land, shapely.union(joined.owned, joined.slivers)).area < 1e-6
    assert shapely.difference(joined.owned, shapely.buffer(joined.land, 0.01)).area < 1e-6
