"""Loading cadastral parcels, beside ogr2ogr into the same cluster in the same run.

Run from the checkout: ``.venv/bin/python -m bench.intake [--count 1000000] [--derived 20000] [--no-peer]``

Ours: ``emprise load --as cadastre`` by its library: parsed, carried from EPSG:4326 to EPSG:2154, checked and mended,
identified, digested, staged, compared with the base, merged into the live table with its indexes and triggers, import
recorded. Theirs: ``ogr2ogr -f PostgreSQL`` with PG_USE_COPY=YES, ``-t_srs EPSG:2154``, the same geometry type and a
GiST index. A quarterly version is the same file with 1 % of its rows changed: what it repeats word for word is passed
over (docs/decisions/raw-skip.md). Processor seconds are ours and, apart, the whole server's. Memory is that of all our
processes together, not the server's, ten times a second: resident (RSS) and with shared pages counted once (PSS).
"""

import argparse
import os
import platform
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from bench import cadastre
from geo.cluster import Running, open_cluster
from geo.derive import work
from geo.intake.load import Options, load
from geo.store.database import Database
from geo.store.upgrade import make_database, upgrade

SRID = 2154
CHANGED = 0.01


def main() -> None:
    """Generate the files, load them, tell ratios first."""
    parser = argparse.ArgumentParser(description="Speed of loading, beside ogr2ogr.")
    parser.add_argument("--count", type=int, default=1_000_000, help="cadastral parcels")
    parser.add_argument("--derived", type=int, default=20_000, help="prospects that are loaded and derived")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peer", action="store_true", help="leave ogr2ogr out")
    options = parser.parse_args()
    load_average = os.getloadavg()[0]
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"load average before {load_average:.1f}")
    with _folder() as folder, open_cluster(folder / "cluster") as running:
        _cadastre(running, folder, options.count, options.seed, peer=not options.no_peer)
        _prospects(running, folder, options.derived, options.seed)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.chmod(0o755)
    (folder / "cluster").mkdir(mode=0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cadastre(running: Running, folder: Path, count: int, seed: int, *, peer: bool) -> None:
    first, second = folder / "cadastre.json", folder / "version" / "cadastre.json"
    second.parent.mkdir()
    cadastre.write(first, count, seed)
    cadastre.write(second, count, seed, CHANGED)
    with _database(running, "ours") as database:
        asked = Options(layer="cadastre")
        ours = measured(running, lambda: _loaded(database, first, asked, count))
        again = measured(running, lambda: _loaded(database, second, asked, count))
    theirs = measured(running, lambda: _ogr2ogr(running, first)) if peer and shutil.which("ogr2ogr") else None
    print(f"\n{count:,} cadastral parcels, {first.stat().st_size / 2**20:,.0f} MiB of GeoJSON")
    if theirs is not None:
        print(f"  ours / ogr2ogr: {theirs.seconds / ours.seconds:.2f} times the features/s")
    _tell_share(again, ours)
    _tell("emprise load --as cadastre", ours, count)
    _tell("the same, 1 % changed", again, count)
    if theirs is not None:
        _tell("ogr2ogr -f PostgreSQL, COPY", theirs, count)


def _prospects(running: Running, folder: Path, count: int, seed: int) -> None:
    if not count:
        return
    first, second = folder / "prospects.json", folder / "version" / "prospects.json"
    cadastre.write(first, count, seed)
    cadastre.write(second, count, seed, CHANGED)
    asked = Options(layer="parcels", visibility="public")

    def run(database: Database, path: Path) -> None:
        _loaded(database, path, asked, count)
        work.derive(database, as_of=date(2026, 11, 22))

    with _database(running, "prospects") as database:
        ours = measured(running, lambda: run(database, first))
        again = measured(running, lambda: run(database, second))
    print(f"\n{count:,} prospects, derivation included")
    _tell_share(again, ours)
    _tell("emprise load --as parcels, derived", ours, count)
    _tell("the same, 1 % changed", again, count)


def _loaded(database: Database, path: Path, options: Options, count: int) -> None:
    report = load(database, path, options, srid=SRID)
    if not report.written or report.read != count or report.rejected:
        raise SystemExit(f"not loaded as it should be: {report.to_json()}")


@contextmanager
def _database(running: Running, name: str) -> Iterator[Database]:
    admin = _address(running, name)
    make_database(admin)
    upgrade(admin, srid=SRID)
    database = Database(admin)
    try:
        yield database
    finally:
        database.close()


def _address(running: Running, name: str) -> URL:
    query = {"host": str(running.socket_dir), "port": str(running.port)}
    return URL.create("postgresql+psycopg", username=running.superuser, database=name, query=query)


def _ogr2ogr(running: Running, path: Path) -> None:
    make_database(_address(running, "peer"))
    engine = create_engine(_address(running, "peer"))
    with engine.begin() as connection:
        connection.execute(text("create extension if not exists postgis"))
    engine.dispose()
    where = f"PG:dbname=peer host={running.socket_dir} port={running.port} user={running.superuser}"
    command = ["ogr2ogr", "-f", "PostgreSQL", where, str(path), "-nln", "parcel", "-nlt", "MULTIPOLYGON"]
    command += ["-s_srs", "EPSG:4326", "-t_srs", f"EPSG:{SRID}", "-lco", "SPATIAL_INDEX=GIST", "-gt", "65536"]
    command += ["--config", "PG_USE_COPY", "YES"]
    subprocess.run(command, check=True, capture_output=True)


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds by the clock, processor seconds of our processes and of the server, our memory at its highest in MiB."""

    seconds: float
    cpu: float
    server: float
    rss: float
    pss: float


def measured(running: Running, run: Callable[[], None]) -> Measure:
    """Run it, watching this process, its children, and the server."""
    over, peak = threading.Event(), [0.0, 0.0]

    def watch() -> None:
        while not over.wait(0.1):
            for place, value in enumerate(_memory()):
                peak[place] = max(peak[place], value)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    begun, spent, served = time.perf_counter(), _cpu(), _server_cpu(running)
    run()
    ended = time.perf_counter() - begun
    over.set()
    thread.join()
    return Measure(ended, _cpu() - spent, _server_cpu(running) - served, *peak)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _server_cpu(running: Running) -> float:
    """Processor seconds of the server's processes, of those that ended as well."""
    ticks = sum(_ticks(running.pid))
    ticks += sum(sum(_ticks(child)[:2]) for child in _children(running.pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int) -> list[int]:
    """User and system time of a process, then of its children that ended; in ticks."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return [0, 0, 0, 0]
    return [int(value) for value in stat.rpartition(")")[2].split()[11:15]]


def _memory() -> tuple[float, float]:
    """RSS and PSS of this process and its children, the server's left out, in MiB."""
    rss = pss = 0
    for process in [os.getpid(), *_children()]:
        try:
            if Path(f"/proc/{process}/comm").read_text().strip() == "postgres":
                continue
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                rss += int(line.split()[1]) if line.startswith("Rss:") else 0
                pss += int(line.split()[1]) if line.startswith("Pss:") else 0
        except OSError:
            continue
    return rss / 1024, pss / 1024


def _children(process: int | str = "self") -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _tell_share(again: Measure, first: Measure) -> None:
    shares = again.seconds / first.seconds, (again.cpu + again.server) / (first.cpu + first.server)
    time_share, processor_share = (f"{100 * share:.1f} %" for share in shares)
    print(f"  a version with 1 % changed / the first load: {time_share} of the time, {processor_share} of processors")


def _tell(name: str, one: Measure, count: int) -> None:
    print(f"  {name:36} {one.seconds:7.1f} s {count / one.seconds:9,.0f}/s, ", end="")
    print(f"processors {one.cpu:.1f} s ours + {one.server:.1f} s the server's, ", end="")
    print(f"{one.rss:.0f} MiB RSS ({one.pss:.0f} PSS)")


if __name__ == "__main__":
    main()
