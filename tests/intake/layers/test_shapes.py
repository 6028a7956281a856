import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from api.catalogues import catalogue
from api.words import fault_word
from geo.intake.crs import Frame
from geo.intake.layers.ground import ground_area
from geo.intake.layers.record import Shape
from geo.intake.layers.shapes import MAX_AREA_CHANGE, Shapes, _fault, shape
from geo.intake.layers.tangle import is_tangled
from tests.intake.written_files import L93_X, L93_Y, LAT, LON, explained

L93 = Frame("EPSG:2154", 2154)
DEGREES = Frame("EPSG:4326", 2154)


def shaped(*wkts: str | None, wanted: Shape = Shape.SURFACE, frame: Frame = L93) -> Shapes:
    source = np.empty(len(wkts), dtype=object)
    source[:] = [None if wkt is None else shapely.from_wkt(wkt) for wkt in wkts]
    return shape(list(range(1, len(wkts) + 1)), source, wanted, frame)


def polygon(wkt: str) -> shapely.Polygon:
    found = shapely.from_wkt(wkt)
    assert isinstance(found, shapely.Polygon)
    return found


def at(*points: tuple[float, float]) -> str:
    """A polygon through points given in metres from the place of the tests."""
    ring = [(L93_X + x, L93_Y + y) for x, y in points]
    return shapely.Polygon(ring).wkt


SQUARE = at((0, 0), (100, 0), (100, 100), (0, 100))
BOWTIE = at((0, 0), (100, 100), (100, 0), (0, 100))
SPIKE = at((0, 0), (100, 0), (100, 100), (300, 300), (100, 100), (0, 100))
FLAT = at((0, 0), (100, 100), (200, 200))


def test_a_clean_square_becomes_a_multipolygon_untouched() -> None:
    shapes = shaped(SQUARE)
    assert shapes.good.all()
    assert shapes.geometry[0] == shapely.MultiPolygon([polygon(SQUARE)])
    assert shapes.location[0] is None
    assert shapes.repairs == []
    assert shapes.rejections == []


def test_degrees_become_metres() -> None:
    wkt = shapely.box(LON, LAT, LON + 0.001, LAT + 0.001).wkt
    area = shaped(wkt, frame=DEGREES).geometry[0].area
    expected = 111_320 * math.cos(math.radians(LAT)) * 111_140 * 1e-6
    assert area == pytest.approx(expected, rel=0.005)


def test_an_invalid_outline_is_mended_and_reported_with_its_areas() -> None:
    shapes = shaped(SQUARE, SPIKE)
    assert shapes.good.tolist() == [True, True]
    assert shapes.geometry[1].is_valid
    (repair,) = shapes.repairs
    assert (repair.row, repair.field, repair.code) == (2, "geometry", "geometry.made_valid")
    spot = {"x": repair.before["x"], "y": repair.before["y"]}  # type: ignore[index]
    ground = round(ground_area(polygon(SPIKE), 2154), 3)
    assert abs(ground - 10_000) > 10, "the plane is not the ground"
    assert repair.before == {"area_m2": ground, "reason": "self_intersection"} | spot
    assert repair.after == {"area_m2": ground}


def test_a_repair_that_changes_the_area_is_refused_with_the_place_of_the_crossing() -> None:
    shapes = shaped(BOWTIE)
    assert not shapes.good.any()
    (rejection,) = shapes.rejections
    assert rejection.code == "geometry.invalid"
    assert (rejection.params["x"], rejection.params["y"]) == (L93_X + 50, L93_Y + 50)


def test_overlapping_parts_and_a_hole_equal_to_its_shell_are_refused() -> None:
    twice = shapely.MultiPolygon([polygon(SQUARE)] * 2).wkt
    ring = polygon(SQUARE).exterior
    hollow = shapely.Polygon(ring, [ring]).wkt
    shapes = shaped(twice, hollow)
    assert not shapes.good.any()
    assert [(one.row, one.code) for one in shapes.rejections] == [(1, "geometry.invalid"), (2, "geometry.no_area")]


def zigzag(count: int) -> shapely.Polygon:
    """An outline whose ``count`` upright strokes each cross ``count`` level ones."""
    upright = [(10.0 * n, 1_000.0 * (n % 2)) for n in range(count)]
    level = [(10.0 * count * (n % 2), 5 + n * 990.0 / count) for n in range(count)]
    return shapely.Polygon([(L93_X + x, L93_Y + y) for x, y in upright + level])


def test_a_hopeless_tangle_is_refused_before_it_is_mended() -> None:
    started = time.process_time()
    shapes = shaped(zigzag(1_500).wkt, SQUARE)
    assert time.process_time() - started < 5
    assert shapes.good.tolist() == [False, True]
    assert [one.code for one in shapes.rejections] == ["geometry.tangled"]


def test_tangles_are_told_from_long_clean_outlines() -> None:
    circle = shapely.Point(0, 0).buffer(100, quad_segs=5_000)
    assert not is_tangled(shapely.MultiPolygon([circle]))
    assert not is_tangled(shapely.MultiPolygon([zigzag(20)]))
    assert is_tangled(shapely.MultiPolygon([zigzag(200)]))
    assert is_tangled(shapely.MultiPolygon([circle, zigzag(400)]))


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON EMPTY", "geometry.empty"),
        (FLAT, "geometry.no_area"),
        (at((0, 0), (0.05, 0), (0.05, 0.05)), "geometry.no_area"),
        ("LINESTRING (934000 6493000, 934100 6493000)", "geometry.type"),
        ("POINT (934000 6493000)", "geometry.type"),
        ("GEOMETRYCOLLECTION (POINT (934000 6493000))", "geometry.no_polygon"),
        (shapely.box(0, 0, 10, 10).wkt, "geometry.outside"),
        (shapely.box(L93_Y, L93_X, L93_Y + 10, L93_X + 10).wkt, "crs.axes_swapped_metres"),
    ],
)
def test_what_is_no_land_here_is_refused(wkt: str, code: str) -> None:
    shapes = shaped(SQUARE, wkt)
    assert shapes.good.tolist() == [True, False]
    assert [(one.row, one.code) for one in shapes.rejections] == [(2, code)]
    assert explained(shapes.rejections[0])


def test_the_smallest_plot_is_land() -> None:
    """A plot of 20 cm a side is refused by nobody; one of less than 10 cm is a collapsed outline."""
    shapes = shaped(at((0, 0), (0.2, 0), (0.2, 0.2), (0, 0.2)))
    assert shapes.good.all()
    assert ground_area(shapes.geometry[0], 2154) == pytest.approx(0.04, rel=0.01)


def test_one_vertex_outside_is_enough_and_is_named() -> None:
    wkt = "POLYGON ((6 45, 6.1 45, 200 45.1, 6 45.1, 6 45))"
    shapes = shaped(wkt, frame=DEGREES)
    assert not shapes.good.any()
    assert shapes.rejections[0].params["x"] == 200


def test_a_row_without_geometry_is_refused_where_the_layer_cannot_do_without() -> None:
    for wanted in (Shape.SURFACE, Shape.POINT):
        shapes = shaped(None, "POINT (934000 6493000)" if wanted is Shape.POINT else SQUARE, wanted=wanted)
        assert shapes.good.tolist() == [False, True]
        assert [(one.row, one.code) for one in shapes.rejections] == [(1, "geometry.missing")]
    shapes = shaped(None, SQUARE, wanted=Shape.SURFACE_OR_POINT)
    assert shapes.good.all()
    assert shapes.rejections == []


def test_collections_are_opened_for_their_surfaces() -> None:
    shapes = shaped(
        f"GEOMETRYCOLLECTION ({SQUARE}, POINT (934000 6493000), LINESTRING (934000 6493000, 934100 6493000))"
    )
    assert shapes.geometry[0].equals(shapely.from_wkt(SQUARE))
    assert [repair.code for repair in shapes.repairs] == ["geometry.collection_opened"]


def test_the_third_dimension_goes() -> None:
    shapes = shaped(shapely.force_3d(shapely.from_wkt(SQUARE), 700.0).wkt)
    assert not shapely.has_z(shapes.geometry[0])
    assert not shapely.has_z(shapes.source[0])


def test_a_point_is_a_location_where_the_layer_has_one() -> None:
    shapes = shaped("POINT (934000 6493000)", SQUARE, "MULTIPOINT (934000 6493000)", wanted=Shape.SURFACE_OR_POINT)
    assert shapes.good.all()
    assert shapely.is_missing(shapes.geometry).tolist() == [True, False, True]
    assert shapely.is_missing(shapes.location).tolist() == [False, True, False]


def test_a_layer_of_points_takes_a_point_of_a_surface_or_a_line_and_says_so() -> None:
    line = "LINESTRING (934000 6493000, 934100 6493000)"
    shapes = shaped("POINT (934000 6493000)", SQUARE, line, wanted=Shape.POINT)
    assert shapes.good.tolist() == [True, True, True]
    assert shapes.geometry[1].within(shapely.from_wkt(SQUARE))
    assert shapes.geometry[2].distance(shapely.from_wkt(line)) < 1e-6
    taken = [(2, "geometry.point_taken"), (3, "geometry.point_taken")]
    assert [(repair.row, repair.code) for repair in shapes.repairs] == taken


offsets = st.tuples(st.integers(-400, 400), st.integers(-400, 400))


@given(st.lists(offsets, min_size=3, max_size=9))
def test_whatever_is_kept_is_valid_and_changed_by_no_more_than_allowed(points: list[tuple[int, int]]) -> None:
    assume(len(set(points)) >= 3)
    before = shapely.from_wkt(at(*points))
    shapes = shaped(before.wkt)
    kept = shapes.geometry[0] if shapes.good[0] else None
    assert (kept is None) == bool(shapes.rejections)
    if kept is not None:
        assert kept.is_valid
        assert kept.geom_type == "MultiPolygon"
        assert abs(kept.area - before.area) <= MAX_AREA_CHANGE * before.area
        assert before.is_valid or shapes.repairs


@given(st.lists(st.tuples(st.floats(2, 8), st.floats(43, 48)), min_size=3, max_size=8))
def test_carrying_there_and_back_loses_less_than_a_millimetre(points: list[tuple[float, float]]) -> None:
    before = shapely.convex_hull(shapely.MultiPoint(points))
    assume(before.geom_type == "Polygon" and before.area > 1e-6)
    after = shaped(before.wkt, frame=DEGREES).geometry[0]
    back = shapely.transform(after, Frame("EPSG:2154", 4326).transform)
    assert back.hausdorff_distance(before) < 1e-8


@pytest.mark.parametrize("far", ["1e30 6493000", "934000 1e155", "1e308 1e308"])
@pytest.mark.parametrize("hole", [False, True], ids=["outline", "hole"])
def test_coordinates_of_no_system_are_refused_and_no_library_warns(far: str, hole: bool) -> None:
    """Warnings are errors here. A hole is not in the bounds of its outline: it once got as far as being measured."""
    spot = f"({far}, 934050 6493000, 934000 6493050, {far})"
    inside = SQUARE.removesuffix(")") + f", {spot})" if hole else f"POLYGON ({spot})"
    shapes = shaped(SQUARE, inside)
    assert shapes.good.tolist() == [True, False]
    assert [one.row for one in shapes.rejections] == [2]
    assert explained(shapes.rejections[0])


FAULTS = {
    "POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))": "le contour se recoupe",
    "POLYGON ((0 0, 2 0, 2 2, 4 2, 4 4, 2 4, 2 2, 0 2, 0 0))": "le contour se touche lui-même en un point",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (6 6, 7 6, 7 7, 6 6))": "un trou est hors du contour",
    "POLYGON ((0 0, 9 0, 9 9, 0 0), (2 1, 8 1, 8 7, 2 1), (6 2, 7 2, 7 3, 6 2))": "un trou est dans un autre trou",
    "POLYGON ((0 0, 0 0, 0 0, 0 0))": "un contour a trop peu de points",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 0, 4 4, 3 4, 0 0))": None,
    "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((1 1, 2 1, 2 2, 1 1)))": "un contour est dans un autre",
    "POLYGON ((0 0, 8 0, 8 8, 0 8, 0 0), (0 4, 4 0, 4 4, 0 4))": "des trous coupent l'intérieur en morceaux",
}


@pytest.mark.parametrize("wkt", FAULTS)
def test_every_fault_that_geos_finds_has_its_words(wkt: str) -> None:
    fault = _fault(shapely.is_valid_reason(shapely.from_wkt(wkt)))
    assert f"words.geos.{fault}" in catalogue("fr"), fault
    if FAULTS[wkt] is not None:
        assert fault_word(fault, "fr") == FAULTS[wkt]
    assert fault_word("of_tomorrow", "fr") == "le contour est mal formé"
