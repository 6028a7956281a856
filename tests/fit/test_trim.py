"""What a set can spare goes, the largest first; what holds it together stays."""

import numpy as np
import shapely

from geo.fit.adjacency import neighbours
from geo.fit.trim import trimmed


def test_the_ends_of_a_row_go_and_its_middle_stays() -> None:
    shapes = [shapely.box(100 * k, 0, 100 * k + 100, 100) for k in range(5)]
    pairs, surface = neighbours(shapes), np.full(5, 10_000.0)
    assert trimmed(range(5), surface, pairs, 30_000.0) == (2, 3, 4)
    assert trimmed(range(5), surface, pairs, 45_000.0) == (0, 1, 2, 3, 4)
    assert trimmed(range(5), surface, pairs, 30_000.0, lambda places: 0 in places) == (0, 1, 2)
    assert trimmed((1, 2, 3), surface, pairs, 20_000.0, lambda places: {1, 3} <= set(places)) == (1, 2, 3)


def test_land_that_overlaps_is_counted_once() -> None:
    shapes = [shapely.box(0, 0, 100, 100), shapely.box(80, 0, 180, 100), shapely.box(180, 0, 280, 100)]
    pairs, surface = neighbours(shapes), np.full(3, 10_000.0)
    assert trimmed(range(3), surface, pairs, 18_000.0) == (1, 2)
    assert trimmed(range(2), surface, pairs, 18_001.0) == (0, 1)
    assert trimmed(range(2), surface, pairs, 10_000.0) == (1,)
    row = [shapes[2], shapes[1], shapes[0]]
    assert trimmed(range(3), surface, neighbours(row), 18_500.0) == (0, 1), "the other two measure 18,000 together"
