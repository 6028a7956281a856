"""The Makefile and the scripts behind it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = [*sorted((REPOSITORY / "scripts").iterdir()), REPOSITORY / ".ci" / "run"]


def _run(*command: str, cwd: Path = REPOSITORY, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_names_every_target_and_is_the_default() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    told = _run("make", "--no-print-directory", "help").stdout
    assert {line.split()[0] for line in told.splitlines()} == targets
    assert _run("make", "--no-print-directory").stdout == told


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    assert "make .venv" in _run("make", "--no-print-directory", "-C", str(REPOSITORY), "help", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "script", [path for path in SCRIPTS if path.is_file() and path.suffix == ""], ids=lambda path: path.name
)
def test_scripts_are_sound(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    assert _run("bash", "-n", str(script)).stderr == ""


def test_the_set_up_again_does_nothing() -> None:
    stamp = REPOSITORY / ".venv" / ".made-from"
    assert _run("scripts/setup", DATABASE_URL="").returncode == 0
    before = stamp.stat().st_mtime_ns
    again = _run("scripts/setup", DATABASE_URL="")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert stamp.stat().st_mtime_ns == before


def test_python_is_found_or_named_as_missing() -> None:
    found = _run("scripts/find-python").stdout.strip()
    version = _run(found, "-c", "import sys; print(sys.version_info >= (3, 11), sys.prefix == sys.base_prefix)")
    assert version.stdout.split() == ["True", "True"]
    missing = _run("scripts/find-python", PYTHON="/no/such/python")
    assert missing.returncode == 1
    assert "Python 3.11 or newer is not here as /no/such/python: install it" in missing.stderr


def test_a_lock_holds_no_address() -> None:
    for lock in REPOSITORY.glob("requirements-*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"://|--(extra-)?index-url|--find-links", text)


def test_a_wrong_use_says_the_right_one() -> None:
    answer = _run("scripts/make-venv", "--nonsense")
    assert answer.returncode == 2
    assert "use: scripts/make-venv" in answer.stderr


def test_an_environment_that_is_a_link_is_refused_and_what_it_leads_to_is_whole(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/pyvenv.cfg").write_text("another checkout's")
    (tmp_path / "linked").symlink_to(tmp_path / "kept")
    for place in (f"{tmp_path}/linked", f"{tmp_path}/linked/"):
        answer = _run("scripts/make-venv", "--run", place)
        assert answer.returncode == 1
        assert "is a link" in answer.stderr
        assert "remove the link" in answer.stderr
    assert (tmp_path / "kept/pyvenv.cfg").read_text() == "another checkout's"


def test_what_cannot_be_installed_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A machine without a server, where this account may install nothing."""
    (tmp_path / "scripts").symlink_to(REPOSITORY / "scripts")
    for name, text in {"id": "echo 1000", "sudo": "exit 1", "apt-cache": "", "apt-get": "exit 9"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "api" / "cli").mkdir(parents=True)
    (tmp_path / "api" / "cli" / "find_postgresql.py").write_text("raise SystemExit('no server')\n")
    script = (REPOSITORY / "scripts" / "install-system-packages").read_text()
    script = script.replace('cd "$(dirname "$0")/.."', f"cd {tmp_path}").replace("/usr/lib/postgresql", "/nowhere")
    path = f"{tmp_path}:{os.environ['PATH']}"
    answer = _run("bash", "-c", script, PATH=path, DATABASE_URL="")
    assert answer.returncode == 1
    assert re.fullmatch(
        r".*PostgreSQL 15 or newer with PostGIS missing: as root, run .*/scripts/install-system-packages "
        r"\(it installs .*postgresql-15-postgis-3\), then try again.\n",
        answer.stderr,
    )
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch(mode=0o755)
    with_server = _run("bash", "-c", script, PATH=path, DATABASE_URL="postgresql://elsewhere/emprise")
    assert (with_server.returncode, with_server.stderr) == (0, "")


@pytest.mark.slow
def test_the_environment_of_the_image_works_elsewhere(tmp_path: Path) -> None:
    """What the Dockerfile runs, tried without a container: installed, not editable, and run from another folder."""
    made = _run("scripts/make-venv", "--run", str(tmp_path / "venv"), "--only-locked")
    assert made.returncode == 0, made.stderr
    assert _run("scripts/make-venv", "--run", str(tmp_path / "venv")).returncode == 0
    answer = _run(str(tmp_path / "venv" / "bin" / "emprise"), "--help", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    where = "import geo, migrations; print(geo.__file__, migrations.__file__)"
    assert str(REPOSITORY) not in _run(str(tmp_path / "venv" / "bin" / "python"), "-c", where, cwd=tmp_path).stdout
