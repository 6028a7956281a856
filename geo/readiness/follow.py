"""The longest paths of many states, compiled: one pass over the draws a step, one histogram of days a milestone.

The same additions and maxima as ``geo.readiness.simulate``, on the same draws, so the same days to the last one; what
that one keeps beside them (what held each step back) is left out. Two things make it quick: states come sorted, and
what a state shares with the one before it is not computed again; a step that is over before another one even in its
longest draw and in the shortest of the other is never waited for.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.readiness.ends import add, add_where, copy, later, latest
from geo.readiness.precedence import BEGUN, OUTCOME, Bytes, Words, place_of, resolve
from geo.readiness.quantiles import NEVER_HALVES, Counts, Halves, Quantiles, day_quantiles
from geo.readiness.takes import Flags

States = NDArray[np.int32]
_NONE = -1


class Given(NamedTuple):
    """What a batch is followed with. A variant is a step in one status.

    Of each variant: ``effects``, and the row of ``takes`` (rows, draws) with its half days. ``shortest`` and
    ``longest`` of each row; ``hits`` (steps, draws): in which draws a step that another tells of is needed. Then the
    rules.
    """

    effects: Bytes
    rows: States
    takes: Halves
    shortest: Words
    longest: Words
    hits: Flags
    needs: Words
    told_by: Bytes
    gating: Words


class _Open(NamedTuple):
    """Of one state: what its open steps and the milestones wait for, and between which half days each step ends.

    ``effects`` of its steps; ``reached`` and ``before`` are for ``resolve``.
    """

    effects: Bytes
    reached: Words
    before: Words

    waits: Words
    gates: Words
    deciders: Words
    low: Words
    high: Words


class _Kept(NamedTuple):
    """Ends (steps, draws) as last computed, with what and when; the same for the milestones. The rest is scratch."""

    ends: Halves
    variants: States
    waited: Words
    decided: Words
    stamps: Words
    gated: Words
    gate_stamps: Words
    ready: Halves
    needed: Flags
    counts: Counts


@lean
def _pruned(word: int, low: Words, high: Words) -> int:
    """Those of ``word`` that may end last."""
    floor, left = 0, word
    while left:
        bit = left & -left
        floor = max(floor, low[place_of(bit)])
        left ^= bit
    kept, left = word, word
    while left:
        bit = left & -left
        if high[place_of(bit)] < floor:
            kept ^= bit
        left ^= bit
    return kept


@lean
def _span(word: int, days: Words) -> int:
    """The greatest of these; 0 of none."""
    greatest = 0
    while word:
        bit = word & -word
        greatest = max(greatest, days[place_of(bit)])
        word ^= bit
    return greatest


@lean
def _bound(variants: States, opened: int, of: _Open, given: Given) -> None:
    """Fill in between which days each open step ends, and who decides of it; prune what is waited for."""
    left = opened
    while left:
        bit = left & -left
        left ^= bit
        place = place_of(bit)
        row = given.rows[variants[place]]
        of.waits[place] = _pruned(of.waits[place], of.low, of.high)
        low, high = _span(of.waits[place], of.low), _span(of.waits[place], of.high)
        effect = given.effects[variants[place]]
        of.deciders[place] = 0
        if effect == BEGUN:
            low, high = max(low, given.shortest[row]), max(high, given.longest[row])
        elif effect == OUTCOME:
            high += given.longest[row]
            of.deciders[place] = _deciders(place, variants, opened, given)
        else:
            low, high = low + given.shortest[row], high + given.longest[row]
        of.low[place], of.high[place] = low, high
    for name in range(len(of.gates)):
        of.gates[name] = _pruned(of.gates[name], of.low, of.high)


@lean
def _deciders(place: int, variants: States, opened: int, given: Given) -> int:
    """The step itself and, as long as each is a chance too, those that tell of it."""
    found = 0
    while place != _NONE and (opened >> place) & 1 == 1 and given.effects[variants[place]] == OUTCOME:
        found |= 1 << place
        place = given.told_by[place]
    return found


@lean
def _wanted(of: _Open, opened: int) -> int:
    """The open steps that any milestone comes down to, once pruned."""
    wanted = 0
    for name in range(len(of.gates)):
        wanted |= of.gates[name]
    for place in range(len(of.waits) - 1, -1, -1):
        if (wanted & opened) >> place & 1 == 1:
            wanted |= of.waits[place]
    return wanted


@lean
def _newest(stamps: Words, word: int) -> int:
    """When the last of these was computed."""
    newest = 0
    while word:
        bit = word & -word
        newest = max(newest, stamps[place_of(bit)])
        word ^= bit
    return newest


@lean
def _renew(place: int, variant: int, of: _Open, given: Given, kept: _Kept, clock: int) -> bool:
    """Compute the ends of a step unless they are there already; whether it was done."""
    same = kept.variants[place] == variant and kept.waited[place] == of.waits[place]
    same = same and kept.decided[place] == of.deciders[place]
    if same and _newest(kept.stamps, of.waits[place]) < kept.stamps[place]:
        return False
    kept.variants[place], kept.waited[place] = variant, of.waits[place]
    kept.decided[place], kept.stamps[place] = of.deciders[place], clock
    latest(kept.ends, of.waits[place], kept.ready)
    takes = given.takes[given.rows[variant]]
    if of.deciders[place]:
        add_where(kept.ready, takes, given.hits, of.deciders[place], kept.needed, kept.ends[place])
    elif given.effects[variant] == BEGUN:
        later(kept.ready, takes, kept.ends[place])
    else:
        add(kept.ready, takes, kept.ends[place])
    return True


@lean
def _answer(state: int, of: _Open, kept: _Kept, clock: int, out: Quantiles) -> None:
    """The quantiles of each milestone of a state: those of the state before when nothing it waits for has changed."""
    for name in range(len(of.gates)):
        gates = of.gates[name]
        if name > 0 and gates == of.gates[0]:
            kept.gated[name], kept.gate_stamps[name] = kept.gated[0], kept.gate_stamps[0]
            copy(out[state, 0], out[state, name])
        elif kept.gated[name] == gates and _newest(kept.stamps, gates) <= kept.gate_stamps[name]:
            copy(out[state - 1, name], out[state, name])
        else:
            kept.gated[name], kept.gate_stamps[name] = gates, clock
            latest(kept.ends, gates, kept.ready)
            day_quantiles(kept.ready, kept.counts, out[state, name])


@lean
def _follow(states: States, given: Given, of: _Open, kept: _Kept, out: Quantiles) -> None:
    clock = 0
    for state in range(len(states)):
        variants = states[state]
        for place in range(len(variants)):
            of.effects[place] = given.effects[variants[place]]
        opened = resolve(
            of.effects, given.needs, given.told_by, given.gating, True, of.waits, of.gates, of.reached, of.before
        )
        _bound(variants, opened, of, given)
        left = _wanted(of, opened)
        while left:
            bit = left & -left
            left ^= bit
            place = place_of(bit)
            if _renew(place, variants[place], of, given, kept, clock + 1):
                clock += 1
        _answer(state, of, kept, clock, out)


def follow(states: States, given: Given, out: Quantiles) -> None:
    """Fill ``out`` (states, milestones, 99) with days; ``states`` (states, steps) holds the variant of each step."""
    steps, draws, names = states.shape[1], given.takes.shape[1], len(given.gating)

    def words(count: int) -> Words:
        return np.zeros(count, np.int64)

    of = _Open(
        np.zeros(steps, np.int8), words(steps), words(steps), words(steps), words(names), words(steps), words(steps),
        words(steps),
    )  # fmt: skip
    kept = _Kept(
        np.zeros((steps, draws), np.uint16), np.full(steps, _NONE, np.int32), words(steps), words(steps),
        words(steps), words(names) + _NONE, words(names), np.zeros(draws, np.uint16), np.zeros(draws, np.bool_),
        np.zeros(int(NEVER_HALVES) + 1, np.int32),
    )  # fmt: skip
    _follow(states, given, of, kept, out)
