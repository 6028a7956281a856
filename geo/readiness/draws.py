"""The numbers every duration and every chance is drawn with: stratified alone, two by two and three by three.

The points of an elliptic quadric of the projective space of dimension 3 over p elements, no three of which are on a
line, are the columns of an orthogonal array of strength three (Bose 1947): p^4 draws in which any three columns take
every triple of p levels equally often. The point at infinity parts each level again, and so any column on p x p levels
meets any other on p levels equally often (strong orthogonal arrays, He and Tang 2013). Within that, one column alone
has one draw in each of the p^4 equal slices of probability. What a quantile owes to single steps, to pairs and, in the
large, to triples is so without noise; why, and how much that buys: docs/decisions/readiness-batch.md.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.readiness.catalogue import MOST_STEPS, Catalogue

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
LEVELS = 11
"""A prime, the square of which is enough columns for the duration of 63 steps and the chance of 58."""
DRAWS = LEVELS**4
_STRIDE = 114
"""Shares no factor with 11; among the better of all strides by the spread of P90 over seeds [measured]."""


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
    """How many numbers are drawn for ``draws``: the greatest fourth power of a prime that is no more, 16 at least."""
    return _levels(draws) ** 4


@lru_cache(maxsize=16)
def _levels(draws: int) -> int:
    found = 2
    for levels in range(3, LEVELS * 4):
        if levels**4 <= draws and all(levels % other for other in range(2, levels)):
            found = levels
    return found


@lru_cache(maxsize=512)
def _numbers(code: str, purpose: str, column: int, draws: int, seed: int) -> Floats:
    levels = _levels(draws)
    key = zlib.crc32(f"{purpose}:{code}".encode())
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))
    level, part = generator.permutation(levels)[_array(levels, column)], _runs(levels)[3]
    part = np.argsort(generator.random((levels, levels)), axis=1)[level, part]
    within = np.argsort(np.argsort(level * levels + part + generator.random(len(level))))
    numbers: Floats = (within + generator.random(len(level))[within]) / len(level)
    numbers.setflags(write=False)
    return numbers


def _runs(levels: int) -> Places:
    """Every vector of four levels, (4, levels^4)."""
    return np.stack(np.unravel_index(np.arange(levels**4), (levels,) * 4))


def _array(levels: int, column: int) -> Places:
    """Levels of the draws in one column: the runs times a point (1, s, t, s^2 + s t + c t^2) of the quadric.

    Points of one s lie in a plane, and four of them would repeat each other: neighbours are taken a stride apart.
    """
    s, t = divmod(column * _STRIDE % levels**2, levels)
    found: Places = np.array([1, s, t, s * s + s * t + _irreducible(levels) * t * t]) @ _runs(levels) % levels
    return found


def _irreducible(levels: int) -> int:
    """The first c with which x^2 + x + c has no root: the quadric has then no line on it."""
    return next(c for c in range(1, levels) if all((x * x + x + c) % levels for x in range(levels)))


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
