"""Mixed reads with edits for some minutes: the last minute is to be as quick as the first, and nothing fails.

Run from the checkout: ``.venv/bin/python -m bench.serving_load [--minutes 10] [--count 1000000] [--keep FOLDER]``,
or ``EMPRISE_BENCH_BASE=FOLDER .venv/bin/python -m bench serving_load``, which writes it down.

Eight connections read pages, boxes, features and tiles of all zooms as the public. Meanwhile another process edits a
parcel twice a second, as the worker of another machine would: its tiles are made again, its rows are vacuumed.
"""

import argparse
import os
import platform
import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from bench.load_client import Outcome, asked
from bench.servers import CONNECTIONS, ours
from bench.serving import works
from bench.serving_base import KEPT, address, served_base
from bench.serving_peer import prepare
from geo.cluster import Running
from geo.store.database import Database, Role

PAUSE_S = 0.5
A_MINUTE_S = 60.0
EDIT = text("update core.parcel set name = 'Lot ' || version where id = :id")
EDIT_SERVED = text("update core.parcel_served set doc = doc || ' ' where parcel = :id")


def main() -> None:
    """Minute by minute; the ratio first of the last to the first."""
    parser = argparse.ArgumentParser(description="Mixed reads with edits.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--count", type=int, default=1_000_000, help="parcels")
    parser.add_argument("--keep", type=Path, default=KEPT, help="folder of the base, used again when it is there")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"load average before {os.getloadavg()[0]:.1f}")
    try:
        with served_base(folder, options.count) as running, ours(running, folder / "ours.log") as server:
            about = prepare(running)
            paths = [
                path for several in zip(*(_round(work.ours) for work in works(about)), strict=True) for path in several
            ]
            asked(server.port, paths, connections=CONNECTIONS, seconds=A_MINUTE_S / 4)
            span = min(A_MINUTE_S, options.minutes * 60 / 4)
            with _edits(running, [one[0] for one in about]) as edits:
                minutes = [
                    asked(server.port, paths, connections=CONNECTIONS, seconds=span)
                    for _ in range(round(options.minutes * 60 / span))
                ]
            _tell(minutes, span, edits)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _round(paths: list[str]) -> list[str]:
    """As many addresses of each kind."""
    return [paths[number % len(paths)] for number in range(100)]


@contextmanager
def _edits(running: Running, parcels: list[int]) -> Iterator[list[int]]:
    """Edit one parcel after another until the block ends; the numbers of those edited.

    Raises:
        whatever ended the edits before.
    """
    over, done = threading.Event(), list[int]()
    database = Database(address(running), pool_size=1)

    def work() -> None:
        while not over.wait(PAUSE_S):
            number = parcels[len(done) % len(parcels)]
            with database.connection(Role.WORKER) as connection:
                connection.execute(EDIT, {"id": number})
                connection.execute(EDIT_SERVED, {"id": number})
            done.append(number)

    with ThreadPoolExecutor(1) as threads:
        edits = threads.submit(work)
        try:
            yield done
        finally:
            over.set()
            edits.result()
            database.close()


def _tell(minutes: list[Outcome], span: float, edits: list[int]) -> None:
    first, last = minutes[0], minutes[-1]
    errors = sum(one.errors for one in minutes)
    ratio = last.time(0.99) / first.time(0.99)
    print(
        f"p99 of the last {span:.0f} s / of the first: {ratio:.2f} (at most 1.5); {errors} errors; {len(edits)} edits"
    )
    for number, one in enumerate(minutes, 1):
        print(
            f"  {number:3}  {one.a_second:7.1f}/s, p50 {one.time(0.5):.1f} p99 {one.time(0.99):.1f} ms, "
            f"{one.errors} errors"
        )


if __name__ == "__main__":
    main()
