"""Arithmetic on the draws of steps, compiled: what ends last, and what comes after it."""

from geo.compiler import lean
from geo.readiness.precedence import place_of
from geo.readiness.quantiles import Quantiles
from geo.readiness.takes import Days, Flags


@lean
def latest(ends: Days, word: int, out: Days) -> None:
    """The latest end among the places of ``word``; 0 when it has none."""
    if word == 0:
        out[:] = 0.0
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
def add(ready: Days, takes: Days, out: Days) -> None:
    """The end of a step that begins once it may."""
    for draw in range(len(out)):
        out[draw] = ready[draw] + takes[draw]


@lean
def later(ready: Days, takes: Days, out: Days) -> None:
    """The end of a step that has begun: not before what it needs."""
    for draw in range(len(out)):
        out[draw] = takes[draw] if takes[draw] > ready[draw] else ready[draw]


@lean
def add_where(ready: Days, takes: Days, hits: Flags, deciders: int, needed: Flags, out: Days) -> None:
    """The end of a step that is needed where every one of ``deciders`` hits. ``needed`` is for its own use."""
    needed[:] = True
    while deciders:
        bit = deciders & -deciders
        hit = hits[place_of(bit)]
        for draw in range(len(out)):
            needed[draw] = needed[draw] & hit[draw]
        deciders ^= bit
    for draw in range(len(out)):
        out[draw] = ready[draw] + takes[draw] if needed[draw] else ready[draw]


@lean
def copy(days: Quantiles, out: Quantiles) -> None:
    """``out`` made the same as ``days``."""
    for hundredth in range(len(out)):
        out[hundredth] = days[hundredth]
