"""What the terminal says of an answer is true, whole, and in the manner of its language."""

import io
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from api.catalogues import catalogue
from api.cli.remembering import lines_of
from api.cli.table import print_answer
from api.wording import reason, relaxation, surface
from geo.match.relaxing.proposals import PROPOSALS


def test_what_was_recorded_after_midnight_was_recorded_that_day() -> None:
    change = {
        "record": 3, "label": "Travaux", "step": "VRD", "old": None, "new": "running", "effective_on": "2026-02-16",
        "recorded_at": "2026-03-31T22:30:00+00:00", "organisation": None, "kind": "entry",
    }  # fmt: skip
    (line,) = lines_of(change, "fr", ZoneInfo("Europe/Paris"))
    assert "01/04/2026" in line


def criterion(name: str, code: str, fact: object = None, verdict: str = "pass", **detail: object) -> dict[str, Any]:
    return {"name": name, "role": "must", "verdict": verdict, "fact": fact, "code": code, "detail": detail}


def match(rank: str = "available", fit: str | None = None, *criteria: dict[str, Any]) -> dict[str, Any]:
    return {
        "parcel_ids": [7],
        "assembly": None,
        "parcel": {
            "id": 7,
            "name": "Les Prés",
            "commune": "69123",
            "commune_name": "Lyon",
            "surface_m2": 82_200.0,
            "industry": "allowed",
        },
        "rank": rank,
        "fit": fit,
        "score": {"min": 0.5, "max": 0.5},
        "readiness": None,
        "criteria": list(criteria),
    }


def told(lang: str, name: str | None = None, **parts: Any) -> str:
    counts = {"considered": 20, "proved": 0, "open": 0, "to_check": 0, "rejected": {}} | parts.pop("counts", {})
    document = {"matches": [], "to_check": [], "relaxations": [], "assemblies": None, **parts}
    document = {"as_of": "2026-11-22", "digest": "0" * 64} | document
    out = io.StringIO()
    print_answer(document | {"counts": counts}, lang, name=name, console=Console(file=out, width=200))
    return out.getvalue()


def test_a_proof_is_claimed_for_buildings_only() -> None:
    land = told("fr", matches=[match()], counts={"proved": 1})
    assert "Retenus : 1" in land
    assert "démontrée" not in land
    assert "Retenus (implantation démontrée) : 1" in told(
        "fr", matches=[match("available", "fits")], counts={"proved": 1}
    )


def test_what_is_to_check_is_no_refusal() -> None:
    none = "Aucun terrain ne répond à tous les critères"
    assert none in told("fr")
    assert none not in told("fr", to_check=[match()], counts={"to_check": 15})
    assert none not in told("fr", counts={"open": 3})


@pytest.mark.parametrize(("rank", "words"), [("prospect", "prospect"), ("optioned", "second rang")])
def test_a_row_to_check_says_whether_the_land_is_offered(rank: str, words: str) -> None:
    assert words in told("fr", to_check=[match(rank)], counts={"to_check": 1})


def test_each_date_says_what_is_ready() -> None:
    found = [
        reason(criterion(name, "date.in_time", reached_on="2027-03-01"), "fr")
        for name in ("start_by", "power_by", "production_by")
    ]
    assert found == ["travaux possibles le 01/03/2027", "sous tension le 01/03/2027", "en production le 01/03/2027"]


def test_the_day_and_the_numbers_are_in_the_manner_of_the_language() -> None:
    french, english = (told(lang, matches=[match()], counts={"proved": 1}) for lang in ("fr", "en"))
    assert "Calculé le 22/11/2026" in french
    assert "8,22 ha" in french
    assert "8.22 ha" in english
    assert surface(9_876.0, "fr") == "9\u202f876 m²"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "one",
    [
        criterion("use", "use.allowed", "allowed"),
        criterion("use", "use.allowed", "allowed", zone_label=None),
        criterion("start_by", "date.late", None, "fail", reached_on=None),
        criterion("max_km", "distance.within", 0.7, kind="substation", km=0.7),
        criterion("power_mw", "power.enough"),
        criterion("fit", "fit.fits", "fits"),
        criterion("land_m2", "code.from_tomorrow"),
    ],
    ids=lambda one: str(one) if isinstance(one, str) else str(one["code"]),
)
def test_no_reason_shows_a_blank_or_a_word_of_the_machine(lang: str, one: dict[str, Any]) -> None:
    words = reason(one, lang)
    assert not set("{}") & set(words)
    assert "None" not in words
    assert lang == "en" or "substation" not in words


@pytest.mark.parametrize(
    ("code", "count", "french", "english"),
    [
        ("fit.fits", 1, "le bâtiment tient (marge 3,2 m)", "the building fits (margin 3.2 m)"),
        ("fit.fits", 2, "les 2 bâtiments tiennent (marge 3,2 m)", "the 2 buildings fit (margin 3.2 m)"),
        (
            "fit.conditional",
            3,
            "les 3 bâtiments tiennent, sur une contrainte qui restreint",
            "the 3 buildings fit, on a constraint that restricts",
        ),
        (
            "fit.surface_too_small",
            2,
            "surface insuffisante pour les 2 bâtiments",
            "not enough surface for the 2 buildings",
        ),
    ],
)
def test_several_buildings_are_told_in_the_plural(code: str, count: int, french: str, english: str) -> None:
    one = criterion("fit", code, buildings=count, margin_m=3.2)
    assert (reason(one, "fr"), reason(one, "en")) == (french, english)


CHANGES: dict[str, tuple[object, object, str]] = {
    "/land_m2/min": (80_000.0, 76_543.0, "Accepter un terrain dès 7,65 ha au lieu de 8,00 ha"),
    "/land_m2/max": (9_000.0, 9_500.0, "Accepter un terrain jusqu'à 9\u202f500 m² au lieu de 9\u202f000 m²"),
    "/price_max_eur_m2": (60.0, 75.5, "Payer jusqu'à 75,5 €HT/m² au lieu de 60 €HT/m²"),
    "/power_mw/at_opening": (10.0, 0.7, "Ouvrir avec 0,7 MW au lieu de 10 MW"),
    "/height_m": (14.0, 12.0, "Construire à 12 m de haut au lieu de 14 m"),
    "/max_km/substation": (3.0, 4.2, "Accepter un poste électrique à 4,2 km au lieu de 3 km"),
    "/max_km/airport": (30.0, 42.5, "Accepter 42,5 km au lieu de 30 km"),
    "/near/0/max_km": (3.0, 4.2, "Accepter 4,2 km au lieu de 3 km"),
    "/near/1/max_minutes": (20.0, 35.0, "Accepter 35 min de trajet au lieu de 20"),
    "/start_by": ("2027-06-30", "2027-09-01", "Commencer les travaux le 01/09/2027 au lieu du 30/06/2027"),
    "/power_by": ("2027-06-30", "2027-09-01", "Être sous tension le 01/09/2027 au lieu du 30/06/2027"),
    "/production_by": ("2027-06-30", "2027-09-01", "Produire le 01/09/2027 au lieu du 30/06/2027"),
    "/place/near/km": (30.0, 31.2, "Chercher à 31,2 km au lieu de 30 km"),
    "/place/polygon": ({"type": "Polygon"}, None, "Chercher aussi hors du contour demandé"),
    "/place/exclude": ({"communes": ["69123"]}, None, "Accepter aussi les lieux exclus"),
    "/place": ({"departments": ["69"], "near": {"km": 3}}, None, "Chercher partout"),
    "/tenure": ("buy", "any", "Accepter l'achat comme la location"),
    "/brownfield": ("only", "any", "Accepter aussi ce qui n'est pas une friche"),
    "/include": ([], ["prospect"], "Accepter aussi les terrains que personne ne propose"),
    "/footprint_m2": (9_000.0, 8_000.0, "Se contenter de 8\u202f000 m² d'emprise au sol au lieu de 9\u202f000 m²"),
    "/labour/jobs": (150, 40, "Recruter 40 personnes au lieu de 150"),
    "/no_enaf": (True, None, "Accepter aussi des espaces naturels, agricoles ou forestiers"),
    "/fibre": (True, None, "Se passer de la fibre"),
    "/rail_siding": (True, None, "Se passer d'un embranchement ferré"),
    "/aid_zone": ("AFR", None, "Accepter aussi les terrains hors zone d'aide"),
    "/place/minutes_from/minutes": (45.0, 50.0, "Accepter 50 min de route au lieu de 45 min"),
    "/place/adjacent_to": ("12", None, "Accepter aussi ce qui n'est pas attenant"),
    "/setback_m": (10.0, 2.5, "Se tenir à 2,5 m des limites au lieu de 10 m"),
    "/buildings/0/width_m": (120.0, 90.0, "Prévoir un bâtiment large de 90 m au lieu de 120 m"),
    "/buildings/0/length_m": (220.0, 200.0, "Prévoir un bâtiment long de 200 m au lieu de 220 m"),
    "/buildings/0": (
        {"length_m": 220, "width_m": 120},
        {"length_m": 293.4, "width_m": 90.0},
        "Prévoir un bâtiment de 293,4 × 90 m au lieu de 220 × 120 m",
    ),
}
OF_THE_FIT = {"setback_m", "buildings"}


def change(path: str, before: object, to: object, opens: int) -> dict[str, Any]:
    name = path.split("/")[1].replace("include", "origin")
    name = "fit" if name in OF_THE_FIT else name
    return {"change": {"criterion": name, "path": path, "from": before, "to": to}, "opens": opens, "first": 1}


@pytest.mark.parametrize("path", CHANGES)
def test_a_change_of_the_need_is_a_sentence(path: str) -> None:
    before, to, words = CHANGES[path]
    assert relaxation(change(path, before, to, 1), "fr") == f"{words} ouvrirait 1 terrain."
    assert relaxation(change(path, before, to, 2), "fr") == f"{words} ouvrirait 2 terrains."
    english = relaxation(change(path, before, to, 2), "en")
    assert english.endswith(" would open 2 parcels.")
    assert not set("{}[]") & set(english)


def test_every_change_that_is_proposed_has_a_sentence() -> None:
    tried = {change(path, None, None, 1)["change"]["criterion"] for path in CHANGES}
    assert tried == PROPOSALS.keys() | {"fit"}
    named = {re.sub(r"\.\d|\.airport", "", f"relaxation{path.replace('/', '.')}") for path in CHANGES}
    assert named <= catalogue("fr").keys()
    other = relaxation(change("/tenure/of/tomorrow", {"a": 1}, None, 1), "fr")
    assert other == "Assouplir le critère « achat ou location » ouvrirait 1 terrain."


def test_what_a_change_opens_is_told_apart() -> None:
    one = change("/tenure", "buy", "any", 2) | {"open": 1, "to_check": 3}
    assert relaxation(one, "fr").endswith(
        "ouvrirait 2 terrains, 1 terrain où l'implantation reste à décider, 3 terrains à vérifier."
    )


def test_what_is_only_bounded_says_so_and_what_becomes_less_is_not_opened() -> None:
    one = change("/tenure", "buy", "any", 2) | {"open": 9, "to_check": -3, "exact": False}
    assert relaxation(one, "fr").endswith(
        "ouvrirait au moins 2 terrains, au plus 9 terrains où l'implantation reste à décider."
    )
    assert relaxation(one, "en").endswith(
        "would open at least 2 parcels, at most 9 parcels where the fit is not decided yet."
    )


def test_changes_that_go_together_are_one_sentence() -> None:
    one = change("/start_by", "2027-06-30", "2027-09-01", 2)
    one["change"]["also"] = [change("/power_by", "2028-01-01", "2028-02-01", 2)["change"]]
    assert relaxation(one, "fr") == (
        "Commencer les travaux le 01/09/2027 au lieu du 30/06/2027"
        " et être sous tension le 01/02/2028 au lieu du 01/01/2028 ouvrirait 2 terrains."
    )


def test_surfaces_that_hectares_show_alike_are_told_in_square_metres() -> None:
    words = relaxation(change("/land_m2/min", 80_000.0, 79_999.0, 1), "fr")
    assert "79\u202f999 m² au lieu de 80\u202f000 m²" in words


def test_a_name_with_brackets_is_shown_as_it_is() -> None:
    assert "[/bold]" in told("fr", name="Usine [/bold]")
