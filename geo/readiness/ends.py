"""Arithmetic on the draws of steps, compiled: what ends last, and what comes after it."""

import numpy as np

from geo.compiler import lean
from geo.readiness.precedence import place_of
from geo.readiness.quantiles import NEVER_HALVES, Halves, Quantiles
from geo.readiness.takes import Flags


@lean
def latest(ends: Halves, word: int, out: Halves) -> None:
    """The latest end among the places of ``word``; 0 when it has none."""
    if word == 0:
        out[:] = 0
        return
    bit = word & -word
    first = ends[place_of(bit)]
    for draw in range(len(out)):
        out[draw] = first[draw]
    word ^= bit
    while word:
        bit = word & -word
        row = ends[place_of(bit)]
        for draw in range(len(out)):
            out[draw] = row[draw] if row[draw] > out[draw] else out[draw]
        word ^= bit


@lean
def add(ready: Halves, takes: Halves, out: Halves) -> None:
    """The end of a step that begins once it may; what two bytes do not hold is never."""
    for draw in range(len(out)):
        end = np.uint16(ready[draw] + takes[draw])
        out[draw] = end if end >= ready[draw] else NEVER_HALVES


@lean
def later(ready: Halves, takes: Halves, out: Halves) -> None:
    """The end of a step that has begun: not before what it needs."""
    for draw in range(len(out)):
        out[draw] = takes[draw] if takes[draw] > ready[draw] else ready[draw]


@lean
def add_where(ready: Halves, takes: Halves, hits: Flags, deciders: int, needed: Flags, out: Halves) -> None:
    """The end of a step that is needed where every one of ``deciders`` hits. ``needed`` is for its own use."""
    needed[:] = True
    while deciders:
        bit = deciders & -deciders
        hit = hits[place_of(bit)]
        for draw in range(len(out)):
            needed[draw] = needed[draw] & hit[draw]
        deciders ^= bit
    for draw in range(len(out)):
        end = np.uint16(ready[draw] + takes[draw])
        end = end if end >= ready[draw] else NEVER_HALVES
        out[draw] = end if needed[draw] else ready[draw]


@lean
def copy(days: Quantiles, out: Quantiles) -> None:
    """``out`` made the same as ``days``."""
    for hundredth in range(len(out)):
        out[hundredth] = days[hundredth]
