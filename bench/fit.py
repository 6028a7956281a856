"""Speed and false fits of the fit decision, beside what others would use in the same run.

Run from the checkout: ``.venv/bin/python -m bench.fit [--count 7000] [--seed 1] [--sweeps 40]``

Every fit is checked again here, against the parcel alone; real pairs come from the reference of Megève, when there.

Parcels come from irregular subdivision (straight, dog-leg and curved limits, holes, Lambert-93 coordinates); the
needs are hard on purpose: aspect 1 to 3, 20 to 90 % of the parcel's area. Times are of the calling thread's CPU, so
that other load on the machine counts less; each figure covers everything from shapely shapes to a verified answer.
"""

import argparse
import csv
import gzip
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyproj
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from bench.fit_peers import largest_rectangle, pyclipper_sweep, shapely_sweep
from geo.fit import Fit, Verdict, decide, lay_out, warm
from geo.fit.building import Layout, Outline, Programme, Rectangle, Surface
from geo.fit.checks import check_shape
from geo.fit.programme import decide_programme
from tests.fit.shapes import hard_sides, subdivided

T = TypeVar("T")
Case = tuple[Polygon, float, float]
SETTINGS = ((0.25, 0.0), (0.05, 0.0), (0.25, 5.0))
"""Tolerance and setback, metres."""
ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EMPRISE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "megeve_74173"


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of the fit decision.")
    parser.add_argument("--count", type=int, default=7_000, help="parcels decided, in each of three settings")
    parser.add_argument("--sweeps", type=int, default=40, help="parcels also swept by the peers (slow)")
    parser.add_argument("--several", type=int, default=30, help="parcels asked for several buildings")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    warm()
    print(f"machine: {machine()}; kernels ready in {time.perf_counter() - start:.1f} s")
    rng = np.random.default_rng(options.seed)
    cases = [(parcel, *hard_sides(rng, parcel)) for parcel in subdivided(rng, options.count)]
    vertices = np.array([shapely.get_num_coordinates(parcel) - 1 for parcel, _, _ in cases])
    holed = sum(len(parcel.interiors) > 0 for parcel, _, _ in cases)
    print(f"{len(cases)} parcels, mean {vertices.mean():.1f} vertices (max {vertices.max()}), {holed} with holes\n")
    print(f"{'':28}{'mean':>9}{'p50':>9}{'p99':>9}{'max':>9}  ms, CPU of the thread")
    wrong = sum(decided(cases, tolerance, setback) for tolerance, setback in SETTINGS)
    told = real_pairs()
    print(f"\n{len(SETTINGS) * len(cases) + told.pairs:,} pairs of parcel and need: {wrong + told.wrong} false fits")
    print(told.line)
    shapes(cases[: options.sweeps])
    undecided(cases[: options.several])
    if options.sweeps:
        beside_peers(cases[: options.sweeps])


def decided(cases: list[Case], tolerance: float, setback: float) -> int:
    """Time one setting over every case and print its verdicts; fits are checked again here."""
    spent, verdicts, nodes, wrong = [], Counter[str](), [], 0
    for parcel, length, width in cases:
        sides = (max(length - 2 * setback, 2.0), max(width - 2 * setback, 2.0))
        took, answer = timed(partial(decide, parcel, *sides, setback=setback, tolerance=tolerance))
        spent.append(took)
        verdicts[answer.verdict] += 1
        nodes.append(answer.nodes)
        wrong += answer.verdict is Verdict.FITS and not stands(answer, parcel, setback)
    row(f"tolerance {tolerance} setback {setback:g}", spent)
    shown = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict)
    print(f"    {shown}; nodes p50 {np.median(nodes):.0f} p99 {np.quantile(nodes, 0.99):.0f}; {wrong} false fits")
    return wrong


class Real(NamedTuple):
    """What the real pairs of the reference showed."""

    pairs: int
    wrong: int
    line: str


def real_pairs() -> Real:
    """The witnessed pairs of real parcels: none that is known to fit may be refused, every fit must stand."""
    if not DATA.exists():
        return Real(0, 0, f"real parcels: {DATA} is absent")
    with (DATA / "fit_reference_rectangles.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    parcels = real_parcels({row["id"] for row in rows})
    against = wrong = more = 0
    for row in rows:
        answer = decide(parcels[row["id"]], float(row["w"]), float(row["h"]))
        against += row["fits"] == "yes" and answer.verdict is Verdict.NO
        if answer.verdict is Verdict.FITS:
            wrong += not stands(answer, parcels[row["id"]], 0.0)
            more += row["fits"] == "no"
    line = f"real parcels of Megève: {len(rows)} pairs, {against} known fits refused, {wrong} false fits, "
    return Real(len(rows), wrong, line + f"{more} placed and verified where the reference sweep found none")


def real_parcels(wanted: set[str]) -> dict[str, Polygon | MultiPolygon]:
    """The parcels of the reference, in EPSG:2154."""
    to_lambert = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    with gzip.open(DATA / "parcelles.geojson.gz", "rt") as text:
        features = json.load(text)["features"]

    def carried(geometry: dict[str, Any]) -> Polygon | MultiPolygon:
        moved = shapely.transform(shape(geometry), lambda xy: np.column_stack(to_lambert.transform(*xy.T)))
        return check_shape("parcel", moved)

    found = ((feature["properties"]["parcel_uid"], feature["geometry"]) for feature in features)
    return {uid: carried(geometry) for uid, geometry in found if uid in wanted}


def shapes(cases: list[Case]) -> None:
    """Other programmes on the same parcels: time and verdicts."""
    print(f"\nother programmes on {len(cases)} of them, setback 2 m")
    for label, make in PROGRAMMES.items():
        spent, verdicts = [], Counter[str]()
        for parcel, length, width in cases:
            ground = lay_out(parcel, setback=2.0)
            took, found = timed(partial(decide_programme, ground, make(0.8 * length, 0.8 * width)))
            spent.append(took)
            verdicts[found.verdict] += 1
        row(label, spent)
        print("    " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))


def undecided(cases: list[Case]) -> None:
    """How often several buildings are neither placed nor refused, by the share of the parcel they cover."""
    print(
        f"\nseveral buildings on {len(cases)} of them, setback 2 m, gap 4 m: neither placed nor refused, by the share"
    )
    print(f"of the land that they cover\n{'':28}" + "".join(f"{share:>9.0%}" for share in SHARES))
    for label, sides in TOGETHER.items():
        told = []
        for share in SHARES:
            found = Counter(together(parcel, sides, share).verdict for parcel, _, _ in cases)
            told.append(found[Verdict.OPEN] / max(len(cases), 1))
        print(f"{label:28}" + "".join(f"{one:>9.1%}" for one in told))


def together(parcel: Polygon, sides: tuple[tuple[float, float], ...], share: float) -> Layout:
    """These buildings, of sides in proportion, covering a share of the parcel."""
    k = (share * parcel.area / sum(a * b for a, b in sides)) ** 0.5
    asked = Programme(tuple(Rectangle(k * a, k * b) for a, b in sides), 4.0)
    return decide_programme(lay_out(parcel, setback=2.0), asked)


SHARES = (0.2, 0.4, 0.5, 0.6)
TOGETHER: dict[str, tuple[tuple[float, float], ...]] = {
    "two equal, 2 to 1": ((2, 1), (2, 1)),
    "two different": ((3, 1), (1, 1)),
    "three equal, 2 to 1": ((2, 1),) * 3,
    "four equal squares": ((1, 1),) * 4,
}
"""Buildings by their sides, any unit."""

PROGRAMMES: dict[str, Callable[[float, float], Programme]] = {
    "surface, aspect to 3": lambda a, b: Programme((Surface(a * b, 0.5 * b, 3.0),)),
    "two rectangles, gap 4 m": lambda a, b: Programme((Rectangle(a, 0.4 * b), Rectangle(0.6 * a, 0.4 * b)), 4.0),
    "four rectangles, gap 4 m": lambda a, b: Programme((Rectangle(0.4 * a, 0.4 * b),) * 4, 4.0),
    "rectangle with yard": lambda a, b: Programme((Rectangle(a, 0.6 * b),), 0.0, 0.4 * b),
    "an L": lambda a, b: Programme(
        (Outline(Polygon([(0, 0), (a, 0), (a, b / 2), (a / 2, b / 2), (a / 2, b), (0, b)])),)
    ),
}

PEERS: dict[str, Callable[[Polygon, float, float], bool]] = {
    "shapely sweep 5 degrees": partial(shapely_sweep, step=5.0),
    "shapely sweep 1 degree": partial(shapely_sweep, step=1.0),
    "pyclipper sweep 5 degrees": partial(pyclipper_sweep, step=5.0),
    "pyclipper sweep 1 degree": partial(pyclipper_sweep, step=1.0),
    "largestinteriorrectangle": largest_rectangle,
}


def beside_peers(cases: list[Case]) -> None:
    """The same cases by the peers: speed, and answers against what was verified or proved."""
    mine = [timed(partial(decide, *case)) for case in cases]
    print(f"\nthe same {len(cases)} cases")
    row("decide", [took for took, _ in mine])
    for label, peer in PEERS.items():
        peer(*cases[0])
        theirs = [timed(partial(peer, *case)) for case in cases]
        row(label, [took for took, _ in theirs])
        pairs = [(answer.verdict, found) for (_, answer), (_, found) in zip(mine, theirs, strict=True)]
        missed = sum(verdict is Verdict.FITS and not found for verdict, found in pairs)
        against = sum(verdict is Verdict.NO and found for verdict, found in pairs)
        ratio = np.mean([took for took, _ in theirs]) / np.mean([took for took, _ in mine])
        print(
            f"    {ratio:.0f} times slower; misses {missed} fits; says fits to {against} proved no; proves no refusal"
        )


def stands(answer: Fit, parcel: Polygon | MultiPolygon, setback: float) -> bool:
    """Check a placement against the parcel, apart from the code that made it."""
    assert answer.placement is not None
    far = parcel.boundary.distance(answer.placement) >= setback - 1e-9
    return bool(parcel.covers(answer.placement) and far)


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds of this thread's CPU, and the result."""
    start = time.thread_time_ns()
    result = call()
    return (time.thread_time_ns() - start) / 1e6, result


def row(label: str, spent: list[float]) -> None:
    figures = (np.mean(spent), np.median(spent), np.quantile(spent, 0.99), max(spent))
    print(f"{label:28}" + "".join(f"{figure:9.3f}" for figure in figures))


def machine() -> str:
    """Processor, its cores and the software that matters."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor()
    return f"{name}, {len(names)} cores, Python {platform.python_version()}, shapely {shapely.__version__}"


if __name__ == "__main__":
    main()
