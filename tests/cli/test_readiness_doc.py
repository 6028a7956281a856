"""docs/readiness.md is true: its commands run in order, what it shows is what is printed, its calls are answered."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.catalogues import catalogue
from api.clock import today
from geo.land.vocabulary import StepState
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory
from tests.cli.conftest import Command
from tests.conftest import REPO
from tests.test_docs import blocks, commands

DOCUMENT = (REPO / "docs" / "readiness.md").read_text(encoding="utf-8")
SHOWN_ON = "2026-11-22"


@pytest.fixture(scope="module")
def ground(made_with_sample: Path) -> Path:
    return made_with_sample


def lasting(told: str) -> list[str]:
    """All but what the figures of the catalogue decide: dates, bars, days of slack; blanks as one."""
    told = re.sub(r"\d{2}/\d{2}/\d{4}", "DATE", told)
    told = re.sub(r"╵\d{2}/\d{2}|[┄█░]+|\d+ j\b|─+", "", told)
    return [" ".join(line.split()) for line in told.strip().splitlines() if line.strip()]


def test_what_it_shows_is_what_is_printed(emprise: Command) -> None:
    (shown,) = blocks("text", DOCUMENT)
    made = emprise("readiness", "64", "--as-of", SHOWN_ON, columns=100).stdout
    assert lasting(made) == lasting(shown)
    english = emprise("readiness", "64", "--lang", "en", columns=100).stdout
    for words in ("Critical path: Servicing works", "earliest", "Unknown, and who can answer:", "Still true:"):
        assert words in english


def test_every_command_runs_in_order(emprise: Command) -> None:
    ran = []
    for line in commands(DOCUMENT):
        program, *arguments = shlex.split(line)
        if program == ".venv/bin/emprise":
            ran.append(emprise(*arguments).stdout)
    assert len(ran) == 11
    readiness, need, first, corrected, entered, back, due, confirmed, *_ = ran
    assert "fin" in readiness
    assert "production" in need
    assert first.startswith("Noté (ligne 1) : Travaux de viabilisation, ce que disent les fichiers → en cours")
    assert "en cours → en cours, depuis le 02/02/2026" in corrected
    assert "→ sans objet" in entered
    assert back == "Retiré : Purge du droit de préemption revient à « ce que disent les fichiers ».\n"
    assert "emprise due --confirm" in due
    assert re.fullmatch(r"\d états confirmés\.\n", confirmed)
    history = json.loads(emprise("readiness", "64", "--json").stdout)
    vrd = next(step for step in history["steps"] if step["code"] == "VRD")
    assert (vrd["state"], vrd["since"]) == ("running", "2026-02-02")
    assert (vrd["said_by"]["who"], vrd["said_by"]["evidence"], vrd["said_by"]["record"]) == ("planner", None, 2)


def test_mistakes_are_told_with_the_options_and_an_example(emprise: Command) -> None:
    late = (today(quick_settings()) + timedelta(days=1)).isoformat()
    told = emprise("step", "64", "VDR", "done", "--on", late, "--reason", "essai", code=1).stderr
    assert "Rien n'est noté" in told
    assert "  step : La procédure « VDR » n'est pas au catalogue ; proches : VRD" in told.replace("\u202f", " ")
    assert "  --on : Le" in told
    older = ("--on", "2026-01-24", "--reason", "essai")
    clash = emprise("step", "64", "VRD", "done", "--on", "2026-03-01", "--reason", "essai")
    number = re.search(r"ligne (\d+)", clash.stdout)
    assert number is not None
    assert f"donnez --corrects {number[1]}" in emprise("step", "64", "VRD", "done", *older, code=1).stderr
    assert f"(n°\u202f{number[1]})" in emprise("readiness", "64").stdout
    gone = emprise("step", "64", "VRD", "--withdraw", "999", "--reason", "essai", code=1).stderr
    assert "emprise readiness" in gone
    assert "/parcels" not in gone
    asked = ("readiness", "64", "--as-of", "demain")
    assert "--as-of demain : un jour s'écrit" in emprise(*asked, code=1).stderr
    assert "--as-of demain: a day is written" in emprise(*asked, "--lang", "en", code=1).stderr
    assert "  --on: " in emprise("step", "64", "VRD", "done", *older, "--lang", "en", code=1).stderr
    assert "2026-11-22T10:00:00+01:00" in emprise("readiness", "64", "--known-at", "hier", code=1).stderr


def test_every_state_and_refusal_of_the_document_exists() -> None:
    assert [state.value for state in StepState if f"| `{state.value}` |" not in DOCUMENT] == []
    named = re.findall(r"`((?:parcel|step|field)\.[a-z_]+)`", DOCUMENT)
    assert len(named) > 9
    assert [code for code in named if code not in catalogue("fr")] == []


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database, today(quick_settings()) - timedelta(days=400)) as made:
        yield made


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is absent: install it to try the lines of the document")
def test_its_calls_are_answered(place: Place) -> None:
    lines = [line for line in commands(DOCUMENT) if line.startswith("curl")]
    said = [json.loads(run(place, line)) for line in lines]
    land, project, recorded, back, history, due, attested, soon, purged, ranked = said
    assert (land["scope"], project["scope"]) == ("owner", "need")
    assert (recorded["record"], recorded["new"], back["kind"]) == (1, "done", "withdrawal")
    assert len(history["steps"]) == 2
    assert {one["parcel"] for one in due["due"]} >= {1, 2}
    assert attested["attested"] >= 2
    days = [feature["properties"]["ready_on"] for feature in soon["features"]]
    assert days == sorted(days)
    assert days
    assert purged["type"] == "FeatureCollection"
    assert ranked["sorted_by"] == "start"


def run(place: Place, line: str) -> str:
    """What a line is answered; the parcels of the sample stand for those of the small territory."""
    host = str(place.client.base_url).rstrip("/")
    small = line.replace("parcels/64", "parcels/1").replace('"parcel": 64', '"parcel": 1').replace("65", "2")
    script = f"HOST={host}; KEY={place.keys['own']}; {small.replace('curl', 'curl -sS', 1)}"
    ended = subprocess.run(["sh", "-c", script], cwd=REPO, capture_output=True, text=True, timeout=60, check=True)
    return ended.stdout
