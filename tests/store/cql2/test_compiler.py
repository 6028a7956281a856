"""The JSON form as SQL: what is refused and why, bound literals, coordinates, shapes and times."""

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import box
from sqlalchemy import text

from geo.store.cql2 import comparing, compiler, shapes
from geo.store.cql2.compiler import DEEPEST, MOST_NODES, condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import HELD, Places, queryables
from geo.store.cql2.text import read_text
from geo.store.database import AUDIENCES, Role
from geo.store.views.views import PARCEL, columns
from tests.store.conftest import Land, found

KNOWN = queryables(columns(PARCEL, Role.PUBLIC))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("pg_sleep(2) IS NULL", "filter.property_wanted"),
        ("pg_sleep(2)", "filter.unknown_function"),
        ("name = pg_read_file('/etc/hostname')", "filter.unknown_function"),
        ("pg_read_file('/etc/hostname') LIKE '%'", "filter.unknown_function"),
        ('"name"" or true --" = \'x\'', "filter.unknown_property"),
        ("buyer = 'x'", "filter.unknown_property"),
        ("geom IS NULL", "filter.unknown_property"),
        ("doc LIKE '%'", "filter.unknown_property"),
        ("cadastral_ids = 'x'", "filter.is_list"),
        ("surface_m2 = 'x'", "filter.is_number"),
        ("'x' = surface_m2", "filter.is_number"),
        ("observed_on > '2026-01-01'", "filter.is_day"),
        ("updated_at > DATE('2026-01-01')", "filter.is_instant"),
        ("surface_m2 LIKE '1%'", "filter.text_wanted"),
        ("name LIKE market", "filter.pattern"),
        ("CASEI(surface_m2) = 'x'", "filter.text_wanted"),
        ("synthetic > TRUE", "filter.not_so"),
        ("geometry = POINT(1 2)", "filter.not_so"),
        ("S_INTERSECTS(name, POINT(1 2))", "filter.shapes_wanted"),
        ("A_CONTAINS(name, ('x'))", "filter.lists_wanted"),
        ("A_OVERLAPS(areas, (1, 'x'))", "filter.lists_wanted"),
        ("A_CONTAINS(areas, (name, 'x'))", "filter.lists_wanted"),
        ("A_CONTAINS(areas)", "filter.arguments"),
        ("A_CONTAINS('x', ('x'))", "filter.property_wanted"),
        ("A_CONTAINS(doc, ('x'))", "filter.unknown_property"),
        ("S_INTERSECTS(geometry)", "filter.arguments"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "filter.shape_invalid"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 0 0.5)))", "filter.ring"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 0)))", "filter.shape_invalid"),
        ("S_INTERSECTS(geometry, BBOX(840000, 6500000, 900000, 6530000))", "filter.degrees"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3))", "filter.shape"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3, 1e999))", "filter.number"),
        ("surface_m2 < 1e999", "filter.number"),
        (f"surface_m2 < {'9' * 400}", "filter.number"),
        (f"surface_m2 < {'9' * 5_000}", "filter.number"),
        (f"surface_m2 < {'0' * 5_000}", "filter.number"),
        (f"S_INTERSECTS(geometry, BBOX({'9' * 400}, 1, 2, 3))", "filter.number"),
        (f"name = {'ACCENTI(' * 5}'x'{')' * 5}", "filter.alike_deep"),
        (f"{'CASEI(ACCENTI(' * 22}name{'))' * 22} = 'x'", "filter.alike_deep"),
        (f"name LIKE {'CASEI(' * 5}'x'{')' * 5}", "filter.alike_deep"),
        (f"name LIKE {'CASEI(' * 1_500}'x'{')' * 1_500}", "filter.too_deep"),
        (f"name IN {'(' * 1_500}1{',1)' * 1_500}", "filter.too_deep"),
        (f"observed_on = {'DATE(' * 1_500}1{')' * 1_500}", "filter.too_deep"),
        (f"S_WITHIN(geometry, {'GEOMETRYCOLLECTION(' * 600}POINT(1 2){')' * 600})", "filter.too_deep"),
        (f"name IN {'(' * 1_500}1{')' * 1_500}", "filter.is_text"),
        ("name", "filter.no_condition"),
        ("5", "filter.no_condition"),
        ("observed_on = DATE('2026-02-30')", "filter.day"),
        ("observed_on = DATE('20260201')", "filter.day"),
        ("updated_at = TIMESTAMP('2026-01-01')", "filter.instant"),
        ("updated_at = TIMESTAMP('0000-01-01T00:00:00Z')", "filter.instant"),
        ("T_AFTER(name, DATE('2026-01-01'))", "filter.time_wanted"),
        ("T_AFTER(updated_at, DATE('2026-01-01'))", "filter.times"),
        ("T_DURING(observed_on, DATE('2026-01-01'))", "filter.intervals_wanted"),
        ("T_AFTER(observed_on, INTERVAL('2026-01-01', '2026-01-02T00:00:00Z'))", "filter.interval"),
        ("T_AFTER(observed_on, INTERVAL('2026-01-01'))", "filter.interval"),
        ("name = 'a\0b'", "filter.nul"),
    ],
)
def test_refuses_what_is_not_listed(written: str, code: str) -> None:
    with pytest.raises(FilterFault) as refused:
        condition(read_text(written), KNOWN, 2154)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "tree",
    [
        None, [], {}, "x", {"op": 5, "args": []}, {"op": "and"}, {"op": "and", "args": [True]},
        {"op": "in", "args": []},
        {"op": "not", "args": [True, True]}, {"op": "=", "args": [{"property": 5}, 1]}, {"op": "=", "args": [None, 1]},
        {"op": "in", "args": [{"property": "name"}, []]}, {"op": "in", "args": [{"property": "name"}, "x"]},
        {"op": "=", "args": [{"date": "2026-01-01", "timestamp": "x"}, 1]}, {"op": "isNull", "args": [5]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": "x"}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1, [2]]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Cube", "coordinates": []}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": []}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, "4"]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [True, 2, 3, 4]}]},
        {"op": "t_after", "args": [{"property": "observed_on"}, {"interval": [{"op": "x"}, ".."]}]},
        {"op": "t_after", "args": [{"property": "observed_on"}, {"date": 5}]},
        {"op": "like", "args": [{"property": "name"}, 5]},
    ],
)  # fmt: skip
def test_refuses_json_of_another_shape(tree: Any) -> None:
    with pytest.raises(FilterFault):
        condition(tree, KNOWN, 2154)


OPERATORS = ("and", "or", "not", "isNull", "casei", "accenti", *comparing.OPERATORS, *compiler.FUNCTIONS)


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("args", [{}, {"args": []}, {"args": {"property": "name"}}])
def test_an_operator_without_its_arguments_is_told_with_an_example_of_it(op: str, args: dict[str, Any]) -> None:
    node: Any = {"op": op, **args}
    if op in ("casei", "accenti"):
        node = {"op": "=", "args": [node, "x"]}
    with pytest.raises(FilterFault) as refused:
        condition(node, KNOWN, 2154)
    assert refused.value.code in ("filter.args", "filter.arguments", "filter.joined")
    example = read_text(refused.value.params["example"])
    assert json.dumps(op) in json.dumps(example)
    assert condition(example, KNOWN, 2154).sql


@pytest.mark.parametrize(
    ("tree", "code", "at"),
    [
        ({"op": "="}, "filter.args", ()),
        ({"op": "or", "args": [True, {"op": "="}]}, "filter.args", ("args[1]",)),
        ({"op": "not", "args": [{"op": "and", "args": [True, {"op": "eq", "args": []}]}]}, "filter.unknown_function",
         ("args[0]", "args[1]")),
        ({"op": "=", "args": [{"property": "surface_m2"}, {}]}, "filter.no_value", ("args[1]",)),
        ({"op": "=", "args": [{"property": "surface_m2"}, {"op": "="}]}, "filter.no_value", ("args[1]",)),
        ({"op": "in", "args": [{"property": "name"}, ["a", None]]}, "filter.no_value", ("args[1][1]",)),
        ({"op": "isNull", "args": ["name"]}, "filter.property_wanted", ("args[0]",)),
        ({"op": "=", "args": [{"op": "casei", "args": [{"property": "nom"}]}, "x"]}, "filter.unknown_property",
         ("args[0]", "args[0]")),
        ({"op": "t_after", "args": [{"property": "observed_on"}, {"date": "hier"}]}, "filter.day", ("args[1]",)),
        ({"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1]}]}, "filter.shape", ("args[1]",)),
        ({"args": [1, 2]}, "filter.no_value", ()),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tree: Any, code: str, at: tuple[str, ...]) -> None:
    with pytest.raises(FilterFault) as refused:
        condition(tree, KNOWN, 2154)
    assert (refused.value.code, refused.value.at) == (code, at)


def test_depth_and_number_are_bounded() -> None:
    deep: Any = True
    for _ in range(DEEPEST + 1):
        deep = {"op": "not", "args": [deep]}
    with pytest.raises(FilterFault, match=r"filter\.too_deep"):
        condition(deep, KNOWN, 2154)
    many = {"op": "in", "args": [{"property": "id"}, [*range(MOST_NODES)]]}
    with pytest.raises(FilterFault, match=r"filter\.too_many"):
        condition(many, KNOWN, 2154)


@pytest.mark.parametrize("role", AUDIENCES)
def test_what_an_audience_lacks_it_cannot_name(role: Role) -> None:
    shown = {
        column.name
        for column in columns(PARCEL, role)
        if column.name in HELD or (column.property and column.type != "object")
    }
    assert set(queryables(columns(PARCEL, role))) == shown
    for hidden in {column.name for column in PARCEL} - shown:
        with pytest.raises(FilterFault, match=r"filter\.unknown_property"):
            condition({"op": "isNull", "args": [{"property": hidden}]}, queryables(columns(PARCEL, role)), 2154)


def test_literals_are_bound(land: Land) -> None:
    where, values = condition(read_text("name = 'x'' or 1=1 --' AND surface_m2 > 7"), KNOWN, 2154)
    assert "or 1=1" not in where
    assert "7" not in where
    assert {"x' or 1=1 --", 7} <= set(values.values())
    assert found(land, "name = 'x'' or 1=1 --'") == set()


def test_what_is_seen_is_what_is_asked_for(land: Land) -> None:
    """Numbers are served with two decimals: 2500.556 is found as the 2500.56 that it shows."""
    for feature in land.features:
        assert feature["id"] in found(land, f"surface_m2 = {feature['properties']['surface_m2']}")
    stated = {f["id"] for f in land.features if f["properties"]["surface_stated_m2"] == 2500.56}
    assert stated
    assert found(land, "surface_stated_m2 = 2500.56") == stated


def test_large_and_fractional_numbers_compare_with_whole_ones(land: Land) -> None:
    assert found(land, "id > 1.5") == {f["id"] for f in land.features} - {1}
    assert found(land, f"id < {10**30}") == {f["id"] for f in land.features}
    assert found(land, f"id = {2**63}") == set()


FUNCTIONS = {
    "s_intersects": shapely.intersects, "s_disjoint": shapely.disjoint, "s_equals": shapely.equals,
    "s_touches": shapely.touches, "s_within": shapely.within, "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses, "s_contains": shapely.contains,
}  # fmt: skip


def stored(land: Land) -> dict[int, Any]:
    """Outlines with all their decimals; features are served with nine."""
    with land.database.connection(Role.PUBLIC) as connection:
        rows = connection.execute(text("select id, st_asbinary(geom_4326) from parcel"))
        return {key: shapely.from_wkb(bytes(outline)) for key, outline in rows}


@pytest.mark.parametrize("function", shapes.FUNCTIONS)
def test_spatial_functions_are_those_of_geometry(land: Land, function: str) -> None:
    outlines = stored(land)
    first = outlines[land.features[0]["id"]].geoms[0]
    corner = first.exterior.coords[0]
    others = [
        first,
        first.buffer(0.0005),
        shapely.LineString([corner, first.centroid.coords[0]]),
        shapely.Point(corner),
        box(*first.bounds),
        box(first.bounds[0] - 1, first.bounds[1] - 1, first.centroid.x, first.bounds[3] + 1),
        shapely.Polygon([corner, (corner[0], corner[1] - 1), (corner[0] + 1, corner[1] - 1)]),
        shapely.LineString([(corner[0] - 1, corner[1]), (corner[0] + 1, corner[1])]),
    ]
    some = 0
    for other in others:
        ids = found(land, {"op": function, "args": [{"property": "geometry"}, json.loads(shapely.to_geojson(other))]})
        assert ids == {key for key, outline in outlines.items() if FUNCTIONS[function](outline, other)}, other
        some += bool(ids)
    assert some


def test_the_same_place_in_every_crs(land: Land) -> None:
    west, south, east, north = 4.826, 45.756, 4.83, 45.758
    degrees = found(land, f"S_INTERSECTS(geometry, BBOX({west},{south},{east},{north}))")
    swapped = Places(4326, latitude_first=True)
    assert found(land, f"S_INTERSECTS(geometry, BBOX({south},{west},{north},{east}))", swapped) == degrees
    assert 0 < len(degrees) < len(land.features)
    metres = "S_INTERSECTS(geometry, BBOX(842000, 6519000, 842200, 6519200))"
    near = found(land, metres, Places(2154))
    assert 0 < len(near) < len(land.features)
    mercator = "S_INTERSECTS(geometry, BBOX(530000, 5700000, 545000, 5800000))"
    assert found(land, mercator, Places(3857)) == {f["id"] for f in land.features}


def test_a_box_may_cross_the_antimeridian(land: Land) -> None:
    assert found(land, "S_INTERSECTS(geometry, BBOX(4, 40, -170, 50))") == {f["id"] for f in land.features}
    assert found(land, "S_INTERSECTS(geometry, BBOX(170, 40, -170, 50))") == set()
    swapped = Places(4326, latitude_first=True)
    assert found(land, "S_INTERSECTS(geometry, BBOX(40, 4, 50, -170))", swapped) == {f["id"] for f in land.features}
    assert found(land, "S_INTERSECTS(geometry, BBOX(40, 170, 50, -170))", swapped) == set()


@pytest.mark.parametrize(
    ("corners", "places", "code"),
    [
        ("4, 50, 5, 40", Places(4326), "filter.south_north"),
        ("4, 50, 0, 5, 40, 9", Places(4326), "filter.south_north"),
        ("50, 4, 40, 5", Places(4326, latitude_first=True), "filter.south_north"),
        ("5, 4000000, 4, 5000000", Places(3857), "filter.west_east"),
        ("842200, 6519000, 842000, 6519200", Places(2154), "filter.west_east"),
        ("842000, 6519200, 842200, 6519000", Places(2154), "filter.south_north"),
    ],
)
def test_a_box_is_as_the_parameter_bbox_wants_it(land: Land, corners: str, places: Places, code: str) -> None:
    with pytest.raises(FilterFault) as refused:
        found(land, f"S_INTERSECTS(geometry, BBOX({corners}))", places)
    assert refused.value.code == code
