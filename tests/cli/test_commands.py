"""The commands of the README, on the sample, in processes of their own."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.cluster import stop
from tests.cli.conftest import Command, environment, new_folder
from tests.conftest import REPO


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """An empty data folder: the first command makes the base, each starts the server and puts it away."""
    folder = new_folder()
    yield folder
    stop(folder, even_if_used=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def loaded(emprise: Command) -> Command:
    """The sample loaded and derived."""
    told = emprise("load", "sample_parcels.geojson")
    assert "terrains" in told.stdout
    return emprise


def test_help_names_every_command_and_imports_nothing_heavy(emprise: Command) -> None:
    told = emprise("--help").stdout
    for name in ("run", "serve", "worker", "load", "derive", "match", "readiness", "doctor", "db", "key", "generate"):
        assert f" {name} " in told
    code = (
        "import sys, api.cli.main; print([m for m in ('numba', 'geopandas', 'shapely', 'fastapi') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_sample_need_is_answered_with_reasons(loaded: Command) -> None:
    told = loaded("match", "sample_need.json").stdout
    for words in ("terrain prêt de 9 ha", "le bâtiment tient", "industrie autorisée (UX)", "À vérifier", "Écartés"):
        assert words in told
    english = loaded("match", "sample_need.json", "--lang", "en").stdout
    assert "the building fits" in english


def test_the_answer_as_json(loaded: Command) -> None:
    document = json.loads(loaded("match", "sample_need.json", "--json", "--limit", "1").stdout)
    assert document["schema"] == "emprise/answer/1"
    assert len(document["matches"]) == 1
    assert document["matches"][0]["placement"]["type"] == "Polygon"


def test_loading_again_reports_no_change(loaded: Command, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    told = loaded("load", "sample_parcels.geojson", "--json", "--report", out)
    (report,) = json.loads(told.stdout)
    assert report["rows"]["unchanged"] == report["rows"]["read"]
    assert json.loads(out.read_text()) == [report]


def test_a_bad_row_ends_with_1_and_with_keep_going_3(loaded: Command, tmp_path: Path) -> None:
    good = {"type": "Feature", "properties": {"terr_id": "69123_TERRAIN-ECO_1"}}
    ring = [[4.8, 45.7], [4.81, 45.7], [4.81, 45.71], [4.8, 45.7]]
    rows = [good | {"geometry": {"type": "Polygon", "coordinates": [ring]}}, good | {"geometry": None}]
    path = tmp_path / "terrains.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    told = loaded("load", path, code=1)
    assert "ligne 2" in told.stdout
    assert "Rien n'est écrit" in told.stdout
    loaded("load", path, "--keep-going", "--no-derive", code=3)
    assert "1 terrain recalculé." in loaded("derive").stdout


def test_what_is_wrong_with_a_file_is_told_in_the_language_of_the_terminal(loaded: Command, tmp_path: Path) -> None:
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
        told = loaded("load", path, "--dry-run", "--report", out, code=1, lang=lang, columns=250).stdout
        assert f"2 (b), {'contour ' if lang.startswith('fr') else 'outline'}: {refused}" in told
        assert mended in told
        assert '"1 200,5"' in told
        (report,) = json.loads(out.read_text())
        assert report["rejections"]["first"][0]["message"].startswith(refused)
        assert report["rejections"]["first"][0]["code"] == "geometry.missing"
        assert report["repairs"]["first"][0]["message"] == mended
        (report,) = json.loads(loaded("load", path, "--dry-run", "--json", code=1, lang=lang).stdout)
        assert report["rejections"]["first"][0]["message"].startswith(refused)
        assert f"emprise: cut.geojson: {broken}" in loaded("load", cut, code=1, lang=lang).stderr


def test_wrong_use_ends_with_2(emprise: Command) -> None:
    emprise("load", code=2)
    emprise("match", "no-such-file.json", code=2)
    emprise("generate", "land", "--count", "0", "--out", "x.geojson", code=2)
    for command in (("match", "sample_need.json"), ("readiness", "1")):
        told = emprise(*command, "--lang", "xx", code=2).stderr
        assert "les langues sont fr et en" in " ".join(told.split())


def test_a_bad_need_is_told_with_an_example(loaded: Command, tmp_path: Path) -> None:
    need = tmp_path / "need.json"
    need.write_text('{"buildings": [{"length_m": -4, "width_m": 20}], "land": 5}')
    told = loaded("match", need, code=1).stderr
    assert "buildings[0].length_m" in told
    assert "land" in told
    assert "Trop petit" in told
    assert "Too small" in loaded("match", need, "--lang", "en", code=1).stderr
    need.write_text('{"limit": NaN}')
    assert "NaN" in loaded("match", need, code=1).stderr


def test_readiness_of_a_parcel(loaded: Command) -> None:
    told = loaded("readiness", "1").stdout
    assert "Chemin critique" in told
    document = json.loads(loaded("readiness", "1", "--need", "sample_need.json", "--json").stdout)
    assert document["start"]["p50"] <= document["start"]["p80"]
    assert {"code", "label", "state", "criticality"} <= document["steps"][0].keys()
    assert "il n'y a pas de terrain 999999" in loaded("readiness", "999999", code=1).stderr


def test_doctor_finds_nothing_wrong(loaded: Command) -> None:
    told = loaded("doctor").stdout
    assert "!!" not in told
    assert "emprise_worker" in told


def test_keys_are_made_listed_and_revoked(loaded: Command) -> None:
    key = loaded("key", "create", "QGIS", "--organisation", "Agence exemple").stdout.strip()
    assert key.startswith("emp_")
    listed = loaded("key", "list").stdout
    prefix = "_".join(key.split("_")[:2])
    assert f"{prefix}  planner  valable  QGIS" in listed
    assert key.split("_", 2)[2] not in listed
    loaded("key", "revoke", prefix)
    assert "révoquée" in loaded("key", "list").stdout
    loaded("key", "revoke", prefix, code=1)


def test_a_company_gets_a_key_of_a_company(loaded: Command) -> None:
    loaded("key", "create", "usine", "--organisation", "Usine SA", "--kind", "company")
    assert "company" in next(line for line in loaded("key", "list").stdout.splitlines() if line.endswith("usine"))
    refused = loaded("key", "create", "autre", "--organisation", "Usine SA", "--audience", "planner", code=2)
    assert "Usine SA" in refused.stderr
    assert "autre" not in loaded("key", "list").stdout


def test_the_database_stops_with_its_last_user(loaded: Command) -> None:
    assert loaded("db", "status").stdout.startswith("arrêtée")
    assert "révision" in loaded("db", "upgrade").stdout
    assert "n'était pas en marche" in loaded("db", "stop").stdout


def test_generated_land_is_read_back(loaded: Command, tmp_path: Path) -> None:
    out = tmp_path / "land.geojsonl"
    loaded("generate", "land", "--count", "50", "--seed", "3", "--out", out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert all(row["properties"]["synthetic"] for row in rows)
    (report,) = json.loads(loaded("load", out, "--dry-run", "--json").stdout)
    assert report["rows"]["read"] == len(rows)
    assert not report["written"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answered(url: str, seconds: float = 60) -> bytes:
    """What a service answers once it is up."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_run_shows_matches_and_a_link_and_serves(data_dir: Path, loaded: Command) -> None:
    port = free_port()
    command = [sys.executable, "-u", "-m", "api.cli", "run", "--port", str(port)]
    child = subprocess.Popen(
        command, cwd=REPO, env=environment(data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert json.loads(answered(f"http://127.0.0.1:{port}/livez")) == {"status": "alive"}
        assert json.loads(answered(f"http://127.0.0.1:{port}/readyz"))["status"] == "ready"
        taken = loaded("run", "--port", str(port), code=1).stderr
        assert f"port {port}" in taken
        assert "make run PORT=" in taken
        assert loaded("db", "status").stdout.startswith("en marche")
        assert "sert à une autre commande" in loaded("db", "stop", code=1).stderr
    finally:
        child.terminate()
        told, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert "terrain prêt de 9 ha" in told
    (link,) = [line for line in told.splitlines() if line.startswith(f"http://127.0.0.1:{port}/session/")]
    assert len(link.rsplit("/", 1)[1]) > 40
