"""The commands of the README, on the sample."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.conftest import REPO


@pytest.fixture(scope="module")
def ground(made_with_sample: Path) -> Path:
    return made_with_sample


def test_help_names_every_command_and_imports_nothing_heavy(emprise: Command) -> None:
    told = emprise("--help").stdout
    for name in ("run", "serve", "worker", "load", "derive", "match", "readiness", "doctor", "db", "key", "generate"):
        assert f" {name} " in told
    code = (
        "import sys, api.cli.main; print([m for m in ('numba', 'geopandas', 'shapely', 'fastapi') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_sample_need_is_answered_with_reasons(emprise: Command) -> None:
    told = emprise("match", "sample_need.json").stdout
    for words in ("terrain prêt de 9 ha", "le bâtiment tient", "industrie autorisée (UX)", "À vérifier", "Écartés"):
        assert words in told
    english = emprise("match", "sample_need.json", "--lang", "en").stdout
    assert "the building fits" in english


def test_the_answer_as_json(emprise: Command) -> None:
    document = json.loads(emprise("match", "sample_need.json", "--json", "--limit", "1").stdout)
    assert document["schema"] == "emprise/answer/1"
    assert len(document["matches"]) == 1
    assert document["matches"][0]["placement"]["type"] == "Polygon"


def test_loading_again_reports_no_change(emprise: Command, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    told = emprise("load", "sample_parcels.geojson", "--json", "--report", out)
    (report,) = json.loads(told.stdout)
    assert report["rows"]["unchanged"] == report["rows"]["read"]
    assert json.loads(out.read_text()) == [report]


def test_a_bad_row_ends_with_1_and_with_keep_going_3(emprise: Command, tmp_path: Path) -> None:
    good = {"type": "Feature", "properties": {"terr_id": "69123_TERRAIN-ECO_1"}}
    ring = [[4.8, 45.7], [4.81, 45.7], [4.81, 45.71], [4.8, 45.7]]
    rows = [good | {"geometry": {"type": "Polygon", "coordinates": [ring]}}, good | {"geometry": None}]
    path = tmp_path / "terrains.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    told = emprise("load", path, code=1)
    assert "ligne 2" in told.stdout
    assert "Rien n'est écrit" in told.stdout
    emprise("load", path, "--keep-going", "--no-derive", code=3)
    assert "1 terrain recalculé." in emprise("derive").stdout


def test_what_is_wrong_with_a_file_is_told_in_the_language_of_the_terminal(emprise: Command, tmp_path: Path) -> None:
    ring = [[4.8, 45.7], [4.81, 45.7], [4.81, 45.71], [4.8, 45.7]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    rows = [
        {"type": "Feature", "properties": {"parcel_uid": "a", "surface_m2": "1 200,5"}, "geometry": outline},
        {"type": "Feature", "properties": {"parcel_uid": "b"}, "geometry": None},
    ]
    path = tmp_path / "lots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    cut = tmp_path / "cut.geojson"
    cut.write_text(path.read_text()[:-10])
    french = ("La ligne n'a pas de géométrie", "virgule décimale lue comme un point", "Le fichier s'interrompt")
    english = ("The row has no geometry", "decimal comma read as a point", "The file breaks off")
    for lang, (refused, mended, broken) in (("fr_FR.UTF-8", french), ("en_GB.UTF-8", english)):
        out = tmp_path / f"report.{lang[:2]}.json"
        told = emprise("load", path, "--dry-run", "--report", out, code=1, lang=lang, columns=250).stdout
        assert f"2 (b), {'contour ' if lang.startswith('fr') else 'outline'}: {refused}" in told
        assert mended in told
        assert '"1 200,5"' in told
        (report,) = json.loads(out.read_text())
        assert report["rejections"]["first"][0]["message"].startswith(refused)
        assert report["rejections"]["first"][0]["code"] == "geometry.missing"
        assert report["repairs"]["first"][0]["message"] == mended
        (report,) = json.loads(emprise("load", path, "--dry-run", "--json", code=1, lang=lang).stdout)
        assert report["rejections"]["first"][0]["message"].startswith(refused)
        assert f"emprise: cut.geojson: {broken}" in emprise("load", cut, code=1, lang=lang).stderr


def test_wrong_use_ends_with_2(emprise: Command) -> None:
    emprise("load", code=2)
    emprise("match", "no-such-file.json", code=2)
    emprise("generate", "land", "--count", "0", "--out", "x.geojson", code=2)
    for command in (("match", "sample_need.json"), ("readiness", "1")):
        told = emprise(*command, "--lang", "xx", code=2).stderr
        assert "les langues sont fr et en" in " ".join(told.split())


def test_a_bad_need_is_told_with_an_example(emprise: Command, tmp_path: Path) -> None:
    need = tmp_path / "need.json"
    need.write_text('{"buildings": [{"length_m": -4, "width_m": 20}], "land": 5}')
    told = emprise("match", need, code=1).stderr
    assert "buildings[0].length_m" in told
    assert "land" in told
    assert "Trop petit" in told
    assert "Too small" in emprise("match", need, "--lang", "en", code=1).stderr
    need.write_text('{"limit": NaN}')
    assert "NaN" in emprise("match", need, code=1).stderr


def test_readiness_of_a_parcel(emprise: Command) -> None:
    told = emprise("readiness", "1").stdout
    assert "Chemin critique" in told
    document = json.loads(emprise("readiness", "1", "--need", "sample_need.json", "--json").stdout)
    assert document["start"]["p50"] <= document["start"]["p80"]
    assert {"code", "label", "state", "criticality"} <= document["steps"][0].keys()
    assert "il n'y a pas de terrain 999999" in emprise("readiness", "999999", code=1).stderr


def test_doctor_finds_nothing_wrong(emprise: Command) -> None:
    told = emprise("doctor").stdout
    assert "!!" not in told
    assert "emprise_worker" in told


def test_keys_are_made_listed_and_revoked(emprise: Command) -> None:
    key = emprise("key", "create", "QGIS", "--organisation", "Agence exemple").stdout.strip()
    assert key.startswith("emp_")
    listed = emprise("key", "list").stdout
    prefix = "_".join(key.split("_")[:2])
    assert f"{prefix}  planner  valable  QGIS" in listed
    assert key.split("_", 2)[2] not in listed
    emprise("key", "revoke", prefix)
    assert "révoquée" in emprise("key", "list").stdout
    emprise("key", "revoke", prefix, code=1)


def test_a_company_gets_a_key_of_a_company(emprise: Command) -> None:
    emprise("key", "create", "usine", "--organisation", "Usine SA", "--kind", "company")
    assert "company" in next(line for line in emprise("key", "list").stdout.splitlines() if line.endswith("usine"))
    refused = emprise("key", "create", "autre", "--organisation", "Usine SA", "--audience", "planner", code=2)
    assert "Usine SA" in refused.stderr
    assert "autre" not in emprise("key", "list").stdout
    planner = emprise("key", "create", "autre", "--organisation", "Agence exemple", "--project", 1, code=1)
    assert "Aucun projet n° 1" in planner.stderr


def test_generated_land_is_read_back(emprise: Command, tmp_path: Path) -> None:
    out = tmp_path / "land.geojsonl"
    emprise("generate", "land", "--count", "50", "--seed", "3", "--out", out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert all(row["properties"]["synthetic"] for row in rows)
    (report,) = json.loads(emprise("load", out, "--dry-run", "--json").stdout)
    assert report["rows"]["read"] == len(rows)
    assert not report["written"]
