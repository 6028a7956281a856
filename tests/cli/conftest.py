"""The command as people run it: a process of its own, its own data folder."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import REPO

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(data_dir: Path, columns: int = 110) -> dict[str, str]:
    """The environment of a command: French terminal of some width, its own data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMPRISE_", "DATABASE_"))}
    return kept | {"EMPRISE_DATA_DIR": str(data_dir), "COLUMNS": str(columns), "LANG": "C.UTF-8", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder every account may enter, kept for the module."""
    folder = Path(tempfile.mkdtemp(prefix="emprise-cli-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(
        [sys.executable, "-m", "api.cli", "db", "stop", "--force"], cwd=REPO, env=environment(folder), check=False
    )
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def emprise(data_dir: Path) -> Command:
    """Run ``emprise`` with arguments; what it wrote and how it ended."""

    def run(
        *arguments: str | Path, code: int = 0, columns: int = 110, lang: str = "C.UTF-8"
    ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "api.cli", *map(str, arguments)]
        ended = subprocess.run(
            command,
            cwd=REPO,
            env=environment(data_dir, columns) | {"LANG": lang},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended

    return run
