"""`emprise match` beside the table: presets, letters, files of features, pages."""

import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from tests.cli.conftest import Command
from tests.conftest import REPO

NEED = REPO / "sample_need.json"


@pytest.fixture(scope="module")
def ground(made_with_sample: Path) -> Path:
    return made_with_sample


def answer(run: Command, *arguments: str | Path) -> Any:
    return json.loads(run("match", *arguments, "--json").stdout)


def test_a_preset_alone_or_under_a_need(emprise: Command, tmp_path: Path) -> None:
    alone = answer(emprise, "--preset", "hydrogen-equipment", "--limit", "3")
    assert alone["counts"]["proved"] > 0
    over = tmp_path / "need.json"
    over.write_text('{"land_m2": "500 ha"}', encoding="utf-8")
    assert answer(emprise, over, "--preset", "hydrogen-equipment")["matches"] == []
    refused = emprise("match", "--preset", "volcan", code=1)
    assert "/presets" in refused.stderr
    assert "--preset" in emprise("match", code=2).stderr


@pytest.mark.parametrize("more", [[], ["--explain", "1"]])
def test_a_kind_of_network_nobody_knows_is_refused(emprise: Command, tmp_path: Path, more: list[str]) -> None:
    need = tmp_path / "need.json"
    need.write_text('{"land_m2": "1 ha", "max_km": {"échangeur": 5, "téléport": 5}}', encoding="utf-8")
    refused = emprise("match", need, *more, code=1).stderr
    assert "max_km.teleport" in refused
    assert "freight_station" in refused
    assert '{"motorway_junction": 5}' in refused


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
def test_land_and_buildings_as_a_file(emprise: Command, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answer{ending}"
    found = answer(emprise, NEED, "--out", path)
    rows = len(found["matches"]) + len(found["to_check"])
    if ending == ".gpkg":
        assert pyogrio.read_info(path, layer="land")["features"] == rows
        assert pyogrio.read_info(path, layer="building")["features"] > 0
    else:
        kinds = [one["properties"]["kind"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]]
        assert kinds.count("land") == rows
    assert "autre nom" in emprise("match", NEED, "--out", path, code=1).stderr


def test_a_file_of_another_format_is_refused_before_any_search(emprise: Command, tmp_path: Path) -> None:
    assert ".gpkg" in emprise("match", NEED, "--out", tmp_path / "answer.csv", code=1).stderr


def test_letters_are_written_one_for_each_body(emprise: Command, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    emprise("match", NEED, "--requests", folder, lang="en_GB.UTF-8")
    letters = sorted(folder.iterdir())
    texts = [letter.read_text(encoding="utf-8") for letter in letters]
    assert letters
    assert any("-grid_operator" in letter.name for letter in letters)
    for text in texts:
        assert text.startswith(("To: ", "À : "))
        assert "{" not in text


def test_the_next_page_goes_on(emprise: Command) -> None:
    whole = answer(emprise, NEED, "--limit", "2")
    first, second = answer(emprise, NEED, "--limit", "1"), answer(emprise, NEED, "--limit", "1", "--offset", "1")
    ids = [row["parcel_ids"] for page in (first, second) for row in page["matches"]]
    assert ids == [row["parcel_ids"] for row in whole["matches"]]
    assert "--offset 1" in emprise("match", NEED, "--limit", "1").stdout
