from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.intake.written_files import explained, feature, read_features, square


def zone(place: int = 0, **properties: object) -> dict[str, object]:
    return feature(square(6 + 0.002 * place), **{"libelle": "UX", "typezone": "U"} | properties)


def test_a_zone_of_today_with_its_decision(tmp_path: Path) -> None:
    row = zone(
        libelong="Zone industrielle",
        idurba="30014_PLU_20171013",
        datvalid="20171014",
        formdomi="0201",
        destoui="51-52",
        destnon="20",
        nomfic="30014_reglement_20171013.pdf",
    )
    found = read_features(tmp_path, [row])
    assert (found.schema, found.layers) == ("cnig_zone_urba", ("zones",))
    for name, value in {
        "partition": "DU_30014",
        "idurba": "30014_PLU_20171013",
        "approved_on": date(2017, 10, 13),
        "enforceable_on": date(2017, 10, 14),
        "valid_on": date(2017, 10, 14),
        "plan_kind": "PLU",
        "libelle": "UX",
        "typezone": "U",
        "destoui": "51-52",
        "destdomi": None,
        "commune_insee": "30014",
        "industry": "allowed",
        "synthetic": False,
    }.items():
        assert found.column(name) == [value], name
    for name in ("industry_rule", "industry_source"):
        assert found.column(name)[0]
    assert 0 < float(str(found.column("industry_confidence")[0])) <= 1


def test_the_document_comes_from_the_best_source(tmp_path: Path) -> None:
    rows = [
        zone(0, partition="DU_69123", idurba="30014_PLU_20171013"),
        zone(1, idurba="241800432_PLUI_20200128"),
        zone(2, nomfic="200011781_reglement_20180101.pdf", insee="18007"),
        zone(3, insee="2A004"),
    ]
    found = read_features(tmp_path, rows)
    assert found.column("partition") == ["DU_69123", "DU_241800432", "DU_200011781", "DU_2A004"]
    assert found.column("commune_insee") == ["69123", None, "18007", "2A004"]
    assert found.column("approved_on") == [date(2017, 10, 13), date(2020, 1, 28), None, None]


def test_rows_that_name_no_document_belong_to_the_only_one_named(tmp_path: Path) -> None:
    rows = [zone(0, nomfic="200011781_reglement_20180101.pdf", insee="18007"), zone(1, insee="18008")]
    assert read_features(tmp_path, rows).column("partition") == ["DU_200011781"] * 2


def test_a_zone_of_no_document_is_refused_unless_the_commune_is_given(tmp_path: Path) -> None:
    found = read_features(tmp_path, [zone()])
    assert found.codes() == {"zone.no_document"}
    assert explained(found.rejections[0])
    assert read_features(tmp_path, [zone()], commune="74173").column("partition") == ["DU_74173"]


def test_label_and_type_are_required(tmp_path: Path) -> None:
    rows = [zone(0, insee="74173"), zone(1, insee="74173", libelle=" "), zone(2, insee="74173", typezone=None)]
    found = read_features(tmp_path, rows)
    assert found.rows == [1]
    assert [(one.row, one.field, one.code) for one in found.rejections] == [
        (2, "libelle", "value.required"),
        (3, "typezone", "value.required"),
    ]


def test_zones_of_one_outline_but_two_labels_are_two_zones(tmp_path: Path) -> None:
    rows = [zone(libelle="UX", insee="74173"), zone(libelle="UE", insee="74173"), zone(libelle="UX", insee="74173")]
    keys = read_features(tmp_path, rows).keys
    assert keys[0] == keys[2] != keys[1]


GPU: dict[str, Any] = {  # attributes of wfs_du:zone_urba and of API Carto /gpu/zone-urba, from their published lists
    "gid": 1234567,
    "gpu_doc_id": "5b0a1c",
    "gpu_status": "document.production",
    "gpu_timestamp": "2026-06-01T03:04:05Z",
    "partition": "DU_200011781",
    "libelle": "UI",
    "libelong": "Zone industrielle",
    "typezone": "U",
    "destdomi": None,
    "nomfic": "200011781_reglement_20240101.pdf",
    "urlfic": "",
    "insee": None,
    "datappro": "20240101",
    "datvalid": "20240201",
    "idurba": "200011781_PLUi_20240101",
    "lib_idzone": "UI-3",
    "formdomi": "0201",
    "destoui": "51-52",
    "destcdt": "53",
    "destnon": "20",
    "symbole": "01",
}


def test_the_attributes_of_the_geoportail(tmp_path: Path) -> None:
    found = read_features(tmp_path, [zone(**GPU)])
    expected = {
        "partition": "DU_200011781",
        "plan_kind": "PLUi",
        "approved_on": date(2024, 1, 1),
        "enforceable_on": date(2024, 2, 1),
        "lib_idzone": "UI-3",
        "symbole": "01",
        "formdomi": "0201",
        "destcdt": "53",
        "commune_insee": None,
        "industry": "allowed",
        "industry_source": "DESTOUI=51-52",
    }
    assert {name: found.column(name)[0] for name in expected} == expected
    (ignored,) = [remark for remark in found.remarks if remark.code == "field.ignored"]
    assert ignored.value == ["gid", "gpu_doc_id", "gpu_status", "gpu_timestamp"]


@pytest.mark.parametrize(
    ("typesect", "typezone", "industry", "rule"),
    [
        ("01", "ZC", "unknown", "zone_open_to_building"),
        ("02", "ZCa", "allowed", "zone_for_activities"),
        ("03", "ZnC", "forbidden", "zone_not_constructible"),
        ("99", "RNU", "unknown", "national_rules"),
        (2, "ZCa", "allowed", "zone_for_activities"),
    ],
)
def test_the_sectors_of_a_carte_communale(
    tmp_path: Path, typesect: object, typezone: str, industry: str, rule: str
) -> None:
    """SECTEUR_CC has no real file here: built from its published fields."""
    row = feature(square(), libelle="x", typesect=typesect, nomfic=None, idurba="2A004_CC_20111201")
    found = read_features(tmp_path, [row])
    assert found.schema == "cnig_secteur_cc"
    names = ("typezone", "industry", "industry_rule", "plan_kind", "partition", "commune_insee")
    assert [found.column(name)[0] for name in names] == [typezone, industry, rule, "CC", "DU_2A004", "2A004"]


def test_communes_under_the_national_rules(tmp_path: Path) -> None:
    """municipality of API Carto has no real file here: built from its published fields."""
    rows = [
        feature(square(6.0), insee="07001", name="Accons", is_rnu=True, is_deleted=False),
        feature(square(6.1), insee="07002", name="Ailhon", is_rnu=False, is_deleted=False),
    ]
    found = read_features(tmp_path, rows)
    assert found.schema == "gpu_municipality"
    assert (found.read, found.rows, found.rejections) == (2, [1], [])
    assert [batch.left_out for batch in found.batches] == [1]
    assert [(one.row, one.code) for one in found.row_remarks] == [(2, "zone.commune_has_plan")]
    names = ("partition", "plan_kind", "industry", "industry_rule", "commune_insee")
    assert [found.column(name)[0] for name in names] == ["RNU_07001", "RNU", "unknown", "national_rules", "07001"]


def test_a_zone_of_a_plui_left_to_the_national_rules_is_unknown(tmp_path: Path) -> None:
    found = read_features(tmp_path, [zone(libelle="ZURNU", insee="74173", destdomi="02")])
    assert (found.column("industry"), found.column("industry_rule")) == (["unknown"], ["national_rules"])


def test_a_label_is_read_within_its_plan_only(tmp_path: Path) -> None:
    """UE says nothing by itself; where its plan says it elsewhere, it is read so, with little confidence."""
    rows = [
        zone(0, libelle="UE", libelong="Zone d'activités industrielles", insee="74173"),
        zone(1, libelle="UE", insee="74173"),
        zone(2, libelle="UE", insee="74174"),
        zone(3, libelle="UX", libelong="Zone industrielle", insee="74173"),
        zone(4, libelle="UX", libelong="Zone d'habitat", insee="74173"),
        zone(5, libelle="UX", insee="74173"),
    ]
    found = read_features(tmp_path, rows)
    assert found.column("industry") == ["allowed", "allowed", "unknown", "allowed", "forbidden", "unknown"]
    assert found.column("industry_rule")[1] == "label_read_in_this_plan"
    assert float(str(found.column("industry_confidence")[1])) <= 0.4


def test_odd_zone_types_are_told_and_read_as_they_may_be(tmp_path: Path) -> None:
    rows = [
        zone(0, typezone="Nh", libelle="Nh", insee="74173"),
        zone(1, typezone="N", libelle="UA", libelong="Zone urbaine", insee="74173"),
        zone(2, typezone="X9", insee="74173"),
        zone(3, typezone="AUs", insee="74173"),
    ]
    found = read_features(tmp_path, rows)
    assert [(one.row, one.code) for one in found.row_remarks] == [
        (1, "zone.type_old"),
        (2, "zone.type_contradicts_label"),
        (3, "zone.type_unknown"),
    ]
    assert all(explained(remark) for remark in found.row_remarks)
    assert found.column("industry")[:3] == ["forbidden", "unknown", "unknown"]


def test_a_zone_that_encloses_no_land_is_left_out_and_told(tmp_path: Path) -> None:
    flat = zone(1, insee="74173")
    flat["geometry"] = {"type": "Polygon", "coordinates": [[[6, 45], [6.1, 45], [6, 45], [6, 45]]]}
    found = read_features(tmp_path, [zone(insee="74173"), flat])
    assert (found.read, found.rows, found.rejections) == (2, [1], [])
    assert [(one.row, one.code) for one in found.row_remarks] == [(2, "geometry.holds_no_land")]
    assert [batch.left_out for batch in found.batches] == [1]


def test_a_parcel_that_encloses_no_land_is_still_refused(tmp_path: Path) -> None:
    flat = {"type": "Polygon", "coordinates": [[[6, 45], [6.1, 45], [6, 45], [6, 45]]]}
    assert read_features(tmp_path, [feature(flat, parcel_uid="p1")]).codes() == {"geometry.no_area"}
