"""Cost, size and worth of fit profiles, beside deciding every question and beside a ladder of decisions.

Run from the checkout: ``.venv/bin/python -m bench.profile [--count 1000] [--seed 1] [--ladders 30]``

Parcels and needs are those of bench.fit: irregular land with holes, buildings of 20 to 90 % of its area. Three needs a
parcel, each asked without setback, behind 5 m with what that leaves of its sides, and behind 5 m with its sides whole.
Every answer is compared with the exact decision. Times are of the calling thread's CPU.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np
import shapely
from shapely import Polygon

from bench.fit import DATA, machine, timed
from geo.fit import Verdict, decide_on, lay_out, warm
from geo.fit.checks import Shape
from geo.fit.profile import Profile, Told
from geo.fit.profile_build import measure
from tests.fit.shapes import hard_sides, less, subdivided
from tests.fit.test_profile_real import parcels, rows

ASKED = ("setback 0", "setback 5 m, sides less 10 m", "setback 5 m, sides whole")
RATIO, SHORTEST, THINNEST, GAP = 1.08, 15.0, 8.0, 0.02


class Land(NamedTuple):
    """A parcel, its buildable area where it is less, and the sides asked of it."""

    parcel: Shape
    buildable: Shape | None
    sides: list[tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost, size and worth of fit profiles.")
    parser.add_argument("--count", type=int, default=1_000, help="parcels measured")
    parser.add_argument("--ladders", type=int, default=30, help="parcels also measured by a ladder of decisions (slow)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warm()
    measure(shapely.box(0, 0, 80, 50), shapely.box(0, 0, 70, 50)).tell(60, 40, 5)
    print(f"machine: {machine()}\n")
    rng = np.random.default_rng(options.seed)
    whole = [Land(parcel, None, three(rng, parcel)) for parcel in subdivided(rng, options.count)]
    measured("irregular land, some with holes", whole)
    measured("of which a third is taken by constraints", list(islice(constrained(rng), options.count // 4)))
    if DATA.exists():
        measured("cadastral parcels of Megève from 1,000 m²", list(islice(real(rng), options.count // 4)))
    if options.ladders:
        ladders(whole[: options.ladders])


def three(rng: np.random.Generator, parcel: Polygon) -> list[tuple[float, float]]:
    """Sides of three hard needs."""
    return [hard_sides(rng, parcel) for _ in range(3)]


def constrained(rng: np.random.Generator) -> Iterator[Land]:
    """Parcels crossed by an easement with its clearance, or with a round zone taken out."""
    for parcel in subdivided(rng, 100_000):
        spread = np.sqrt(parcel.area)
        at = shapely.get_coordinates(parcel.representative_point())[0] + rng.normal(0, 0.3 * spread, 2)
        turn = rng.normal(0, spread, 2)
        line = shapely.LineString([at - turn, at + turn]).buffer(0.12 * spread)
        taken = line if rng.random() < 0.5 else shapely.Point(at).buffer(0.3 * spread)
        yield Land(parcel, less(parcel, taken), three(rng, parcel))


def real(rng: np.random.Generator) -> Iterator[Land]:
    """Parcels of the reference: large enough to be asked for."""
    for _, parcel in parcels(DATA, set(rows(DATA))):
        largest = max(shapely.get_parts(parcel), key=lambda part: part.area)
        if largest.area >= 1_000:
            yield Land(parcel, None, three(rng, largest))


def measured(title: str, lands: list[Land]) -> None:
    """Measure every land, ask every need, compare with the decision; print a block."""
    spent, sizes, profiles = [], [], []
    for land in lands:
        took, profile = timed(partial(measure, land.parcel, land.buildable))
        stored = profile.to_bytes()
        spent.append(took)
        sizes.append(len(stored))
        profiles.append(Profile.from_bytes(stored) or profile)
    vertices = [shapely.get_num_coordinates(land.buildable or land.parcel) - 1 for land in lands]
    print(f"{title}: {len(lands)} parcels, mean {np.mean(vertices):.1f} vertices")
    print(
        f"  profile {np.mean(spent):.2f} ms mean, {np.median(spent):.2f} p50, {np.quantile(spent, 0.99):.1f} p99, "
        f"{max(spent):.1f} max; {np.mean(sizes):.0f} bytes mean, {max(sizes)} max"
    )
    few = [took for took, count in zip(spent, vertices, strict=True) if count <= 12]
    print(f"  of at most 12 vertices ({len(few)}): {np.mean(few):.2f} ms mean")
    for index, name in enumerate(ASKED):
        asked(name, zip(lands, profiles, strict=True), index)
    print()


def asked(name: str, pairs: Iterable[tuple[Land, Profile]], index: int) -> None:
    """Ask the needs of one kind and print what was open, what was wrong and what the answers cost."""
    told, wrong, asking, deciding = Counter[str](), 0, [], []
    for land, profile in pairs:
        for length, width in land.sides:
            sides, setback = (length, width), 0.0 if index == 0 else 5.0
            if index == 1:
                sides = max(length - 10, 2.0), max(width - 10, 2.0)
            took, answer = timed(partial(profile.tell, *sides, setback))
            took_more, verdict = timed(partial(decided, land, *sides, setback))
            asking.append(took)
            deciding.append(took_more)
            told[answer] += 1
            wrong += (answer is Told.YES and verdict is Verdict.NO) or (answer is Told.NO and verdict is Verdict.FITS)
    count = told.total()
    print(
        f"  {name}: {count} asked, open {100 * told[Told.OPEN] / count:.1f} %, {wrong} wrong; "
        f"{1_000 * np.median(asking):.1f} µs told, {1_000 * np.median(deciding):.0f} µs decided "
        f"({np.median(deciding) / np.median(asking):.0f} times)"
    )


def decided(land: Land, length: float, width: float, setback: float) -> Verdict:
    """The exact decision, from the shapes."""
    return decide_on(lay_out(land.parcel, land.buildable, setback), length, width).verdict


def ladders(lands: list[Land]) -> None:
    """The same land measured rung by rung with the decision, steps of 8 % and widths to 2 %."""
    mine = [timed(partial(measure, land.parcel))[0] for land in lands]
    theirs = [timed(partial(ladder, land.parcel))[0] for land in lands]
    print(f"the first {len(lands)} measured by bisecting decisions at steps of 8 %, widths to 2 %:")
    times = np.mean(theirs) / np.mean(mine)
    print(f"  {np.mean(theirs):.1f} ms mean, {times:.0f} times the profile's {np.mean(mine):.2f}")


def ladder(parcel: Shape) -> list[tuple[float, float, float]]:
    """Length, width that fits and width that does not, for each rung."""
    ground, found, length, most = lay_out(parcel), [], SHORTEST, 2_000.0
    while most > THINNEST:
        low, high = 0.5 * THINNEST, min(most, parcel.area / length)
        while high > low * (1 + GAP):
            middle = float(np.sqrt(low * high))
            if decide_on(ground, length, middle).verdict is Verdict.FITS:
                low = middle
            else:
                high = middle
        found.append((length, low, high))
        length, most = length * RATIO, high
    return found


if __name__ == "__main__":
    main()
