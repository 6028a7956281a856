"""Sides of a parcel: road, neighbour, water, unknown."""

import math

import numpy as np
import pytest
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit import Verdict, decide_on, lay_out
from geo.fit.frontage import Sides, limits_of, sides_of
from tests.fit.shapes import subdivided

PARCEL = shapely.box(0, 0, 100, 100)
NORTH, EAST = shapely.box(0, 100, 100, 150), shapely.box(100.1, -20, 150, 150)
RIVER = shapely.box(-30, -50, 0, 150)
EVERYWHERE = shapely.box(-500, -500, 500, 500)


def sides(loaded: BaseGeometry | None = EVERYWHERE) -> Sides:
    return sides_of(PARCEL, [NORTH, EAST], [RIVER], loaded)


def lengths(found: Sides) -> list[float]:
    return [round(line.length) for line in (found.frontage, found.neighbour, found.water, found.unknown)]


def test_what_is_no_neighbour_and_no_water_is_frontage_where_all_is_loaded() -> None:
    found = sides()
    assert lengths(found) == [100, 200, 100, 0]
    assert found.frontage.distance(shapely.Point(50, 0)) < 1e-9
    assert found.has_access is True
    assert found.direction() == pytest.approx(0)


@pytest.mark.parametrize("loaded", [None, shapely.box(-500, 0, 500, 500), shapely.box(-500, -5, 500, 500)])
def test_it_is_unknown_where_the_commune_across_is_not_loaded(loaded: BaseGeometry | None) -> None:
    found = sides(loaded)
    assert lengths(found) == [0, 200, 100, 100]
    assert found.has_access is None
    assert found.direction() is None


def test_only_the_part_near_what_is_not_loaded_is_unknown() -> None:
    found = sides(shapely.box(-500, -500, 60, 500))
    assert found.frontage.length + found.unknown.length == pytest.approx(100, abs=1)
    assert 40 < found.unknown.length < 60
    assert found.has_access is True


def test_water_and_neighbours_give_no_access() -> None:
    found = sides_of(PARCEL, [NORTH, EAST, shapely.box(0, -50, 97, 0)], [RIVER], EVERYWHERE)
    assert round(found.frontage.length) == 3
    assert found.has_access is False


def test_a_gap_between_two_drawings_is_no_road() -> None:
    south = shapely.box(0, -50, 70, -0.6)
    found = sides_of(PARCEL, [NORTH, EAST, south], [RIVER], EVERYWHERE)
    assert 28 <= round(found.frontage.length) <= 34, "some metres beyond each end of a gap are within it still"
    assert found.frontage.distance(shapely.Point(50, 0)) > 15
    whole = sides_of(PARCEL, [NORTH, EAST, shapely.box(0, -50, 100, -0.6)], [RIVER], EVERYWHERE)
    assert lengths(whole) == [0, 300, 100, 0]


def test_the_kinds_cover_the_boundary_and_do_not_overlap() -> None:
    parcels = list(subdivided(np.random.default_rng(61), 40))
    for k, parcel in enumerate(parcels):
        near = [other for j, other in enumerate(parcels) if j != k and other.distance(parcel) < 20]
        found = sides_of(parcel, near, [], shapely.buffer(parcel.centroid, 40))
        lines = [found.frontage, found.neighbour, found.water, found.unknown]
        assert sum(line.length for line in lines) == pytest.approx(parcel.boundary.length)
        assert shapely.union_all(lines).hausdorff_distance(parcel.boundary) < 1e-6


def test_a_building_keeps_the_setback_of_each_side() -> None:
    most, least = limits_of(sides(), road=10, neighbour=3)
    for limits in (most, least):
        assert decide_on(lay_out(PARCEL, setback=limits), 93.9, 86.9).verdict is Verdict.FITS
        assert decide_on(lay_out(PARCEL, setback=limits), 93.9, 87.3).verdict is Verdict.NO


def test_an_unknown_side_asks_for_the_most_to_fit_and_the_least_to_refuse() -> None:
    most, least = limits_of(sides(None), road=10, neighbour=3)
    assert decide_on(lay_out(PARCEL, setback=most), 93, 90).verdict is Verdict.NO
    assert decide_on(lay_out(PARCEL, setback=least), 93, 90).verdict is Verdict.FITS
    assert decide_on(lay_out(PARCEL, setback=least), 95, 90).verdict is Verdict.NO


def test_the_direction_is_that_of_the_longest_stretch() -> None:
    parcel = Polygon([(0, 0), (40, 0), (90, 50), (0, 90)])
    found = sides_of(parcel, [], [], EVERYWHERE)
    assert found.direction() == pytest.approx(math.atan2(40, -90) % math.pi)
