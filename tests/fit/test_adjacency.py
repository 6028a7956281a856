"""Neighbours on shapes one can reckon by hand, on slivers and overlaps, and on a real cadastre that is shaken."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.affinity import translate

from geo.fit.adjacency import LEAST_SHARED_M, Pairs, neighbours
from tests.breadth import tried
from tests.fit.shapes import LAMBERT_93

SIDE = 100.0


def square(east: float, north: float = 0.0, side: float = SIDE) -> shapely.Polygon:
    x, y = LAMBERT_93[0] + east, LAMBERT_93[1] + north
    return shapely.box(x, y, x + side, y + side)


def one_pair(first: shapely.Polygon, second: shapely.Polygon) -> tuple[float, float] | None:
    """Metres shared and m2 of overlap; None when the pair is not told."""
    pairs = neighbours([first, second])
    return (float(pairs.shared[0]), float(pairs.overlap[0])) if len(pairs.first) else None


@pytest.mark.parametrize(
    ("east", "north", "shared"),
    [(100, 0, 100), (100, 60, 40), (100, 94, 6), (100, 96, None), (100, 100, None), (100.2, 0, 100), (100.3, 0, None)],
)
def test_shared_limit_of_two_squares(east: float, north: float, shared: float | None) -> None:
    found = one_pair(square(0), square(east, north))
    assert found == (None if shared is None else pytest.approx((shared, 0.0), abs=0.5))


def test_an_overlap_of_drawing_is_a_limit_too_and_is_told() -> None:
    shared, overlap = one_pair(square(0), square(99, 0)) or (0.0, 0.0)
    assert overlap == pytest.approx(100.0)
    assert shared == pytest.approx(100 + 2, abs=1.0)


def test_the_same_land_drawn_twice_is_no_neighbour() -> None:
    assert one_pair(square(0), square(0.1, 0.1)) == pytest.approx((0.0, 99.9**2), abs=1.0)
    assert one_pair(square(0), square(20, 20, side=30)) == pytest.approx((0.0, 900.0))


@settings(max_examples=tried(30), deadline=None)
@given(gap=st.floats(-0.2, 0.2), slide=st.floats(-90, 90), turn=st.floats(-0.1, 0.1), swap=st.booleans())
def test_a_gap_or_overlap_within_the_tolerance_changes_little(
    gap: float, slide: float, turn: float, swap: bool
) -> None:
    """However two drawings of one limit differ by less than the tolerance, the shared length is told to a metre."""
    other = translate(square(100 + gap), turn, slide)
    pair = (other, square(0)) if swap else (square(0), other)
    found = one_pair(*pair)
    true = SIDE - abs(slide)
    if true > LEAST_SHARED_M + 1:
        assert found is not None
        assert found[0] == pytest.approx(true, abs=1.0)


def test_a_pair_is_measured_alike_whatever_is_around() -> None:
    land = [square(0), square(100, 30), square(0, 100), square(100, 130), square(400)]
    whole = neighbours(land)
    assert list(zip(whole.first.tolist(), whole.second.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 2),
        (1, 3),
        (2, 3),
    ]
    for place in range(len(land)):
        some = neighbours(land, of=[place])
        held = (whole.first == place) | (whole.second == place)
        assert some.first.tolist() == whole.first[held].tolist()
        assert some.shared.tolist() == whole.shared[held].tolist()


def test_what_geos_buffers_into_a_crossing_outline_is_mended() -> None:
    """A spike of a finger's width, at coordinates of a territory: GEOS's mitred buffer of it crosses itself."""
    spiked = shapely.Polygon([(0, 0), (50, 0), (50, 20), (25.001, 20.0), (25, 60), (24.999, 20.0), (0, 20)])
    moved = translate(spiked, *LAMBERT_93)
    shared, _ = one_pair(moved, translate(shapely.box(50, 0, 80, 20), *LAMBERT_93)) or (0.0, 0.0)
    assert shared == pytest.approx(20.0)


def keys(pairs: Pairs) -> dict[tuple[int, int], float]:
    joined = pairs.joined
    both = zip(pairs.first[joined].tolist(), pairs.second[joined].tolist(), strict=True)
    return dict(zip(both, pairs.shared[joined].tolist(), strict=True))


def cadastre(shared: Path) -> NDArray[np.object_]:
    """A third of the parcels of Megève, those of its west, in Lambert-93."""
    with gzip.open(shared / "megeve_74173" / "parcelles.geojson.gz") as file:
        features = json.load(file)["features"]
    to_planar = Transformer.from_crs(4326, 2154, always_xy=True)
    shapes = shapely.transform(
        [shapely.geometry.shape(one["geometry"]) for one in features],
        lambda lonlat: np.column_stack(to_planar.transform(lonlat[:, 0], lonlat[:, 1])),
    )
    east = shapely.get_x(shapely.centroid(shapes))
    return np.array(shapely.make_valid(shapes[east < np.quantile(east, 1 / 3)]), dtype=object)


def test_a_real_cadastre_shaken_by_5_cm_keeps_its_neighbours(shared: Path) -> None:
    """At most one pair in a thousand differs, and only where the shared limit is about the least there must be."""
    land = cadastre(shared)
    rng = np.random.default_rng(1)
    shaken = land.copy()
    for place in np.flatnonzero(rng.random(len(land)) < 0.3):
        shaken[place] = translate(land[place], *rng.normal(0, 0.05, 2))
    before, after = keys(neighbours(land)), keys(neighbours(shaken))
    assert len(before) > 5_000
    differing = before.keys() ^ after.keys()
    assert len(differing) <= 2 * len(before) / 1_000
    for pair in differing:
        assert (before.get(pair) or after[pair]) < LEAST_SHARED_M + 2.0
