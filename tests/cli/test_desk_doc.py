"""docs/desk.md, line by line: the commands on the sample territory, the requests on the service over it."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from api.cli.session import embedded_url
from api.clock import today
from geo.cluster import open_cluster
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings
from tests.api.serving import serving
from tests.cli.conftest import Command
from tests.conftest import REPO

SUMMER = today(quick_settings()).year + 1
UNTIL = today(quick_settings()) + timedelta(days=53)
AHEAD = {"été 2027": f"été {SUMMER}", "--until 2027-01-15": f"--until {UNTIL}"}
"""What lay ahead when the page was written does whenever it is tried; the mail came, and is due, on its own days."""
DOCUMENT = (REPO / "docs" / "desk.md").read_text(encoding="utf-8")
for written, meant in AHEAD.items():
    assert written in DOCUMENT
    DOCUMENT = DOCUMENT.replace(written, meant)
LINES = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
FILES = dict(re.findall(r"`(\w+\.(?:csv|txt))`:\n\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL))
HERE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def database(data_dir: Path) -> Iterator[Database]:
    """The base of the commands."""
    with open_cluster(data_dir, durable=False) as running:
        made = Database(embedded_url(running), pool_size=2)
        yield made
        made.close()


@pytest.fixture(scope="module")
def host(database: Database) -> Iterator[str]:
    """The service over the base of the commands."""
    settings = quick_settings()
    with serving(create_app(settings, database), settings) as served:
        yield f"http://127.0.0.1:{served.port}"


def test_every_line_of_the_page_does_what_it_says(
    emprise: Command, host: str, database: Database, tmp_path: Path
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    known: dict[str, str] = {}
    told: dict[str, str] = {}
    for line in LINES:
        if line.startswith("curl"):
            told[line] = requested(line, host, known)
            continue
        program, *arguments = shlex.split(line)
        assert program == ".venv/bin/emprise"
        said = emprise(*(tmp_path / one if one in FILES else one for one in arguments)).stdout
        told[" ".join(arguments[:3])] = said
        if arguments[:3] == ["key", "create", "bureau"]:
            known["KEY"] = said.strip()
        if arguments[:2] == ["consult", "ask"]:
            links = re.findall(rf"{HERE}(/c/\S+)", said)
            known |= {f"LINK_{number}": host + link for number, link in enumerate(links, 1)}
    logged = told["enquiry add demande.txt"]
    assert "à répondre au plus tard le mardi 24/11/2026 à 16 h 40" in logged
    assert f"→ dernier jour de la période retenu : 22/09/{SUMMER}." in logged
    reply = told["enquiry reply 1"]
    assert re.search(r"^1\. .*\?$", reply, re.MULTILINE)
    assert reply.count("La réponse écarterait environ") == 3
    assert (
        "Ce qui est dit aux territoires : Terrain (land_m2), Usage (use), Début des travaux (start_by), Où (place)."
        in told["consult ask Porte de l'Isère=eco@porte-isere.example.fr"]
    )
    shown = told["consult show 1"]
    assert "Sans réponse (2) : Pays d'Issoire, Roannais" in shown
    assert shown.count(", à décider") == 5
    assert "terrain corrigé n° 4, à décider (Puissance électrique (MW) : 8 ; courrier du gestionnaire)" in shown
    assert "(scot)" not in logged
    listed = emprise("enquiry", "list", "--organisation", "Agence Exemple").stdout
    assert "à répondre au plus tard le mardi 24/11/2026 à 16 h 40" in listed
    assert "Nord-Isère, CC de la Plaine de l'Ain ; de 8,00 ha à 10,00 ha" in listed, (
        "lines are told apart by what is asked"
    )
    assert told["consult remind 1"].count(f"Rappel : recherche d'un site, réponse attendue le {UNTIL:%d/%m/%Y}") == 2
    assert "second rang" in told["project show 1"]
    assert "proposé à direction immobilière : n° 1" in told["project show 1"]
    assert told["project changes 1"].strip() == "Rien n'a changé."
    answers = [json.loads(one) for one in told.values() if one.startswith("{")]
    assert any(one.get("reference") == "D-2" for one in answers)
    assert not any("problems" in str(one.get("type")) for one in answers)
    its_company_sees_what_a_consent_opens(emprise, host, database, told["key create maison-mere"].strip())


def its_company_sees_what_a_consent_opens(emprise: Command, host: str, database: Database, key: str) -> None:
    """The key of the page, made for project 1, and parcel 4, opened to it until the consent's last day."""

    def seen(parcel: int) -> int:
        item = f"{host}/collections/parcels/items/{parcel}"
        return httpx.get(item, headers={"X-API-Key": key}, trust_env=False).status_code

    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set visibility = 'private' where id in (4, 5)"))
    assert (seen(4), seen(5)) == (200, 404)
    with database.connection(Role.WORKER) as connection:  # the day after
        connection.execute(text("update core.consent set until = core.today() - 1"))
    assert seen(4) == 404
    listed = emprise("key", "list").stdout
    assert "company, projet n° 1" in next(line for line in listed.splitlines() if line.endswith("maison-mere"))
    arguments = ("key", "create", "autre", "--organisation", "Agence Exemple", "--project", 1)
    refused = emprise(*arguments, code=2)
    assert "Une clé du projet n° 1 est celle de son entreprise" in " ".join(refused.stderr.split())


def requested(line: str, host: str, known: dict[str, str]) -> str:
    """What a request of the page is answered."""
    surroundings = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | known
    ended = subprocess.run(
        ["bash", "-c", line.replace(HERE, host)],
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout
    return ended.stdout
