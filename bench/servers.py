"""The two services of ``bench.serving``: ours and TiPG, each a process of one worker on the same cluster."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from api import server as service
from api.app import create_app
from api.logs import configure_logs
from api.settings import Settings
from bench.serving_base import NAME, address
from geo.cluster import Running
from geo.store.database import Database

CONNECTIONS = 8
PEER = "tipg==1.6.1"
"""The version the figures of the peer are of; PyPI, in an environment of its own."""
REPO = Path(__file__).resolve().parent.parent
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A service that runs: its port and its process."""

    port: int
    process: int


@contextmanager
def ours(running: Running, log: Path) -> Iterator[Server]:
    """Emprise as ``emprise serve`` runs it, with its log of requests in a file."""
    command = [sys.executable, "-m", "bench.servers", address(running).render_as_string(False)]
    with _served(command, {}, "/livez", log) as server:
        yield server


@contextmanager
def tipg(running: Running, folder: Path, log: Path) -> Iterator[Server]:
    """TiPG on the tables of ``peer``, its catalogue read once (its refresh stops it for seconds)."""
    home = folder / "tipg"
    if not (home / "bin" / "uvicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "-q", PEER, "uvicorn[standard]==0.54.0"], check=True)
    where = f"postgresql://{running.superuser}@{quote(str(running.socket_dir), safe='')}:{running.port}/{NAME}"
    settings = {
        "DATABASE_URL": where,
        "TIPG_DB_SCHEMAS": '["peer"]',
        "TIPG_DB_TABLES": '["peer.parcel"]',
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
        "TIPG_CATALOG_TTL": "100000",
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
        "DB_MIN_CONN_SIZE": str(CONNECTIONS),
        "DB_MAX_CONN_SIZE": str(CONNECTIONS),
    }
    command = [str(home / "bin" / "uvicorn"), "tipg.main:app", "--no-access-log", "--log-level", "error", "--port"]
    with _served(command, settings, "/healthz", log) as server:
        yield server


@contextmanager
def _served(command: list[str], settings: dict[str, str], alive: str, log: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        made = subprocess.Popen(
            [*command, str(port)], cwd=REPO, env={**os.environ, **settings}, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _await(f"http://127.0.0.1:{port}{alive}", made, log)
        yield Server(port, made.pid)
    finally:
        made.terminate()
        made.wait(30)


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(PATIENCE_S * 10):
        try:
            urllib.request.urlopen(url, timeout=5).read()
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{url} does not answer: {log.read_text()[-2000:]}")


def main(url: str, port: int) -> None:
    """Serve the base at ``url``, one worker."""
    settings = Settings().model_copy(update={"port": port, "pool_size": CONNECTIONS})
    configure_logs("info")
    database = Database(make_url(url), pool_size=CONNECTIONS)
    app = create_app(settings, database)
    service.Server(service.server_config(app, settings), app.state.lines).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
