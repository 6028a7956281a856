"""Folders every account may enter, a cluster made once and copied, and processes that hold one open."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import pytest

from geo.cluster import ClusterError, open_cluster, stop
from tests.conftest import GROUND

REPOSITORY = Path(__file__).resolve().parents[2]
HOLD_OPEN = """
import sys
from pathlib import Path
from geo.cluster import open_cluster
with open_cluster(Path(sys.argv[1]), durable=False) as running:
    print(running.pid, flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another process that has the cluster open."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-c", HOLD_OPEN, str(home)]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def opened(self) -> int:
        """Wait until it has the cluster; the server's process id."""
        return int(_pipe(self.process.stdout).readline())

    def leave(self) -> None:
        """Let it go in good order."""
        self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.communicate(timeout=60)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@pytest.fixture(scope="session")
def grounds() -> Iterator[Callable[[], Path]]:
    """Makes short folders, in memory where there is room, that PostgreSQL's account can enter, as pytest's cannot."""
    with ExitStack() as clean:

        def make() -> Path:
            folder = Path(tempfile.mkdtemp(prefix="emprise-", dir=GROUND))
            clean.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.chmod(0o755)
            return folder

        yield make


@pytest.fixture
def ground(grounds: Callable[[], Path]) -> Iterator[Path]:
    """An empty folder; whatever cluster a test leaves running in it is stopped."""
    folder = grounds()
    yield folder
    for cluster in folder.glob("**/postmaster.pid"):
        with suppress(ClusterError):
            stop(cluster.parents[2], even_if_used=True)


@pytest.fixture(scope="session")
def made(grounds: Callable[[], Path]) -> Path:
    """The data folder of a cluster that was opened once and left."""
    home = grounds() / "home"
    with open_cluster(home, durable=False):
        pass
    return home


@pytest.fixture
def home(ground: Path, made: Path) -> Path:
    """A data folder of one's own with a stopped cluster in it, owners and all."""
    subprocess.run(["cp", "-a", str(made), str(ground / "home")], check=True)
    return ground / "home"


@pytest.fixture
def hold() -> Iterator[Callable[[Path], Holder]]:
    """Starts processes that open the cluster of a folder; those still there at the end are killed."""
    holders: list[Holder] = []

    def start(home: Path) -> Holder:
        holders.append(Holder(home))
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.kill()


@pytest.fixture
def as_root() -> None:
    """Only root can take another account."""
    if os.geteuid() != 0:
        pytest.skip("needs root: an ordinary user cannot run anything under another account")
