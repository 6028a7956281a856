"""Reading postmaster.pid and the process table."""

import os
import subprocess
from pathlib import Path

import pytest

from geo.cluster.postmaster import (
    Postmaster,
    is_alive,
    live_postmaster,
    orphans,
    read_postmaster,
    serves,
)

WHOLE = "4711\n/data\n1700000000\n5432\n/sockets\n\n  123 456\nready   \n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE, Postmaster(4711, Path("/sockets"), "ready")),
        ("-4711\n", Postmaster(4711, None, "")),
        (WHOLE.replace("ready   ", "starting"), Postmaster(4711, Path("/sockets"), "starting")),
        ("", None),
        ("nonsense\n", None),
    ],
)
def test_reading(tmp_path: Path, text: str, expected: Postmaster | None) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert read_postmaster(tmp_path) == expected


def test_no_file_no_server(tmp_path: Path) -> None:
    assert read_postmaster(tmp_path) is None
    assert live_postmaster(tmp_path) is None


def test_a_process_that_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(WHOLE.replace("4711", str(os.getpid())))
    assert live_postmaster(tmp_path) is None


def test_a_server_of_other_data(tmp_path: Path) -> None:
    """Its command line tells which data folder it serves."""
    fake = tmp_path / "postgres"
    fake.symlink_to("/bin/sleep")
    with subprocess.Popen(["bash", "-c", f"exec -a postgres sh -c 'read x' -D {tmp_path}"], stdin=subprocess.PIPE) as p:
        while not serves(p.pid, tmp_path):
            assert p.poll() is None
        assert not serves(p.pid, tmp_path / "other")
        p.communicate(b"\n")


def test_the_dead_are_dead_before_their_parent_looks() -> None:
    process = subprocess.Popen(["true"])
    try:
        while is_alive(process.pid):
            pass
        os.kill(process.pid, 0)
    finally:
        process.wait()


def test_a_program_that_becomes_another_is_alive_all_along() -> None:
    """While it does, its command line is empty for a moment."""
    again = 'test "$1" -gt 0 && exec sh -c "$0" "$0" $(($1 - 1)) || read end'
    with subprocess.Popen(["sh", "-c", again, again, "400"], stdin=subprocess.PIPE) as process:
        command = Path(f"/proc/{process.pid}/cmdline")
        seen = [is_alive(process.pid)]
        while not command.read_bytes().endswith(b"\0000\0"):
            seen.append(is_alive(process.pid))
        process.communicate(b"\n")
    assert all(seen)


def test_without_a_process_table_the_number_has_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.cluster.postmaster.PROC", tmp_path / "no-proc")
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert serves(os.getpid(), tmp_path)
    assert not serves(gone.pid, tmp_path)
    assert is_alive(1)
    assert orphans("any") == []


def test_no_orphans_of_a_cluster_that_never_was() -> None:
    assert orphans("emprise-000000000000") == []
