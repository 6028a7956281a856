"""`emprise rule` and `emprise history`: entered, read, taken back, and told as they were recorded."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

LOT = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}},
    "features": [
        {
            "type": "Feature",
            "properties": {"terr_id": "38449_TERRAIN-ECO_1", "terr_stade_comm": "en vente"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[842000, 6520000], [842200, 6520000], [842200, 6520200], [842000, 6520200], [842000, 6520000]]
                ],
            },
        }
    ],
}


@pytest.fixture(scope="module")
def loaded(emprise: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("rule") / "lot.geojson"
    file.write_text(json.dumps(LOT), encoding="utf-8")
    done = emprise("load", str(file), "--as", "terrains")
    assert done.returncode == 0, done.stderr
    return file


def test_a_rule_is_entered_read_and_taken_back(emprise: Command, loaded: Path) -> None:
    said = ("--source", "règlement UX, article 9", "--reason", "lu au PLU")
    done = emprise("rule", "1", "ces", "0,6", *said)
    assert done.returncode == 0, done.stderr
    assert "emprise au sol maximale, part du terrain : 0,6 (pour ce terrain ; règlement UX, article 9)" in done.stdout
    assert "hauteur maximale, m ; pleine terre" in done.stdout.split("À demander")[1]
    assert emprise("rule", "1", "height", "aucune", *said).returncode == 0
    told = json.loads(emprise("rule", "1", "--json").stdout)
    assert [(one["rule"], one["value"]) for one in told["rules"]] == [("ces", 0.6), ("height", None)]
    number = next(one["record"] for one in told["history"] if one["rule"] == "ces")
    ended = emprise("rule", "1", "--withdraw", str(number), "--reason", "lu trop vite", "--json")
    assert [one["rule"] for one in json.loads(ended.stdout)["rules"]] == ["height"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("1", "ces"), 2, "--source"),
        (("1", "ces", "0.6", "--source", "UX 9"), 2, "--reason"),
        (("1", "ces", "beaucoup", "--source", "UX 9", "--reason", "lu"), 1, "de 0 à 1, par exemple 0.6 pour 60 %"),
        (
            ("1", "ces", "150 %", "--source", "UX 9", "--reason", "lu"),
            1,
            "et non 1.5. Par exemple 0.6 pour 60 % ; aucune",
        ),
        (("1", "height", "900 m", "--source", "UX 9", "--reason", "lu"), 1, "hauteur maximale, m : de 0 à 500"),
        (("1", "ces", "-0.5", "--source", "UX 9", "--reason", "lu"), 2, "0 ou plus"),
        (("1", "hauteur", "12"), 2, "height"),
        (("1", "ces", "0.6", "--zone", "--source", "UX 9", "--reason", "lu"), 1, "Aucune zone"),
        (("1", "--withdraw", "99", "--reason", "lu"), 1, "99"),
        (("7", "ces", "0.6", "--source", "UX 9", "--reason", "lu"), 1, "7"),
    ],
)
def test_what_cannot_be_entered_says_why(
    emprise: Command, loaded: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = emprise("rule", *arguments, code=code)
    assert words in done.stderr


def test_the_history_tells_what_was_recorded(emprise: Command, loaded: Path) -> None:
    assert "Rien n'a été noté" in emprise("history", "1").stdout
    recorded = emprise("step", "1", "VRD", "running", "--on", "2026-02-16", "--reason", "ordre de service")
    assert recorded.returncode == 0, recorded.stderr
    told = emprise("history", "1").stdout
    assert "administrateur : Travaux de viabilisation (VRD), noté" in told
    assert "en cours au 16/02/2026" in told
    assert "ordre de service" in told
    (one,) = json.loads(emprise("history", "1", "--json").stdout)["steps"]
    assert (one["step"], one["new"], one["reason"]) == ("VRD", "running", "ordre de service")
    assert "works" in emprise("history", "1", "--lang", "en").stdout.lower()
    assert "99" in emprise("history", "99", code=1).stderr
