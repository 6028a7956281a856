from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.intake.written_files import explained, feature, read_features, square


def parcel(place: int = 0, **properties: Any) -> dict[str, object]:
    return feature(square(6 + 0.002 * place), **properties)


ETALAB: dict[str, Any] = {
    "id": "741730000A0012",
    "commune": "74173",
    "prefixe": "000",
    "section": "A",
    "numero": "12",
    "contenance": 2191,
    "arpente": False,
    "created": "2004-11-04",
    "updated": "2016-01-12",
}


def test_an_etalab_parcel(tmp_path: Path) -> None:
    found = read_features(tmp_path, [parcel(**ETALAB)])
    assert (found.schema, found.layers) == ("etalab_cadastre", ("cadastre",))
    assert found.keys == ["741730000A0012"]
    assert {name: values[0] for name, values in found.batches[0].fields.items()} == {
        "idu": "741730000A0012",
        "commune_insee": "74173",
        "prefixe": "000",
        "section": "A",
        "numero": "12",
        "contenance_m2": 2191.0,
        "arpente": False,
        "created_on": date(2004, 11, 4),
        "updated_on": date(2016, 1, 12),
    }
    assert (found.repairs, found.rejections, found.remarks) == ([], [], [])


def test_a_cadastral_file_read_as_parcels_makes_prospects(tmp_path: Path) -> None:
    found = read_features(tmp_path, [parcel(**ETALAB)], layer="parcels")
    assert found.layers == ("parcels",)
    assert found.keys == ["741730000A0012"]
    for name, value in {
        "origin": "cadastre",
        "market": "prospect",
        "cadastral_ids": ["741730000A0012"],
        "commune_insee": "74173",
        "surface_stated_m2": 2191.0,
        "observed_on": date(2016, 1, 12),
        "synthetic": False,
        "name": None,
    }.items():
        assert found.column(name) == [value], name


@pytest.mark.parametrize(
    ("properties", "commune", "schema", "idu"),
    [
        ({"IDU": "2A004000AB0012"}, None, "ign_cadastre", "2A004000AB0012"),
        ({"idu": "693810000A0012"}, None, "ign_cadastre", "693810000A0012"),
        ({"idu": "74173 000 AB 0012"}, None, "ign_cadastre", "74173000AB0012"),
        ({"idu": "354000AB0012"}, "25354", "ign_cadastre", "25354000AB0012"),
        ({"id": "97411000AB0012"}, None, "minimal_cadastre", "97411000AB0012"),
        ({"section": "ab", "numero": 12, "commune": "74173"}, None, "minimal_cadastre", "74173000AB0012"),
        ({"section": "A", "numero": "7"}, "74173", "minimal_cadastre", "741730000A0007"),
        (
            {"CODE_DEP": "74", "CODE_COM": "173", "COM_ABS": "123", "SECTION": "0A", "NUMERO": "0007"},
            None,
            "minimal_cadastre",
            "741731230A0007",
        ),
    ],
)
def test_identifiers_are_found_in_every_schema(
    tmp_path: Path, properties: dict[str, Any], commune: str | None, schema: str, idu: str
) -> None:
    found = read_features(tmp_path, [parcel(**properties)], commune=commune)
    assert found.schema == schema
    assert found.keys == [idu]
    assert found.rejections == []


def test_arrondissements_belong_to_their_commune_and_keep_their_identifier(tmp_path: Path) -> None:
    found = read_features(tmp_path, [parcel(idu="693810000A0012")])
    assert found.column("commune_insee") == ["69123"]
    assert found.keys == ["693810000A0012"]


def test_a_respelt_identifier_is_reported(tmp_path: Path) -> None:
    found = read_features(tmp_path, [parcel(idu="74173 000 AB 0012"), parcel(1, idu="74173000AB0013")])
    assert [(one.row, one.before, one.after, one.code) for one in found.repairs] == [
        (1, "74173 000 AB 0012", "74173000AB0012", "cadastre.id_respelt")
    ]


@pytest.mark.parametrize(
    ("spelt", "repair"),
    [
        ({"idu": "1033000AB0012"}, ("idu", "1033000AB0012", "01033000AB0012")),
        ({"commune": 1033, "section": "AB", "numero": 12}, ("commune", "1033", "01033")),
    ],
)
def test_an_eaten_zero_is_given_back_and_reported_wherever_it_stood(
    tmp_path: Path, spelt: dict[str, Any], repair: tuple[object, ...]
) -> None:
    found = read_features(tmp_path, [parcel(**spelt)])
    assert found.keys == ["01033000AB0012"]
    assert ("value.leading_zero", *repair) in [(one.code, one.field, one.before, one.after) for one in found.repairs]


@pytest.mark.parametrize(
    ("idu", "code"),
    [
        ("74173000AB001", "cadastre.id_of_13"),
        ("00000000AB0012", "cadastre.bad_commune"),
        ("74173000AB0000", "cadastre.numero_zero"),
        (None, "cadastre.no_id"),
        ("", "cadastre.no_id"),
        (["74173000AB0012"], "cadastre.no_id"),
        ("٧٤١٧٣٠٠٠AB٠٠١٢", "cadastre.bad_id"),
    ],
)
def test_a_row_without_a_readable_identifier_is_refused(tmp_path: Path, idu: object, code: str) -> None:
    good = [parcel(place + 1, idu=f"74173000AB00{place + 10}") for place in range(3)]
    found = read_features(tmp_path, [*good, parcel(idu=idu)])
    assert len(found.rows) == 3
    assert [(one.row, one.code) for one in found.rejections] == [(4, code)]
    assert explained(found.rejections[0])


def test_a_number_of_the_same_section_is_still_checked(tmp_path: Path) -> None:
    found = read_features(
        tmp_path, [parcel(0, idu="74173000AB0012"), parcel(1, idu="74173000AB0000"), parcel(2, idu="74173000AB00X2")]
    )
    assert found.rows == [1]
    assert [one.row for one in found.rejections] == [2, 3]


def test_parts_without_any_commune_are_refused_with_the_way_out(tmp_path: Path) -> None:
    found = read_features(tmp_path, [parcel(section="A", numero="7")])
    assert found.rows == []
    assert found.codes() == {"cadastre.no_id"}
