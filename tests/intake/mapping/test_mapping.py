"""The mapping format: what it can say, and how it is refused, with line and an example of right."""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geo.intake.crs import Frame
from geo.intake.files.table_columns import GeometryColumns
from geo.intake.layers.records import LAYERS
from geo.intake.layers.widening import widened
from geo.intake.mapping.choice import Kept, Mappings
from geo.intake.mapping.layer_mapping import LayerMapping, read_mapping
from geo.intake.mapping.targets import UNITS, targets_of, units_of
from geo.intake.problems import Unreadable
from tests.intake.written_files import LAT, LON, Read, collection, feature, read, square, write

LOTS = """
layer = "parcels"

[columns]
key = "N°"
name = "Nom du lot"
surface_stated_m2 = { field = "Surface (ha)", unit = "ha" }
price_eur_m2 = "Prix"
market = { field = "Dispo", values = { O = "for_sale", N = "sold" } }
"""


def mapped(folder: Path, toml: str, features: Sequence[object], name: str = "lots.geojson") -> Read:
    mapping = read_mapping(toml, "test")
    return read(write(folder, collection(features), name), mappings=Mappings(given=mapping))


def refusal(toml: str) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read_mapping(toml, "lots.toml")
    assert refused.value.params["name"] == "lots.toml"
    return refused.value


def test_eight_lines_make_a_planners_layer_ours(tmp_path: Path) -> None:
    row = {"N°": 7, "Nom du lot": "Lot A", "Surface (ha)": "1,5", "Prix": "35,5", "Dispo": "O", "Note": "x"}
    found = mapped(tmp_path, LOTS, [feature(square(), **row)])
    assert found.rejections == []
    assert (found.layers, found.keys) == (("parcels",), ["7"])
    for name, value in {
        "name": "Lot A",
        "surface_stated_m2": 15_000.0,
        "price_eur_m2": 35.5,
        "market": "for_sale",
        "buyer": None,
    }.items():
        assert found.column(name) == [value], name
    assert {(one.field, one.before, one.code) for one in found.repairs} == {
        ("surface_stated_m2", "1,5", "value.decimal_comma"),
        ("price_eur_m2", "35,5", "value.decimal_comma"),
    }
    (ignored,) = [one for one in found.remarks if one.code == "field.ignored"]
    assert ignored.value == ["Note"]
    (used,) = [one for one in found.remarks if one.code == "mapping.given"]
    assert used.params["name"] == "test"


def test_only_what_the_mapping_names_is_read(tmp_path: Path) -> None:
    row = feature(square(), nom="A", contenance=5, buyer="Someone", terr_id="t1")
    found = mapped(tmp_path, 'layer = "parcels"\ncolumns.name = "nom"', [row])
    assert (found.column("name"), found.column("buyer"), found.column("surface_stated_m2")) == (["A"], [None], [None])
    assert len(found.keys[0]) == 64


def test_several_fields_constants_defaults_and_the_layers_name(tmp_path: Path) -> None:
    toml = """
    layer = "constraints"
    [columns]
    key = { field = ["$layer", "id"], join = "/" }
    label = { field = ["long", "court"] }
    kind = { value = "noise" }
    effect = { field = "effet", default = "restricts" }
    """
    rows = [
        feature(square(6.0), id=1, long="Nom entier", court="Nom", effet="informs"),
        feature(square(6.1), id=2, long="", court="Nom", effet=None),
        feature(square(6.2), id=3, long=None, court=None, effet=""),
    ]
    found = mapped(tmp_path, toml, rows, "Bruit.geojson")
    assert found.keys == ["bruit/1", "bruit/2", "bruit/3"]
    assert found.column("label") == ["Nom entier", "Nom", None]
    assert found.column("kind") == ["noise"] * 3
    assert found.column("effect") == ["informs", "restricts", "restricts"]


def test_words_are_looked_up_whatever_their_case_unless_the_table_tells_cases_apart(tmp_path: Path) -> None:
    toml = """
    layer = "constraints"
    [columns.kind]
    field = "zone"
    values = { R9 = "ebc", "B*" = "flood_red", "b*" = "flood_blue", "Forêt fermée" = "forest" }
    """
    zones = ["R9", "B3", "b3", "FORET FERMEE", "r9", 4]
    found = mapped(tmp_path, toml, [feature(square(6 + i / 10), zone=zone) for i, zone in enumerate(zones)])
    assert found.column("kind") == ["ebc", "flood_red", "flood_blue", "forest", "ebc"]
    assert [(one.row, one.code) for one in found.rejections] == [(6, "constraint.no_effect")]
    (told,) = [one for one in found.row_remarks if one.code == "mapping.value_unknown"]
    assert (told.row, told.value, told.field) == (6, "4", "kind")


def test_the_first_pattern_of_a_table_wins_with_or_without_accents(tmp_path: Path) -> None:
    toml = 'layer = "constraints"\n[columns.kind]\nfield = "z"\nvalues = { "as1|*immediat*" = "ebc", "as1*" = "noise" }'
    rows = [feature(square(6 + i / 10), z=word) for i, word in enumerate(["AS1|Périmètre immédiat", "as1|loin"])]
    assert mapped(tmp_path, toml, rows).column("kind") == ["ebc", "noise"]


def test_an_unknown_word_is_told_once_for_each_word(tmp_path: Path) -> None:
    toml = 'layer = "networks"\n[columns]\nkind = { field = "t", values = { A = "port" } }'
    rows = [feature(Point(6 + i / 100, 45.5), t=word) for i, word in enumerate(["A", "B", "B", "C", "B"])]
    found = mapped(tmp_path, toml, rows)
    assert [one.value for one in found.row_remarks if one.code == "mapping.value_unknown"] == ["B", "C"]


def test_rows_left_out_are_counted_and_told(tmp_path: Path) -> None:
    toml = """
    layer = "constraints"
    [only]
    suptype = ["I3", "as*"]
    [leave_out]
    etat = ["abrogé", "annulé*"]
    [columns]
    kind = { value = "noise" }
    """
    states = [("I3", "valide"), ("AS1", "valide"), ("PT1", "valide"), ("i3", "Abroge"), ("I3", "Annulé en 2020")]
    rows = [feature(square(6 + i / 10), suptype=kind, etat=state) for i, (kind, state) in enumerate(states)]
    rows.append(feature(None, suptype="I3"))
    found = mapped(tmp_path, toml, rows)
    assert (found.rows, found.read) == ([1, 2], 6)
    assert sum(batch.left_out for batch in found.batches) == 3
    assert [(one.row, one.code) for one in found.rejections] == [(6, "geometry.missing")]
    (told,) = [one for one in found.remarks if one.code == "mapping.left_out"]
    assert told.params["count"] == 3


def test_a_line_gets_its_width_on_the_ground(tmp_path: Path) -> None:
    """A kilometre of line 20 m wide is 2 ha of ground, ends apart; Lambert-93 shows it k2 times as large."""
    forward = pyproj.Geod(ellps="GRS80").fwd(LON, LAT, 90, 1_000)
    line = LineString([(LON, LAT), forward[:2]])
    toml = 'layer = "constraints"\ncolumns.kind = { value = "road" }\ngeometry.width_m = 20'
    (shape,) = mapped(tmp_path, toml, [feature(line)]).geometry
    k = pyproj.Proj("EPSG:2154").get_factors(LON, LAT).meridional_scale
    assert abs(k - 1) > 1e-5
    ends = 3.1214 * 10**2  # a disc of 32 chords
    assert shape.area / k**2 == pytest.approx(20_000 + ends, rel=1e-4)
    assert shape.geom_type == "MultiPolygon"


@given(width=st.floats(0.5, 200), lon=st.floats(-4, 8), lat=st.floats(42.5, 50.5))
def test_what_is_within_the_width_on_the_ground_is_within_the_shape(width: float, lon: float, lat: float) -> None:
    geod = pyproj.Geod(ellps="GRS80")
    frame = Frame("EPSG:4326", 2154)
    there = geod.fwd(lon, lat, 30, 400)[:2]
    line = shapely.transform(LineString([(lon, lat), there]), frame.transform)
    shape = widened(np.array([line]), np.array([width / 2]), 2154)[0]
    middle = geod.fwd(lon, lat, 30, 200)[:2]
    for share, inside in ((0.97, True), (1.03, False)):
        beside = geod.fwd(*middle, 120, share * width / 2)[:2]
        assert shape.contains(shapely.transform(Point(beside), frame.transform)) is inside


def test_widths_by_field_unit_and_default_and_lines_without_any(tmp_path: Path) -> None:
    toml = """
    layer = "constraints"
    [columns]
    kind = { value = "pipeline" }
    [geometry]
    width_m = { field = "largeur", unit = "cm", default = 3 }
    """
    line = LineString([(LON, LAT), (LON + 0.01, LAT)])
    rows = [feature(line, largeur=width, n=i) for i, width in enumerate([1_000, None, 0, "?"])]
    rows += [feature(square(6.2), largeur=500)]
    found = mapped(tmp_path, toml, rows)
    areas = [shape.area for shape in found.geometry]
    assert areas[0] / areas[1] == pytest.approx(10 / 3, rel=0.02)
    assert areas[1:4] == pytest.approx([areas[1]] * 3)
    assert found.column("clearance_m") == [5.0] * 5
    without = mapped(tmp_path, toml.replace(", default = 3", ""), rows)
    assert [(one.row, one.code) for one in without.rejections] == [
        (2, "geometry.no_width"),
        (3, "geometry.no_width"),
        (4, "geometry.no_width"),
    ]
    plain = mapped(tmp_path, 'layer = "constraints"\ncolumns.kind = { value = "pipeline" }', rows[:1])
    assert plain.codes() == {"geometry.type"}


def test_a_point_stands_for_a_disc_of_its_surface_or_its_radius(tmp_path: Path) -> None:
    toml = """
    layer = "constraints"
    [columns]
    kind = { value = "polluted_site" }
    [geometry]
    surface_m2 = { field = "ha", unit = "ha" }
    radius_m = 50
    """
    rows = [feature(Point(6 + i / 10, 45.5), ha=ha) for i, ha in enumerate([2, None, 0])]
    areas = [shape.area for shape in mapped(tmp_path, toml, rows).geometry]
    assert areas == pytest.approx([20_000, 3.1214 * 2_500, 3.1214 * 2_500], rel=0.01)


def test_a_line_drawn_wider_is_another_record(tmp_path: Path) -> None:
    toml = 'layer = "constraints"\ncolumns.kind = { value = "road" }\ngeometry.width_m = 20'
    rows = [feature(LineString([(LON, LAT), (LON + 0.01, LAT)]))]
    narrow, wide = mapped(tmp_path, toml, rows), mapped(tmp_path, toml.replace("20", "30"), rows)
    assert narrow.keys == wide.keys
    assert narrow.digests != wide.digests
    assert narrow.digests == mapped(tmp_path, toml, rows).digests


def test_a_line_that_goes_nowhere_is_kept_and_told(tmp_path: Path) -> None:
    toml = 'layer = "constraints"\ncolumns.kind = { value = "road" }\ngeometry.width_m = 20'
    found = mapped(tmp_path, toml, [feature({"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT]]})])
    assert [one.code for one in found.repairs] == ["geometry.no_length"]
    assert found.geometry[0].area == pytest.approx(3.1214 * 100, rel=0.01)


def test_a_line_of_a_network_stands_as_a_point_on_it(tmp_path: Path) -> None:
    line = LineString([(LON, LAT), (LON + 0.01, LAT)])
    found = mapped(tmp_path, 'layer = "networks"\ncolumns.kind = { value = "siding" }', [feature(line)])
    assert [one.code for one in found.repairs] == ["geometry.point_taken"]
    assert found.geometry[0].geom_type == "Point"


def test_the_system_of_coordinates_may_stand_in_the_mapping(tmp_path: Path) -> None:
    metres = [934_000.0, 6_493_000.0]
    ring = [[metres[0] + x, metres[1] + y] for x, y in ((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))]
    rows = [feature({"type": "Polygon", "coordinates": [ring]})]
    toml = 'layer = "buildings"\ngeometry.crs = "EPSG:2154"'
    assert mapped(tmp_path, toml, rows).geometry[0].area == pytest.approx(10_000)


def test_the_kind_of_a_constraint_says_what_it_does_when_the_layer_does_not(tmp_path: Path) -> None:
    toml = 'layer = "constraints"\n[columns]\nkind = "k"\neffect = "e"\nclearance_m = "c"'
    rows = [
        feature(square(6.0), k="pipeline", e=None, c=None),
        feature(square(6.1), k="pipeline", e="informs", c=0),
        feature(square(6.2), k="flood_red", e=None, c=12),
        feature(square(6.3), k="unheard_of", e=None, c=None),
    ]
    found = mapped(tmp_path, toml, rows)
    assert found.column("effect") == ["forbids", "informs", "forbids"]
    assert found.column("clearance_m") == [5.0, 0.0, 12.0]
    assert found.codes() == {"constraint.no_effect"}


def test_brownfields_and_their_key(tmp_path: Path) -> None:
    toml = 'layer = "parcels"\n[columns]\norigin = { value = "friche" }\nkey = "code"\nname = "nom"'
    found = mapped(tmp_path, toml, [feature(square(), code="F-01", nom="Ancienne usine")])
    assert (found.keys, found.column("origin"), found.column("name")) == (["F-01"], ["friche"], ["Ancienne usine"])


def test_a_mapping_that_names_absent_fields_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        mapped(tmp_path, LOTS, [feature(square(), nom="A")])
    assert refused.value.code == "mapping.no_field"
    assert refused.value.params["fields"] == ["N°", "Nom du lot", "Surface (ha)", "Prix", "Dispo"]
    assert refused.value.params["found"] == ["nom"]


def test_a_mapping_and_another_layer_asked_for_contradict_each_other(tmp_path: Path) -> None:
    path = write(tmp_path, collection([feature(square(), nom="A")]))
    with pytest.raises(Unreadable) as refused:
        read(path, layer="zones", mappings=Mappings(given=read_mapping('layer = "parcels"', "m")))
    assert refused.value.code == "mapping.other_layer"


def kept(toml: str, dataset: str, *fields: str) -> Mappings:
    return Mappings(kept=[Kept(dataset, fields, read_mapping(toml, dataset))])


def test_a_kept_mapping_is_used_as_long_as_the_fields_are_the_same(tmp_path: Path) -> None:
    toml = 'layer = "parcels"\ncolumns.name = "Nom du lot"'
    path = write(tmp_path, collection([feature(square(), Prix=3, **{"Nom du lot": "A"})]), "lots.v2.geojson")
    found = read(path, mappings=kept(toml, "lots", "Nom du lot", "Prix"))
    assert found.column("name") == ["A"]
    assert [one.code for one in found.remarks if one.code.startswith("mapping")] == ["mapping.kept", "mapping.no_key"]
    other = read(path, mappings=kept(toml, "other file", "prix", "NOM DU LOT"))
    assert other.column("name") == ["A"], "another file of the same form"
    with pytest.raises(Unreadable) as refused:
        read(path, mappings=kept(toml, "lots", "Nom du lot", "Tarif"))
    assert refused.value.code == "mapping.outdated"
    assert refused.value.params == {"dataset": "lots", "gone": ["Tarif"], "added": ["Prix"]}
    with pytest.raises(Unreadable) as unknown:
        read(path, mappings=kept(toml, "other file", "Nom du lot"))
    assert unknown.value.code == "schema.unknown"


@pytest.mark.parametrize(
    ("toml", "code", "line", "params"),
    [
        ('layer = "parcels"\nname = oups', "syntax", 2, {}),
        ('layer = "parcels"\n\n[colums]\nname = "n"', "unknown_key", 3, {"key": "colums"}),
        ('layer = "forests"', "unknown_layer", 1, {"layer": "forests"}),
        ('name = "x"', "unknown_layer", 1, {}),
        ('layer = "parcels"\n[columns]\nnom = "n"', "unknown_column", 3, {"column": "nom"}),
        (
            'layer = "parcels"\n[columns]\nname = "n"\nmarket = { field = "d", table = 1 }',
            "unknown_key",
            4,
            {"key": "table"},
        ),
        ('layer = "parcels"\n[columns]\nname = { field = "n", unit = "ha" }', "no_unit", 3, {}),
        (
            'layer = "parcels"\n[columns.surface_stated_m2]\nfield = "s"\nunit = "acre"',
            "unknown_unit",
            2,
            {"unit": "acre"},
        ),
        ('layer = "parcels"\n[columns]\nname = 3', "wrong_value", 3, {"key": "name"}),
        ('layer = "parcels"\n[columns]\nname = { field = "a", value = "b" }', "field_or_value", 3, {}),
        ('layer = "parcels"\n[columns]\nname = { unit = "ha" }', "field_or_value", 3, {}),
        ('layer = "parcels"\n[columns]\nname = { field = [] }', "field_or_value", 3, {}),
        ('layer = "parcels"\n[columns]\nname = { field = [1] }', "wrong_value", 3, {}),
        ('layer = "parcels"\n[columns]\nname = { field = ["a", "b"], join = 1 }', "wrong_value", 3, {}),
        ('layer = "parcels"\n[columns]\nname = { field = "a", values = { b = [] } }', "wrong_value", 3, {}),
        ('layer = "parcels"\n[only]\netat = []', "wrong_value", 3, {"example": 'etat = ["O", "N"]'}),
        ('layer = "parcels"\ncolumns = 3', "wrong_value", 2, {}),
        ('layer = "constraints"\n[geometry]\nwidth_m = "10 m"\nradius = 3', "unknown_key", 4, {"key": "radius"}),
        ('layer = "constraints"\n[geometry]\nwidth_m = -1', "wrong_value", 3, {"example": "width_m = 10"}),
        ('layer = "constraints"\n[geometry]\nwidth_m = true', "wrong_value", 3, {}),
        ('layer = "constraints"\n[geometry]\nx = "lon"', "wrong_value", 3, {}),
        ('layer = "constraints"\n[recognise]\nfield = ["a"]', "unknown_key", 3, {"key": "field"}),
        ('layer = "constraints"\n[recognise.where]\nsuptype = [["a"]]', "wrong_value", 3, {}),
        ('layer = "constraints"\n[columns]\nclearance_m = { value = inf }', "wrong_value", 3, {}),
    ],
)
def test_a_bad_mapping_is_refused_with_its_line(toml: str, code: str, line: int, params: dict[str, object]) -> None:
    refused = refusal(toml)
    assert (refused.code, refused.params["line"]) == (f"mapping.{code}", line)
    for name, value in params.items():
        assert refused.params[name] == value, name


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_refusal_has_its_sentence(lang: str) -> None:
    from api.intake_sentences import told_of

    sentence = told_of(refusal('layer = "parcels"\n[columns]\nnom = "n"'), lang)
    assert "lots.toml" in sentence
    assert "3" in sentence
    assert "commune_insee" in sentence
    assert "{" not in sentence


def outcome(text: str) -> str:
    """The layer of a mapping, or the code of its refusal."""
    try:
        return read_mapping(text, "m").layer
    except Unreadable as refused:
        return refused.code


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert outcome(text).startswith("mapping.") or outcome(text) in LAYERS


VALUE = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.sampled_from(["ha", "name", "EPSG:2154"])),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["field", "unit", "values", "value", "default", "join", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = [
    "name",
    "recognise",
    "only",
    "leave_out",
    "columns",
    "geometry",
    "columns.name",
    "geometry.width_m",
    "geometry.x",
]


@given(st.dictionaries(st.sampled_from(KEYS), VALUE, max_size=4))
def test_any_shape_of_mapping_is_read_or_refused(said: dict[str, object]) -> None:
    lines = [f"{key} = {_toml(value)}" for key, value in said.items()]
    found = outcome("\n".join(['layer = "parcels"', *lines]))
    assert found == "parcels" or found.startswith("mapping.")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def test_every_quantity_of_ours_may_come_in_a_unit() -> None:
    """A column whose name ends in a unit takes units, its own among them at worth one."""
    ends = tuple(UNITS)
    for layer in LAYERS.values():
        for target in targets_of(layer.name):
            if target.endswith(ends):
                assert 1.0 in units_of(target).values(), target


def test_reads_names_each_field_once() -> None:
    mapping: LayerMapping = read_mapping(LOTS + '\n[only]\nDispo = ["O"]\n[geometry]\nx = "lon"\ny = "lat"', "m")
    assert mapping.reads == ("N°", "Nom du lot", "Surface (ha)", "Prix", "Dispo")
    assert mapping.places.columns == GeometryColumns(x="lon", y="lat")


@pytest.mark.parametrize(
    "toml",
    [
        "layer = " + "[" * 20_000,
        'layer = "parcels"\nx = ' + "9" * 5_000,
        'layer = "parcels"\n# ' + "x" * 300_000,
        'layer = "parcels"\n[columns]\nprice_eur_m2 = { value = 99999999999999999999 }',
        'layer = "parcels"\n[columns]\nnot_ours = """\n[' + " " * 20_000 + '\n"""',
    ],
)
def test_a_hostile_mapping_is_refused_at_once(toml: str) -> None:
    started = perf_counter()
    assert refusal(toml).code.startswith("mapping.")
    assert perf_counter() - started < 2


def test_the_name_of_a_mapping_can_be_stored() -> None:
    assert read_mapping('layer = "parcels"\nname = "a\\u0000b"', "lots").name == "ab"


def test_a_number_written_with_its_unit_is_in_that_unit(tmp_path: Path) -> None:
    toml = """
layer = "parcels"
[columns]
key = "n"
price_eur_m2 = "prix"
surface_stated_m2 = { field = "surface", unit = "ha" }
"""
    written = [("45 €/m²", "1,5"), ("40,5 € HT / m2", "8 000 m²"), ("35 k€/ha", "2 ha"), ("50 €", 1), (45, "3 acres")]
    rows = [feature(square(6 + n / 100), n=n, prix=price, surface=area) for n, (price, area) in enumerate(written)]
    found = mapped(tmp_path, toml, rows)
    assert found.column("price_eur_m2") == [45.0, 40.5, 3.5, None, 45.0]
    assert found.column("surface_stated_m2") == [15_000.0, 8_000.0, 20_000.0, 10_000.0, None]
    told = [(one.row, one.field, one.code) for one in found.repairs if one.code == "value.own_unit"]
    assert sorted(told) == [
        (1, "price_eur_m2", "value.own_unit"),
        (2, "price_eur_m2", "value.own_unit"),
        (2, "surface_stated_m2", "value.own_unit"),
        (3, "price_eur_m2", "value.own_unit"),
        (3, "surface_stated_m2", "value.own_unit"),
    ]
    assert {one.before for one in found.repairs if one.code == "value.not_a_number"} == {"50 €", "3 acres"}


def test_references_without_commune_are_completed_by_that_of_their_row(tmp_path: Path) -> None:
    toml = """
layer = "parcels"
[columns]
key = "n"
cadastral_ids = "refs"
commune_insee = { field = "commune", values = { "Megève" = "74173", "Combloux" = "" } }
"""
    written = [("AB 12, AB13", "Megève"), ("74056000AC0007", "Megève"), ("AB 12", "Combloux"), ("voir plan", "Megève")]
    rows = [feature(square(6 + n / 100), n=n, refs=refs, commune=name) for n, (refs, name) in enumerate(written)]
    found = mapped(tmp_path, toml, rows)
    assert found.column("cadastral_ids") == [["74173000AB0012", "74173000AB0013"], ["74056000AC0007"], [], []]
    completed = [one for one in found.repairs if one.code == "cadastre.commune_added"]
    assert [(one.row, one.before, one.after) for one in completed] == [
        (1, "AB 12, AB13", "74173000AB0012, 74173000AB0013")
    ]
    lost = [one.row for one in found.repairs if one.code == "value.not_a_cadastral_reference"]
    assert lost == [3, 4]


def test_a_word_left_to_fill_in_is_told(tmp_path: Path) -> None:
    toml = LOTS.replace('N = "sold"', 'N = ""')
    row = {"N°": 7, "Nom du lot": "Lot A", "Surface (ha)": 1, "Prix": 3, "Dispo": "N"}
    found = mapped(tmp_path, toml, [feature(square(), **row)])
    assert found.column("market") == ["unknown"]
    told = [one for batch in found.batches for one in batch.remarks]
    assert [one.value for one in told if one.code == "mapping.value_unknown"] == ["N"]


def test_the_commune_of_a_row_goes_before_that_of_the_load(tmp_path: Path) -> None:
    toml = 'layer = "parcels"\n[columns]\nkey = "n"\ncadastral_ids = "refs"\ncommune_insee = "insee"'
    rows = [feature(square(6 + n / 100), n=n, refs="AB 12", insee=code) for n, code in enumerate(["74173", None])]
    path = write(tmp_path, collection(rows), "lots.geojson")
    found = read(path, mappings=Mappings(given=read_mapping(toml, "lots")), commune="74056")
    assert found.column("cadastral_ids") == [["74173000AB0012"], ["74056000AB0012"]]


def test_a_kept_mapping_brings_its_geometry_along_to_any_file_with_its_headings(tmp_path: Path) -> None:
    """Columns E and N hold the places; X and Y, which would be found by themselves, are those of an office."""
    toml = 'layer = "parcels"\n[columns]\nkey = "Lot"\n[geometry]\nx = "E"\ny = "N"\ncrs = "EPSG:2154"'
    content = b"Lot;E;N;x;y\nA;934000;6493000;2.35;48.85\nB;934100;6493000;2.35;48.85\n"
    for name in ("lots.csv", "autre.csv"):
        found = read(write(tmp_path, content, name), mappings=kept(toml, "lots", "Lot", "x", "y"))
        places = [place for batch in found.batches for place in batch.location]  # type: ignore[union-attr]
        assert [round(place.x) for place in places] == [934_000, 934_100], name
