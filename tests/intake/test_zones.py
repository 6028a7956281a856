from datetime import date
from pathlib import Path

from tests.intake.files import feature, read_features, square


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
        "approved_on": date(2017, 10, 14),
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
    assert "--commune" in found.rejections[0].message
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
    found = read_features(tmp_path, rows)
    assert found.rows == [1, 2]
    assert found.batches[0].identical == [3]
