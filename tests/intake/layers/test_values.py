from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.layers import cnig, values
from geo.intake.layers.days import day
from geo.intake.layers.records import LAYERS
from geo.intake.layers.references import references
from geo.intake.layers.values import GIVEN_UP, UNLISTED, Reader
from geo.land.mojibake import mended
from geo.land.vocabulary import Market

hectares = values.quantity(scale=10_000.0, high=1e11)
metres = values.quantity()


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (None, None, None),
        ("", None, None),
        ("   ", None, None),
        (" Les Combes ", "Les Combes", None),
        (12, "12", None),
        (12.0, "12", None),
        (1.5, "1.5", None),
        (True, None, "value.not_text"),
        ({"a": 1}, None, "value.not_text"),
        (["a"], None, "value.not_text"),
        ("a\x00b", "ab", "text.control_characters"),
        ("abc\u202egnp.exe", "abcgnp.exe", "text.control_characters"),
        ("x" * 4_001, None, "value.too_long"),
        ("é" * 4_001, None, "value.too_long"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", None),
        ("=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0", None),
        ("dÃ©diÃ©e", "dédiée", "text.mojibake"),
        ("l’été à Évian", "l’été à Évian", None),
    ],
)
def test_text(raw: object, value: object, code: str | None) -> None:
    assert values.text(raw) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (None, None, None),
        ("", None, None),
        ("inconnu", None, None),
        (12, 12.0, None),
        ("12.5", 12.5, None),
        ("12,5", 12.5, "value.decimal_comma"),
        ("1 234,5", 1234.5, "value.decimal_comma"),
        ("1\u202f234", 1234.0, None),
        ("1e3", 1000.0, None),
        ("abc", None, "value.not_a_number"),
        ("NaN", None, "value.not_a_number"),
        ("infinity", None, "value.not_a_number"),
        ("1_000", None, "value.not_a_number"),
        ("12,5,6", None, "value.not_a_number"),
        (float("nan"), None, "value.not_a_number"),
        (float("inf"), None, "value.not_a_number"),
        ("1e999", None, "value.out_of_range"),
        (True, None, "value.not_a_number"),
        ([1], None, "value.not_a_number"),
        ("9" * 65, None, "value.not_a_number"),
        (-1, None, "value.out_of_range"),
        (1e300, None, "value.out_of_range"),
    ],
)
def test_quantity(raw: object, value: object, code: str | None) -> None:
    assert metres(raw) == (value, code)


def test_hectares_become_square_metres() -> None:
    assert hectares(9.9) == (99_000.0, None)
    assert hectares("0,35") == (3_500.0, "value.decimal_comma")
    assert hectares("0.57") == (5_700.0, None), "5699.999999999999 written out and read again is other land"


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("776", 776, None),
        (776.0, 776, None),
        (None, None, None),
        (1.5, None, "value.out_of_range"),
        (-3, None, "value.out_of_range"),
        (2**40, None, "value.out_of_range"),
        ("1e999", None, "value.out_of_range"),
        ("many", None, "value.not_a_number"),
    ],
)
def test_whole(raw: object, value: object, code: str | None) -> None:
    assert values.whole(raw) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("2017-03-21", date(2017, 3, 21), None),
        ("20170321", date(2017, 3, 21), None),
        (20170321, date(2017, 3, 21), None),
        ("2017/03/21", date(2017, 3, 21), None),
        ("2017/03/21 00:00:00", date(2017, 3, 21), None),
        ("21/03/2017", date(2017, 3, 21), "value.date_spelling"),
        ("2017-03-21T10:00:00", date(2017, 3, 21), None),
        ("2016-12-31T23:30:00Z", date(2017, 1, 1), None),
        ("2017-06-30T22:30:00+00:00", date(2017, 7, 1), None),
        (None, None, None),
        ("", None, None),
        ("00000000", None, None),
        (0, None, None),
        ("sans objet", None, None),
        ("2017-02-30", None, "value.not_a_date"),
        ("2017-03-21T99:00", None, "value.not_a_date"),
        ("in spring", None, "value.not_a_date"),
        (2.5, None, "value.not_a_date"),
        (True, None, "value.not_a_date"),
        ("0017-03-21", None, "value.out_of_range"),
        ("9999-12-31", None, "value.out_of_range"),
        ("9999-12-31T00:00:00", None, "value.out_of_range"),
        ("9999-12-31T23:59:59Z", None, "value.out_of_range"),
        ("0001-01-01T00:00:00+14:00", None, "value.out_of_range"),
    ],
)
def test_day(raw: object, value: object, code: str | None) -> None:
    assert day(raw) == (value, code)


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_back_from_each_spelling(one: date) -> None:
    for spelling in (one.isoformat(), one.strftime("%Y%m%d"), one.strftime("%d/%m/%Y"), f"{one.isoformat()}T12:00:00"):
        assert day(spelling)[0] == one


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (True, True, None),
        (False, False, None),
        ("oui", True, None),
        ("NON", False, None),
        ("O", True, None),
        (1, True, None),
        (0, False, None),
        (None, None, None),
        ("", None, None),
        ("inconnu", None, None),
        ("peut-être", None, "value.not_yes_or_no"),
        (2, None, "value.not_yes_or_no"),
        (["oui"], None, "value.not_yes_or_no"),
    ],
)
def test_flag(raw: object, value: object, code: str | None) -> None:
    assert values.flag(raw) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("74173", "74173", None),
        (74173, "74173", None),
        ("2a004", "2A004", None),
        (1001, "01001", "value.leading_zero"),
        (None, None, None),
        ("Megève", None, "value.not_an_insee_code"),
        ("741730", None, "value.not_an_insee_code"),
        ("٧٤١٧٣", None, "value.not_an_insee_code"),
        ("٧٤١٧", None, "value.not_an_insee_code"),
    ],
)
def test_insee(raw: object, value: object, code: str | None) -> None:
    assert values.insee(raw) == (value, code)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("200071223", "200071223", None),
        ("200 071 223", "200071223", None),
        (None, None, None),
        ("inconnu", None, None),
        ("200071224", None, "value.not_a_siren"),
        ("12345678", None, "value.not_a_siren"),
    ],
)
def test_siren(raw: object, value: object, code: str | None) -> None:
    assert values.siren(raw) == (value, code)


BAD_REFERENCE = "value.not_a_cadastral_reference"


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (None, [], None),
        ("", [], None),
        ("80024000ZO0030|80024000ZO0034", ["80024000ZO0030", "80024000ZO0034"], None),
        ("80024000ZO0030 / 80024000ZO0034", ["80024000ZO0030", "80024000ZO0034"], None),
        ("{03095000BK0051,03095000BK0052}", ["03095000BK0051", "03095000BK0052"], None),
        ("2A004000AB0012", ["2A004000AB0012"], None),
        ("74173 000 AB 0012", ["74173000AB0012"], None),
        ("1033000AB0012 | 01033000AB0013", ["01033000AB0012", "01033000AB0013"], "value.leading_zero"),
        ("80024000ZO0030 80024000ZO0034", ["80024000ZO0030", "80024000ZO0034"], None),
        ("80024000ZO0030|80024000ZO0030", ["80024000ZO0030"], None),
        (["80024000ZO0030"], ["80024000ZO0030"], None),
        ("80024000ZO0030|AB 12", ["80024000ZO0030"], BAD_REFERENCE),
        ("inconnu", [], None),
        ({"a": 1}, [], BAD_REFERENCE),
        ([1], [], BAD_REFERENCE),
    ],
)
def test_references(raw: object, value: object, code: str | None) -> None:
    assert references(raw) == (value, code)


STAGE = values.listed(cnig.STADE_COMM, cnig.SYNONYMS)
MARKET = values.one_of(Market)


@pytest.mark.parametrize(
    ("reader", "raw", "value", "code"),
    [
        (STAGE, "en vente", "en vente", None),
        (STAGE, "En Vente", "en vente", "value.respelt"),
        (STAGE, "reserve par une deliberation de l’EPCI", "réservé par une délibération de l'EPCI", "value.respelt"),
        (STAGE, "vendu commercialisation achevée", "vendu, commercialisation achevée", "value.respelt"),
        (STAGE, "inconnu", None, None),
        (STAGE, "sans objet", "sans objet", None),
        (STAGE, "vendu", "vendu, commercialisation achevée", "value.synonym"),
        (STAGE, "NIMPORTE QUOI", None, UNLISTED),
        (STAGE, None, None, None),
        (MARKET, "for_sale", Market.FOR_SALE, None),
        (MARKET, "for sale", Market.FOR_SALE, None),
        (MARKET, "à vendre", None, "value.not_known"),
        (MARKET, "", None, None),
    ],
)
def test_lists(reader: Reader, raw: object, value: object, code: str | None) -> None:
    assert reader(raw) == (value, code)


READERS: set[Reader] = {
    reader for layer in LAYERS.values() for one in layer.columns for reader in (one.read, *one.other.values()) if reader
}
anywhere = st.timezones() | st.just(UTC) | st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
spelt = st.one_of(
    st.text(max_size=30),
    st.datetimes(timezones=st.none() | anywhere).map(datetime.isoformat),
    st.sampled_from([datetime.min, datetime.max]).map(lambda one: one.replace(tzinfo=UTC).isoformat()),
    st.tuples(st.integers(), st.integers(-999, 999)).map(lambda both: f"{both[0]}e{both[1]}"),
    st.text(st.characters(categories=["Nd"]), max_size=14),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | spelt,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(anything)
def test_no_reader_ever_fails_and_what_is_given_up_is_none(raw: object) -> None:
    for reader in READERS:
        value, code = reader(raw)
        if code in GIVEN_UP:
            assert value is None
        if isinstance(value, str):
            assert "\x00" not in value
            assert value == value.strip() != ""


french = st.text(alphabet=st.sampled_from("abc éèàçùœÉÀ’« »'-0"), min_size=1, max_size=60)


@given(french)
def test_french_text_read_rightly_is_left_alone(text: str) -> None:
    assert mended(text) == text


@given(french, st.sampled_from(["latin-1", "cp1252"]))
def test_french_text_read_wrongly_is_mended(text: str, reading: str) -> None:
    try:
        wrong = text.encode("utf-8").decode(reading)
    except UnicodeDecodeError:
        return  # cp1252 has holes: such a reading would have failed, not given mojibake
    assert mended(wrong) == text


def test_a_character_cut_at_the_end_of_a_field_does_not_hide_the_rest() -> None:
    raw = ("é" * 3 + "à").encode()[:-1]
    assert mended(raw.decode("latin-1")) == "ééé"
    assert mended("Ã") == "Ã", "alone it proves nothing"
