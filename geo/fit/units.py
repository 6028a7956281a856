"""Units of land: what is obtained in one deal, a parcel or the contiguous land of one owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.fit.adjacency import Land, Pairs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DIRECTIONS = 16
"""Directions in half a turn along which the extent of a unit is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """Columns of parcels; each unknown is ``inf`` (``ready``, ``price``) or None (``owner``).

    ``surface``: ground m2. ``shapes``: one planar CRS, metres. ``ready``: any count of days, the same for all.
    ``price``: of the whole parcel.
    """

    shapes: Land
    surface: Floats
    owner: Sequence[str | None]
    ready: Floats
    price: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Columns of units, and their pairs (``first`` < ``second``) with whether they are neighbours and what overlaps.

    ``parts``: places of the parcels of each. ``owner``: a number each, the same for the same owner. ``low`` and
    ``high``: shape (n, DIRECTIONS), the extent along each direction, metres.
    """

    parts: tuple[tuple[int, ...], ...]
    surface: Floats
    owner: Ints
    ready: Floats
    price: Floats
    low: Floats
    high: Floats
    first: Ints
    second: Ints
    joined: NDArray[np.bool_]
    overlap: Floats

    def __len__(self) -> int:
        return len(self.parts)


def units_of(parcels: Parcels, pairs: Pairs, most_m2: float = inf) -> Units:
    """The units of these parcels: neighbours of one known owner are one, any other parcel is one by itself.

    An owner's land of more than ``most_m2`` is taken parcel by parcel, since a part of it may be what is asked.
    """
    owner = _numbered(parcels.owner)
    blocks = _blocks(owner, pairs)
    too_large = _surfaces(blocks, parcels, pairs)[blocks] > most_m2
    unit = _numbered([None if large else block for block, large in zip(blocks.tolist(), too_large, strict=True)])
    count = int(unit.max(initial=-1)) + 1
    parts = _gathered(unit, count)
    first, second, joined, overlap = _between(unit, pairs)
    surface = _surfaces(unit, parcels, pairs)
    low, high = _extents(parcels.shapes, unit, count)
    ready, price = np.full(count, -np.inf), np.zeros(count)
    np.maximum.at(ready, unit, parcels.ready)
    np.add.at(price, unit, parcels.price)
    held = np.array([owner[places[0]] for places in parts], dtype=np.int64)
    return Units(parts, surface, held, ready, price, low, high, first, second, joined, overlap)


def directions() -> Floats:
    """The directions (radians) of extents."""
    return np.arange(DIRECTIONS) * np.pi / DIRECTIONS


def _numbered(names: Sequence[str | int | None]) -> Ints:
    """A number for each name, in the order of their first places; each unknown one is taken for another."""
    numbers: dict[object, int] = {}
    keys = (("unknown", place) if name is None else name for place, name in enumerate(names))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _surfaces(unit: Ints, parcels: Parcels, pairs: Pairs) -> Floats:
    """M2 of each unit, what its parcels both claim counted once."""
    count, one = int(unit.max(initial=-1)) + 1, unit[pairs.first]
    inside = one == unit[pairs.second]
    return _summed(unit, parcels.surface, count) - _summed(one[inside], pairs.overlap[inside], count)


def _blocks(owner: Ints, pairs: Pairs) -> Ints:
    """The contiguous land of one owner that each parcel is of, numbered in the order of their first parcels."""
    root = list(range(len(owner)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    same = pairs.joined & (owner[pairs.first] == owner[pairs.second])
    for one, other in zip(pairs.first[same].tolist(), pairs.second[same].tolist(), strict=True):
        low, high = sorted((top(one), top(other)))
        root[high] = low
    return _numbered([top(place) for place in range(len(owner))])


def _gathered(unit: Ints, count: int) -> tuple[tuple[int, ...], ...]:
    parts: list[list[int]] = [[] for _ in range(count)]
    for place, of in enumerate(unit.tolist()):
        parts[of].append(place)
    return tuple(tuple(places) for places in parts)


def _between(unit: Ints, pairs: Pairs) -> tuple[Ints, Ints, NDArray[np.bool_], Floats]:
    """Pairs of units, once each, with what their parcels share."""
    one, other = unit[pairs.first], unit[pairs.second]
    inside = one == other
    low, high = np.minimum(one, other)[~inside], np.maximum(one, other)[~inside]
    keys, place = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    joined = np.bincount(place, pairs.joined[~inside], len(keys)) > 0
    overlap = _summed(place, pairs.overlap[~inside], len(keys))
    return keys[:, 0], keys[:, 1], joined, overlap


def _summed(place: Ints, values: Floats, count: int) -> Floats:
    total: Floats = np.bincount(place, values, count).astype(np.float64)
    return total


def _extents(shapes: Land, unit: Ints, count: int) -> tuple[Floats, Floats]:
    points, place = shapely.get_coordinates(np.array(shapes, dtype=object), return_index=True)
    low, high = np.full((count, DIRECTIONS), np.inf), np.full((count, DIRECTIONS), -np.inf)
    for d, angle in enumerate(directions()):
        along = points[:, 0] * np.cos(angle) + points[:, 1] * np.sin(angle)
        np.minimum.at(low[:, d], unit[place], along)
        np.maximum.at(high[:, d], unit[place], along)
    return low, high
