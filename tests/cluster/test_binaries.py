"""Which server is taken of those on the machine, and what is said when none will do."""

import subprocess
from pathlib import Path

import pytest

from geo.cluster import ClusterError, find_binaries
from geo.cluster.binaries import Binaries, all_binaries, choose

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
    ("found", "major", "code", "params"),
    [
        ([], None, "no_server", {"oldest": 15}),
        ([OLD], None, "too_old", {"oldest": 15, "folder": OLD.bin_dir, "version": "13.4"}),
        ([BARE], None, "no_postgis", {"version": "18.1", "folder": BARE.bin_dir, "major": 18}),
        ([BARE, SEVENTEEN], 18, "no_postgis", {"version": "18.1", "folder": BARE.bin_dir, "major": 18}),
        ([SEVENTEEN], 15, "made_by_other", {"major": 15, "here": "17.2"}),
        ([], 15, "made_by_none_here", {"major": 15}),
        ([OLD], 13, "made_by_none_here", {"major": 13}),
    ],
)
def test_what_is_missing_is_said(
    found: list[Binaries], major: int | None, code: str, params: dict[str, object]
) -> None:
    with pytest.raises(ClusterError) as problem:
        choose(found, major)
    assert (problem.value.code, problem.value.params) == (code, params)


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


def _server(folder: Path, version: str) -> Path:
    folder.mkdir()
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{version}'\n")
        (folder / name).chmod(0o755)
    return folder.resolve()
