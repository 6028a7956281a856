"""The service of bench/page.py as ``emprise serve`` runs it, and its requests asked by a client that shows nothing."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import local
from urllib.parse import urlsplit

from sqlalchemy import URL

from bench.page_reader import Asking

REPO = Path(__file__).resolve().parent.parent
PATIENCE_S = 600
PLACES = (0, 300, 600)
CONNECTIONS = 6
"""That a browser opens to one address."""


@contextmanager
def emprise(base: URL, folder: Path) -> Iterator[str]:
    """The address of a service over ``base``, once it has made the day's dates and warmed its kernels."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "DATABASE_URL": base.render_as_string(hide_password=False),
        "EMPRISE_DATA_DIR": str(folder / f"caches-{base.database}"),
        "EMPRISE_PORT": str(urlsplit(home).port),
        "EMPRISE_BASEMAP_URL": "none",
        "EMPRISE_ANONYMOUS_POSTS_PER_MINUTE": "10000",
    }
    command = [sys.executable, "-m", "api.cli", "serve"]
    with (folder / "service.log").open("wb") as log:
        made = subprocess.Popen(command, cwd=REPO, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT)
        try:
            _await(home, made, folder / "service.log")
            yield home
        finally:
            made.terminate()
            made.wait(PATIENCE_S)


def _await(home: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(PATIENCE_S):
        try:
            urllib.request.urlopen(f"{home}/readyz", timeout=5).read()
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None:
                break
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"{home} does not answer: {log.read_text()[-2000:]}")


def first_count(home: str) -> None:
    """The first of a base, for which the service writes the columns that it screens: minutes, once."""
    need = b'{"land_m2": {"min": "1 ha"}}'
    asked = urllib.request.Request(f"{home}/matches/count", need, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=PATIENCE_S).read()


def some_land(home: str) -> list[tuple[float, float]]:
    """Corners of a few parcels."""
    with urllib.request.urlopen(f"{home}/collections/parcels/items?limit=1000", timeout=PATIENCE_S) as answer:
        drawn = [one["geometry"] for one in json.load(answer)["features"] if one["geometry"]]
    corners = [drawn[place]["coordinates"][0][0][0] for place in PLACES]
    return [(float(corner[0]), float(corner[1])) for corner in corners]


def bare(home: str, requests: Sequence[Asking]) -> tuple[float, int]:
    """Milliseconds until all are answered, as many at once as a browser asks; the bytes of the answers as sent."""
    port, kept = urlsplit(home).port, local()

    def ask(one: Asking) -> int:
        if not hasattr(kept, "line"):
            kept.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        address = urlsplit(one.url)
        headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
        path = f"{address.path}?{address.query}" if address.query else address.path
        kept.line.request(one.method, path, one.body, headers)
        return len(kept.line.getresponse().read())

    with ThreadPoolExecutor(CONNECTIONS) as line:
        began = time.perf_counter()
        size = sum(line.map(ask, requests))
        return (time.perf_counter() - began) * 1000, size
