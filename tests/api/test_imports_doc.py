"""The walk through docs/imports.md works, line by line, with the curl of this machine."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.openapi.import_answers import STATUSES
from api.planning.import_options import ImportOptions
from geo.store.database import Database
from tests.api.importing import TWO, Place, a_place, broken, collection
from tests.conftest import REPO
from tests.intake.test_load import feature
from tests.test_docs import commands

DOCUMENT = (REPO / "docs" / "imports.md").read_text(encoding="utf-8")
LINES = [line for line in commands(DOCUMENT) if line.startswith("curl")]


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_place(database) as made:
        yield made


def run(place: Place, folder: Path, line: str) -> str:
    """What a line of the document answers."""
    host = str(place.client.base_url).rstrip("/")
    script = f"HOST={host}; KEY={place.keys['own']}; {line.replace('curl', 'curl -sS', 1)}"
    ended = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return ended.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is absent: install it to try the lines of the document")
def test_the_walk_through(place: Place, tmp_path: Path) -> None:
    (tmp_path / "terrains.geojson").write_bytes(collection(feature("1"), broken("2", 1)))
    send, look, problems, confirm, keep_going, withdraw, history, raw, mapping = LINES
    assert json.loads(run(place, tmp_path, send))["id"] == 1
    place.work()
    assert json.loads(run(place, tmp_path, look))["status"] == "staged"
    run(place, tmp_path, problems)
    assert len(json.loads((tmp_path / "problems.geojson").read_text())["features"]) == 1
    assert json.loads(run(place, tmp_path, confirm))["code"] == "import.rows_refused"
    assert json.loads(run(place, tmp_path, keep_going))["status"] == "confirmed"
    place.work()
    assert json.loads(run(place, tmp_path, look))["status"] == "merged"
    assert len(place.parcels()) == 1
    assert json.loads(run(place, tmp_path, withdraw))["code"] == "import.not_open"
    (tmp_path / "terrains.geojson").write_bytes(TWO)
    assert json.loads(run(place, tmp_path, raw))["file"] == "terrains.geojson"
    assert [one["id"] for one in json.loads(run(place, tmp_path, history))["imports"]] == [2, 1]
    assert json.loads(run(place, tmp_path, mapping))["code"] == "import.not_mappable"


def test_every_state_and_option_is_told() -> None:
    assert [status for status in STATUSES if f"| `{status}` |" not in DOCUMENT] == []
    names = {field.alias or name for name, field in ImportOptions.model_fields.items()} - {"name"}
    assert sorted(name for name in names if f"`{name}" not in DOCUMENT) == []
