"""A question about a polygon as it is drawn: its metres, its coordinates, and the roomiest place."""

import numpy as np
import pyproj
import pytest
import shapely
from shapely import Polygon, box

from geo.fit import UnusableShape, Verdict, decide
from geo.fit.asking import Question, answer
from geo.fit.building import Outline, Programme, Rectangle, Surface
from geo.fit.clearest import clearest
from geo.fit.ground import lay_out
from geo.fit.plane import plane_of

LYON = box(842_000, 6_520_000, 842_100, 6_520_060)
NORTH = box(700_000, 7_060_000, 700_100, 7_060_100)
"""Near Dunkerque, where Lambert-93 stretches."""


@pytest.mark.parametrize(("land", "scale"), [(LYON, 0.99914), (NORTH, 1.0015)])
def test_the_scale_is_that_of_lambert_93_at_the_place(land: Polygon, scale: float) -> None:
    assert plane_of("EPSG:2154", land, ground=True).scale == pytest.approx(scale, abs=2e-4)
    assert plane_of("EPSG:2154", land).scale == 1
    assert plane_of(None, land, ground=True).scale == 1


@pytest.mark.parametrize(
    "building",
    [Rectangle(99.99, 30), Surface(99.99 * 30, 30), Outline(box(0, 0, 99.99, 30))],
    ids=["rectangle", "surface", "outline"],
)
def test_every_building_is_asked_in_ground_metres(building: Rectangle | Surface | Outline) -> None:
    """100 m of Lambert-93 are 100.09 m of ground at Lyon and 99.85 m near Dunkerque."""
    narrow = [shapely.box(*land.bounds[:2], land.bounds[0] + 100, land.bounds[1] + 30.03) for land in (LYON, NORTH)]
    found = [
        answer(land, "EPSG:2154", Question(Programme((building,)), tolerance=0.01, ground=True)) for land in narrow
    ]
    assert [one.verdict for one in found] == [Verdict.FITS, Verdict.NO]


def test_a_setback_is_asked_in_ground_metres() -> None:
    land = box(842_000, 6_520_000, 842_100, 6_520_100)
    asked = Question(Programme((Rectangle(20.05, 20.05),)), setback=40, tolerance=0.01, ground=True)
    assert answer(land, "EPSG:2154", asked).verdict is Verdict.FITS


def test_degrees_come_back_as_degrees_with_ground_metres_between() -> None:
    to = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
    land = shapely.transform(LYON, lambda xy: np.column_stack(to.transform(*xy.T)))
    found = answer(land, "EPSG:4326", Question(Programme((Rectangle(90, 50),)), setback=2))
    assert land.covers(found.placements[0])
    back = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    planar = shapely.transform(found.placements[0], lambda xy: np.column_stack(back.transform(*xy.T)))
    assert planar.area == pytest.approx(4_500 * 0.99914**2, rel=3e-4)


@pytest.mark.parametrize(("crs", "x", "y"), [("EPSG:4326", 900_000, 6_500_000), ("EPSG:4326", 4, 95)])
def test_numbers_that_are_no_degrees_are_told(crs: str, x: float, y: float) -> None:
    with pytest.raises(UnusableShape, match="is not in degrees"):
        answer(box(x, y, x + 0.001, y + 0.001), crs, Question(Programme((Rectangle(9, 9),))))


def test_a_placement_is_moved_to_where_it_has_the_most_room() -> None:
    """A wide room opens above a narrow corridor: the building goes into its middle."""
    land = Polygon([(0, 0), (30, 0), (30, 60), (100, 60), (100, 140), (0, 140)])
    found = decide(land, 20, 10)
    moved = clearest(lay_out(land), found)
    assert moved.angle_deg == found.angle_deg
    assert moved.margin_m is not None
    assert moved.margin_m == pytest.approx(30, abs=0.2)
    assert moved.placement is not None
    assert moved.placement.distance(land.boundary) == pytest.approx(moved.margin_m, abs=1e-6)
    refused = decide(land, 200, 10)
    assert clearest(lay_out(land), refused) is refused
