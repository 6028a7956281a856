"""A set of units less the parcels it can do without: an owner's block may be far larger than what is asked."""

from collections.abc import Callable, Sequence

from geo.fit.adjacency import Pairs
from geo.fit.units import Floats


def trimmed(
    parcels: Sequence[int],
    surface: Floats,
    pairs: Pairs,
    least_m2: float,
    holds: Callable[[tuple[int, ...]], bool | None] | None = None,
) -> tuple[int, ...]:
    """The parcels (places) of a set without those it can spare, the largest first.

    What is left is joined, measures ``least_m2`` or more (each parcel's ``surface``, overlaps counted once), and holds
    the footprint. A set of which every parcel is needed comes back as it is.
    """
    kept = tuple(sorted(parcels))
    near, overlap = _links(kept, pairs)

    def will_do(rest: tuple[int, ...]) -> bool:
        if not rest or _measured(rest, surface, overlap) < least_m2 or not _is_joined(rest, near):
            return False
        return holds is None or bool(holds(rest))

    spared = True
    while spared:
        spared = False
        for parcel in sorted(kept, key=lambda place: (-surface[place], place)):
            rest = tuple(place for place in kept if place != parcel)
            if will_do(rest):
                kept, spared = rest, True
    return kept


def _links(kept: Sequence[int], pairs: Pairs) -> tuple[dict[int, set[int]], dict[tuple[int, int], float]]:
    """Neighbours of each parcel of a set, and the overlaps of its pairs."""
    held = set(kept)
    near: dict[int, set[int]] = {place: set() for place in kept}
    overlap: dict[tuple[int, int], float] = {}
    for one, other, joined, both in zip(
        pairs.first.tolist(), pairs.second.tolist(), pairs.joined.tolist(), pairs.overlap.tolist(), strict=True
    ):
        if one in held and other in held:
            overlap[one, other] = both
            if joined:
                near[one].add(other)
                near[other].add(one)
    return near, overlap


def _measured(places: tuple[int, ...], surface: Floats, overlap: dict[tuple[int, int], float]) -> float:
    held = set(places)
    twice = sum(both for (one, other), both in overlap.items() if one in held and other in held)
    return float(sum(surface[place] for place in places)) - twice


def _is_joined(places: tuple[int, ...], near: dict[int, set[int]]) -> bool:
    held, seen, ahead = set(places), {places[0]}, [places[0]]
    while ahead:
        for other in near[ahead.pop()] & held - seen:
            seen.add(other)
            ahead.append(other)
    return seen == held
