"""The documents are kept true: every command runs, every link leads somewhere, tables are those of the code."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings_table import settings_table
from tests.cli.conftest import Command, data_dir, emprise, environment, forked, made, made_with_sample
from tests.cli.test_start import answered, free_port
from tests.conftest import REPO

__all__ = ["data_dir", "emprise", "forked", "made", "made_with_sample"]

README = (REPO / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*REPO.glob("*.md"), *REPO.glob("docs/**/*.md")])


def blocks(language: str, document: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document, re.DOTALL)


def commands(document: str = README) -> list[str]:
    """Every command line of the shell blocks, without its comment."""
    lines = "\n".join(blocks("sh", document)).replace("\\\n", " ").splitlines()
    return [re.split(r"\s#\s", line)[0].strip() for line in lines if line.strip()]


@pytest.fixture(scope="module")
def ground(made_with_sample: Path) -> Path:
    return made_with_sample


@pytest.fixture(scope="module")
def service(data_dir: Path, emprise: Command) -> Iterator[str]:
    """`emprise run` on a free port, as `make run` starts it."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "run", "--port", str(port)]
    with (data_dir / "run.log").open("w") as log:
        child = subprocess.Popen(command, cwd=REPO, env=environment(data_dir), stdout=log, stderr=log)
    try:
        answered(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPO / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name
        for path in DOCUMENTS
        for line in commands(path.read_text(encoding="utf-8"))
        if line.startswith("make ")
        for name in line.split()[1:]
        if "=" not in name
    }
    assert {"run", "test"} <= named <= targets


def test_the_settings_table_is_that_of_the_code() -> None:
    assert settings_table() in README


def test_the_match_shown_is_the_match_made(emprise: Command) -> None:
    """Word for word, but for what changes with the day: dates, scores that follow them, the digest."""

    def lasting(told: str) -> list[str]:
        told = re.sub(r"\d{2}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2}", "DATE", told)
        told = re.sub(r"\b0,\d\d(-[01],\d\d)?\b", "SCORE", told)
        told = re.sub(r"empreinte \w+", "DIGEST", told)
        return [" ".join(line.split()) for line in told.strip().splitlines()]

    (shown,) = blocks("text")
    made = emprise("match", "sample_need.json", columns=100).stdout
    assert lasting(made) == lasting(shown)


def test_every_emprise_command_of_the_readme_runs(emprise: Command, tmp_path: Path) -> None:
    ran = 0
    for line in commands():
        program, *arguments = shlex.split(line)
        if program != ".venv/bin/emprise":
            continue
        files = [name for name in arguments if "." in name and not (REPO / name).exists()]
        if not files:
            emprise(*arguments)
            ran += 1
    assert ran >= 2


GROUPS = frozenset(
    {"db", "key", "generate", "enquiry", "project", "consult", "mail", "contact", "subscription"}
    | {"commitment", "market", "proposal", "consent", "still-available"}
)
"""Commands of commands."""


def test_options_named_in_the_documents_exist(emprise: Command) -> None:
    """Each `emprise NAME --option` of any document is one the command has."""
    checked = 0
    told: dict[tuple[str, ...], str] = {}
    for path in DOCUMENTS:
        for line in commands(path.read_text(encoding="utf-8")):
            words = line.replace("&&", " ").replace(".venv/bin/emprise", "emprise").split()
            if words[0] != "emprise" or len(words) < 2:
                continue
            command = words[1:3] if words[1] in GROUPS else words[1:2]
            command = words[1:4] if command == ["db", "role"] else command
            if tuple(command) not in told:
                told[tuple(command)] = emprise(*command, "--help").stdout
            helped = told[tuple(command)]
            for option in re.findall(r"--[a-z-]+", line):
                assert option in helped, f"{path.name}: {line}"
                checked += 1
    assert checked >= 4


def test_the_python_of_the_readme_runs(service: str) -> None:
    for code in blocks("python"):
        served = code.replace("http://127.0.0.1:8000", service)
        ended = subprocess.run([sys.executable, "-c", served], capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.strip(), code


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="ogr2ogr is absent: install gdal-bin to try its line")
def test_the_ogr2ogr_of_the_readme_runs(service: str, tmp_path: Path) -> None:
    (line,) = [line for line in commands() if line.startswith("ogr2ogr")]
    served = shlex.split(line.replace("http://127.0.0.1:8000", service))
    subprocess.run(served, cwd=tmp_path, check=True, timeout=120, env={"PATH": os.environ["PATH"]})
    assert (tmp_path / "parcels.gpkg").stat().st_size > 50_000


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_decision_is_in_the_index() -> None:
    folder = REPO / "docs" / "decisions"
    named = re.findall(r"\]\((.+?\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(named) == sorted(page.name for page in folder.glob("*.md") if page.name != "README.md")
