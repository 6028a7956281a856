"""Which server is taken of those on the machine, and what is said when none will do."""

import subprocess
import sys
from pathlib import Path

import pytest

from geo.cluster import ClusterError, find_binaries
from geo.cluster import __main__ as command
from geo.cluster.binaries import Binaries, all_binaries, choose
from tests.cluster.conftest import REPOSITORY

OLD = Binaries(Path("/old/bin"), "13.4", has_postgis=True)
BARE = Binaries(Path("/bare/bin"), "18.1", has_postgis=False)
FIFTEEN = Binaries(Path("/fifteen/bin"), "15.9", has_postgis=True)
FIFTEEN_LATER = Binaries(Path("/fifteen-later/bin"), "15.18", has_postgis=True)
SEVENTEEN = Binaries(Path("/seventeen/bin"), "17.2", has_postgis=True)


def test_this_machine_has_one() -> None:
    found = find_binaries()
    assert found in all_binaries()
    version = subprocess.run([found.program("postgres"), "--version"], capture_output=True, text=True, check=True)
    assert found.version in version.stdout


def test_the_newest_with_postgis_is_taken() -> None:
    assert choose([OLD, FIFTEEN, SEVENTEEN, BARE]) is SEVENTEEN
    assert choose([FIFTEEN, FIFTEEN_LATER]) is FIFTEEN_LATER


def test_the_version_that_made_the_data_is_taken() -> None:
    assert choose([FIFTEEN, SEVENTEEN], major=15) is FIFTEEN


@pytest.mark.parametrize(
    ("found", "major", "says"),
    [
        ([], None, "PostgreSQL 15 or newer with PostGIS is not on this machine: run make setup as root"),
        ([OLD], None, r"not on this machine \(/old/bin has 13.4\)"),
        ([BARE], None, "PostgreSQL 18.1 is in /bare/bin without PostGIS.*postgresql-18-postgis-3"),
        ([BARE, SEVENTEEN], 18, "PostgreSQL 18.1 is in /bare/bin without PostGIS.*postgresql-18-postgis-3"),
        ([SEVENTEEN], 15, "made by PostgreSQL 15, and this machine has 17.2: install PostgreSQL 15"),
        ([], 15, "made by PostgreSQL 15, and this machine has none that will do"),
        ([OLD], 13, "made by PostgreSQL 13"),
    ],
)
def test_what_is_missing_is_said(found: list[Binaries], major: int | None, says: str) -> None:
    with pytest.raises(ClusterError, match=says) as problem:
        choose(found, major)
    assert "\n" not in str(problem.value)


def test_a_server_is_found_by_path_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _server(tmp_path / "bin", "postgres (PostgreSQL) 16.3 (Custom)")
    share = tmp_path / "share" / "postgresql" / "extension"
    share.mkdir(parents=True)
    (share / "postgis.control").touch()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    assert Binaries(folder, "16.3", has_postgis=True) in all_binaries()


def test_what_only_looks_like_a_server_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _server(tmp_path / "bin", "I am something else")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    assert folder not in {server.bin_dir for server in all_binaries()}
    (folder / "initdb").unlink()
    assert folder not in {server.bin_dir for server in all_binaries()}


def test_the_command_prints_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main() == 0
    assert capsys.readouterr().out == f"{find_binaries().bin_dir}\n"


def test_the_command_says_why_not(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.cluster.binaries.VERSIONED_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    assert command.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "is not on this machine" in said.err


def test_the_command_needs_nothing_but_python() -> None:
    """The set-up asks it before anything is installed."""
    isolated = [sys.executable, "-S", "-m", "geo.cluster"]
    answer = subprocess.run(isolated, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")


def _server(folder: Path, version: str) -> Path:
    folder.mkdir()
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{version}'\n")
        (folder / name).chmod(0o755)
    return folder.resolve()
