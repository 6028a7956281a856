"""The files agencies really send: counts of ../shared/data/SOURCES.md, and the defects it names."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import shapely

from geo.intake.layers import cnig
from geo.land.vocabulary import Industry
from tests.intake.written_files import DATA, Read, needs_data, read

pytestmark = needs_data
MEGEVE = DATA / "megeve_74173"
CNIG = DATA / "zone_urba_cnig"
FRUGES = DATA / "pas_de_calais_62" / "parcelles_7_communes.geojson.gz"


def clean(found: Read) -> bool:
    return not (found.repairs or found.rejections or found.row_remarks)


@pytest.mark.parametrize(
    ("path", "options", "schema", "layer", "count"),
    [
        ("aura_communes.geojson.gz", {}, "communes", "communes", 4_020),
        ("aura_epci.geojson.gz", {}, "epci", "areas", 172),
        ("aura_departements.geojson.gz", {}, "departements", "areas", 12),
        ("megeve_74173/parcelles.geojson.gz", {}, "parcels", "parcels", 10_466),
        ("megeve_74173/zone_urba.geojson.gz", {}, "cnig_zone_urba", "zones", 241),
        ("megeve_74173/raw_zone_urba_l93.zip", {}, "cnig_zone_urba", "zones", 241),
        ("megeve_74173/raw_parcelles_cc46_sans_dbf.zip", {"layer": "parcels"}, "parcels", "parcels", 10_466),
        ("megeve_74173/sample_candidates.geojson.gz", {}, "parcels", "parcels", 298),
        ("zone_urba_cnig/30014_PLU_20171013.zip", {}, "cnig_zone_urba", "zones", 90),
    ],
)
def test_clean_files_give_every_row(path: str, options: dict[str, str], schema: str, layer: str, count: int) -> None:
    found = read(DATA / path, **options)
    assert (found.schema, found.layers, found.read, len(found.rows)) == (schema, (layer,), count, count)
    assert clean(found)
    assert len(set(found.keys)) == len(set(found.digests)) == count
    assert all(shape.is_valid and shape.geom_type == "MultiPolygon" for shape in found.geometry)


def test_the_invalid_building_of_megeve_is_mended_and_reported() -> None:
    found = read(MEGEVE / "batiments.geojson.gz")
    assert len(found.rows) == 4_897
    (repair,) = found.repairs
    assert (repair.row, repair.code) == (1_482, "geometry.made_valid")
    assert isinstance(repair.before, dict)
    assert "self_intersection" in repair.before["reason"]
    assert repair.after == {"area_m2": pytest.approx(repair.before["area_m2"], rel=0.01)}
    assert found.rejections == []


def test_the_two_copies_of_the_plan_of_megeve_agree() -> None:
    """The GeoJSON was made from the Lambert-93 shapefile: same zones, same place, same decisions."""
    geojson, raw = read(MEGEVE / "zone_urba.geojson.gz"), read(MEGEVE / "raw_zone_urba_l93.zip")
    for name in ("libelle", "typezone", "destdomi", "approved_on", "partition", "industry"):
        assert Counter(geojson.column(name)) == Counter(raw.column(name)), name
    areas = [sum(shape.area for shape in found.geometry) / 1e4 for found in (geojson, raw)]
    assert areas == pytest.approx([4_390.105, 4_390.105], abs=0.01)
    assert {remark.code for remark in raw.remarks} == {"geometry.flattened"}


def test_the_plan_of_megeve_is_one_document_with_decisions() -> None:
    found = read(MEGEVE / "zone_urba.geojson.gz")
    assert set(found.column("partition")) == {"DU_74173"}
    assert set(found.column("approved_on")) == {date(2017, 3, 21)}
    decided = set(zip(found.column("libelle"), found.column("industry"), strict=True))
    assert ("UX", Industry.ALLOWED.value) in decided
    assert Counter(found.column("typezone")) == {"A": 95, "U": 81, "N": 57, "AUc": 7, "AUs": 1}


def test_parcels_of_the_shapefile_without_attributes_lie_on_those_of_the_geojson() -> None:
    bare = read(MEGEVE / "raw_parcelles_cc46_sans_dbf.zip", layer="parcels")
    full = read(MEGEVE / "parcelles.geojson.gz")
    assert all(len(key) == 64 for key in bare.keys)
    tree = shapely.STRtree([shape.representative_point() for shape in bare.geometry])
    hits = tree.query(full.geometry, predicate="intersects")
    assert len(set(hits[0].tolist())) > 10_400


def test_a_cadastral_file_as_prospects_keeps_its_identifiers() -> None:
    found = read(FRUGES, layer="parcels")
    assert len(found.rows) == 7_575
    assert set(found.column("market")) == {"prospect"}
    assert Counter(found.column("commune_insee"))["62364"] == 2_871, "Fruges"
    assert found.keys[0] == "62053000AD0192"
    assert found.column("cadastral_ids")[0] == ["62053000AD0192"]


def test_contenance_is_kept_beside_the_measured_area() -> None:
    found = read(FRUGES)
    stated = found.column("contenance_m2")
    assert sum(1 for value in stated if not value) == 4
    ratios = [
        abs(shape.area / 1.0026 - float(str(value))) / float(str(value))
        for shape, value in zip(found.geometry, stated, strict=True)
        if value
    ]
    assert 300 < sum(1 for ratio in ratios if ratio > 0.1) < 370, "SOURCES.md: 335 differ by more than 10 %"


def test_the_empty_zone_of_the_plui_is_left_out_and_told() -> None:
    found = read(CNIG / "200011781_PLUi_20180101.zip")
    assert (found.read, len(found.rows)) == (222, 221)
    assert [(one.row, one.code) for one in found.row_remarks] == [(30, "geometry.holds_no_land")]
    assert found.rejections == []
    assert set(found.column("partition")) == {"DU_200011781"}
    assert "18007" in found.column("commune_insee")


def test_the_invalid_zone_of_the_plui_is_mended_and_the_wrong_type_told() -> None:
    found = read(CNIG / "241800432_PLUi_20200128.zip")
    assert found.read == len(found.rows) == 221
    assert len(set(found.keys)) == 220, "one zone stands there twice"
    assert [(one.row, one.code) for one in found.repairs] == [(199, "geometry.made_valid")]
    (wrong,) = [one for one in found.row_remarks if one.code == "zone.type_contradicts_label"]
    assert (wrong.params["libelle"], wrong.params["typezone"]) == ("UA", "N")
    assert found.rejections == []
    assert set(found.column("partition")) == {"DU_241800432"}
    assert set(found.column("approved_on")) == {date(2020, 1, 28)}
    assert set(found.column("commune_insee")) == {None}


def test_the_misread_labels_of_pezou_are_mended_and_reported() -> None:
    found = read(CNIG / "41175_PLU_20140603.zip")
    assert len(found.rows) == 118
    assert {(one.field, one.code) for one in found.repairs} == {("libelong", "text.mojibake")}
    labels = [str(value) for value in found.column("libelong") if value]
    assert not any("Ã" in label for label in labels)
    assert "Zone urbanisée dédiée aux jardins" in labels
    assert "Nh" in found.column("typezone")


def test_a_risk_plan_says_what_it_forbids() -> None:
    found = read(DATA / "pprt_domene_sobegal_38150.gpkg")
    assert found.schema == "cnig_risk_land, cnig_risk_regulation, cnig_risk_perimeter"
    assert len(found.rows) == 36
    assert clean(found)
    effects = dict(zip(found.column("label"), found.column("effect"), strict=True))
    assert effects["Zone d'interdiction stricte - R3"] == "forbids"
    assert effects["Zone d'autorisation limitée - B3"] == "restricts"
    assert effects["Secteur d'expropriation possible - Ex5"] == "informs"
    kinds = {"pprt_red": 7, "pprt_blue": 12, "pprt_light_blue": 5, "pprt_grey": 1, "risk_perimeter": 11}
    assert Counter(found.column("kind")) == kinds
    perimeter = found.geometry[found.column("source_date").index(date(2017, 2, 8))]
    assert perimeter.area / 1e4 == pytest.approx(41.4, abs=0.1)
    assert sum(remark.code == "part.skipped" for remark in found.remarks) == 2


def test_brownfields_of_the_ardennes() -> None:
    found = read(DATA / "friches_ardennes_08" / "friches_polygones.geojson.gz")
    assert (found.schema, len(found.rows), len(set(found.keys))) == ("cnig_friche", 164, 164)
    assert set(found.column("origin")) == {"friche"}
    assert all(found.column("commune_insee"))


def test_stated_surfaces_are_held_against_the_drawn_ones() -> None:
    """SOURCES.md: 335 differ by more than 10 % (in the plane; 333 on the ground), 4 are null or zero."""
    told = Counter(one.code for one in read(FRUGES).row_remarks)
    assert told == {"surface.differs": 333, "surface.not_stated": 4}


def test_lines_are_no_parcels() -> None:
    found = read(MEGEVE / "voies_cadastrales.geojson.gz", layer="parcels")
    assert (found.rows, found.codes(), found.read) == ([], {"geometry.type"}, 4_809)


def test_reading_leaves_the_shared_folder_as_it_was() -> None:
    def names(folder: Path) -> set[str]:
        return {str(path) for path in folder.rglob("*")}

    before = names(DATA)
    read(MEGEVE / "batiments.geojson.gz")
    read(DATA / "pprt_domene_sobegal_38150.gpkg")
    read(MEGEVE / "raw_zone_urba_l93.zip")
    assert names(DATA) == before


def test_the_same_file_twice_is_the_same_record_for_record() -> None:
    first, second = read(FRUGES), read(FRUGES, batch_rows=1_000)
    assert dict(zip(first.keys, first.digests, strict=True)) == dict(zip(second.keys, second.digests, strict=True))


@pytest.mark.parametrize(
    ("schema", "field", "listed"),
    [
        ("terrain-eco", "terr_stade_amngt", cnig.STADE_AMNGT),
        ("terrain-eco", "terr_stade_comm", cnig.STADE_COMM),
        ("terrain-eco", "terr_etat_occup", cnig.ETAT_OCCUP),
        ("terrain-eco", "terr_usage", cnig.USAGE),
        ("terrain-eco", "terr_maitrise_fonc", cnig.MAITRISE_FONC),
        ("site-eco", "site_type", cnig.SITE_TYPE),
        ("site-eco", "site_vocadomi", cnig.SITE_VOCADOMI),
        ("site-eco", "site_etat", cnig.SITE_ETAT),
    ],
)
def test_our_lists_are_the_published_ones(schema: str, field: str, listed: tuple[str, ...]) -> None:
    text = (DATA / "cnig_sites_economiques" / f"{schema}.schema.json").read_text("utf-8")
    (found,) = [one for one in json.loads(text)["fields"] if one["name"] == field]
    assert set(found.get("enum") or found["constraints"]["enum"]) == set(listed)
