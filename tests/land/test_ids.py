"""Cadastral identifiers in every spelling met in files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.land.ids import BadCadastralId, CadastralId, from_parts, municipality, parse


@pytest.mark.parametrize(
    ("text", "given_with", "idu"),
    [
        ("74173000AB0012", {}, "74173000AB0012"),
        ("741730000A0012", {}, "741730000A0012"),
        (" 74173 000 ab 0012 ", {}, "74173000AB0012"),
        ("74173-000-AB-12", {}, "74173000AB0012"),
        ("74173/AB/12", {}, "74173000AB0012"),
        ("74173 000 01 12", {}, "74173000010012"),
        ("74 173 000 AB 0012", {}, "74173000AB0012"),
        ("2A004000AB0012", {}, "2A004000AB0012"),
        ("2b033000AB0012", {}, "2B033000AB0012"),
        ("97411000AB0012", {}, "97411000AB0012"),
        ("67482000020123", {}, "67482000020123"),
        ("01033329AB0012", {}, "01033329AB0012"),
        ("69385000AB0012", {"commune": "69123"}, "69385000AB0012"),
        ("354000AB0001", {"departement": "25"}, "25354000AB0001"),
        ("004000AB0012", {"departement": "2A"}, "2A004000AB0012"),
        ("411000AB0012", {"departement": "974"}, "97411000AB0012"),
        ("033000AB0012", {"departement": "1"}, "01033000AB0012"),
        ("354000AB0001", {"commune": "25354"}, "25354000AB0001"),
        ("354 000 AB 0001", {"departement": "25"}, "25354000AB0001"),
        ("000AB0012", {"commune": "74173"}, "74173000AB0012"),
        ("AB12", {"commune": "74173"}, "74173000AB0012"),
        ("AB 12", {"commune": "74173"}, "74173000AB0012"),
        ("0 A 12", {"commune": "74173"}, "741730000A0012"),
        ("000 0A 12", {"commune": "74173"}, "741730000A0012"),
    ],
)
def test_spellings(text: str, given_with: dict[str, str], idu: str) -> None:
    assert parse(text, **given_with).idu == idu
    assert str(parse(text, **given_with)) == idu


@pytest.mark.parametrize(
    ("text", "given_with"),
    [
        ("1033000AB0012", {}),
        ("1033000AB0012", {"commune": "1033"}),
        ("1033000AB0012", {"commune": "01033"}),
        ("1033 000 AB 12", {}),
        ("1033-AB-12", {}),
        ("AB 12", {"commune": "1033"}),
        ("033000AB0012", {"commune": "1033"}),
    ],
)
def test_a_leading_zero_that_was_eaten_is_given_back(text: str, given_with: dict[str, str]) -> None:
    read = parse(text, **given_with)
    assert read.idu == "01033000AB0012"
    assert read == CadastralId("01033", "000", "AB", "0012")


def test_what_was_mended_is_said() -> None:
    assert from_parts("1033", None, "AB", 12).mended
    assert parse("1033000AB0012").mended
    assert not parse("01033000AB0012").mended


@pytest.mark.parametrize(
    ("text", "given_with", "code"),
    [
        ("", {}, "cadastre.empty_id"),
        ("103300001A012", {}, "cadastre.id_of_13"),
        ("10330000A0012", {}, "cadastre.id_of_13"),
        ("2026-01-02", {}, "cadastre.id_length"),
        ("1033 000 01 12", {}, "cadastre.id_length"),
        ("354000AB0001", {}, "cadastre.no_departement"),
        ("354000AB0001", {"commune": "25355"}, "cadastre.other_number"),
        ("74173000AB0012", {"commune": "74174"}, "cadastre.other_commune"),
        ("74173000AB0012", {"departement": "38"}, "cadastre.other_departement"),
        ("74173000AB0000", {}, "cadastre.numero_zero"),
        ("74173000000012", {}, "cadastre.bad_section"),
        ("7417300AAB0012", {}, "cadastre.bad_id"),
        ("20004000AB0012", {}, "cadastre.commune_in_20"),
        ("96123000AB0012", {}, "cadastre.bad_commune"),
        ("99123000AB0012", {}, "cadastre.bad_commune"),
        ("AB 12", {}, "cadastre.id_length"),
        ("74173 000 A! 12", {}, "cadastre.bad_section"),
        ("74173 000 AB 12345", {}, "cadastre.bad_numero"),
        ("75101 000 AB 1", {"commune": "75102x"}, "cadastre.other_commune"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, given_with: dict[str, str], code: str) -> None:
    with pytest.raises(BadCadastralId) as refusal:
        parse(text, **given_with)
    assert refusal.value.code == code


@pytest.mark.parametrize("commune", ["0133", "abc", "00123", "97999"])
def test_from_parts_refuses_what_is_no_commune(commune: str) -> None:
    with pytest.raises(BadCadastralId, match=r"cadastre\.bad_commune"):
        from_parts(commune, "000", "A", 1)


def test_parts_are_padded_as_etalab_strips_them() -> None:
    assert from_parts("74173", None, "A", "12").idu == "741730000A0012"
    assert from_parts("74173", "", "a", 12) == CadastralId("74173", "000", "0A", "0012")
    assert from_parts("74173", 42, "1", 1).idu == "74173042010001"


@pytest.mark.parametrize(
    ("idu", "departement", "absorbed"),
    [
        ("74173000AB0012", "74", None),
        ("01033329AB0012", "01", "01329"),
        ("2A004001AB0012", "2A", "2A001"),
        ("97411000AB0012", "974", None),
        ("13208840AB0012", "13", None),
        ("31555801AB0012", "31", None),
    ],
)
def test_department_and_absorbed_commune(idu: str, departement: str, absorbed: str | None) -> None:
    parsed = parse(idu)
    assert (parsed.departement, parsed.absorbed_commune) == (departement, absorbed)


@pytest.mark.parametrize(
    ("insee", "commune"),
    [
        ("69381", "69123"),
        ("69389", "69123"),
        ("69390", "69390"),
        ("75101", "75056"),
        ("75120", "75056"),
        ("75056", "75056"),
        ("13201", "13055"),
        ("13216", "13055"),
        ("13217", "13217"),
        ("2A004", "2A004"),
        ("74173", "74173"),
    ],
)
def test_arrondissements_belong_to_their_commune(insee: str, commune: str) -> None:
    assert municipality(insee) == commune


COMMUNES = st.sampled_from(["74173", "01001", "2A004", "2B366", "97411", "69385", "95690"])


@given(COMMUNES, st.integers(0, 999), st.from_regex(r"[0-9A-Z]?[A-Z]", fullmatch=True), st.integers(1, 9999))
def test_writing_then_reading_gives_the_same(commune: str, prefixe: int, section: str, numero: int) -> None:
    made = from_parts(commune, prefixe, section, numero)
    assert len(made.idu) == 14
    assert parse(made.idu) == made
    assert parse(made.idu[2:], departement=made.departement) == made
    assert parse(f"{commune} {made.prefixe} {section} {numero}") == made


@given(st.text(max_size=20), st.none() | st.text(max_size=6), st.none() | st.text(max_size=4))
def test_any_text_is_read_or_refused(text: str, commune: str | None, departement: str | None) -> None:
    try:
        parsed = parse(text, commune=commune, departement=departement)
    except BadCadastralId:
        return
    assert parse(parsed.idu) == parsed
