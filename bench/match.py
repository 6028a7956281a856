"""A million parcels screened for two hundred needs, a process each size, warm: ``.venv/bin/python -m bench.match``.

Arguments: ``--shapes`` distinct shapes (default 50,000), ``--folder`` (else EMPRISE_BENCH_MATCH) a base to keep between
runs. Shapes are generated, loaded and derived as any land, profiles two thirds of it; the million is copied from them
by SQL with other markets, prices, powers, audiences and states of readiness: bench/match_base.py. On two cores shared
with seven others (load 9) that took ten and five minutes, and ten more to read the columns once. A kept base keeps its
columns too: they are then opened, as a second process of a machine opens them.

The needs ask for one rectangle each; those "varied in kind" are a second set, measured after it (bench/match_needs.py).
They are those of signed-in companies: the public sees no price, so that a need that names one finds nothing.
"""

import argparse
import os
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import URL, text

from bench.fit import machine
from bench.match_base import AS_OF, filled, shapes_in
from bench.match_needs import NEEDS, varied
from bench.match_needs import needs as needs_of
from bench.match_parts import Found, answer_of, explained, parts, timed
from geo.match.counting import count
from geo.match.deciding import Decided
from geo.match.fit.phases import decide_phases
from geo.match.need.need import Need
from geo.match.relaxing.dates import asked_again
from geo.match.relaxing.relax import Loosening, relaxations
from geo.match.relaxing.trial import Fits
from geo.match.screen.opening import open_screening
from geo.match.search import search
from geo.store.database import Actor, Database, Role

EMPTY, EXPLAINED = 40, 20
RATIOS = ("answer, p50 ms", "answer CPU, p50 ms", "count, p50 ms", "what would open more CPU, p50 ms")
SIZES = (100_000, 1_000_000)
IN_SQL = "select count(*) from candidate where market in ('for_sale', 'for_lease') and surface_m2 >= 20000"


def main() -> None:
    """Measure at both sizes and tell ratios first."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--shapes", type=int, default=50_000)
    asked.add_argument("--folder", type=Path, default=os.environ.get("EMPRISE_BENCH_MATCH"))
    asked.add_argument("--needs", type=int, default=NEEDS)
    asked.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    given = asked.parse_args()
    folder = Path(given.folder) if given.folder else Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    try:
        with shapes_in(folder, given.shapes) as admin:
            found = {size: _alone(filled(admin, size), folder, size, given.needs) for size in given.sizes}
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    _told(found, given.shapes, given.needs)


def _alone(admin: URL, folder: Path, size: int, needs: int) -> Found:
    """Measured in a process of its own: what another size left in memory is not counted."""
    with ProcessPoolExecutor(1, get_context("spawn")) as one:
        return one.submit(_measured, admin, folder, size, needs).result()


def _measured(admin: URL, folder: Path, size: int, needs: int) -> Found:
    caches = folder / f"caches-{size}"
    database = Database(admin, caches=caches)
    known, asked = needs_of(database)
    there = set(caches.rglob("columns-*"))
    begun, _ = timed(partial(count, database, Role.COMPANY, Actor(), known[0], AS_OF))
    found: Found = {f"columns {'opened' if there == set(caches.rglob('columns-*')) else 'made'}, ms": begun}
    found["first match after that, ms"] = timed(partial(answer_of, database, known[1], AS_OF))[0]
    for need in known:
        search(database, Role.COMPANY, Actor(), need, AS_OF)
    found |= _answers(database, asked[:needs])
    found |= parts(database, asked[1:30], AS_OF)
    opening, opening_cpu = _opening(database, asked)
    explaining = explained(database, asked[:EXPLAINED], AS_OF)
    told = {"what would open more": opening, "what would open more CPU": opening_cpu, "one explained": explaining}
    found |= _shares(told, (50, 90))
    found["private MB"] = _private() / 1e6
    found |= _shares(_empty(database, asked), (50, 90)) | _varied(database)
    found["private MB, after these"] = _private() / 1e6
    found["shared MB"] = sum(file.stat().st_size for file in caches.rglob("*") if file.is_file()) / 1e6
    with database.connection(Role.PUBLIC) as connection:
        times = [timed(lambda: connection.execute(text(IN_SQL)).scalar_one())[0] for _ in range(3)]
    found["SQL, market and surface alone, ms"] = min(times)
    database.close()
    return found


def _answers(database: Database, asked: list[Need]) -> Found:
    """Each need asked once, then counted, as a page does while it is typed."""
    rows = []
    for number, need in enumerate(asked):
        kept: list[dict[str, Any]] = []
        wall, cpu = timed(partial(_ask, database, need, kept))
        counted, _ = timed(partial(count, database, Role.COMPANY, Actor(), need, AS_OF))
        rows.append((wall, cpu, counted, number % 5 == 0, len(kept[0]["matches"]) == need.limit))
    walls, cpus, counted_ms, unseen, full = np.array(rows, np.float64).T
    seen_full = (full == 1) & (unseen == 0)
    told = {
        "answer": walls,
        "answer CPU": cpus,
        "answer, full page, class seen": walls[seen_full],
        "answer CPU, full page, class seen": cpus[seen_full],
        "answer, full page, class unseen": walls[(full == 1) & (unseen == 1)],
        "answer, page not full": walls[full == 0],
        "count": counted_ms,
    }
    return {"full pages, %": 100 * float(full.mean()), **_shares(told)}


def _empty(database: Database, asked: list[Need]) -> dict[str, list[float]]:
    """The same needs answered whole: what would open more, what one change lets in, what may be put together."""
    rows = [timed(partial(answer_of, database, _poor(need), AS_OF)) for need in asked[:EMPTY]]
    return {"empty answer, whole": [wall for wall, _ in rows], "empty answer, whole, CPU": [cpu for _, cpu in rows]}


def _poor(need: Need) -> Need:
    """The need at a price that nobody asks for land."""
    return need.model_copy(update={"price_max_eur_m2": 2.0})


def _varied(database: Database) -> Found:
    """Needs varied in kind, each asked once: all of them, and the median of each kind."""
    kinds: dict[str, list[float]] = {}
    for kind, need in varied(database):
        kinds.setdefault(kind, []).append(timed(partial(answer_of, database, need, AS_OF))[0])
    every = {"varied in kind": [one for walls in kinds.values() for one in walls]}
    return _shares(every) | _shares({f"varied in kind, {kind}": walls for kind, walls in kinds.items()}, (50,))


def _ask(database: Database, need: Need, kept: list[dict[str, Any]]) -> None:
    kept.append(answer_of(database, need, AS_OF))


def _shares(told: dict[str, Any], shares: tuple[int, ...] = (50, 90, 99)) -> Found:
    """Percentiles of each, where there is any."""
    return {
        f"{name}, p{share} ms": float(np.percentile(values, share))
        for name, values in told.items()
        if len(values)
        for share in shares
    }


def _opening(database: Database, asked: list[Need]) -> tuple[list[float], list[float]]:
    """Milliseconds, and those of the processor, for the relaxations alone of needs whose price nobody asks for land.

    They begin where the answer has decided the fits it shows.
    """
    walls, spent = [], []
    for need in asked[:EMPTY]:
        poor = _poor(need)
        opened = open_screening(database, Role.COMPANY, Actor(), poor, AS_OF)
        dates = asked_again(database, Role.COMPANY, Actor(), opened.reading.catalogue, opened.reading.dates, AS_OF)
        fits = Fits.of(poor, decide_phases)
        Decided.of(opened.screening, fits)
        begun, cpu = time.perf_counter(), time.process_time()
        relaxations(Loosening(opened.screening, fits, opened.again, dates, AS_OF))
        walls.append((time.perf_counter() - begun) * 1e3)
        spent.append((time.process_time() - cpu) * 1e3)
    return walls, spent


def _private() -> int:
    """Bytes of memory of this process alone; pages of files that nobody else maps just now are not."""
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Private_Dirty"))


def _told(found: dict[int, Found], shapes: int, needs: int) -> None:
    sizes = sorted(found)
    small, large = found[sizes[0]], found[sizes[-1]]
    print(machine())
    print(f"{needs} needs, one in five of an unseen class, pages of 20, a company's land (nine in ten)")
    print(f"what would open more: the relaxations alone of {EMPTY} of them that find nothing; empty answer: all of it")
    print("varied in kind: a set of its own, after the others")
    print(f"{shapes:,} distinct shapes, copied with their profiles")
    for name in RATIOS:
        print(f"  {name}: {sizes[-1]:,} parcels take {large[name] / small[name]:.1f} times what {sizes[0]:,} take")
    peer = "SQL, market and surface alone, ms"
    print(f"  {peer}: {large[peer] / large['count, p50 ms']:.1f} times what the whole count takes")
    for size in sizes:
        print(f"\n{size:,} parcels")
        for name, value in found[size].items():
            print(f"  {name:48}{value:12.1f}")


if __name__ == "__main__":
    main()
