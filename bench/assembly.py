"""Sites put together among 100,000 parcels: speed, completeness, and the same search in plain Python in the same run.

Run from the checkout: ``.venv/bin/python -m bench.assembly [--count 100000] [--seed 1] [--graphs 200]``

Parcels come from irregular subdivision (straight, dog-leg and curved limits, holes, Lambert-93 coordinates), 30 % of
them available; half of the owners are known, a third of the prices is not. The peer is the enumeration one would write
first (ESU in plain Python, sets large enough are not grown). It looks for the least land that is enough, by the same
adjacency, and must find the same. Small graphs are also compared with every subset tried. Times are CPU.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.fit import machine
from geo.fit import decide, warm
from geo.fit.adjacency import neighbours
from geo.fit.assembly import Ask, Found, assemble
from geo.fit.union import beyond_owned, join
from geo.fit.units import Parcels, Units, units_of
from tests.fit.every_subset import aims_of, brute, random_case
from tests.fit.shapes import tessellated

T = TypeVar("T")
Shapes = NDArray[np.object_]
Fits = Callable[[tuple[int, ...]], bool]

LEAST_M2, LENGTH, WIDTH, SETBACK = 25_000.0, 150.0, 80.0, 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Sites put together from neighbouring parcels.")
    parser.add_argument("--count", type=int, default=100_000, help="parcels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--graphs", type=int, default=200, help="small graphs compared with every subset tried")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    land = np.array(list(tessellated(rng, options.count)), dtype=object)
    print(f"machine: {machine()}; {len(land):,} parcels, median {np.median(shapely.area(land)):,.0f} m2")
    took, whole = timed(partial(neighbours, land))
    degree = 2 * whole.joined.sum() / len(land)
    print(f"adjacency of all: {took:.1f} s, {whole.joined.sum():,} pairs, {degree:.1f} neighbours each")
    shapes = land[rng.random(len(land)) < 0.3]
    pairs = neighbours(shapes)
    units = units_of(_parcels(rng, shapes), pairs)
    warm()
    assemble(units, Ask(1e9))
    degree = 2 * units.joined.sum() / len(units)
    print(f"available: {len(shapes):,} parcels, {len(units):,} units, {degree:.1f} available neighbours each")
    surface_only(units)
    footprint(units, shapes)
    subsets(options.graphs)


def _parcels(rng: np.random.Generator, shapes: Shapes) -> Parcels:
    count, area = len(shapes), shapely.area(shapes)
    # parcels come block by block, so that those of one owner are often neighbours
    owners = [str(place // 4) if rng.random() < 0.5 else None for place in range(count)]
    price = np.where(rng.random(count) < 0.3, inf, area * rng.uniform(5, 60, count))
    return Parcels(shapes, area, owners, rng.integers(0, 2_000, count).astype(np.float64), price)


def surface_only(units: Units) -> None:
    """Sets that measure enough, by the most units; beside plain Python."""
    print(f"\nat least {LEAST_M2:,.0f} m2 of land, no building")
    for most in (3, 4, 5, 6):
        took, found = timed(partial(assemble, units, Ask(LEAST_M2), most_units=most))
        line = f"  up to {most} units: {took:6.2f} s; {_told(found)}"
        if most <= 5:
            line += _beside(units, found, took, most, None)
        print(line)


def footprint(units: Units, shapes: Shapes) -> None:
    """Sets on whose land a building fits too."""
    print(f"\nand {LENGTH:g} x {WIDTH:g} m of building, {SETBACK:g} m from the boundary, at any angle")
    ask = Ask(LEAST_M2, inf, (LENGTH, WIDTH), SETBACK)
    fits = partial(holds, shapes)
    for most, sets in ((3, None), (4, None), (6, 150_000)):
        bound = {} if sets is None else {"most_sets": sets, "most_tests": 1_500}
        took, found = timed(partial(assemble, units, ask, fits, most_units=most, **bound))
        line = f"  up to {most} units: {took:6.2f} s; {_told(found)}"
        print(line if sets else line + _beside(units, found, took, most, fits))
        if most == 4:
            wrong = sum(not holds(shapes, one.parcels) for one in found.assemblies)
            per = 1e3 * took / max(found.tested, 1)
            print(f"    {wrong} of them without a placement on owned land; {per:.2f} ms a footprint tried, all told")


def _beside(units: Units, found: Found, took: float, most: int, fits: Fits | None) -> str:
    """How plain Python compares, which looks for the least surplus alone."""
    theirs, (best, tried) = timed(partial(plain, units, LEAST_M2, most, fits))
    ours = min((one.surplus_m2 for one in found.assemblies), default=inf)
    same = "the same least surplus" if best == ours or abs(best - ours) < 1e-6 else f"DIFFERS: {best} and {ours}"
    tests = f", {tried:,} footprints tried" if fits else ""
    return f"\n    plain Python: {theirs:.1f} s, {theirs / took:.1f} times as long{tests}, {same}"


def _told(found: Found) -> str:
    said = (
        "complete" if found.complete else f"complete to {found.complete_to}, then {found.gone_through:.0%} of the next"
    )
    tried = f", {found.tested:,} footprints tried" if found.tested else ""
    looked = f"{found.looked_at:,} sets looked at{tried}"
    return f"{looked}, {len(found.assemblies)} none beats; {said}"


def holds(shapes: Shapes, places: tuple[int, ...]) -> bool:
    """Whether the building fits on the joined land, and on land that is owned."""
    joined = join([shapes[place] for place in places])
    if joined is None:
        return False
    fit = decide(joined.land, LENGTH, WIDTH, setback=SETBACK)
    return fit.placement is not None and beyond_owned(fit.placement, joined) is not None


def plain(units: Units, least: float, most: int, fits: Fits | None) -> tuple[float, int]:
    """The least m2 above what is asked that connected units make, in plain Python, and the footprints tried for it."""
    near: list[set[int]] = [set() for _ in range(len(units))]
    for one, other, joined in zip(units.first.tolist(), units.second.tolist(), units.joined.tolist(), strict=True):
        if joined:
            near[one].add(other)
            near[other].add(one)
    area = units.surface.tolist()
    # a parcel that is enough alone is no assembly, nor needs another
    alone = (one for one in range(len(units)) if area[one] >= least and len(units.parts[one]) == 1)
    enough = {one for one in alone if fits is None or fits(units.parts[one])}
    near = [set() if one in enough else others - enough for one, others in enumerate(near)]
    largest = max((value for one, value in enumerate(area) if one not in enough), default=0.0)
    best, tried = inf, 0
    for members, total in _grown(near, area, [one for one in range(len(near)) if one not in enough], most, largest):
        if total < least or (fits is None and total >= best):
            continue
        if fits is not None:
            tried += len(members) > 1
            if not fits(tuple(part for one in members for part in units.parts[one])):
                continue
        best = min(best, total)
    return best - least, tried


def _grown(
    near: list[set[int]], area: list[float], seeds: list[int], most: int, largest: float
) -> Iterator[tuple[list[int], float]]:
    """Each connected set that may be large enough, once, with its surface (ESU)."""
    for seed in seeds:
        stack = [([seed], area[seed], {n for n in near[seed] if n > seed}, near[seed] | {seed})]
        while stack:
            members, total, ahead, seen = stack.pop()
            yield members, total
            if len(members) == most or total + (most - len(members)) * largest < LEAST_M2:
                continue
            left = set(ahead)
            while left:
                one = left.pop()
                fresh = {n for n in near[one] if n > seed and n not in seen}
                stack.append(([*members, one], total + area[one], left | fresh, seen | near[one]))


def subsets(count: int) -> None:
    """Small random graphs: the same best sets as every subset tried, surface alone and with a footprint."""
    differing = footprints = told = 0
    for seed in range(10_000, 10_000 + count):
        units, ask, most, fits = random_case(seed)
        found = assemble(units, ask, fits, most_units=most)
        differing += aims_of(found) != brute(units, ask, most, fits) or not found.complete
        footprints += fits is not None
        told += len(found.assemblies)
    print(f"\n{count} small graphs beside every subset tried: {differing} differ")
    print(f"  {footprints} of them with a footprint that only some sets hold; {told} assemblies told in all")


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Seconds of this process's CPU, and the result."""
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
