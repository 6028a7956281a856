"""The page of /app/ in headless Chromium, on loopback, against the real service with a million parcels.

Run from the checkout: ``.venv/bin/python -m bench.page [--folder FOLDER] [--rounds 5]``, or
``EMPRISE_BENCH_PAGE=FOLDER .venv/bin/python -m bench page``, which writes it down. A folder that has the base is used
again; making one takes half an hour (bench/page_base.py, on bench/match_base.py).

``emprise serve`` with one process, its worker beside it, in an environment of its own; a reader without an account, a
window of 1280 x 800, no basemap, WebGL drawn by the processor. Times are taken in the page, from what the reader does
to what the reader sees, the waits of the page before it asks among them. The peer of each is the same requests bare, by
a client that shows nothing, as many at once as browsers open. They come second, when the service has kept counts: the
ratio is the most that the browser and the page add.
"""

import argparse
import math
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser

from bench.fit import machine
from bench.page_base import PARCELS, described
from bench.page_reader import Reader, Seen, chromium
from bench.page_service import bare, emprise, first_count, some_land

KEPT = os.environ.get("EMPRISE_BENCH_PAGE")
SURFACES = ("3", "4,5", "6", "8", "12", "2", "5", "7", "9", "10")
CHOICES = ("autorisée", "sous conditions", "interdite", "inconnue")
LENGTHS = ("80", "95", "110", "120", "140", "150", "160", "75", "130", "65")
LANDS = ("2", "3", "4", "5", "1,5", "6", "2,5", "1", "3,5", "8")


class Kind(NamedTuple):
    """What is measured, and the most milliseconds its median may take."""

    name: str
    most: float


OPENED_LIST, OPENED_MAP = Kind("opened: the list", 2_500), Kind("opened: the map as well", 2_500)
TILE, VIEW = Kind("a new tile", 500), Kind("a view drawn after a move", 2_500)
FILTER, NEED = Kind("a filter changed: the count", 300), Kind("a need changed: the count", 300)


def main() -> None:
    """Measure, ratios first."""
    asked = argparse.ArgumentParser(description="The page with a million parcels.")
    asked.add_argument("--folder", type=Path, default=KEPT, help="of the base, used again when it is there")
    asked.add_argument("--rounds", type=int, default=5, help="times that the page is opened")
    given = asked.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    try:
        with described(folder) as base, emprise(base, folder) as home, chromium() as browser:
            print(f"{machine()}\nChromium {browser.version}, {PARCELS:,} parcels, {given.rounds} openings\n")
            _tell(home, _measured(browser, home, given.rounds))
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(browser: Browser, home: str, rounds: int) -> dict[Kind, list[Seen]]:
    """Everything once before it counts: the service's first answers of a day, what PostgreSQL reads from its disk."""
    first_count(home)
    found: dict[Kind, list[Seen]] = {kind: [] for kind in (OPENED_LIST, OPENED_MAP, TILE, VIEW, FILTER, NEED)}
    for count in (None, *range(rounds)):
        with Reader(browser, home) as reader:
            opened = reader.open()
            if count is not None:
                found[OPENED_LIST].append(opened[0])
                found[OPENED_MAP].append(opened[1])
    for lon, lat in some_land(home):
        with Reader(browser, home) as reader:
            moves = reader.moves(lon, lat)
        found[VIEW] += moves.views
        found[TILE] += moves.tiles
    with Reader(browser, home) as reader:
        reader.open()
        found[FILTER] = [reader.types("Surface", "Au moins (ha)", value) for value in SURFACES]
        found[FILTER] += [reader.ticks("Urbanisme", value) for value in CHOICES]
    with Reader(browser, home) as reader:
        reader.describe()
        found[NEED] = [reader.need("Longueur", value) for value in LENGTHS]
        found[NEED] += [reader.need("Surface de terrain, au moins", value) for value in LANDS]
    return found


def _tell(home: str, found: dict[Kind, list[Seen]]) -> None:
    peers = {kind: [bare(home, seen.requests) for seen in all_seen] for kind, all_seen in found.items()}
    for kind, all_seen in found.items():
        taken, plain = median(one.ms for one in all_seen), median(ms for ms, _ in peers[kind])
        missed = "" if taken <= kind.most else ", MISSED"
        ratio = f"{taken / plain:.1f} times the requests bare"
        print(f"{kind.name}: {ratio}; p50 {taken:.0f} ms, at most {kind.most:.0f}{missed}")
    for kind, all_seen in found.items():
        print(f"\n{kind.name}, {len(all_seen)} times")
        print(f"  in the browser  {_spread([one.ms for one in all_seen])}")
        print(f"  bare            {_spread([ms for ms, _ in peers[kind]])}")
        requests, size = median(len(one.requests) for one in all_seen), median(size for _, size in peers[kind])
        print(f"  requests        {requests:.0f}, {size / 1000:.1f} kB")


def _spread(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return (
        f"p50 {median(ordered):6.0f}  p90 {ordered[math.ceil(0.9 * len(ordered)) - 1]:6.0f}  most {ordered[-1]:6.0f} ms"
    )


if __name__ == "__main__":
    main()
