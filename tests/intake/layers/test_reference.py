from datetime import date
from pathlib import Path

from shapely.geometry import Point

from tests.intake.written_files import feature, read_features, square


def test_a_constraint_says_what_it_does(tmp_path: Path) -> None:
    rows = [
        feature(square(6.0), kind="pipeline", effect="forbids", clearance_m=5, label="Gaz", source_date="2020-01-02"),
        feature(square(6.1), kind="noise", effect="informs", synthetic=True),
        feature(square(6.2), kind="flood", effect=None),
        feature(square(6.3), kind="flood", effect="maybe"),
        feature(square(6.4), kind=None, effect="Restricts", id="c5"),
    ]
    found = read_features(tmp_path, rows)
    assert found.layers == ("constraints",)
    assert found.rows == [1, 2, 5]
    assert found.column("kind") == ["pipeline", "noise", "constraint"]
    assert found.column("effect") == ["forbids", "informs", "restricts"]
    assert found.column("clearance_m") == [5.0, None, None]
    assert found.column("source_date") == [date(2020, 1, 2), None, None]
    assert found.column("synthetic") == [False, True, False]
    assert found.keys[2] == "c5"
    assert {(one.row, one.code) for one in found.rejections} == {
        (3, "constraint.no_effect"),
        (4, "constraint.no_effect"),
    }


def test_an_effect_is_never_assumed(tmp_path: Path) -> None:
    found = read_features(tmp_path, [feature(square(), nom="Natura 2000")], layer="constraints")
    assert found.rows == []
    assert found.codes() == {"constraint.no_effect"}


def test_buildings_are_known_by_identifier_or_outline(tmp_path: Path) -> None:
    rows = [feature(square(6.0), hauteur=4, cleabs="BATIMENT1"), feature(square(6.1), hauteur=None)]
    found = read_features(tmp_path, rows)
    assert (found.schema, found.column("height_m")) == ("buildings", [4.0, None])
    assert found.keys[0] == "BATIMENT1"
    assert len(found.keys[1]) == 64


def test_a_cnig_site(tmp_path: Path) -> None:
    row = feature(
        square(),
        site_id="80024_SITE-ECO_00001",
        site_nom="ZAC Les Bornes du Temps",
        site_type="Zone d'activité économique",
        site_vocadomi="entrepôts, logistique",
        site_etat="existant et actif",
        site_comm_insee="80024",
        site_comm_nom="Argoeuves",
        site_epci_siren="200071223",
        site_epci_nom="CC Nièvre et Somme",
    )
    found = read_features(tmp_path, [row])
    assert (found.schema, found.keys) == ("cnig_site", ["80024_SITE-ECO_00001"])
    for name, value in {
        "name": "ZAC Les Bornes du Temps",
        "site_type": "zone d'activité économique",
        "vocation": "entrepôts, logistique",
        "etat": "existant et actif",
        "commune_insee": "80024",
        "commune_name": "Argoeuves",
        "epci_siren": "200071223",
        "epci_name": "CC Nièvre et Somme",
    }.items():
        assert found.column(name) == [value], name


def test_communes_know_their_department(tmp_path: Path) -> None:
    rows = [
        feature(square(6.0), insee="74173", nom="Megève", population=3_000, departement="74"),
        feature(square(6.1), insee="97411", nom="Saint-Denis", population=150_000, departement=None),
        feature(square(6.2), insee="2A004", nom="Ajaccio", population=None, departement=None),
        feature(square(6.3), insee="x", nom="Nowhere", population=1, departement=None),
    ]
    found = read_features(tmp_path, rows)
    assert (found.schema, found.keys) == ("communes", ["74173", "97411", "2A004"])
    assert found.column("departement") == ["74", "974", "2A"]
    assert found.column("population") == [3_000, 150_000, None]
    assert (found.rejections[0].row, found.rejections[0].field) == (4, "insee")


def test_areas_are_told_by_kind_and_code(tmp_path: Path) -> None:
    epci = read_features(tmp_path, [feature(square(), epci_siren="200000172", epci_nom="Faucigny")])
    assert (epci.keys, epci.column("name")) == (["epci/200000172"], ["Faucigny"])
    department = read_features(tmp_path, [feature(square(), departement="74", nb_communes=279)])
    assert (department.keys, department.column("name")) == (["departement/74"], ["74"])
    own = read_features(tmp_path, [feature(square(), kind="scot", code="s1", name="SCoT")], layer="areas")
    assert (own.keys, own.column("kind")) == (["scot/s1"], ["scot"])
    other = read_features(tmp_path, [feature(square(), id="z1", nom="Zone")], layer="areas")
    assert other.keys == ["area/z1"]


def test_networks_are_points_and_say_what_they_are(tmp_path: Path) -> None:
    rows = [
        feature(Point(6.0, 45.5), nom="Poste A", voltage_kv=63, free_mw=12.5),
        feature(square(6.1), nom="Poste B", voltage_kv="225"),
        feature(Point(6.2, 45.5), kind="rail_station", nom="Gare"),
        feature(Point(6.3, 45.5), nom="Quoi ?"),
    ]
    found = read_features(tmp_path, rows)
    assert (found.schema, found.layers) == ("substations", ("networks",))
    assert found.column("kind") == ["substation", "substation", "rail_station"]
    assert found.column("voltage_kv") == [63.0, 225.0, None]
    assert found.column("free_mw") == [12.5, None, None]
    assert [shape.geom_type for shape in found.geometry] == ["Point"] * 3
    assert found.codes() == {"network.no_kind"}
