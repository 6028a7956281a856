"""Random small graphs of land, and their best assemblies by trying every subset one by one."""

import itertools
from collections.abc import Callable
from math import inf

import numpy as np

from geo.fit.assembly import Ask, Found
from geo.fit.units import DIRECTIONS, Units

Holds = Callable[[tuple[int, ...]], bool]
Aims = tuple[int, float, float, float]


def random_units(rng: np.random.Generator, count: int) -> Units:
    """Units without shapes: any of them joined or overlapping at random, some prices unknown, owners repeated."""
    first, second = np.triu_indices(count, 1)
    kept = rng.random(len(first)) < rng.uniform(0.1, 0.4)
    first, second = first[kept], second[kept]
    joined = rng.random(len(first)) < 0.85
    overlap = np.where(joined, rng.uniform(0, 0.05, len(first)), rng.uniform(0, 0.1, len(first)))
    price = np.where(rng.random(count) < 0.2, inf, rng.uniform(1, 9, count))
    return Units(
        tuple((2 * place, 2 * place + 1) if place % 3 == 0 else (2 * place,) for place in range(count)),
        rng.uniform(1, 6, count),
        rng.integers(0, max(2, count - 3), count),
        rng.integers(0, 9, count).astype(np.float64),
        price,
        np.full((count, DIRECTIONS), -inf),
        np.full((count, DIRECTIONS), inf),
        first.astype(np.int64),
        second.astype(np.int64),
        joined,
        overlap,
    )


def brute(units: Units, ask: Ask, most: int, holds: Holds | None) -> set[Aims]:
    """The aims that no other set beats, over every connected set of several parcels with no parcel that is enough."""
    joined, overlap = set(), {}
    for one, other, next_to, both in zip(units.first, units.second, units.joined, units.overlap, strict=True):
        overlap[int(one), int(other)] = float(both)
        if next_to:
            joined.add((int(one), int(other)))

    def meets(members: tuple[int, ...]) -> bool:
        surface = _surface(units, overlap, members)
        parcels = tuple(sorted(part for one in members for part in units.parts[one]))
        return ask.least_m2 <= surface <= ask.most_m2 and (holds is None or holds(parcels))

    alone = {one for one in range(len(units)) if len(units.parts[one]) == 1 and meets((one,))}
    found = set()
    for size in range(1, most + 1):
        for members in itertools.combinations(range(len(units)), size):
            several = sum(len(units.parts[one]) for one in members) > 1
            if several and not alone & set(members) and _is_joined(joined, members) and meets(members):
                own = units.owner[list(members)], units.ready[list(members)], units.price[list(members)]
                surplus = _surface(units, overlap, members) - ask.least_m2
                found.add(rounded(len(set(own[0].tolist())), surplus, own[1].max(), own[2].sum()))
    return {one for one in found if not any(other != one and beats(other, one) for other in found)}


def _surface(units: Units, overlap: dict[tuple[int, int], float], members: tuple[int, ...]) -> float:
    twice = sum(overlap.get(pair, 0.0) for pair in itertools.combinations(members, 2))
    return float(units.surface[list(members)].sum()) - twice


def _is_joined(joined: set[tuple[int, int]], members: tuple[int, ...]) -> bool:
    seen = {members[0]}
    while new := {m for m in members if m not in seen and any((min(m, s), max(m, s)) in joined for s in seen)}:
        seen |= new
    return len(seen) == len(members)


def beats(one: Aims, other: Aims) -> bool:
    return all(mine <= theirs for mine, theirs in zip(one, other, strict=True))


def rounded(owners: int, surplus: float, ready: float, price: float) -> Aims:
    return owners, round(float(surplus), 6), float(ready), round(float(price), 6)


def aims_of(found: Found) -> set[Aims]:
    return {rounded(one.owners, one.surplus_m2, one.ready, one.price) for one in found.assemblies}


def random_case(seed: int) -> tuple[Units, Ask, int, Holds | None]:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 11))
    units = random_units(rng, count)
    ask = Ask(rng.uniform(1, 16), inf if rng.random() < 0.7 else 18.0)
    parts = [part for one in units.parts for part in one]
    cores = [set(rng.choice(parts, min(count, int(rng.integers(1, 4))), replace=False).tolist()) for _ in range(3)]
    holds = (lambda parcels: any(core <= set(parcels) for core in cores)) if rng.random() < 0.6 else None
    return units, ask, int(rng.integers(1, 6)), holds
