"""The four classes of the CNIG standard Sites économiques in the forms they come in, and what is mended in them."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from geo.intake.layers.cnig_fields import CLASSES, Kind
from geo.intake.layers.cnig_names import cut_names
from geo.intake.problems import Unreadable
from tests.intake.official import TERRAIN, example
from tests.intake.written_files import L93_X, L93_Y, Read, feature, read, read_features, square, write

LAYERS = {"pole-eco": "poles", "site-eco": "sites", "terrain-eco": "parcels", "etablissement": "establishments"}
POINTS = {"type": "MultiPoint", "coordinates": [[6.0, 45.5], [6.001, 45.5]]}
GEOMETRIES: dict[str, object] = {
    "pole-eco": {"type": "Point", "coordinates": [6.0, 45.5]},
    "site-eco": square(),
    "terrain-eco": square(),
    "etablissement": POINTS,
}


def one(found: Read) -> dict[str, Any]:
    """The only row of a file: its columns, and its published facts beside them."""
    (batch,) = found.batches
    row = {name: values[0] for name, values in batch.fields.items()}
    return row | {"geometry": batch.geometry[0]}


def published(found: Read) -> dict[str, Any]:
    facts: dict[str, Any] = one(found)["published"]
    return facts


@pytest.mark.parametrize("name", LAYERS)
def test_every_official_field_is_kept(tmp_path: Path, shared: Path, name: str) -> None:
    row = example(shared, name)
    found = read_features(tmp_path, [feature(GEOMETRIES[name], **row)])
    assert found.layers == (LAYERS[name],)
    assert found.schema.startswith("cnig_")
    assert found.remarks == []
    columns, kept = one(found), published(found)
    for official in CLASSES[name]:
        if official.column in ("key", "siret"):
            assert found.keys == [row[official.name]]
        elif official.column and official.column != "geom":
            assert columns[official.column] is not None, official.name
            assert official.name not in kept
        elif official.column == "":
            assert kept[official.name] not in (None, ""), official.name


@pytest.mark.parametrize("name", LAYERS)
def test_the_published_examples_are_read(shared: Path, name: str) -> None:
    found = read(shared / f"cnig_sites_economiques/{name}.exemple-valide.csv")
    assert found.layers == (LAYERS[name],)
    assert (found.read, len(found.batches[0].rows), found.rejections) == (1, 1, [])


def test_the_defects_of_the_published_site_are_mended_and_told(shared: Path) -> None:
    found = read(shared / "cnig_sites_economiques/site-eco.exemple-valide.csv")
    row = one(found)
    told = [(repair.field, repair.before, repair.after, repair.code) for repair in found.repairs]
    assert ("site_vocadomi", "entrepôts | logistique", "entrepôts, logistique", "row.halves_joined") in told
    assert ("site_evol_urba", "extension", "extension urbaine", "value.synonym") in told
    assert ("site_moa_type", "EPCI", "epci", "value.respelt") in told
    assert "geometry.ring_closed" in {code for _, _, _, code in told}
    assert (row["vocation"], row["etat"]) == ("entrepôts, logistique", None)
    assert published(found)["site_evol_urba"] == "extension urbaine"


def test_a_row_that_stands_one_column_to_the_right_is_refused(tmp_path: Path, shared: Path) -> None:
    shifted = example(shared, "site-eco") | {
        "site_vocadomi": "entrepôts",
        "site_etat": "logistique",
        "site_surf_brute": "existant et actif",
        "site_surf_utile": 37.2,
    }
    found = read_features(tmp_path, [feature(square(), **shifted)])
    assert [(r.field, r.value, r.code) for r in found.rejections] == [("site_etat", "logistique", "row.shifted")]


@pytest.mark.parametrize(
    ("stage", "after", "kept"),
    [
        (("non aménagé", "non viabilisé"), ("non aménagé, non viabilisé", None), {}),
        (("non aménagé", "en vente"), (None, "en vente"), {"terr_stade_amngt": "non aménagé"}),
        (("non aménagé, non viabilisé", "en vente"), ("non aménagé, non viabilisé", "en vente"), {}),
    ],
)
def test_halves_are_joined_only_when_it_is_certain(
    tmp_path: Path, stage: tuple[str, str], after: tuple[str | None, str | None], kept: dict[str, str]
) -> None:
    row = TERRAIN | {"terr_stade_amngt": stage[0], "terr_stade_comm": stage[1]}
    found = read_features(tmp_path, [feature(square(), **row)])
    assert (one(found)["stade_amngt"], one(found)["stade_comm"]) == after
    assert {name: published(found).get(name) for name in kept} == kept


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("terr_etat_occup", "Occupation en transition", "occupation transitoire"),
        ("terr_maitrise_fonc", "EPCI, structure intercommunale", "structure intercommunale"),
        ("terr_stade_amngt", "VIABILISE ET AMENAGE", "viabilisé et aménagé"),
        ("terr_usage", "production d'énergie renouvelable", "production d’énergie renouvelable"),
        ("terr_stade_comm", "Réservé par option", "réservé par option de réservation"),
    ],
)
def test_other_wordings_are_understood_and_told(tmp_path: Path, name: str, written: str, value: str) -> None:
    column = {"terr_etat_occup": "etat_occup", "terr_maitrise_fonc": "maitrise_fonc", "terr_stade_amngt": "stade_amngt"}
    column |= {"terr_usage": "usage", "terr_stade_comm": "stade_comm"}
    found = read_features(tmp_path, [feature(square(), **TERRAIN | {name: written})])
    assert one(found)[column[name]] == value
    assert [(r.field, r.before, r.after) for r in found.repairs] == [(column[name], written, value)]
    assert name not in published(found)


def test_what_cannot_be_understood_is_unknown_and_stays_as_written(tmp_path: Path) -> None:
    odd = {"terr_usage": "NIMPORTE QUOI", "terr_m2_prix": "sur demande", "terr_cession_date": "2021"}
    odd |= {"terr_identif_date": "vers 2019", "terr_refcad": "80024000ZO0030|n/c"}
    found = read_features(tmp_path, [feature(square(), **TERRAIN | odd)])
    row = one(found)
    assert (row["usage"], row["price_eur_m2"], row["market_on"], row["cadastral_ids"]) == (
        *(None, None, None),
        ["80024000ZO0030"],
    )
    assert {name: published(found)[name] for name in odd} == odd
    said = {(remark.field, remark.code) for remark in found.row_remarks}
    assert said - {("surface_stated_m2", "surface.differs")} == {
        ("usage", "value.not_in_list"),
        ("terr_identif_date", "value.kept_as_written"),
    }


def test_nobody_said_is_no_fact(tmp_path: Path) -> None:
    row = TERRAIN | {
        "terr_stade_comm": "inconnu",
        "terr_usage": "sans objet",
        "terr_m2_prix": "inconnu",
        "terr_utile": "NA",
    }
    found = read_features(tmp_path, [feature(square(), **row)])
    assert (one(found)["stade_comm"], one(found)["usage"], one(found)["price_eur_m2"]) == (None, "sans objet", None)
    assert not {"terr_stade_comm", "terr_usage", "terr_m2_prix", "terr_utile"} & published(found).keys()


def test_corsica_blanks_in_identifiers_and_prices_of_any_kind(tmp_path: Path) -> None:
    row = TERRAIN | {"terr_id": "2A004_TERRAIN-ECO_ 000131", "terr_refcad": "2A004000AB0012", "terr_m2_prix": 5}
    found = read_features(tmp_path, [feature(square(), **row)])
    assert found.keys == ["2A004_TERRAIN-ECO_000131"]
    assert one(found)["cadastral_ids"] == ["2A004000AB0012"]
    assert one(found)["price_eur_m2"] == 5.0
    assert [repair.code for repair in found.repairs] == ["value.id_respelt"]


def test_a_year_for_a_date_and_a_date_for_a_year(tmp_path: Path, shared: Path) -> None:
    row = example(shared, "site-eco") | {"site_creation_date": "2015-06-30", "site_identif_date": "2016"}
    found = read_features(tmp_path, [feature(square(), **row)])
    assert published(found)["site_creation_date"] == "2015"
    assert published(found)["site_identif_date"] == "2016", "no day is guessed"
    assert ("site_creation_date", "value.year_of_date") in {(one.field, one.code) for one in found.repairs}


def test_the_geopackage_template_filled_in(tmp_path: Path, shared: Path) -> None:
    """Written by GDAL with the template's names (``siret``, ``ban_id``), in Lambert-93."""
    for name in LAYERS:
        geometry = {
            "pole-eco": shapely.Point(L93_X, L93_Y),
            "etablissement": shapely.MultiPoint([(L93_X, L93_Y)]),
        }.get(name, shapely.box(L93_X, L93_Y, L93_X + 50, L93_Y + 50))
        row = {key.lower().replace("-", "_"): str(value) for key, value in example(shared, name).items()}
        pyogrio.raw.write(
            tmp_path / "all.gpkg",
            geometry=[shapely.to_wkb(geometry)],
            field_data=[np.array([value], dtype=object) for value in row.values()],
            fields=list(row),
            layer=name.replace("-", "_"),
            geometry_type=geometry.geom_type,
            crs="EPSG:2154",
            driver="GPKG",
            append=name != "pole-eco",
        )
    found = read(tmp_path / "all.gpkg")
    kept = {batch.layer: batch for batch in found.batches}
    assert set(kept) == set(LAYERS.values())
    assert found.rejections == []
    assert kept["establishments"].keys == ["34749951900010"]
    assert kept["establishments"].fields["published"][0]["ban-id"] == "80024_0030_00070"  # type: ignore[index]
    assert kept["sites"].fields["vocation"] == ["entrepôts, logistique"]


@pytest.mark.parametrize("name", ["terrain-eco", "site-eco", "etablissement"])
def test_names_cut_to_ten_characters_by_a_shapefile(tmp_path: Path, shared: Path, name: str) -> None:
    """A shapefile as QGIS makes it of the template: GDAL cuts and numbers the names."""
    row = {key: str(value) for key, value in example(shared, name).items()}
    geometry = (
        shapely.MultiPoint([(L93_X, L93_Y)])
        if name == "etablissement"
        else shapely.box(L93_X, L93_Y, L93_X + 9, L93_Y + 9)
    )
    folder = tmp_path / "shp"
    folder.mkdir()
    with pytest.warns(RuntimeWarning, match="Normalized/laundered"):
        pyogrio.raw.write(
            folder / "land.shp",
            geometry=[shapely.to_wkb(geometry)],
            field_data=[np.array([value], dtype=object) for value in row.values()],
            fields=list(row),
            geometry_type=geometry.geom_type,
            crs="EPSG:2154",
            encoding="UTF-8",
        )
    found = read(folder / "land.shp")
    assert (found.layers, found.rejections) == ((LAYERS[name],), [])
    columns = one(found)
    for official in CLASSES[name]:
        if official.column not in ("", "geom", "key", "siret"):
            assert columns[official.column] is not None, official.name
        elif official.column == "" and official.kind is not Kind.POINT:
            assert official.name in columns["published"], official.name


def test_the_names_of_the_annex(tmp_path: Path) -> None:
    """The ten-character names of the standard's annex that are known to us (domain.md §1.1)."""
    row = {"TEID": TERRAIN["terr_id"], "TESITE": TERRAIN["site_id"], "TERRCAD": TERRAIN["terr_refcad"]}
    row |= {"TESURFBRUT": 9.9, "TECLEMAIN": "oui"}
    row |= {"TESTAAMNGT": "viabilisé et aménagé", "TESTADCOMM": "en vente", "TEOCCUP": "inoccupé"}
    found = read_features(tmp_path, [feature(square(), **row)])
    assert (found.schema, found.keys) == ("cnig_terrain", [TERRAIN["terr_id"]]), "known by how it is made"
    columns = one(found)
    expected = {
        "site_key": TERRAIN["site_id"],
        "surface_stated_m2": 99_000.0,
        "stade_comm": "en vente",
        "etat_occup": "inoccupé",
        "cle_en_main": True,
    }
    assert {name: columns[name] for name in expected} == expected
    assert len(columns["cadastral_ids"]) == 2


def test_cut_names_are_those_gdal_makes() -> None:
    cut = cut_names(CLASSES["terrain-eco"])
    assert (cut["terr_stade"], cut["terr_sta_1"]) == ("terr_stade_amngt", "terr_stade_comm")


def test_a_site_reads_the_same_from_csv(tmp_path: Path, shared: Path) -> None:
    row = example(shared, "site-eco")
    heads = [*row, "site_geomsurf"]
    ring = [[L93_X, L93_Y], [L93_X + 50, L93_Y], [L93_X + 50, L93_Y + 50], [L93_X, L93_Y + 50], [L93_X, L93_Y + 0.005]]
    shape = '"{""type"": ""Polygon"", ""coordinates"": [' + str(ring) + ']}"'
    line = ";".join([*(f'"{value}"' for value in row.values()), shape])
    found = read(write(tmp_path, f"{';'.join(heads)}\n{line}\n".encode(), "site.csv"))
    assert found.rejections == []
    assert "geometry.ring_closed" in {repair.code for repair in found.repairs}, "less than a metre apart: closed"
    as_geojson = read_features(tmp_path, [feature(square(), **row)])
    assert published(found) == published(as_geojson)


def test_lambert_numbers_in_geojson_are_asked_about_not_blamed_on_the_ring(tmp_path: Path) -> None:
    """The published examples: Lambert-93 in GeoJSON, the ring 7 mm open."""
    ring = [[656589.70, 6425785.32], [656655.02, 6425866.31], [656663.55, 6425874.43], [656589.707, 6425785.32]]
    row = feature({"type": "Polygon", "coordinates": [ring]}, **TERRAIN)
    with pytest.raises(Unreadable) as refused:
        read_features(tmp_path, [row])
    assert (refused.value.code, refused.value.params["likely"]) == ("crs.metres", "EPSG:2154")
    found = read_features(tmp_path, [row], crs="EPSG:2154")
    assert [(one.code, one.before) for one in found.repairs] == [("geometry.ring_closed", {"gap_m": 0.007})]
