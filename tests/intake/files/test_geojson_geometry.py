import numpy as np
import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping

from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from tests.intake.written_files import square

RING = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]


def decode(*geometries: object, degrees: bool = False) -> tuple[list[object], Decoder]:
    decoder = Decoder(degrees)
    for geometry in geometries:
        decoder.add(geometry)
    return list(decoder.finish()), decoder


def refusal(geometry: object, *, degrees: bool = False) -> BadGeometryError:
    decoder = Decoder(degrees)
    decoder.add(square())
    with pytest.raises(BadGeometryError) as refused:
        decoder.add(geometry)
    assert len(decoder.finish()) == 1, "a refused geometry must leave nothing behind"
    return refused.value


def test_every_type_is_read_in_its_place() -> None:
    shapes = [
        shapely.from_wkt(wkt)
        for wkt in (
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1)), ((9 9, 10 9, 10 10, 9 9)))",
            "POINT (1 2)",
            "MULTIPOINT (1 2, 3 4)",
            "LINESTRING (0 0, 1 1)",
            "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
            "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (5 5))",
            "MULTIPOLYGON (((9 9, 10 9, 10 10, 9 9)))",
        )
    ]
    found, decoder = decode(*(orjson.loads(orjson.dumps(mapping(one))) for one in shapes))
    assert found == shapes
    assert decoder.closed == {}


def test_a_polygon_comes_as_a_multipolygon() -> None:
    found, _ = decode({"type": "Polygon", "coordinates": [RING, HOLE]})
    assert found == [shapely.from_wkt("MULTIPOLYGON (((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1)))")]


coordinates = st.floats(-180, 180, allow_nan=False).map(lambda value: round(value, 7))
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12).map(lambda ring: [*ring, ring[0]])
polygons = st.lists(rings, min_size=1, max_size=3)


@given(st.lists(st.lists(polygons, min_size=1, max_size=3), min_size=1, max_size=5))
def test_coordinates_pass_unchanged(multipolygons: list[list[list[list[tuple[float, float]]]]]) -> None:
    texts = [{"type": "MultiPolygon", "coordinates": one} for one in multipolygons]
    found, _ = decode(*orjson.loads(orjson.dumps(texts)))
    back = [orjson.loads(orjson.dumps(mapping(one))) for one in found]  # type: ignore[arg-type]
    assert back == orjson.loads(orjson.dumps(texts))


def test_the_third_dimension_is_dropped_and_counted() -> None:
    high = [[x, y, 812.5] for x, y in RING]
    found, decoder = decode({"type": "Polygon", "coordinates": [high]}, square())
    assert not shapely.has_z(np.array(found, dtype=object)).any()
    assert decoder.flattened == 1


@pytest.mark.parametrize(
    ("last", "degrees", "gap"),
    [([0.007, 0.0], False, 0.007), ([0.0, 0.000001], True, 0.11132), ([0.03, 0], False, 0.03)],
)
def test_a_ring_nearly_closed_is_closed_without_a_sliver(last: list[float], degrees: bool, gap: float) -> None:
    found, decoder = decode({"type": "Polygon", "coordinates": [[*RING[:-1], last]]}, degrees=degrees)
    assert found == [shapely.Polygon(RING)]
    assert decoder.closed[0] == pytest.approx(gap)


@pytest.mark.parametrize("gap", [0.9, 1.0])
def test_a_corner_near_the_first_one_stays_where_the_surface_depends_on_it(gap: float) -> None:
    """A transformer's plot of two metres: with its last corner moved onto the first, a third of it would be lost."""
    corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, gap)]
    (found,), decoder = decode({"type": "Polygon", "coordinates": [list(map(list, corners))]}, degrees=False)
    assert found == shapely.Polygon(corners)
    assert decoder.closed == {0: pytest.approx(gap)}


def test_the_widest_gap_of_a_geometry_is_told() -> None:
    outline, hole = [*RING[:-1], [0, 0.2]], [*HOLE[:-1], [1, 1.5]]
    _, decoder = decode(square(), {"type": "Polygon", "coordinates": [outline, hole]})
    assert decoder.closed == {1: pytest.approx(0.5)}


NESTED: dict[str, object] = {"type": "Point", "coordinates": [1, 2]}
for _ in range(50):
    NESTED = {"type": "GeometryCollection", "geometries": [NESTED]}


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "geometry.missing"),
        ([], "geometry.not_an_object"),
        ("POLYGON ((0 0, 1 1, 1 0, 0 0))", "geometry.not_an_object"),
        ({}, "geometry.unknown_type"),
        ({"type": "polygon", "coordinates": [RING]}, "geometry.unknown_type"),
        ({"type": ["Polygon"], "coordinates": [RING]}, "geometry.unknown_type"),
        ({"type": "Polygon"}, "geometry.empty"),
        ({"type": "Polygon", "coordinates": []}, "geometry.empty"),
        ({"type": "Polygon", "coordinates": [[]]}, "geometry.empty"),
        ({"type": "Polygon", "coordinates": {"0": RING}}, "geometry.empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "geometry.empty"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "geometry.empty"),
        ({"type": "MultiPolygon", "coordinates": [[RING], "x"]}, "geometry.empty"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "geometry.ring"),
        ({"type": "Polygon", "coordinates": [[0, 0, 1, 1]]}, "geometry.position"),
        ({"type": "Polygon", "coordinates": [RING[:-1]]}, "geometry.unclosed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4], [4, 4], [0, 0]]]}, "geometry.position"),
        ({"type": "Polygon", "coordinates": [[[0, 0, 1, 2]] * 5]}, "geometry.position"),
        ({"type": "Polygon", "coordinates": [[[0], [0, 0, 0], [4, 4], [0]]]}, "geometry.position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, 0, 5], [4, 4], [0, 0]]]}, "geometry.mixed_dimensions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, "NaN"], [4, 4], [0, 0]]]}, "geometry.number"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, None], [4, 4], [0, 0]]]}, "geometry.number"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, True], [4, 4], [0, 0]]]}, "geometry.number"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, [4]], [4, 4], [0, 0]]]}, "geometry.number"),
        ({"type": "Polygon", "coordinates": [["ab", "cd", "ef", "ab"]]}, "geometry.position"),
        ({"type": "Point", "coordinates": []}, "geometry.position"),
        ({"type": "Point", "coordinates": [float("inf"), 1]}, "geometry.number"),
        ({"type": "MultiPoint", "coordinates": []}, "geometry.empty"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "geometry.line"),
        ({"type": "GeometryCollection", "geometries": []}, "geometry.empty"),
        ({"type": "GeometryCollection", "geometries": [None]}, "geometry.missing"),
        (NESTED, "geometry.nested"),
    ],
)
def test_what_is_no_geometry_is_refused_by_name(geometry: object, code: str) -> None:
    assert refusal(geometry).code == code


def test_a_gap_in_degrees_is_measured_on_the_ground() -> None:
    refused = refusal({"type": "Polygon", "coordinates": [[[6, 45], [7, 45], [7, 46], [6.0001, 45]]]}, degrees=True)
    assert refused.code == "geometry.unclosed"
    assert refused.params == {"gap_m": 7.87}


def test_refused_geometries_shift_nothing() -> None:
    decoder = Decoder(degrees=False)
    for geometry in (square(0, 0), None, {"type": "Polygon", "coordinates": [RING, [[1, 1], "x"]]}, square(9, 9)):
        try:
            decoder.add(geometry)
        except BadGeometryError:
            continue
    found = decoder.finish()
    assert [shape.bounds[0] for shape in found] == [0, 9]


def test_nothing_gives_nothing() -> None:
    assert len(Decoder(degrees=True).finish()) == 0
