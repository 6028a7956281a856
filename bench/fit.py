"""Speed of the fit decision, beside angle sweeps by shapely in the same run.

Run from the checkout: ``.venv/bin/python -m bench.fit [--count 3000] [--seed 1] [--sweeps 40]``

Parcels come from irregular subdivision (straight, dog-leg and curved limits, holes, Lambert-93 coordinates); the
needs are hard on purpose: aspect 1 to 3, 20 to 90 % of the parcel's area. Times are of the calling thread's CPU, so
that other load on the machine counts less; each figure covers everything from shapely shapes to a verified answer.
"""

import argparse
import platform
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from shapely import Polygon

from geo.fit import Fit, Verdict, decide, warm
from tests.fit.erosion import free_positions, is_free
from tests.fit.shapes import hard_sides, subdivided

T = TypeVar("T")
Case = tuple[Polygon, float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of the fit decision.")
    parser.add_argument("--count", type=int, default=3_000, help="parcels decided")
    parser.add_argument("--sweeps", type=int, default=40, help="parcels also swept by shapely (slow)")
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
    for tolerance, setback in ((0.25, 0.0), (0.05, 0.0), (0.25, 5.0)):
        decided(cases, tolerance, setback)
    if options.sweeps:
        swept(cases[: options.sweeps])


def decided(cases: list[Case], tolerance: float, setback: float) -> None:
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


def swept(cases: list[Case]) -> None:
    """Sweep a few cases by shapely erosion and compare speed and answers with the decision's."""
    mine = [timed(partial(decide, *case)) for case in cases]
    print(f"\nthe same {len(cases)} cases")
    row("decide", [took for took, _ in mine])
    for step in (5.0, 1.0):
        theirs = [timed(partial(sweep, *case, step)) for case in cases]
        row(f"shapely sweep {step:g} degrees", [took for took, _ in theirs])
        pairs = [(answer.verdict, found) for (_, answer), (_, found) in zip(mine, theirs, strict=True)]
        missed = sum(verdict is Verdict.FITS and not found for verdict, found in pairs)
        against = sum(verdict is Verdict.NO and found for verdict, found in pairs)
        ratio = np.mean([took for took, _ in theirs]) / np.mean([took for took, _ in mine])
        print(f"    {ratio:.0f} times slower; misses {missed} fits; contradicts {against} proofs; can prove no refusal")


def sweep(parcel: Polygon, length: float, width: float, step: float) -> bool:
    """Whether erosion at steps of ``step`` degrees finds a place."""
    angles = np.radians(np.arange(0.0, 180.0, step))
    return any(is_free(free_positions(parcel, float(angle), length, width)) for angle in angles)


def stands(answer: Fit, parcel: Polygon, setback: float) -> bool:
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
