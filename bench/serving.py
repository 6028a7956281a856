"""The public's reads, beside TiPG on the same base in the same run, and beside the floor: finished rows by pgbench.

Run from the checkout: ``.venv/bin/python -m bench.serving [--count 1000000] [--seconds 8] [--keep FOLDER]``, or
``EMPRISE_BENCH_BASE=FOLDER .venv/bin/python -m bench serving``, which writes it down.

Ours is the whole service: who may see what, links, counts, tags, log. One parcel in ten is not public; TiPG has the
public ones as a plain table with its indexes, in an environment of its own, its catalogue refresh off. The floor is
what PostgreSQL alone takes to hand over the same rows, their text or outlines finished beforehand. Eight connections,
one worker each. First one answer of each is compared:
what differs beyond what is known ends the run (``bench.serving_same``).
"""

import argparse
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.intake import _children, _server_cpu, _ticks
from bench.load_client import asked
from bench.servers import CONNECTIONS, Server, ours, tipg
from bench.serving_base import KEPT, NAME, served_base
from bench.serving_peer import prepare
from bench.serving_same import compare
from geo.cluster import Running
from geo.store.tiles.tiles import FIELDS

Asked = Sequence[tuple[int, float, float, int, int]]
OURS, PEER = "/collections/parcels", "/collections/peer.parcel"
DOCS = "select coalesce(string_agg(doc, ','), '') from ({}) s"  # as text: pgbench has bytes written as hexadecimal
FIRST = DOCS.format("""select doc from peer.finished where id = any(array(select id from (
    select f.id from {} offset 0) h order by id limit 100)) order by id""")
TILE = """with q as (select st_tileenvelope({zoom}, col >> {less}, row >> {less}) as e,
    st_tileenvelope({zoom}, col >> {less}, row >> {less}, margin => 64.0 / 4096) as b from peer.asked where n = :n)
    select st_asmvt(t, 'parcels', 4096, 'g', 'id')
    from (select p.id, {fields}, st_asmvtgeom(geom_3857, e, 4096, 64, true) g
          from q, peer.finished p where geom_3857 && b) t"""
FIELD_NAMES = ", ".join(name for name in FIELDS if name != "id")


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of request: its addresses at ours and at the peer, the floor's statement, the ratios to reach."""

    name: str
    ours: list[str]
    theirs: list[str]
    floor: str
    times: float
    of_floor: float | None = None


def works(asked_about: Asked) -> list[Work]:
    """Every kind, about the same parcels."""
    some = asked_about[:500]
    boxes = [f"bbox={x - 0.04:.5f},{y - 0.03:.5f},{x + 0.04:.5f},{y + 0.03:.5f}&limit=100" for _, x, y, _, _ in some]
    zones = ("UX", "UI", "AUx", "UE")
    filters = [
        "filter=" + quote(f"zone_label = '{zones[n % 4]}' AND surface_m2 > {30_000 + 200 * n}") + "&limit=100"
        for n, _ in enumerate(some)
    ]
    # in the order of ids, as both answer; the ids first, by their index: planned at once it reads every text it sorts
    box = FIRST.format(
        """peer.finished f, (select st_makeenvelope(x - 0.04, y - 0.03, x + 0.04, y + 0.03, 4326) as box,
        st_makeenvelope(x - 0.0399, y - 0.0299, x + 0.0399, y + 0.0299, 4326) as inner_box
        from peer.asked where n = :n offset 0) a where geom_4326 && box
        and case when geom_4326 @ inner_box then true else st_intersects(geom_4326, box) end"""
    )
    zone = FIRST.format(
        """peer.finished f where zone_label = (array['UX', 'UI', 'AUx', 'UE'])[1 + (:n - 1) % 4]
        and surface_m2 > 30000 + 200 * (:n - 1)"""
    )
    row = DOCS.format("select doc from peer.finished where id = (select id from peer.asked where n = :n)")
    found = [
        Work("bbox, 100", *_both([f"/items?{one}" for one in boxes]), box, 20, 5),
        Work("filter, 100", *_both([f"/items?{one}" for one in filters]), zone, 15, 4),
        Work("page of 1,000", *_both(["/items?limit=1000"]), DOCS.format(
            "select doc from peer.finished order by id limit 1000"), 30, 2),
        Work("item", *_both([f"/items/{one[0]}" for one in some]), row, 4),
    ]  # fmt: skip
    for zoom, times, how_many in ((14, 4, 500), (12, 10, 50), (10, 10, 20), (8, 10, 8)):
        less = 14 - zoom
        tiles = list(dict.fromkeys((col >> less, row >> less) for _, _, _, col, row in some))[:how_many]
        here = [f"{OURS}/tiles/WebMercatorQuad/{zoom}/{row}/{col}" for col, row in tiles]
        there = [f"{PEER}/tiles/WebMercatorQuad/{zoom}/{col}/{row}" for col, row in tiles]
        floor = TILE.format(zoom=zoom, less=less, fields=FIELD_NAMES)
        found.append(Work(f"tile z{zoom}", here, there, floor, times, 2))
    return found


def _both(tails: list[str]) -> tuple[list[str], list[str]]:
    return [OURS + tail for tail in tails], [PEER + tail for tail in tails]


def main() -> None:
    """Prepare, compare, ask; ratios first."""
    parser = argparse.ArgumentParser(description="Requests a second, beside TiPG and the floor.")
    parser.add_argument("--count", type=int, default=1_000_000, help="parcels")
    parser.add_argument("--seconds", type=float, default=8, help="each kind, each service")
    parser.add_argument("--only", help="kinds whose name begins so")
    parser.add_argument("--keep", type=Path, default=KEPT, help="folder of the base, used again when it is there")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="emprise-bench-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"load average before {os.getloadavg()[0]:.1f}")
    try:
        with served_base(folder, options.count) as running:
            about = prepare(running)
            with ours(running, folder / "ours.log") as here, tipg(running, folder, folder / "tipg.log") as there:
                kinds = [work for work in works(about) if work.name.startswith(options.only or "")]
                print(f"{options.count:,} parcels, one in ten not public; {CONNECTIONS} connections, one worker\n")
                compare(here, there, [(work.name, work.ours[0], work.theirs[0]) for work in works(about)])
                for work in kinds:
                    _tell(running, here, there, work, options.seconds)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _tell(running: Running, here: Server, there: Server, work: Work, seconds: float) -> None:
    mine = _measured(running, here, work.ours, seconds)
    theirs = _measured(running, there, work.theirs, seconds)
    floor = _floor(running, work.floor, seconds)
    times, share = mine["a_second"] / theirs["a_second"], mine["cpu"] / floor["cpu"]
    wanted = "" if work.of_floor is None else f" (at most {work.of_floor:g})"
    print(f"{work.name}: {times:.1f} times TiPG's requests/s (at least {work.times:g}); ", end="")
    print(f"{theirs['cpu'] / mine['cpu']:.1f} times less CPU; CPU {share:.1f} times the floor's{wanted}")
    for name, told in (("ours", mine), ("TiPG", theirs)):
        print(f"    {name:6}{told['a_second']:9.1f}/s, p50 {told['p50']:.1f} p99 {told['p99']:.1f} ms, ", end="")
        print(f"CPU {told['own']:.2f} + {told['base']:.2f} ms, {told['kB']:.1f} kB, {told['errors']} errors; ", end="")
        print(f"client {told['client']:.2f} ms")
    print(f"    floor {floor['a_second']:9.1f}/s, CPU {floor['cpu']:.2f} ms", flush=True)


def _measured(running: Running, server: Server, paths: list[str], seconds: float) -> dict[str, float]:
    """Asked for a while to warm up, then measured; CPU in ms a request."""
    asked(server.port, paths, connections=CONNECTIONS, seconds=max(1.0, seconds / 4))
    own, base = _process_cpu(server.process), _server_cpu(running)
    told = asked(server.port, paths, connections=CONNECTIONS, seconds=seconds)
    own, base = _process_cpu(server.process) - own, _server_cpu(running) - base
    each: Callable[[float], float] = lambda spent: spent / max(1, told.requests) * 1000  # noqa: E731
    return {
        "a_second": told.a_second,
        "p50": told.time(0.5),
        "p99": told.time(0.99),
        "own": each(own),
        "base": each(base),
        "cpu": each(own + base),
        "client": each(told.own_cpu),
        "kB": told.bytes / max(1, told.requests) / 1000,
        "errors": told.errors,
    }


def _process_cpu(process: int) -> float:
    ticks = sum(sum(_ticks(one)[:2]) for one in (process, *_children(process)))
    return ticks / os.sysconf("SC_CLK_TCK")


def _floor(running: Running, statement: str, seconds: float) -> dict[str, float]:
    """The same rows by pgbench, prepared, over the same eight connections."""
    script = "\\set n random(1, 500)\n" + " ".join(statement.split()) + ";\n"
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-T", str(max(2, int(seconds)))]
    command += ["-f", "-", "-h", str(running.socket_dir), "-p", str(running.port), "-U", running.superuser, NAME]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command[command.index("-")] = file.name
        before = _server_cpu(running)
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        spent = _server_cpu(running) - before
    lines = dict(line.partition(" = ")[::2] for line in ended.stdout.splitlines() if " = " in line)
    counted = next(line for line in ended.stdout.splitlines() if "actually processed" in line)
    number = int(counted.rpartition(":")[2].partition("/")[0])
    return {"a_second": float(lines["tps"].split()[0]), "cpu": spent / number * 1000}


if __name__ == "__main__":
    main()
