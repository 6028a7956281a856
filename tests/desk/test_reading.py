"""What mails say: read with their words, nothing silently; whatever they hold, they are read quickly."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.desk.reading.company import company_domain, language_of, siren_of
from geo.desk.reading.message import bare, message_of
from geo.desk.reading.places import Known
from geo.desk.reading.proposed import MOST_TOLD, proposed
from geo.match.need.reading import read_need

PLACES = [
    Known("epci", "240100883", "CC de la Plaine de l'Ain"),
    Known("scot", "nord_isere", "Nord-Isère"),
    Known("commune", "38449", "Saint-Quentin-Fallavier"),
    Known("commune", "38001", "Usine"),
]


def document(text: str) -> dict[str, Any]:
    return proposed(text, PLACES).document


@pytest.mark.parametrize(
    ("text", "land"),
    [
        ("5-8 ha", {"min": 50_000, "max": 80_000}),
        ("entre 5 et 8 hectares", {"min": 50_000, "max": 80_000}),
        ("de 5,5 ha à 8 ha", {"min": 55_000, "max": 80_000}),
        ("un terrain de 12 000 m²", {"min": 12_000}),
        ("terrain de 12.000 m2 minimum", {"min": 12_000}),
        ("au plus 3 ha", {"max": 30_000}),
        ("environ 10 ha", {"min": 90_000, "max": 110_000}),
        ("about 10 hectares", {"min": 90_000, "max": 110_000}),
        ("at least 12 hectares", {"min": 120_000}),
    ],
)
def test_land(text: str, land: dict[str, float]) -> None:
    assert document(text)["land_m2"] == land


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("bâtiment de 6 500 m² sur 3 ha", "footprint_m2", 6_500),
        ("12 000 m² de plancher, 3 ha", "floor_m2", 12_000),
        ("a 20,000 sqm warehouse", "footprint_m2", 20_000),
        ("un bâtiment de 220 x 120 m", "buildings", [{"length_m": 220, "width_m": 120}]),
        ("besoin de 10 MW", "power_mw", 10),
        ("800 kVA", "power_mw", 0.8),
        ("été 2027", "start_by", "2027-09-22"),
        ("travaux T3 2027", "start_by", "2027-09-30"),
        ("début 2028", "start_by", "2028-04-30"),
        ("avant 2028", "start_by", "2027-12-31"),
        ("avant fin 2028", "start_by", "2028-12-31"),
        ("usine de 8 000 m², mise en service en 2029", "production_by", "2029-12-31"),
        ("site embranché fer", "rail_siding", True),
        ("à 10 min de l'autoroute", "near", [{"kind": "motorway_junction", "max_minutes": 10}]),
        ("45 €/m² au plus", "price_max_eur_m2", 45),
        ("Seveso seuil bas, ICPE autorisation", "icpe", {"regime": "A", "seveso": "SB"}),
        ("achat ou location", "tenure", "any"),
        ("plateforme logistique", "use", "entrepot"),
    ],
)
def test_fields(text: str, field: str, value: object) -> None:
    assert document(text)[field] == value


def test_places_are_those_of_the_base_else_departments_and_what_is_left_out() -> None:
    assert document("Nord-Isère ou Plaine de l'Ain")["place"] == {"named": ["scot/nord_isere", "epci/240100883"]}
    assert document("à Saint-Quentin-Fallavier (38)")["place"] == {"communes": ["38449"]}
    assert document("en Isère, hors Nord-Isère")["place"] == {
        "departments": ["38"],
        "exclude": {"named": ["scot/nord_isere"]},
    }
    assert "place" not in document("une usine ; Usine est un mot, un lot, le Nord du bâtiment")
    (drome,) = proposed("Nord-Drôme", PLACES).said
    assert (drome.value, drome.assumed[0].code) == (["26"], "whole_department")


def test_nothing_is_read_silently() -> None:
    read = proposed("3 hectares, puis 5 à 8 ha, été 2027, 150 emplois, mise en service en 2029", PLACES)
    told = {(one.field, one.quote): (one.used, [each.code for each in one.assumed]) for one in read.said}
    assert told == {
        ("land_m2", "3 hectares"): (True, ["at_least"]),
        ("land_m2", "5 à 8 ha"): (False, ["said_otherwise"]),
        ("start_by", "été 2027"): (True, ["works_meant", "last_day"]),
        ("jobs", "150 emplois"): (False, ["jobs_not_a_criterion"]),
        ("production_by", "en 2029"): (False, ["last_day", "production_needs_building"]),
    }


WORDS = st.sampled_from(
    (
        "5 ha",
        "0 ha",
        "8-10 ha",
        "environ",
        "12 000 m²",
        "bâtiment",
        "220 x 120 m",
        "10 MW",
        "0 kW",
        "été 2027",
        "T3 2028",
        "Nord-Isère",
        "hors",
        "Isère",
        "(38)",
        "45 €/m²",
        "Seveso",
        "ICPE autorisation",
        "mise en service",
        "travaux",
        "150 emplois",
        "31/02/2027",
        "9999999 km autoroute",
        "achat",
        "location",
    )
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=25).map(" ".join))
def test_what_is_proposed_is_a_need_with_its_words(text: str) -> None:
    read = proposed(text, PLACES)
    assert all(one.quote for one in read.said)
    for one in read.said:
        assert " ".join(one.quote.rstrip("…").split()) in " ".join(text.split())
    if read.is_need:
        read_need(read.document)


@pytest.mark.parametrize(
    "text",
    ["5 " * 50_000, "5-" * 50_000 + "ha", "environ " * 12_000, "a@" * 50_000, "1 000 " * 16_000 + "m²",
     "Nord-" * 20_000, "<div>" * 20_000, "icpe " * 20_000, "\x00\ud800 5 ha"],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)  # fmt: skip
def test_as_much_hostile_text_as_is_read_ends(text: str) -> None:
    """A pattern that backtracks would never end."""
    read = proposed(text, PLACES)
    bare(text)
    siren_of(text)
    language_of(text)
    assert len(read.said) <= MOST_TOLD


def test_a_mail_as_a_file() -> None:
    raw = (
        b"From: =?utf-8?q?Claire_Martin?= <C.Martin@Exemple.fr>\r\nSubject: Recherche\r\n de foncier\r\n"
        b"Date: Fri, 20 Nov 2026 16:40:00 +0100\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><p>Bonjour</p><script>alert(1)</script><p>5&nbsp;ha</p>\r\n--x--\r\n"
    )
    read = message_of(raw)
    assert (read.sender, read.name, read.subject) == ("c.martin@exemple.fr", "Claire Martin", "Recherche de foncier")
    assert read.sent_at is not None
    assert read.sent_at.isoformat() == "2026-11-20T16:40:00+01:00"
    assert read.text.split() == ["Bonjour", "5", "ha"]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_some_mail(raw: bytes) -> None:
    read = message_of(b"Content-Type: text/plain; charset=klingon\r\nFrom: x\r\n" + raw)
    assert "\x00" not in read.text
    read.text.encode()


def test_companies() -> None:
    assert siren_of("SIRET 552 100 554 00012") == "552100554"
    assert siren_of("appelez le 047600000 ou 000000000") is None
    assert company_domain("x@usine-exemple.fr") == "usine-exemple.fr"
    assert company_domain("x@gmail.com") is None
    assert (language_of("Nous cherchons un terrain"), language_of("we are looking for land")) == ("fr", "en")
