"""Commands that start the server: an empty data folder, a server that leaves with its last user, `emprise run`."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.cluster import stop
from tests.cli.conftest import Command, environment, new_folder
from tests.conftest import REPO


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """An empty data folder: whichever command comes first makes the base; each starts the server and puts it away."""
    folder = new_folder()
    yield folder
    stop(folder, even_if_used=True)
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answered(url: str, seconds: float = 60) -> bytes:
    """What a service answers once it is up."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_run_makes_a_base_shows_matches_and_a_link_serves_and_puts_it_away(data_dir: Path, emprise: Command) -> None:
    port = free_port()
    command = [sys.executable, "-u", "-m", "api.cli", "run", "--port", str(port)]
    child = subprocess.Popen(
        command, cwd=REPO, env=environment(data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert json.loads(answered(f"http://127.0.0.1:{port}/livez", seconds=240)) == {"status": "alive"}
        assert json.loads(answered(f"http://127.0.0.1:{port}/readyz"))["status"] == "ready"
        taken = emprise("run", "--port", str(port), code=1).stderr
        assert f"port {port}" in taken
        assert "make run PORT=" in taken
        assert emprise("db", "status").stdout.startswith("en marche")
        assert "sert à une autre commande" in emprise("db", "stop", code=1).stderr
    finally:
        child.terminate()
        told, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert "terrain prêt de 9 ha" in told
    (link,) = [line for line in told.splitlines() if line.startswith(f"http://127.0.0.1:{port}/session/")]
    assert len(link.rsplit("/", 1)[1]) > 40
    assert emprise("db", "status").stdout.startswith("arrêtée")


def test_the_database_stops_with_its_last_user(emprise: Command) -> None:
    assert "révision" in emprise("db", "upgrade").stdout
    assert emprise("db", "status").stdout.startswith("arrêtée")
    assert "n'était pas en marche" in emprise("db", "stop").stdout
