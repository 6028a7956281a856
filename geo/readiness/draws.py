"""The numbers every duration and every chance is drawn with: stratified alone, and two by two.

An orthogonal array of strength two (Bush 1952) on p levels gives p x p draws in which any two columns take every pair
of levels once; each level is then parted again so that one column alone has one draw in each of the p x p equal slices
of probability (Tang 1993, orthogonal-array-based Latin hypercubes). What a quantile owes to single steps and to pairs
of steps is so without noise; why, and how much that buys: docs/decisions/readiness-batch.md.
"""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.readiness.catalogue import MOST_STEPS, Catalogue

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
LEVELS = 97
"""A prime, and with its one column more enough for the duration of 63 steps and the chance of 35."""
DRAWS = LEVELS * LEVELS


@dataclass(frozen=True, slots=True)
class Stream:
    """Numbers that belong to one step of a catalogue: the same in every situation that has it.

    Its ``columns`` of the array, for its duration and for whether it is needed, come from its place in the catalogue,
    the order of their levels from its code. ``DRAWS`` or more draws give each step columns of its own, fewer may not.
    """

    code: str
    columns: tuple[int, int]
    draws: int
    seed: int

    def durations(self) -> Floats:
        """Numbers in (0, 1), one value a draw, that its duration is read at. Read-only."""
        return _numbers(self.code, "duration", self.columns[0], self.draws, self.seed)

    def needs(self) -> Floats:
        """Numbers in (0, 1), one value a draw, that say by its probability whether it is needed. Read-only."""
        return _numbers(self.code, "need", self.columns[1], self.draws, self.seed)

    def rising(self) -> tuple[Floats, Places]:
        """``durations`` sorted, and the place of each draw among them. Read-only."""
        return _rising(self)


def columns(catalogue: Catalogue) -> Mapping[str, tuple[int, int]]:
    """The columns of every step of a catalogue, by code: for its duration, and for whether it is needed."""
    chances = [code for code, step in catalogue.steps.items() if step.outcome_of is not None]
    rank = {code: MOST_STEPS + place for place, code in enumerate(chances)}
    return {code: (place, rank.get(code, place)) for place, code in enumerate(catalogue.steps)}


def count(draws: int) -> int:
    """How many numbers are drawn for ``draws``: the greatest square of a prime that is no more, 4 at least."""
    return _levels(draws) ** 2


@lru_cache(maxsize=16)
def _levels(draws: int) -> int:
    found = math.isqrt(max(draws, 4))
    while any(found % other == 0 for other in range(2, math.isqrt(found) + 1)):
        found -= 1
    return found


@lru_cache(maxsize=512)
def _numbers(code: str, purpose: str, column: int, draws: int, seed: int) -> Floats:
    levels = _levels(draws)
    key = zlib.crc32(f"{purpose}:{code}".encode())
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))
    row, place = np.divmod(np.arange(levels * levels), levels)
    slope = column % (levels + 1)
    level = place if slope == levels else (row + slope * place) % levels
    level = generator.permutation(levels)[level]
    within = np.argsort(np.argsort(level + generator.random(len(level))))
    numbers: Floats = (within + generator.random(len(level))[within]) / len(level)
    numbers.setflags(write=False)
    return numbers


@lru_cache(maxsize=128)
def _rising(stream: Stream) -> tuple[Floats, Places]:
    numbers = stream.durations()
    order = np.argsort(numbers)
    places = np.empty(len(order), dtype=np.intp)
    places[order] = np.arange(len(order))
    rising = numbers[order]
    for made in (rising, places):
        made.setflags(write=False)
    return rising, places
