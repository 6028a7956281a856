"""Help and wrong use, in the language of the terminal; every text of the catalogue is used, none is missing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from api.catalogues import LANGUAGES, catalogue
from api.cli.help import key_of, key_of_parameter
from api.cli.main import app
from tests.cli.conftest import Command
from tests.cli.forked import Forked
from tests.conftest import REPO


def commands(command: Any, path: str = "emprise") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inside in getattr(command, "commands", {}).items():
        yield from commands(inside, f"{path} {name}")


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.fixture
def run(forked: Forked) -> Command:
    """Run ``emprise`` in a terminal of some language and width, without a data folder."""

    def told(*arguments: str, lang: str = "fr_FR.UTF-8", columns: int = 80) -> "subprocess.CompletedProcess[str]":
        surroundings = os.environ | {"LANG": lang, "LC_ALL": "", "COLUMNS": str(columns)}
        return forked.run(arguments, surroundings, timeout=60)

    return told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_argument_and_option_has_its_text_and_no_text_is_nobody_s(lang: str) -> None:
    wanted = set()
    for path, command in COMMANDS.items():
        shown = [one for one in command.params if not getattr(one, "hidden", False)]
        wanted |= {key_of(path), f"{key_of(path)}.example"} | {
            f"{key_of(path)}.{key_of_parameter(one)}" for one in shown
        }
    texts = {key for key in catalogue(lang) if key.startswith("help.")}
    ours = {key for key in texts if key.count(".") == 1 and key not in wanted} | {
        key for key in texts if "default" in key
    }
    assert wanted - texts == set()
    words = {"arguments", "commands", "default", "example", "help", "lang", "options", "required", "usage"}
    assert {key.split(".")[1] for key in ours} == words
    assert texts - wanted - ours == set()


def test_help_speaks_the_language_of_the_terminal(run: Command) -> None:
    french, english = run("load", "--help").stdout, run("load", "--help", lang="en_GB.UTF-8").stdout
    assert french.startswith("Usage : emprise load [OPTIONS] FICHIERS...")
    assert "Charger des fichiers de terrains" in french
    assert "défaut : agency" in french
    assert "cadastre = parcelles cadastrales" in " ".join(french.split())
    assert english.startswith("Usage: emprise load [OPTIONS] FILES...")
    assert run("load", "--help", "--lang", "en").stdout == english
    assert run("--lang=en", "load", "--help").stdout == english
    assert max(map(len, french.splitlines())) <= 80


def test_nothing_heavy_is_imported_for_help() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "api.cli", "--help"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    loaded = set(re.findall(r"\| +([\w.]+)$", told, re.MULTILINE))
    assert loaded
    assert not loaded & {"sqlalchemy", "shapely", "numpy", "pydantic", "pyproj", "rich.table"}


COMPILES_NOTHING = """
import contextlib, io, sys
import typer
from api.cli.main import app
typer.main.get_command(app)
told = ["numba" in sys.modules]
with contextlib.redirect_stdout(io.StringIO()):
    app(["load", "--help"], standalone_mode=False)
told.append("numba" in sys.modules)
import api.cli.loading, api.cli.reviewing
print(told + ["numba" in sys.modules])
"""


def test_the_compiler_comes_with_the_first_date_not_with_the_parser_nor_with_load_and_review() -> None:
    told = subprocess.run(
        [sys.executable, "-c", COMPILES_NOTHING], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[False, False, False]"


WRONG = {
    ("load",): "il manque FICHIERS...",
    ("load", "a.csv", "--as", "parcel"): "--as ne peut pas valoir « parcel » ; attendu : parcels,",
    ("load", "a.csv", "--kommune", "1"): "vouliez-vous dire --commune ?",
    ("load", "a.csv", "--crs"): "--crs demande une valeur",
    ("load", "a.csv", "--update"): "--update demande un motif",
    ("load", "a.csv", "--reason", "x"): "--reason ne va qu'avec --update",
    ("load", "a.csv", "--update", "--reason", "x", "--as", "zones"): "--as ne va pas avec --update",
    ("review", "3"): "à la fois le numéro de la question et la décision",
    ("review", "3", "keep"): "une décision demande un motif",
    ("review", "x", "keep", "--reason", "r"): "NUMÉRO ne convient pas ; attendu : un nombre entier",
    ("imports", "--limit", "0"): "--limit ne peut pas valoir « 0 » ; attendu : un nombre entier d'au moins 1",
    ("export", "x.csv", "--standard", "cnig", "--crs", "EPSG:2154"): "--crs ne va pas avec --standard",
    ("export", "x.gpkg", "--producer", "CC"): "--producer ne va qu'avec --standard",
    ("export", "x.gpkg", "--as-audience", "planner"): "demande l'organisation",
    ("match", "no-such.json"): "CAHIER.json ne peut pas valoir « no-such.json » ; attendu : un fichier qui existe",
    ("match", "sample_need.json", "trop"): "« trop » est de trop",
    ("nope",): "« nope » n'est pas une commande",
    ("load", "--lang", "de"): "les langues sont fr et en",
    ("key", "create", "x", "--audience", "roi"): "--audience ne peut pas valoir « roi »",
    ("generate", "land", "--out", "x.geojson"): "il manque --count",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_use_says_what_where_and_an_example(run: Command, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("emprise: ")
    assert WRONG[arguments] in ended.stderr
    assert "ar exemple" in ended.stderr
    assert not re.search(r"Invalid|Error|Usage:|No such|Missing", ended.stderr)


def test_wrong_use_is_told_in_english_too(run: Command) -> None:
    assert "to decide, give both" in run("review", "3", lang="en").stderr
    assert "For example: emprise review 12 follow" in run("review", "3", "--lang", "en").stderr
