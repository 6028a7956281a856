"""The mappings that come with Emprise, each on a layer made from the field list its producer publishes.

Only the PPRT of Domène, the SNCF stations, the aerodromes, the ADEME sites and the road lines of Megève have a real
file (tests/intake/test_real_files.py and test_every_file.py); every other layer here is built, not real: SUP fields
from CNIG SUP 2016b as the Géoportail de l'urbanisme serves them, SITECODE/SITENAME and ID_MNHN from INPN,
identifiant_ssp from Géorisques, CODE_TFV/TFV from BD Forêt V2, cleabs and nature from BD TOPO V3, code_poste,
code_ligne and tension from RTE's open data, ID_ZONE, ID_GASPAR, CODEZONE and TYPEREG from COVADIS PPR v1 as
cnigfr/Geostandards-Risques lists them, code_commune to nom_epci from Enedis's open data, SUP files without SUPTYPE as
CNIG SUP 2016b names them.
"""

from pathlib import Path

import pytest
from shapely.geometry import LineString, Point

from geo.intake.mapping.choice import named, shipped
from geo.intake.problems import Unreadable
from geo.land.constraints import kinds
from geo.land.place_kinds import words
from tests.intake.written_files import LAT, LON, Read, collection, feature, read, square, write

LINE = LineString([(LON, LAT), (LON + 0.01, LAT)])
POINT = Point(LON, LAT)
KINDS = {
    "networks": {*words()["networks"], "transformer", "closed_station"},
    "area_communes": set(words()["areas"]),
}


def layer(folder: Path, name: str, *features: object) -> Read:
    return read(write(folder, collection(features), f"{name}.geojson"))


def sup(suptype: str, typeass: str = "", nomass: str = "", **more: object) -> dict[str, object]:
    return {
        **{
            "suptype": suptype,
            "partition": "130006729_SUP_84",
            "fichier": "a.pdf",
            "idass": f"{suptype}-{typeass}-{nomass}",
        },
        **{"idgen": "g", "nomass": nomass, "typeass": typeass, "modegeoass": "Zone tampon", "paramcalc": 0},
        **{"srcgeoass": "BD TOPO", "datesrcass": "2020-05-04", "nomsuplitt": None, **more},
    }


SUP = [
    (sup("pm1", "Zonage", "Zone rouge R1"), "risk_forbidden", "forbids"),
    (sup("PM1", "Zone d'interdiction"), "risk_forbidden", "forbids"),
    (sup("pm1", "Zonage", "Zone bleue"), "risk_conditional", "restricts"),
    (sup("pm1", "Périmètre"), "risk_plan", "restricts"),
    (sup("pm2", "Servitude"), "industrial_servitude", "restricts"),
    (sup("pm3", "Périmètre"), "risk_plan", "restricts"),
    (sup("i1", "SUP1"), "pipeline_effects", "informs"),
    (sup("i3", "Bande de servitude"), "pipeline", "forbids"),
    (sup("i4", "Bande"), "power_line", "restricts"),
    (sup("as1", "Périmètre de protection immédiate"), "capture_immediate", "forbids"),
    (sup("AS1", "Périmètre de protection rapprochée"), "capture_near", "restricts"),
    (sup("as1", "Périmètre de protection éloignée"), "capture_far", "informs"),
    (sup("ac1", "Périmètre des abords"), "heritage", "restricts"),
    (sup("ac2", "Site inscrit"), "heritage", "restricts"),
    (sup("ac4", "SPR"), "heritage", "restricts"),
    (sup("t5", "Dégagement"), "airport", "informs"),
    (sup("t7", "Extérieure"), "airport", "informs"),
]


def test_servitudes_say_what_they_do(tmp_path: Path) -> None:
    rows = [feature(square(6 + place / 100), **properties) for place, (properties, _, _) in enumerate(SUP)]
    rows.append(feature(square(7.5), **sup("pt2", "Faisceau")))
    found = layer(tmp_path, "wfs_sup_assiette_sup_s", *rows)
    assert found.schema == "gpu_sup_surface"
    assert found.column("kind") == [kind for _, kind, _ in SUP]
    assert found.column("effect") == [effect for _, _, effect in SUP]
    assert set(found.column("clearance_m")) == {0.0}, "the area is the servitude itself"
    assert str(found.column("source_date")[0]) == "2020-05-04"
    assert found.column("label")[0] == "Zone rouge R1"
    assert [one.params["count"] for one in found.remarks if one.code == "mapping.left_out"] == [1]


def test_servitudes_drawn_as_lines_keep_their_distance(tmp_path: Path) -> None:
    found = layer(tmp_path, "assiette_sup_l", feature(LINE, **sup("i4", "Ligne")), feature(LINE, **sup("I3", "Axe")))
    assert (found.schema, found.column("kind")) == ("gpu_sup_line", ["power_line", "pipeline"])
    assert found.column("clearance_m") == [kinds()["power_line"].clearance_m, kinds()["pipeline"].clearance_m]
    assert all(shape.geom_type == "MultiPolygon" for shape in found.geometry)
    points = layer(tmp_path, "assiette_sup_p", feature(POINT, **sup("ac1", "Monument")))
    assert (points.schema, points.column("kind")) == ("gpu_sup_point", ["heritage"])


SURFACES = [
    ("SIC", {"SITECODE": "FR8201", "SITENAME": "Marais"}, "natura2000", "natura2000"),
    ("znieff1", {"ID_MNHN": "820031", "NOM": "Tourbière", "URL": "x"}, "znieff", "znieff"),
    ("N_ZNIEFF2_ZINF_S_R84", {"id_mnhn": "8200", "nom": "Vallée"}, "znieff", "znieff"),
    ("apb", {"ID_MNHN": "FR38", "NOM": "Falaise"}, "protected_nature", "protected_nature"),
    ("rnn", {"ID_MNHN": "FR36", "NOM_SITE": "Réserve"}, "protected_nature", "protected_nature"),
    ("pnr", {"ID_MNHN": "FR80", "NOM": "Bauges"}, "nature_park", "nature_park"),
    ("zones_humides_38", {"code_zh": "z1", "nom": "Prairie"}, "wetlands", "wetland"),
    (
        "sis",
        {"identifiant_ssp": "SSP1", "nom": "Usine", "date_maj": "2021-01-02"},
        "georisques_polluted",
        "polluted_site",
    ),
]


@pytest.mark.parametrize(("name", "properties", "schema", "kind"), SURFACES)
def test_environment_layers(tmp_path: Path, name: str, properties: dict[str, object], schema: str, kind: str) -> None:
    found = layer(tmp_path, name, feature(square(), **properties))
    assert (found.schema, found.column("kind")) == (schema, [kind])
    assert found.column("effect") == [kinds()[kind].effect.value]
    assert found.column("label")[0] in properties.values()
    assert found.rejections == []


def test_only_woodland_of_bd_foret_is_woodland(tmp_path: Path) -> None:
    rows = [
        feature(square(6 + i / 10), ID=f"F{i}", CODE_TFV=code, TFV="Forêt", TFV_G11="x", ESSENCE="y")
        for i, code in enumerate(["FF1-09-09", "FO2", "FP", "LA4", "LA6"])
    ]
    found = layer(tmp_path, "FORMATION_VEGETALE", *rows)
    assert (found.schema, found.keys, set(found.column("kind"))) == ("bd_foret", ["F0", "F1", "F2"], {"forest"})


def test_polluted_points_inform_around_them(tmp_path: Path) -> None:
    known = {"nom_site": "Ateliers", "etat_operation": "Terminée"}
    rows = [feature(POINT, id=1, surface_site_m2="10000", **known), feature(POINT, id=2, surface_site_m2=None, **known)]
    areas = [shape.area for shape in layer(tmp_path, "ademe", *rows).geometry]
    assert areas == pytest.approx([10_000, 3.1214 * 2_500], rel=0.01)
    casias = layer(tmp_path, "casias", feature(POINT, identifiant_ssp="SSP2", nom_etablissement="Garage"))
    assert casias.geometry[0].area == pytest.approx(3.1214 * 2_500, rel=0.01)


NETWORK = [
    ("gares", POINT, {"code_uic": "8", "libelle": "G", "fret": "O"}, "sncf_stations", "freight_station"),
    ("gares", POINT, {"code_uic": "8", "libelle": "G", "fret": "N"}, "sncf_stations", "station"),
    ("gares", POINT, {"code_uic": "8", "libelle": "G", "fret": None}, "sncf_stations", "station"),
    ("aero", POINT, {"icao": "LFLL", "iata": "LYS", "name": "Lyon"}, "aerodromes", "airport"),
    ("poste_de_transformation", square(), {"cleabs": "P1", "toponyme": "P"}, "bdtopo_substation", "substation"),
    ("ite_2019", LINE, {"nom": "ITE"}, "sidings", "siding"),
    ("ports_fluviaux", POINT, {"nom": "Port"}, "ports", "port"),
    ("echangeurs", POINT, {"numero": "12"}, "motorway_junctions", "motorway_junction"),
]


@pytest.mark.parametrize(("name", "shape", "properties", "schema", "kind"), NETWORK)
def test_networks(
    tmp_path: Path, name: str, shape: object, properties: dict[str, object], schema: str, kind: str
) -> None:
    found = layer(tmp_path, name, feature(shape, **properties))
    assert (found.schema, found.column("kind")) == (schema, [kind])
    assert found.geometry[0].geom_type == "Point"
    assert found.rejections == []


def test_transport_equipment_of_bd_topo(tmp_path: Path) -> None:
    natures = {
        ("Gare voyageurs et fret", None): "freight_station+station",
        ("Gare fret uniquement", None): "freight_station",
        ("Gare voyageurs uniquement", None): "station",
        ("Port", None): "port",
        ("Carrefour", "Échangeur complet"): "motorway_junction",
        ("Carrefour", "Rond-point"): None,
        ("Parking", None): None,
    }
    rows = [
        feature(square(6 + i / 10), cleabs=f"E{i}", nature=nature, nature_detaillee=detail, toponyme="T")
        for i, (nature, detail) in enumerate(natures)
    ]
    found = layer(tmp_path, "equipement_de_transport", *rows)
    assert (found.schema, found.column("kind")) == ("bdtopo_transport", [kind for kind in natures.values() if kind])


def test_substations_of_rte_keep_their_voltage(tmp_path: Path) -> None:
    known = {"nom_poste": "Poste", "etat": "EN EXPLOITATION"}
    rows = [
        feature(Point(6 + i / 10, 45.5), code_poste=f"P{i}", tension=volts, fonction=what, **known)
        for i, (volts, what) in enumerate(
            [("63kV", "POSTE DE TRANSFORMATION"), ("400kV", "POSTE DE TRANSFORMATION"), ("63kV", "POINT DE PIQUAGE")]
        )
    ]
    found = layer(tmp_path, "postes-electriques-rte", *rows)
    assert (found.keys, found.column("voltage_kv"), found.column("kind")) == (
        ["P0", "P1"],
        [63.0, 400.0],
        ["substation"] * 2,
    )


@pytest.mark.parametrize(
    ("name", "properties", "kind"),
    [
        ("ligne_electrique", {"cleabs": "L", "voltage": "63 kV"}, "power_line"),
        ("canalisation", {"cleabs": "C", "nature": "Gaz"}, "pipeline"),
    ],
)
def test_lines_of_bd_topo(tmp_path: Path, name: str, properties: dict[str, object], kind: str) -> None:
    found = layer(tmp_path, name, feature(LINE, **properties))
    assert (found.column("kind"), found.column("clearance_m")) == ([kind], [kinds()[kind].clearance_m])


def test_every_shipped_mapping_names_kinds_that_are_known() -> None:
    """Kinds the match and the readiness read are those of the catalogue; networks have theirs."""
    for mapping in shipped():
        assert mapping.recognition is not None, mapping.name
        known = KINDS.get(mapping.layer, set(kinds()))
        for rule in mapping.columns:
            if rule.target == "kind":
                said = {*(rule.values or {}).values(), rule.default} - {None}
                assert {one for kind in said for one in str(kind).split("+")} <= known, mapping.name


def test_no_two_shipped_mappings_have_one_name() -> None:
    names = [one.name for one in shipped()]
    assert len(names) == len(set(names))
    assert named("cadastral_roads").layer == "constraints"
    with pytest.raises(Unreadable) as refused:
        named("roads")
    assert refused.value.code == "mapping.unknown_name"


@pytest.mark.parametrize("name", ["port_edouard_herriot", "zones_humides_compensation", "ITE_lots", "quai_sud"])
def test_the_name_of_a_file_does_not_outweigh_the_fields_of_a_standard(tmp_path: Path, name: str) -> None:
    found = layer(tmp_path, name, feature(square(), terr_id="74173_1", terr_nom="Lot A"))
    assert (found.schema, found.layers) == ("cnig_terrain", ("parcels",))


def test_pipelines_of_bd_topo_are_those_of_gas_and_oil_not_of_water(tmp_path: Path) -> None:
    line = LineString([(6.6, 45.8), (6.61, 45.8)])
    natures = ["Eau", "Canalisation d'eau", "Hydrocarbures", "Gaz, réseau de transport"]
    rows = [feature(line, cleabs=f"C{n}", nature=nature) for n, nature in enumerate(natures)]
    assert layer(tmp_path, "canalisation", *rows).keys == ["C2", "C3"]


@pytest.mark.parametrize(
    ("name", "shape", "typeass", "schema", "kind"),
    [
        ("AC1_ASSIETTE_SUP_S_073", square(), "Périmètre", "sup_by_name_surface", "heritage"),
        ("PM1_ASSIETTE_SUP_S_073", square(), "Zone rouge", "sup_by_name_surface", "risk_forbidden"),
        ("as1_assiette_sup_s", square(), "Périmètre éloigné", "sup_by_name_surface", "capture_far"),
        ("I4_ASSIETTE_SUP_L", LINE, "Ligne", "sup_by_name_line", "power_line"),
        ("AC1_ASSIETTE_SUP_P", POINT, "Monument", "sup_by_name_point", "heritage"),
    ],
)
def test_servitudes_without_a_type_are_told_by_the_name_of_their_layer(
    tmp_path: Path, name: str, shape: object, typeass: str, schema: str, kind: str
) -> None:
    row = {"IDASS": "A1", "IDGEN": "G1", "NOMASS": "Nom", "TYPEASS": typeass, "DATESRCASS": "2020-05-04"}
    found = layer(tmp_path, name, feature(shape, **row))
    assert (found.schema, found.column("kind"), found.keys) == (schema, [kind], [f"{name.lower()}/A1"])
    assert found.rejections == []


ENEDIS = {"code_commune": "69290", "nom_commune": "Saint-Priest", "code_epci": "200046977", "nom_epci": "Lyon"}
RTE = {"type_ouvrage": "AERIEN", "code_ligne": "L1", "tension": "225kV", "etat": "EN EXPLOITATION"}


@pytest.mark.parametrize(
    ("name", "properties", "schema", "effect", "clearance"),
    [
        ("lignes-aeriennes-rte-nv", RTE | {"nom_ligne": "A - B"}, "rte_lines", "restricts", 10.0),
        ("lignes-souterraines-rte-nv", RTE | {"nom_ouvrage_1": "A - B"}, "rte_cables", "informs", 0.0),
        ("reseau-hta", ENEDIS, "enedis_overhead_lines", "restricts", 10.0),
        ("reseau-souterrain-hta", ENEDIS, "enedis_other_lines", "informs", 0.0),
        ("reseau-bt", ENEDIS, "enedis_other_lines", "informs", 0.0),
    ],
)
def test_lines_of_the_power_networks(
    tmp_path: Path, name: str, properties: dict[str, object], schema: str, effect: str, clearance: float
) -> None:
    found = layer(tmp_path, name, feature(LINE, **properties))
    assert (found.schema, found.column("kind"), found.column("effect")) == (schema, ["power_line"], [effect])
    assert found.column("clearance_m") == [clearance]


@pytest.mark.parametrize(("name", "kind"), [("poste-source", "substation"), ("poste-electrique", "transformer")])
def test_substations_of_enedis(tmp_path: Path, name: str, kind: str) -> None:
    found = layer(tmp_path, name, feature(POINT, **ENEDIS))
    assert (found.layers, found.column("kind"), found.column("name")) == (("networks",), [kind], ["Saint-Priest"])
