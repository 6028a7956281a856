"""The set-up is told where PostgreSQL is, or what to install."""

import subprocess
import sys

import pytest

from api.cli import find_postgresql as command
from geo.cluster import find_binaries
from tests.conftest import REPO


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
    isolated = [sys.executable, "-S", "-m", "api.cli.find_postgresql"]
    answer = subprocess.run(isolated, cwd=REPO, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
