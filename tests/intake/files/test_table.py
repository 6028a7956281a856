"""Geometry out of the columns of a table, its system recognised or asked about; real files with their counts."""

import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.intake.crs import Frame
from geo.intake.files import table_geometry, table_part
from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from geo.intake.files.table import GeometryColumns
from geo.intake.files.table_columns import detect, number
from geo.intake.files.table_crs import likely
from geo.intake.files.wkt import parse
from geo.intake.load import Options, load
from geo.intake.problems import Rejection, Unreadable
from geo.store.database import Database, Role
from tests.conftest import SRID
from tests.intake.files.tables import HEAD, SQUARE, codes, csv, one, opened
from tests.intake.written_files import explained, read

LYON = (4.85, 45.76)
LYON_L93 = (843_000.0, 6_519_000.0)


def decoded(text: str) -> BaseGeometry:
    decoder = Decoder(degrees=False)
    decoder.add(parse(text).geometry)
    found = decoder.finish()[0]
    assert isinstance(found, BaseGeometry)
    return found


# cells ---------------------------------------------------------------------------------------------------------------

NUMBER = st.floats(-1e6, 1e7, allow_nan=False).map(lambda value: round(value, 3))
POINT = st.tuples(NUMBER, NUMBER)
LINE = st.lists(POINT, min_size=2, max_size=5).map(shapely.LineString)
TRIANGLE = st.tuples(POINT, POINT, POINT).map(shapely.Polygon)
SHAPES = st.one_of(
    POINT.map(shapely.Point),
    LINE,
    TRIANGLE,
    st.lists(POINT, min_size=1, max_size=4).map(shapely.MultiPoint),
    st.lists(LINE, min_size=1, max_size=3).map(shapely.MultiLineString),
    st.lists(TRIANGLE, min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.lists(st.one_of(POINT.map(shapely.Point), TRIANGLE), min_size=1, max_size=3).map(shapely.GeometryCollection),
)


@settings(deadline=None)
@given(SHAPES, st.sampled_from(["wkt", "ewkt", "hex", "ewkb", "iso", "geojson"]))
def test_what_geos_writes_is_read_as_it_was(shape: BaseGeometry, way: str) -> None:
    written = {
        "wkt": lambda: shapely.to_wkt(shape, rounding_precision=3),
        "ewkt": lambda: f"SRID=2154;{shapely.to_wkt(shape, rounding_precision=3)}",
        "hex": lambda: shapely.to_wkb(shape, hex=True, byte_order=0),
        "ewkb": lambda: shapely.to_wkb(shapely.set_srid(shape, 2154), hex=True, include_srid=True),
        "iso": lambda: shapely.to_wkb(shape, hex=True, flavor="iso"),
        "geojson": lambda: shapely.to_geojson(shape),
    }[way]()
    found = decoded(written)
    wanted = shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape
    assert shapely.equals_exact(found, wanted, tolerance=1e-6)
    assert parse(written).srid == (2154 if way in ("ewkt", "ewkb") else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Point (4.48 49.52)", "POINT (4.48 49.52)"),
        ("POINTZ(1 2 3)", "POINT Z (1 2 3)"),
        ("point zm (1 2 3 4)", "POINT Z (1 2 3)"),
        ("POINT M (1 2 9)", "POINT (1 2)"),
        ("MULTIPOINT (1 2, 3 4)", "MULTIPOINT (1 2, 3 4)"),
        ("multipoint((1 2),(3 4))", "MULTIPOINT (1 2, 3 4)"),
        (" POLYGON((0 0 , 1 0, 1 1 ,0 0)) ", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"),
        ("POINT (.5 -1.e1)", "POINT (0.5 -10)"),
        ("POLYGON ((0 0, 4 0, 4 4, 0.0000001 0.01))", "POLYGON ((0 0, 4 0, 4 4, 0 0))"),
        ('{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}', "POINT (1 2)"),
    ],
)
def test_ways_of_writing_a_geometry(text: str, expected: str) -> None:
    found = decoded(text)
    wanted = shapely.force_2d(shapely.from_wkt(expected))
    multi = shapely.MultiPolygon([wanted]) if isinstance(wanted, shapely.Polygon) else wanted
    assert shapely.equals(found, multi)


DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("POLYGON EMPTY", "geometry.empty"),
        ("POLYGON((0 0, 1 1", "geometry.not_wkt"),
        ("POINT (1 NaN)", "geometry.not_wkt"),
        ("POINT (1 1e999)", "geometry.not_wkt"),
        ("POINT (1,5 2,5)", "geometry.not_wkt"),
        ("POINT (1 2 3 4 5)", "geometry.position"),
        ("POLYGON ((0 0, 900 0, 900 900, 0 80))", "geometry.unclosed"),
        ("CURVEPOLYGON ((0 0, 1 1))", "geometry.unknown_type"),
        ("parcelle 12", "geometry.not_wkt"),
        ("POINT" + "(" * DEEP + "1 2" + ")" * DEEP, "geometry.not_wkt"),
        ("POINT" + " " * DEEP + "X", "geometry.not_wkt"),
        ("POINT (" + "1" * DEEP + ")", "geometry.not_wkt"),
        ("A" * DEEP, "geometry.not_wkt"),
        ("POINT M (1)", "geometry.position"),
        ("MULTIPOINT (0)", "geometry.position"),
        ("GEOMETRYCOLLECTION(" * DEEP + "POINT(1 2)" + ")" * DEEP, "geometry.nested"),
        ("0107000000010000" * DEEP + "00", "geometry.not_wkb"),
        ("010700000001000000" * DEEP, "geometry.nested"),
        ("010600000001000000" * DEEP, "geometry.nested"),
        ("0103000000FFFFFFFF" + "00" * 30, "geometry.not_wkb"),
        ("0102000000FFFFFF00" + "00" * 60, "geometry.not_wkb"),
        ("010A00000001000000" + "00" * 60, "geometry.unknown_type"),
        ("0101000000" + "00" * 17, "geometry.not_wkb"),
        ('{"type":"Point","coordinates":[1,]}', "geometry.not_json"),
        ('{"type":"Point","coordinates":' + "[" * DEEP, "geometry.not_json"),
        ('{"type":"Point","coordinates":["1",2]}', "geometry.number"),
    ],
)
def test_bad_geometries_say_what_is_wrong_and_never_recurse(text: str, code: str) -> None:
    with pytest.raises(BadGeometryError) as bad:
        decoded(text)
    assert bad.value.code == code


_NEARLY_WKT = st.builds(
    "{}{} {}".format,
    st.sampled_from(["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTIPOLYGON"]),
    st.sampled_from(["", " Z", " M", " ZM"]),
    st.recursive(
        st.sampled_from(["1 2", "0 0", "1.5 2 3", "1 2 3 4", "1", ""]),
        lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({', '.join(parts)})"),
        max_leaves=8,
    ),
)


@settings(deadline=None)
@given(st.text('POINTLYGMUECR()0123456789., -;{}[]":eSRIDZ\n', max_size=60) | _NEARLY_WKT)
def test_any_text_is_a_geometry_or_a_reason(text: str) -> None:
    try:
        decoded(text)
    except BadGeometryError as error:
        bad = error
    else:
        return
    assert explained(Rejection(1, "geometry", bad.value, bad.code, bad.params))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("4,85", 4.85),
        ("4.85", 4.85),
        (" 843 000,5 ", 843_000.5),
        ("843\u202f000", 843_000.0),
        ("-1e2", -100.0),
        (7, 7.0),
        ("4,85°", 4.85),
        ("1,2,3", None),
        ("", None),
        ("N45", None),
        ("nan", None),
        (True, None),
        ("1" * 50, None),
    ],
)
def test_coordinates_as_tables_write_them(cell: object, expected: float | None) -> None:
    assert number(cell) == expected


# columns -------------------------------------------------------------------------------------------------------------


def found(*names: str, **cells: object) -> GeometryColumns:
    return detect(names, [[cells.get(name) for name in names]])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("lat", "lon"), ("lon", "lat")),
        (("Longitude", "Latitude", "x", "y"), ("Longitude", "Latitude")),
        (("X", "Y"), ("X", "Y")),
        (("coord_x", "coord_y"), ("coord_x", "coord_y")),
        (("CoordX", "CoordY"), ("CoordX", "CoordY")),
        (("x_l93", "y_l93"), ("x_l93", "y_l93")),
        (("X Lambert 93", "Y Lambert 93"), ("X Lambert 93", "Y Lambert 93")),
        (("lambert_x", "lambert_y"), ("lambert_x", "lambert_y")),
        (("xl93", "yl93"), ("xl93", "yl93")),
        (("geo_lng", "geo_lat"), ("geo_lng", "geo_lat")),
        (("a_x", "a_y", "long", "lat"), ("long", "lat")),
        (("prix", "priy"), (None, None)),
        (("taux", "tauy"), (None, None)),
        (("x", "z"), (None, None)),
        (("longueur", "largeur"), (None, None)),
    ],
)
def test_columns_of_coordinates_go_in_pairs(names: Sequence[str], expected: tuple[str | None, str | None]) -> None:
    columns = found(*names, **dict.fromkeys(names, "4,8"))
    assert (columns.x, columns.y) == expected


def test_of_two_pairs_of_coordinates_the_fuller_one_counts() -> None:
    columns = found("lon_a", "lat_a", "lon_b", "lat_b", lon_b="4,8", lat_b="45,7")
    assert (columns.x, columns.y) == ("lon_b", "lat_b")


def test_columns_of_coordinates_hold_numbers() -> None:
    assert found("x", "y", x="oui", y="non").x is None


def test_the_column_of_surfaces_comes_before_the_column_of_points() -> None:
    columns = found(
        "site_geompoint", "site_geomsurf", "nom", site_geompoint="3.98, 49.25", site_geomsurf=SQUARE, nom="a"
    )
    assert columns == GeometryColumns(wkt="site_geomsurf", point="site_geompoint")
    columns = found("geompoint", "geomsurf", geompoint="POINT (1 2)", geomsurf=None)
    assert columns == GeometryColumns(wkt="geomsurf", point="geompoint")
    assert columns.names == ("geomsurf", "geompoint")


def test_a_geometry_is_known_by_what_is_written_whatever_its_column_is_called() -> None:
    square = shapely.from_wkt(SQUARE)
    assert found("forme", forme=SQUARE).wkt == "forme"
    assert found("forme", forme=f"SRID=2154;{SQUARE}").wkt == "forme"
    assert found("forme", forme=shapely.to_wkb(square, hex=True)).wkb == "forme"
    assert found("forme", forme=shapely.to_geojson(square)).geojson == "forme"
    assert found("forme", forme="POINT (1 2)").point == "forme"
    assert found("phases", phases="3, 4").names == ()
    assert found("the_geom").wkt == "the_geom"


# coordinate systems --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (4.85, 45.76),
        (2.35, 48.85),
        (-4.49, 48.39),
        (7.75, 48.58),
        (1.44, 43.6),
        (9.15, 41.92),
        (3.06, 50.63),
        (7.5, 43.8),
    ],
)
@pytest.mark.parametrize("zone", [None, 2154, "cc"])
def test_the_usual_systems_have_numbers_of_their_own(lon: float, lat: float, zone: object) -> None:
    code = 4326 if zone is None else 2154 if zone == 2154 else 3900 + min(max(round(lat), 42), 50)
    there = Frame("EPSG:4326", code).transform(np.array([[lon, lat]]))[0] if code != 4326 else (lon, lat)
    assert likely([(float(there[0]), float(there[1]))]) == [f"EPSG:{code}"]


def test_older_systems_are_thought_of_when_no_usual_one_fits() -> None:
    there = Frame("EPSG:4326", 27572).transform(np.array([LYON]))[0]
    assert likely([(float(there[0]), float(there[1]))]) == ["EPSG:27572"]
    assert likely([(600_000.0, 200_000.0)]) == ["EPSG:27561", "EPSG:27562", "EPSG:27563", "EPSG:27564"]
    assert likely([(55.5, -21.1)]) == ["EPSG:4326"]
    assert likely([(12.5, 41.9)]) == []
    assert likely([]) == []


def test_a_system_that_cannot_be_known_is_asked_about(tmp_path: Path) -> None:
    path = csv(tmp_path, "id;x;y", "a;600000;200000", "b;600100;200100")
    with pytest.raises(Unreadable) as refused:
        opened(path)
    assert refused.value.code == "table.crs_ambiguous"
    assert "EPSG:27562" in refused.value.params["systems"]  # type: ignore[operator]
    assert explained(refused.value)
    part, _ = one(path, crs="EPSG:27562")
    assert part.crs == "EPSG:27562"
    with pytest.raises(Unreadable, match=r"table\.crs_unknown"):
        opened(csv(tmp_path, "id;lon;lat", "a;12.5;41.9"))


def test_a_recognised_system_is_told(tmp_path: Path) -> None:
    (part,), remarks = opened(csv(tmp_path, HEAD, f"a;b;{SQUARE}"))
    assert (part.crs, part.stated) == ("EPSG:2154", False)
    said = next(remark for remark in remarks if remark.code == "table.crs_recognised")
    assert said.params["crs"] == "EPSG:2154"
    assert explained(said)
    (part,), remarks = opened(csv(tmp_path, HEAD, f"a;b;SRID=2154;{SQUARE}".replace("SRID=2154;", '"SRID=2154;') + '"'))
    assert (part.crs, part.stated) == ("EPSG:2154", True)
    assert "table.crs_recognised" not in {remark.code for remark in remarks}


def test_swapped_axes_are_asked_about_and_swapped_pairs_recognised(tmp_path: Path) -> None:
    swapped = csv(tmp_path, "parcel_uid;longitude;latitude", "a;45,76;4,85", "b;45,77;4,86")
    with pytest.raises(Unreadable, match=r"crs\.axes_swapped"):
        read(swapped)
    for first in ("45.76, 4.85", "4.85, 45.76", "4,85;45,76", "(45.76 4.85)", "843000 6519000"):
        _, raw = one(csv(tmp_path, "id;geopoint", f'a;"{first}"'))
        (point,) = raw.geometry
        assert (point.x, point.y) in (LYON, LYON_L93)


def test_pairs_are_turned_where_the_system_is_said_too(tmp_path: Path) -> None:
    path = csv(tmp_path, "id;gps", "a;48.85, 2.35", "b;48.86, 2.36")
    assert one(path, crs="EPSG:4326")[1].geometry[0].wkt == "POINT (2.35 48.85)"
    straight = csv(tmp_path, "id;gps", "a;2.35, 48.85", "b;2.36, 48.86")
    assert one(straight, crs="EPSG:4326")[1].geometry[0].wkt == "POINT (2.35 48.85)"


def test_a_pair_that_may_be_read_both_ways_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # no two places of France are each other's mirror: the territory is widened to all degrees for the occasion
    monkeypatch.setattr("geo.intake.files.table_crs._territory", lambda: shapely.box(-90, -90, 90, 90))
    path = csv(tmp_path, "id;geopoint", 'a;"45.76, 4.85"')
    with pytest.raises(Unreadable, match=r"table\.point_order") as refused:
        opened(path)
    assert explained(refused.value)
    assert [point.x for point in one(path, crs="EPSG:4326")[1].geometry] == [45.76]


def test_points_beside_shapes_may_be_in_another_system(tmp_path: Path) -> None:
    lines = (f"a;{SQUARE};6.0, 45.5", "b;;4.85, 45.76", "c;;")
    part, raw = one(csv(tmp_path, "site_id;site_geomsurf;site_geompoint", *lines))
    assert part.crs == "EPSG:2154"
    outline, point, nothing = raw.geometry
    assert (outline.geom_type, nothing) == ("MultiPolygon", None)
    assert shapely.distance(point, shapely.Point(LYON_L93)) < 2_000
    # where the outline is the geometry the stated point stays a fact of its own
    assert part.fields == ["site_id", "site_geompoint"]


def test_a_point_beside_shapes_that_is_none_is_refused(tmp_path: Path) -> None:
    good, words, nested = (
        f'{{"type": "Point", "coordinates": {it}}}' for it in ("[6.0, 45.5]", '["x", 2]', "[[1, 2], 3]")
    )
    lines = [f"a|{SQUARE}|{good}", f"b||{words}", f"c||{nested}"]
    _, raw = one(csv(tmp_path, "site_id|site_geomsurf|site_geompoint", *lines))
    assert codes(raw.rejections) == [(2, "geometry.number"), (3, "geometry.number")]


def test_many_points_beside_shapes_are_carried_by_one_transformation(tmp_path: Path) -> None:
    table_geometry._way.cache_clear()
    lines = [f"a;{SQUARE};6.0, 45.5", *(f"{n};;4.85, 45.76" for n in range(300))]
    _, raw = one(csv(tmp_path, "site_id;site_geomsurf;site_geompoint", *lines))
    assert len(raw.rows) == 301
    assert table_geometry._way.cache_info().misses == 1


def test_the_geometry_columns_may_be_said(tmp_path: Path) -> None:
    path = csv(tmp_path, "id;a;b;lon;lat", "1;4,85;45,76;2,35;48,85")
    part, raw = one(path, columns=GeometryColumns(x="a", y="b"))
    assert (raw.geometry[0].x, raw.geometry[0].y) == LYON
    assert part.fields == ["id", "lon", "lat"]
    for wrong in (GeometryColumns(wkt="geom"), GeometryColumns(x="a")):
        with pytest.raises(Unreadable, match=r"table\.no_such_column") as refused:
            opened(path, columns=wrong)
        assert explained(refused.value)
    assert one(path, columns=GeometryColumns())[1].geometry[0] is None


# rows ----------------------------------------------------------------------------------------------------------------


def test_a_bad_row_is_named_by_its_line_and_the_others_stand(tmp_path: Path) -> None:
    lines = [f"p{n};x;{SQUARE}" for n in range(1, 601)]
    lines[510] = "p511;x;POLYGON ((934000 6493000, 934100"
    lines[520] = "p521;x"
    lines[530] = f"p531;a;b;{SQUARE}"
    lines[540] = f"p541;x;{SQUARE};;"
    lines[550] = f"p551;x;SRID=2975;{SQUARE}".replace("SRID", '"SRID') + '"'
    path = csv(tmp_path, HEAD, *lines)
    _, raw = one(path)
    assert [(bad.row, bad.code, bad.params["line"]) for bad in raw.rejections] == [
        (511, "geometry.not_wkt", 512),
        (521, "table.too_few_cells", 522),
        (531, "table.too_many_cells", 532),
    ]
    assert all(map(explained, raw.rejections))
    assert {row: values["parcel_uid"] for row, values in raw.refused.items()} == {511: "p511"}
    assert (raw.read, len(raw.rows)) == (600, 597)
    _, few = one(path)
    assert few.rows == raw.rows


def test_a_row_in_another_stated_system_is_refused(tmp_path: Path) -> None:
    square = shapely.from_wkt(SQUARE)
    wkb = [shapely.to_wkb(shapely.set_srid(square, srid), hex=True, include_srid=True) for srid in (2154, 2154, 2975)]
    part, raw = one(csv(tmp_path, "id;geom", *(f"{n};{text}" for n, text in enumerate(wkb))))
    assert part.stated
    assert codes(raw.rejections) == [(3, "geometry.other_crs")]
    assert explained(raw.rejections[0])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("48.85, 2.35", "POINT (2.35 48.85)"),
        ("48,85 2,35", "POINT (2.35 48.85)"),
        ("48,85;2,35", "POINT (2.35 48.85)"),
        ("48,2.35", "POINT (2.35 48)"),
        ("[2, 48.5]", "POINT (48.5 2)"),
        ("48,85", None),
        ("48.85", None),
    ],
)
def test_two_numbers_in_a_cell_are_cut_where_they_end(tmp_path: Path, cell: str, expected: str | None) -> None:
    others = ["48.86, 2.36"] * 3
    _, raw = one(csv(tmp_path, "id|gps", *(f'{n}|"{text}"' for n, text in enumerate([*others, cell]))))
    assert [shape.wkt for shape in raw.geometry[3:]] == ([] if expected is None else [expected])
    assert len(raw.rejections) == (expected is None)


def test_half_a_position_and_words_for_numbers_are_refused(tmp_path: Path) -> None:
    lines = ["a;4,85;45,76", "b;4,85;", "c;est;45,76", "d;;", "e;4.85;45.76"]
    _, raw = one(csv(tmp_path, "id;lon;lat", *lines))
    assert codes(raw.rejections) == [(2, "geometry.half_position"), (3, "geometry.number")]
    assert all(map(explained, raw.rejections))
    assert [row["id"] for row in raw.properties] == ["a", "d", "e"]
    assert raw.geometry[1] is None


def test_rows_without_geometry_stand_where_the_layer_can_do_without(tmp_path: Path) -> None:
    lines = [f"t1;74173000AB0012;{SQUARE}", "t2;74173000AB0013;", "t3;;", ";74173000AB0014;"]
    found = read(csv(tmp_path, "terr_id;terr_refcad;terr_geomsurf", *lines))
    assert found.keys == ["t1", "t2", "t3"]
    assert codes(found.rejections) == [(4, "geometry.missing")]
    assert [one is None for one in found.geometry] == [False, True, True]
    assert len(set(found.digests)) == 3
    zones = read(csv(tmp_path, "libelle;typezone;insee;geom", f"UX;U;74173;{SQUARE}", "UY;U;74173;"))
    assert codes(zones.rejections) == [(2, "geometry.missing")]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["1;2;POINT (4.85 45.76)", "3;4;POINT (4.85 45.76)"], "table.no_heading"),
        (["12;2024-01-01;a", "13;2024-01-01;b"], "table.no_heading"),
        ([";;"], "table.no_heading"),
        (["id;;geom", f"1;2;{SQUARE}"], "table.unnamed_columns"),
        (["id;geom;", f"1;{SQUARE};3"], "table.unnamed_columns"),
        (["id;geom;ID", f"1;{SQUARE};3"], "table.repeated_headings"),
        (['"id;geom', f"1;{SQUARE}"], "table.no_heading"),
    ],
)
def test_headings_that_are_unclear_are_asked_about(tmp_path: Path, lines: list[str], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        opened(csv(tmp_path, *lines))
    assert refused.value.code == code
    assert explained(refused.value)


def test_empty_last_columns_of_a_spreadsheet_are_no_columns(tmp_path: Path) -> None:
    part, raw = one(csv(tmp_path, "\ufeff id ; nom  du site;geom;;", f"1;x;{SQUARE};;", ";;;;", ""))
    assert part.names == ["id", "nom du site", "geom"]
    assert raw.properties == [{"id": "1", "nom du site": "x"}]


def test_a_table_without_rows_or_geometry_says_so(tmp_path: Path) -> None:
    (part,), remarks = opened(csv(tmp_path, "terr_id;terr_refcad"))
    assert (part.sample.read, part.fields) == (0, ["terr_id", "terr_refcad"])
    assert "table.no_geometry" in {remark.code for remark in remarks}
    assert all(map(explained, remarks))


# real files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "crs", "columns", "kind"),
    [
        ("aerodromes_aura.csv", 58, "EPSG:4326", GeometryColumns(x="lon", y="lat"), "Point"),
        ("cartofriches_extrait_aura.csv", 19, "EPSG:4326", GeometryColumns(x="longitude", y="latitude"), "Point"),
        (
            "friches_ardennes_08/friches_data.csv",
            164,
            "EPSG:4326",
            GeometryColumns(point="geompoint", x="longitude", y="latitude"),
            "Point",
        ),
        (
            "cnig_sites_economiques/pole-eco.exemple-valide.csv",
            1,
            "EPSG:4326",
            GeometryColumns(point="pole_geompoint"),
            "Point",
        ),
        (
            "cnig_sites_economiques/site-eco.exemple-valide.csv",
            1,
            "EPSG:2154",
            GeometryColumns(geojson="site_geomsurf", point="site_geompoint"),
            "Polygon",
        ),
        (
            "cnig_sites_economiques/terrain-eco.exemple-valide.csv",
            1,
            "EPSG:2154",
            GeometryColumns(geojson="terr_geomsurf"),
            "Polygon",
        ),
        (
            "cnig_sites_economiques/etablissement.exemple-valide.csv",
            1,
            "EPSG:4326",
            GeometryColumns(point="etab_geompoint"),
            "MultiPoint",
        ),
    ],
)
def test_real_tables(shared: Path, name: str, rows: int, crs: str, columns: GeometryColumns, kind: str) -> None:
    part, raw = one(shared / name)
    assert (raw.read, len(raw.rows), raw.rejections) == (rows, rows, [])
    assert (part.crs, part.geometry) == (crs, columns)
    assert {shape.geom_type for shape in raw.geometry} == {kind}
    mended = [repair.code for repair in raw.repairs]
    assert mended == (["geometry.ring_closed"] if kind == "Polygon" else [])


def test_brownfields_load_as_points_from_their_table_alone(shared: Path) -> None:
    found = read(shared / "friches_ardennes_08" / "friches_data.csv")
    assert (found.read, len(found.rows), found.rejections) == (164, 164, [])
    assert found.layers == ("parcels",)
    assert {one is None for one in found.geometry} == {True}
    assert sum(len(batch.location) for batch in found.batches if batch.location is not None) == 164
    assert len(set(found.keys)) == 164


def test_a_packed_table_is_read_like_the_table(tmp_path: Path) -> None:
    plain = csv(tmp_path, HEAD, f"a;x;{SQUARE}")
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(packed).digests == read(plain).digests
    with zipfile.ZipFile(tmp_path / "table.zip", "w") as archive:
        archive.write(plain, "land/table.csv")
    assert read(tmp_path / "table.zip").digests == read(plain).digests


def test_pieces_are_cut_by_their_text_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_part, "MAX_PIECE", 1_000)
    path = csv(tmp_path, HEAD, *(f"p{n};x;{SQUARE}" for n in range(100)))
    (part,), _ = opened(path)
    sizes = [raw.read for raw in part.read(1, 1_000, Frame("EPSG:2154", 2154), lambda _: None)]
    assert sum(sizes) == 100
    assert max(sizes) == -(-1_000 // (len(SQUARE) + 4))


@pytest.mark.parametrize("last", ["friches_data.csv", "friches_polygones.geojson.gz"])
def test_outlines_and_their_table_load_in_either_order(database: Database, shared: Path, last: str) -> None:
    folder = shared / "friches_ardennes_08"
    files = sorted(("friches_data.csv", "friches_polygones.geojson.gz"), key=lambda name: name == last)
    reports = [load(database, folder / name, Options(), srid=SRID) for name in files]
    assert [report.total("new") for report in reports] == [164, 0]
    with database.connection(Role.WORKER) as connection:
        counted = "select count(*), count(geom), count(distinct key), count(published->>'site_type') from core.parcel"
        # no outline is lost to a point, and what the table alone says (site_type) stands beside the outlines
        assert connection.execute(text(counted)).one() == (164, 164, 164, 164)
    again = load(database, folder / last, Options(), srid=SRID)
    assert (again.total("changed"), again.total("unchanged")) == (0, 164)
