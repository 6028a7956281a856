"""The command as people run it: a process of its own, its own data folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.cli.session import EMBEDDED
from geo.cluster import Running, open_cluster, stop
from geo.store.upgrade import make_database, upgrade
from tests.cli.forked import Forked
from tests.conftest import GROUND, REPO, SRID, admin_url, made_once

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(data_dir: Path, columns: int = 110) -> dict[str, str]:
    """The environment of a command: French terminal of some width, its own data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMPRISE_", "DATABASE_"))}
    return kept | {"EMPRISE_DATA_DIR": str(data_dir), "COLUMNS": str(columns), "LANG": "C.UTF-8", "NO_COLOR": "1"}


def new_folder() -> Path:
    """An empty data folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="emprise-cli-", dir=GROUND))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    """Where the processes of commands come from."""
    with Forked(REPO) as made:
        yield made


def _empty(folder: Path) -> None:
    """A base at the newest schema."""
    with open_cluster(folder / "data", durable=False) as running:
        address = admin_url(running, EMBEDDED)
        make_database(address)
        upgrade(address, srid=SRID)


@pytest.fixture(scope="session")
def made(cluster: Running) -> Path:
    """A data folder with a base at the newest schema, to be copied."""
    return made_once("command", _empty) / "data"


@pytest.fixture(scope="session")
def made_with_sample(made: Path, forked: Forked) -> Path:
    """The same, the sample in it as `emprise load` leaves it."""

    def load(folder: Path) -> None:
        subprocess.run(["cp", "-a", str(made), str(folder)], check=True)
        with open_cluster(folder / "data", durable=False):
            ended = forked.run(["load", "sample_parcels.geojson"], environment(folder / "data"), timeout=300)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    return made_once("command_with_sample", load) / "data"


@pytest.fixture(scope="module")
def ground(made: Path) -> Path:
    """What the data folder of a module is a copy of; one that wants the sample there says made_with_sample."""
    return made


@pytest.fixture(scope="module")
def data_dir(ground: Path) -> Iterator[Path]:
    """A data folder kept for the module, its server up: a command finds it running. (test_start starts its own.)"""
    folder = new_folder()
    subprocess.run(["cp", "-a", f"{ground}/.", str(folder)], check=True)
    with open_cluster(folder, durable=False):
        yield folder
    stop(folder, even_if_used=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def emprise(data_dir: Path, forked: Forked) -> Command:
    """Run ``emprise`` with arguments; what it wrote and how it ended."""

    def run(
        *arguments: str | Path, code: int = 0, columns: int = 110, lang: str = "C.UTF-8"
    ) -> "subprocess.CompletedProcess[str]":
        ended = forked.run([*map(str, arguments)], environment(data_dir, columns) | {"LANG": lang}, timeout=300)
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended

    return run
