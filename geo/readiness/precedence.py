"""What waits for what among the steps still open, as sets of places in 64-bit words; compiled, for one state or many.

The rules are those of ``geo.readiness.network``, which says them in words and gives each step its effect.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.readiness.catalogue import MILESTONES, Catalogue

Words = NDArray[np.int64]
Bytes = NDArray[np.int8]

SEEN_THROUGH, CUT, OPEN, BEGUN, GAP, OUTCOME = range(6)
"""Effect of a step on those that wait for it: transparent, over, open, open and begun, open in the prudent bound only,
open in a share of the draws when the step that tells is open or over."""
NOBODY = -1

# 2 is a primitive root of 67: the remainders of its powers are all different.
_PLACE_OF = np.full(67, -1, dtype=np.int8)
_PLACE_OF[[pow(2, place, 67) for place in range(63)]] = np.arange(63)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """A catalogue as words: what each step needs, which step tells of it (or NOBODY), what each milestone waits for."""

    needs: Words
    told_by: Bytes
    gating: Words


def rules_of(catalogue: Catalogue) -> Rules:
    """The rules of a catalogue; places are those of its order."""
    place = {code: number for number, code in enumerate(catalogue.steps)}

    def word(codes: tuple[str, ...]) -> int:
        return sum(1 << place[code] for code in set(codes))

    steps = catalogue.steps.values()
    starting = catalogue.gating("start")
    needs = [word((*step.needs, *starting) if step.after_start else step.needs) for step in steps]
    told_by = [NOBODY if step.outcome_of is None else place[step.outcome_of] for step in steps]
    gating = [word(catalogue.gating(name)) for name in MILESTONES]
    return Rules(np.array(needs, np.int64), np.array(told_by, np.int8), np.array(gating, np.int64))


@lean
def place_of(bit: int) -> int:
    """The place of a word's only bit."""
    return _PLACE_OF[bit % 67]  # type: ignore[no-any-return]


@lean
def _union(words: Words, places: int) -> int:
    """What ``words`` hold at these places, together."""
    found = 0
    while places:
        bit = places & -places
        found |= words[place_of(bit)]
        places ^= bit
    return found


@lean
def resolve(
    effects: Bytes,
    needs: Words,
    told_by: Bytes,
    gating: Words,
    prudent: bool,
    waits: Words,
    gates: Words,
    reached: Words,
    before: Words,
) -> int:
    """Fill ``waits`` of each open step and ``gates`` of each milestone; the open steps.

    Both name the last open steps waited for: none of them waits for another of them. ``reached`` and ``before`` are
    for its own use, one word a step.
    """
    opened = 0
    for place in range(len(effects)):
        effect = effects[place]
        reached[place] = before[place] = 0
        if effect == CUT:
            continue
        below = _union(reached, needs[place])
        is_open = effect in (OPEN, BEGUN) or (effect == GAP and prudent)
        if effect == OUTCOME:
            telling = told_by[place]
            is_open = (opened >> telling) & 1 == 1 or effects[telling] == CUT
        if is_open:
            waits[place] = below & ~_union(before, below)
            before[place] = waits[place] | _union(before, waits[place])
            reached[place] = 1 << place
            opened |= 1 << place
        else:
            reached[place] = below
    for name in range(len(gating)):
        below = _union(reached, gating[name])
        gates[name] = below & ~_union(before, below)
    return opened
