"""Rings judged by arithmetic: what is called sure is what GEOS says, down to the bytes."""

import random

import numpy as np
import pytest
import shapely

from geo.intake.layers.plain_rings import Rings

EVERYWHERE = (-1e9, -1e9, 1e9, 1e9)
Positions = list[tuple[float, float]]


def judged(rings: list[Positions]) -> Rings:
    """Rings, closed here, in one system."""
    closed = [[*ring, ring[0]] for ring in rings]
    both = np.array([place for ring in closed for place in ring], np.float64)
    xy = np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])
    offsets = np.concatenate([[0], np.cumsum([len(ring) for ring in closed])])
    return Rings.judged(xy, xy, offsets, EVERYWHERE)


def checked(rings: list[Positions]) -> int:
    """Assert that GEOS agrees with all that is sure; how many are."""
    found = judged(rings)
    normal, oriented = found.normal(), found.oriented(2154)
    shapes = [shapely.MultiPolygon([shapely.Polygon([*ring, ring[0]])]) for ring in rings]
    for place in np.flatnonzero(found.sure).tolist():
        assert shapely.is_valid(shapes[place]), rings[place]
        assert found.areas[place] == pytest.approx(shapes[place].area, rel=1e-9)
        begin, end = normal.offsets[place : place + 2]
        assert normal.raw[begin:end].tobytes() == shapely.to_wkb(shapely.normalize(shapes[place]), byte_order=1)
        turned = shapely.set_srid(shapely.orient_polygons(shapes[place]), 2154)
        begin, end = oriented.offsets[place : place + 2]
        assert oriented.raw[begin:end].tobytes() == shapely.to_wkb(turned, include_srid=True)
    return int(found.sure.sum())


@pytest.mark.parametrize("grid", [4, 7, 40])
def test_rings_on_a_grid_that_touch_cross_and_run_back(grid: int) -> None:
    rng = random.Random(grid)
    rings = [
        [(float(rng.randrange(grid)), float(rng.randrange(grid))) for _ in range(rng.randint(3, 7))]
        for _ in range(3_000)
    ]
    assert 20 < checked(rings) < 2_000


def test_small_rings_far_from_the_origin() -> None:
    rng = random.Random(3)
    rings = [
        [(934_000 + rng.random() / 1e8, 6_493_000 + rng.random() / 1e8) for _ in range(rng.randint(3, 5))]
        for _ in range(2_000)
    ]
    checked(rings)


@pytest.mark.parametrize(
    ("ring", "sure"),
    [
        ([(0, 0), (4, 1), (5, 5), (1, 4)], True),
        ([(1, 4), (5, 5), (4, 1), (0, 0)], True),
        ([(0, 0), (2, 0.5), (4, 1), (5, 5), (1, 4)], True),
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),  # two are as high
        ([(0, 0), (4, 1), (0, 3), (4, 4)], False),  # crosses itself
        ([(0, 0), (4, 1), (5, 5), (4, 1), (1, 4)], False),  # runs back
        ([(0, 0), (4, 1), (4, 1), (5, 5), (1, 4)], False),  # stands still
        ([(0, 0), (4, 1), (2, 0.5), (5, 5), (1, 4)], False),  # goes back on the line
    ],
)
def test_what_is_sure(ring: Positions, sure: bool) -> None:
    assert checked([ring]) == sure


def test_outside_the_bounds_nothing_is_sure() -> None:
    both = np.array([(0, 0), (4, 1), (5, 5), (0, 0)], np.float64)
    xy = np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])
    offsets = np.array([0, 4])
    assert Rings.judged(xy, xy, offsets, (0, 0, 5, 5)).sure.all()
    assert not Rings.judged(xy, xy, offsets, (0, 0, 5, 4.9)).sure.any()
    endless = (xy[0], np.where(xy[1] == 5, np.inf, xy[1]))
    assert not Rings.judged(xy, endless, offsets, (0, 0, 5, np.inf)).sure.any()
