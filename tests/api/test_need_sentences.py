"""What is wrong with a need is told in the language of the reader, by the need's own codes."""

import re
from pathlib import Path
from typing import Any

import pytest

from api.catalogues import LANGUAGES, catalogue
from api.cli.reading import told
from api.matching.needs import need_of
from api.problems import Problem
from geo.match.need import reading
from tests.api.serving import Served

ROOM = Path(reading.__file__).parent
BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]}
HALL = {"length_m": 40, "width_m": 20}

WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"land_m2": {"min": "huit"}}, "land_m2.min", "need.quantity_unreadable", "N'est pas lisible"),
    ({"land_m2": "12.000"}, "land_m2.min", "need.quantity_ambiguous", "deux quantités"),
    ({"land_m2": {}}, "land_m2", "need.range_empty", "min, max ou les deux"),
    ({"land_m2": {"min": 9, "max": 8}}, "land_m2", "need.range_reversed", "min dépasse max"),
    ({}, "", "need.need_empty", "buildings"),
    ({"land_m2": "8 ha", "setback_m": -1}, "setback_m", "need.too_small", "doit être ≥ 0"),
    ({"land_m2": "8 ha", "slope_max_pct": 0}, "slope_max_pct", "need.too_small", "doit être > 0"),
    ({"buildings": [HALL | {"length_m": 1e9}]}, "buildings[0].length_m", "need.too_large", "≤ 5000"),
    ({"buildings": [HALL | {"length_m": "40"}]}, "buildings[0].length_m", "need.quantity_unreadable", "comme 120 m"),
    ({"buildings": [HALL | {"count": "2"}]}, "buildings[0].count", "need.wrong_type", "sans guillemets"),
    ({"land_m2": "8 ha", "power_mw": "dix"}, "power_mw.at_opening", "need.quantity_unreadable", "comme 2,5 MW"),
    ({"buildings": HALL}, "buildings", "need.wrong_type", "une liste"),
    ({"land_m2": "8 ha", "power_mv": 3}, "power_mv", "need.unknown_field", "peut-être power_mw"),
    ({"land_m2": "8 ha", "zzzzzzzzz": 3}, "zzzzzzzzz", "need.unknown_field", "n'existe pas"),
    ({"land_m2": "8 ha", "use": "volcan"}, "use", "need.not_in_list", "industrie, entrepot"),
    ({"land_m2": 1e12}, "land_m2.min", "need.too_large", "≤ 100000000."),
    ({"land_m2": "8 ha", "near": [{"kind": "port", "km": 5}]}, "near[0].km", "need.unknown_field", "kind, max_km"),
    ({"land_m2": "8 ha", "place": {"communes": ["Lyon"]}}, "place.communes[0]", "need.wrong_code", "cinq chiffres"),
    (
        {"land_m2": "8 ha", "place": {"departments": ["96"]}},
        "place.departments[0]",
        "need.department_unknown",
        "« 96 » n'est pas un département",
    ),
    (
        {"land_m2": "8 ha", "place": {"communes": ["96001"]}},
        "place.communes[0]",
        "need.commune_nowhere",
        "« 96 » n'est pas un département",
    ),
    (
        {"buildings": [{"polygon": BOWTIE}]},
        "buildings[0].polygon",
        "need.polygon_invalid",
        "se recoupe, près de [5, 5]",
    ),
    ({"land_m2": "8 ha", "start_by": "demain"}, "start_by", "need.day_unreadable", "AAAA-MM-JJ"),
    ({"land_m2": "8 ha", "fibre": "oui"}, "fibre", "need.wrong_type", "true ou false"),
    ({"land_m2": "8 ha", "limit": 1.5}, "limit", "need.wrong_type", "entier"),
    ({"land_m2": "8 ha", "place": {"polygon": {"type": "Point"}}}, "place.polygon", "need.wrong_type", "« Point »"),
    ({"land_m2": "8 ha", "wishes": {"fibre": {}}}, "wishes.fibre", "need.wish_without_value", "rien de demandé"),
]


@pytest.mark.parametrize(("need", "field", "code", "words"), WRONG, ids=[f"{w[2]}-{w[1]}" for w in WRONG])
def test_a_mistake_is_told_in_french(served: Served, need: dict[str, Any], field: str, code: str, words: str) -> None:
    answer = served.client.post("/needs", json=need)
    assert answer.status_code == 422
    (error,) = [one for one in answer.json()["errors"] if one["field"] == field]
    assert error["code"] == code
    assert words in error["detail"]


def test_a_mistake_is_told_in_english_to_who_asks(served: Served) -> None:
    (error,) = served.client.post("/needs?lang=en", json={"land_m2": {"min": "huit"}}).json()["errors"]
    assert error["detail"].startswith("Is not readable")


def test_a_mistake_comes_with_an_example(served: Served) -> None:
    (error,) = served.client.post("/needs", json={"land_m2": {"min": "huit"}}).json()["errors"]
    assert error["example"] == "8 ha"


def test_a_right_need_is_read(served: Served) -> None:
    answer = served.client.post("/needs", json={"land_m2": "8 ha"})
    assert (answer.status_code, answer.json()) == (200, {"land_m2": {"min": 80_000.0}})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_of_a_need_has_a_sentence(lang: str) -> None:
    own = {
        f"need.{kind}"
        for path in ROOM.glob("*.py")
        for kind in re.findall(r'PydanticCustomError\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(own) > 12
    assert own | set(reading._CODES.values()) | {"need.wrong_type"} <= catalogue(lang).keys()


def test_the_terminal_says_the_same() -> None:
    with pytest.raises(Problem) as caught:
        need_of({"land_m2": {"min": "huit"}, "fibre": "oui"})
    lines = told(caught.value, "fr").splitlines()
    assert lines[1:] == [
        "  land_m2.min : N'est pas lisible : écrivez 80000, ou un texte avec le nombre et son unité "
        '(comme 8 ha, 80 000 m²). (exemple : "8 ha")',
        "  fibre : Doit être true ou false. (exemple : true)",
    ]
    with pytest.raises(Problem) as caught:
        need_of([])
    assert told(caught.value, "en").splitlines()[1] == '  Must be an object. (example: {"land_m2": {"min": "8 ha"}})'
