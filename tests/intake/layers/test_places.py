"""Networks, areas and travel times as files tell them."""

from pathlib import Path

import pytest
from shapely.geometry import Point

from geo.intake.problems import Unreadable
from geo.land.place_kinds import kind_of
from tests.intake.written_files import Read, feature, needs_data, read, read_features, square


def table(folder: Path, name: str, *lines: str, layer: str | None = None) -> Read:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(file, layer=layer)


@pytest.mark.parametrize(
    ("layer", "said", "kind"),
    [
        ("networks", "Échangeur complet", "motorway_junction"),
        ("networks", "Quai de chargement", "quay"),
        ("networks", "station+Gare de fret", "freight_station+station"),
        ("networks", "Station GNV", "station_gnv"),
        ("networks", "hydrogen_pipe", "hydrogen_pipe"),
        ("networks", "!?", None),
        ("areas", "SCoT", "scot"),
        ("areas", "Zone d'emploi", "zone_emploi"),
        ("areas", "AFR", "aid_zone"),
        ("areas", "Pays", "pays"),
    ],
)
def test_kinds_are_words_of_a_list_or_their_own(layer: str, said: str, kind: str | None) -> None:
    assert kind_of(layer, said) == kind


def test_a_new_kind_of_network_needs_no_code(tmp_path: Path) -> None:
    rows = [feature(Point(6.0, 45.5), kind="Station GNV", nom="A"), feature(square(6.1), kind="ITE")]
    found = read_features(tmp_path, rows, layer="networks")
    assert found.column("kind") == ["station_gnv", "siding"]


@needs_data
def test_real_stations_are_open_to_freight_to_passengers_or_both(shared: Path) -> None:
    found = read(shared / "gares_sncf_aura.geojson.gz")
    kinds = found.column("kind")
    assert {kind: kinds.count(kind) for kind in set(kinds)} == STATIONS
    assert sum(count for kind, count in STATIONS.items() if "freight" in kind) == 193, "as SOURCES.md has them"


STATIONS = {"freight_station+station": 136, "freight_station": 57, "station": 225}


@needs_data
def test_real_aerodromes(shared: Path) -> None:
    found = read(shared / "aerodromes_aura.csv")
    assert found.column("kind") == ["airport"] * 58
    assert "LFLL" in found.keys


def test_areas_are_told_as_lists_of_communes_too(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "zones.csv",
        "kind;code;name;communes",
        "SCoT;GREG;Grande Région;38185, 38053 38185",
        "saved;mine;Vallée;69123",
        layer="areas",
    )
    assert found.layers == ("area_communes",)
    assert found.keys == ["scot/GREG/38185", "scot/GREG/38053", "saved/mine/69123"]
    assert (found.rows, found.read) == ([1, 1, 2], 3), "read are as many as are written"
    assert not [one for one in found.remarks if one.code == "field.ignored"]
    assert found.column("name") == ["Grande Région", "Grande Région", "Vallée"]


@pytest.mark.parametrize(
    ("name", "heading", "row", "key"),
    [
        ("ZE2020.csv", "CODGEO;LIBGEO;ZE2020;LIBZE2020", "38185;Grenoble;8409;Grenoble", "zone_emploi/8409/38185"),
        ("epci.csv", "CODGEO;LIBGEO;EPCI;LIBEPCI", "38185;Grenoble;200040715;GAM", "epci/200040715/38185"),
        (
            "territoires_industrie.csv",
            "insee_com;id_ti;lib_ti",
            "38185;84-01;Isère",
            "territoire_industrie/84-01/38185",
        ),
        ("zonage_afr_2022.csv", "code_insee;nom;type_zone", "43157;Le Puy;AFR-c", "aid_zone/AFR-c/43157"),
        ("liste_afr.csv", "insee;nom", "43157;Le Puy", "aid_zone/AFR/43157"),
    ],
)
def test_official_lists_are_recognised(tmp_path: Path, name: str, heading: str, row: str, key: str) -> None:
    found = table(tmp_path, name, heading, row)
    assert (found.layers, found.keys) == (("area_communes",), [key])


def test_a_network_whose_rows_name_their_commune_is_no_list_of_communes(tmp_path: Path) -> None:
    lines = ("code;kind;nom;insee;longitude;latitude", "Q1;quai;Port;69123;4.83;45.72")
    found = table(tmp_path, "fleuve.csv", *lines, layer="networks")
    assert (found.layers, found.column("kind"), found.keys) == (("networks",), ["quay"], ["Q1"])
    with pytest.raises(Unreadable):
        table(tmp_path, "fleuve.csv", *lines)


def test_a_list_without_kind_or_with_a_wrong_commune_is_refused_row_by_row(tmp_path: Path) -> None:
    lines = ("kind,code,insee", ",a,38185", "scot,a,Grenoble", "scot,,38185", "scot,b,38185")
    found = table(tmp_path, "scot.csv", *lines, layer="areas")
    assert found.keys == ["scot/b/38185"]
    assert found.codes() == {"area.no_kind", "value.required"}


def test_travel_times(tmp_path: Path) -> None:
    lines = ("from;to;minutes;km;date", "38185;LFLL;52,5;98;2026-10-01", "38185;airport;-1;;", "38185;;10;;")
    found = table(tmp_path, "temps.csv", *lines)
    assert (found.layers, found.keys) == (("travel_times",), ["38185>LFLL"])
    assert (found.column("minutes"), found.column("km")) == ([52.5], [98.0])
    assert found.codes() == {"value.required"}
    assert {one.row for one in found.rejections} == {2, 3}
