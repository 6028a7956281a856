"""Everything at once over HTTP, in each format: how fast, how much memory, and how others are served meanwhile.

Run from the checkout: ``.venv/bin/python -m bench.export [--count 1000000] [--only csv] [--keep FOLDER]``, or
``EMPRISE_BENCH_BASE=FOLDER .venv/bin/python -m bench export``, which writes it down.

One worker serves the public parcels of the base of ``bench.serving``. A download is read as fast as it comes and
thrown away; all the while another client asks for a page of ten parcels, again and again. Memory is what the
processes hold by themselves (private pages), at its highest, above what it was before.
"""

import argparse
import http.client
import os
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.intake import _children, _server_cpu
from bench.servers import Server, ours
from bench.serving import _process_cpu
from bench.serving_base import KEPT, served_base
from geo.cluster import Running

ITEMS = "/collections/parcels/items"
FORMATS = ("geojsonseq", "csv", "fgb", "gpkg", "parquet", "xlsx")
SMALL = f"{ITEMS}?limit=10"
MB = 1_000_000
PAUSE_S = 0.02
"""Between two looks at the memory, and between two requests of the other client."""


@dataclass(slots=True)
class Watched:
    """Highest private memory of the service and of the processes it began (bytes), and waits of the other client."""

    service: int = 0
    child: int = 0
    waits: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Download:
    """What a download took: seconds to the first byte and to the last, and its bytes."""

    first: float
    last: float
    size: int


def main() -> None:
    """Prepare, download in each format, tell."""
    parser = argparse.ArgumentParser(description="Whole collections over HTTP.")
    parser.add_argument("--count", type=int, default=1_000_000, help="parcels")
    parser.add_argument("--only", help="one format")
    parser.add_argument("--keep", type=Path, default=KEPT, help="folder of the base, used again when it is there")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"load average before {os.getloadavg()[0]:.1f}")
    try:
        with served_base(folder, options.count) as running, ours(running, folder / "export.log") as server:
            print(f"{options.count:,} parcels, nine in ten public; one worker\n")
            download(server, f"{ITEMS}?f=csv&limit=1000")  # connections are made, modules loaded
            for one in (options.only,) if options.only else FORMATS:
                _tell(running, server, one)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _tell(running: Running, server: Server, one: str) -> None:
    alone = Watched()
    with watching(server, alone):
        time.sleep(2)
    before = private(server.process)
    during, spent = Watched(), _cpu(running, server)
    with watching(server, during):
        told = download(server, f"{ITEMS}?f={one}")
    spent = _cpu(running, server) - spent
    speed = told.size / MB / told.last
    print(
        f"{one}: {speed:.0f} MB/s; {told.size / MB:.0f} MB in {told.last:.1f} s, first byte after {told.first:.1f} s;",
        end="",
    )
    print(f" {spent:.1f} s of processor, {told.size / MB / spent:.0f} MB each")
    print(f"    memory: service +{max(0, during.service - before) / MB:.0f} MB", end="")
    print(f", writing process {during.child / MB:.0f} MB" if during.child else "")
    print(f"    another client meanwhile: p50 {_at(during, 0.5):.0f} p99 {_at(during, 0.99):.0f} ms ", end="")
    print(f"(alone p50 {_at(alone, 0.5):.0f} p99 {_at(alone, 0.99):.0f} ms)", flush=True)


def _cpu(running: Running, server: Server) -> float:
    """Seconds of processor of the service with what it began, and of the database."""
    return _process_cpu(server.process) + _server_cpu(running)


def download(server: Server, path: str) -> Download:
    """Read an answer to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(answer.read().decode())
    first, size = time.perf_counter() - began, 0
    while part := answer.read(1 << 20):
        size += len(part)
    return Download(first, time.perf_counter() - began, size)


@contextmanager
def watching(server: Server, watched: Watched) -> Iterator[None]:
    """Look at the memory and ask for a page, each on a thread, until the block ends."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(PAUSE_S):
            watched.service = max(watched.service, private(server.process))
            for child in _children(server.process):
                watched.child = max(watched.child, private(child))

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while not over.wait(PAUSE_S):
            began = time.perf_counter()
            connection.request("GET", SMALL)
            connection.getresponse().read()
            watched.waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=one) for one in (look, ask)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def private(process: int) -> int:
    """Bytes that a process holds by itself; 0 where it is gone."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) * 1024


def _at(watched: Watched, share: float) -> float:
    waits = sorted(watched.waits)
    return waits[min(len(waits) - 1, int(share * len(waits)))] * 1000 if waits else float("nan")


if __name__ == "__main__":
    main()
