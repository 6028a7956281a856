"""How the land is laid out: parts, reaches, and simplification that is paid for."""

import math

import numpy as np
import pytest
import shapely
from shapely import LinearRing, MultiPolygon

from geo.fit import Verdict, decide, lay_out
from geo.fit.ground import DEVIATIONS, MAX_EDGES
from tests.fit.shapes import LAMBERT_93, less, star

SQUARE = shapely.box(0, 0, 100, 100)


def test_each_part_holds_its_own_edges_with_the_setback() -> None:
    ground = lay_out(MultiPolygon([SQUARE, shapely.box(200, 0, 230, 30)]), setback=4)
    assert [part.index for part in ground.parts] == [0, 1]
    assert [part.solid for part in ground.parts] == [4, 4]
    assert all((part.edges[:, 4] == 4).all() for part in ground.parts)


def test_the_edges_of_a_buildable_part_have_no_reach_and_those_of_the_parcel_do() -> None:
    (part,) = lay_out(SQUARE, shapely.box(40, 0, 60, 30), setback=10).parts
    assert part.solid == 4
    assert (part.edges[:4, 4] == 0).all()
    assert (part.edges[4:, 4] == 10).all()
    assert len(part.edges) == 5, "only the parcel's lower side is near enough to matter"


def test_without_a_setback_the_parcel_adds_no_edge() -> None:
    (part,) = lay_out(SQUARE, shapely.box(40, 0, 60, 30)).parts
    assert len(part.edges) == part.solid == 4


def test_edges_are_local() -> None:
    (part,) = lay_out(star([50.0] * 8)).parts
    assert np.abs(part.edges[:, :4]).max() <= 50 + 1e-6
    assert lay_out(star([50.0] * 8)).origin == pytest.approx(LAMBERT_93)


def test_the_reach_of_simplification_is_what_it_says() -> None:
    """Each outline stays within the deviation of the other."""
    rng = np.random.default_rng(1)
    land = star(list(100 + rng.normal(0, 0.05, 5_000)))
    ground = lay_out(land)
    (part,) = ground.parts
    assert 0 < part.deviation <= DEVIATIONS[-1]
    assert len(part.edges) <= MAX_EDGES
    simple = LinearRing(part.edges[:, :2])
    original = shapely.transform(land.exterior, lambda xy: xy - ground.origin)
    assert simple.hausdorff_distance(original) <= part.deviation + 1e-9
    dense = shapely.segmentize(simple, 0.05)
    assert dense.hausdorff_distance(original) <= part.deviation + 1e-9


def test_many_rings_that_cannot_be_simplified_are_kept() -> None:
    posts = [shapely.box(x, y, x + 1, y + 1) for x in range(2, 98, 4) for y in range(2, 98, 4)]
    land = less(SQUARE, shapely.union_all(posts))
    (part,) = lay_out(land).parts
    assert len(part.edges) > MAX_EDGES
    assert part.deviation == DEVIATIONS[-1]
    assert decide(land, 95, 2.5).verdict is Verdict.FITS
    assert decide(land, 6, 6).verdict is Verdict.NO


def test_simplification_of_both_outlines_is_paid_for() -> None:
    """A parcel and a buildable area of many vertices: what is refused and what is found both stay true."""
    turns = np.linspace(0, 2 * math.pi, 3_000, endpoint=False)
    parcel = star(list(100 + 0.01 * np.sin(800 * turns)))
    buildable = star(list(95 + 0.01 * np.sin(700 * turns)))
    diagonal = 2 * 95 / math.sqrt(2)
    fits = decide(parcel, diagonal - 0.3, diagonal - 0.3, buildable=buildable, setback=4)
    assert fits.verdict is Verdict.FITS
    assert fits.placement is not None
    assert buildable.covers(fits.placement)
    assert parcel.boundary.distance(fits.placement) >= 4
    assert decide(parcel, diagonal + 0.6, diagonal + 0.6, buildable=buildable, setback=4).verdict is Verdict.NO
    assert decide(parcel, diagonal, diagonal, buildable=buildable, setback=5.5).verdict is Verdict.NO
