"""What is left to do: the steps still open between today and each milestone, for one bound on what is unknown.

Rules, for each step of the catalogue:

- not_needed, or absent: transparent. What waits for it waits for what it needs.
- done: cut. What waits for it does not wait, even if something it once needed is open.
- expired, or done but past its term on the day: to do again. Done or running from a later day: still to do.
- to_do: open. running: open, with what is left of it; it cannot end before what it needs has ended.
- blocked: open for ever.
- unknown, but the outcome of another step: open in a share of the draws (the catalogue's probability) when that
  other step is itself open or done, else transparent; a chance, not an ignorance.
- unknown otherwise: open in the *prudent* bound, transparent in the *optimistic* one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.readiness import draws, precedence
from geo.readiness.begun import state_on
from geo.readiness.catalogue import MILESTONES, Catalogue, Step
from geo.readiness.precedence import BEGUN, CUT, GAP, NOBODY, OPEN, OUTCOME, SEEN_THROUGH
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, RUNNING, UNKNOWN, StepStatus

_ABSENT = StepStatus(NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Node:
    """An open step: places of the nodes it waits for, and of the one whose outcome decides if it is needed.

    ``running`` says whether it has begun; ``chance`` is the probability it is needed, None when it certainly is;
    ``columns`` are those of its draws.
    """

    step: Step
    status: StepStatus
    running: bool
    waits: tuple[int, ...]
    chance: float | None
    decided_by: int | None
    columns: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Network:
    """Open steps, each after what it waits for, and for each milestone the places of the last nodes it waits for."""

    nodes: tuple[Node, ...]
    gates: Mapping[str, tuple[int, ...]]


def gaps(catalogue: Catalogue, statuses: Mapping[str, StepStatus]) -> tuple[str, ...]:
    """Steps whose need nobody knows and no procedure under way will tell: what the two bounds differ by."""
    return tuple(
        code
        for code, step in catalogue.steps.items()
        if step.terms and step.outcome_of is None and statuses.get(code, _ABSENT).state == UNKNOWN
    )


def effect_of(step: Step, status: StepStatus, as_of: date) -> int:
    """Effect of a step on those that wait for it, as ``geo.readiness.precedence`` counts them."""
    state = state_on(step, status, as_of)
    if state == DONE:
        return CUT
    if state == BLOCKED:
        return OPEN
    if state == NOT_NEEDED or not step.terms:
        return SEEN_THROUGH
    if state == UNKNOWN:
        return GAP if step.outcome_of is None else OUTCOME
    return BEGUN if state == RUNNING else OPEN


def build(catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date, *, prudent: bool) -> Network:
    """The network of one bound; every status is of a step of the catalogue."""
    rules, columns = precedence.rules_of(catalogue), draws.columns(catalogue)
    steps = tuple(catalogue.steps.values())
    found = [statuses.get(step.code, _ABSENT) for step in steps]
    effects = np.array([effect_of(*one, as_of) for one in zip(steps, found, strict=True)], np.int8)
    waits, reached, before = np.zeros((3, len(steps)), np.int64)
    gates = np.zeros(len(MILESTONES), np.int64)
    opened = precedence.resolve(
        effects, rules.needs, rules.told_by, rules.gating, prudent, waits, gates, reached, before
    )
    number = {place: node for node, place in enumerate(_places(opened))}

    def nodes(word: int) -> tuple[int, ...]:
        return tuple(number[place] for place in _places(word))

    def node(place: int) -> Node:
        by_chance = effects[place] == OUTCOME
        telling = int(rules.told_by[place]) if by_chance else NOBODY
        chance = steps[place].probability if by_chance else None
        running = bool(effects[place] == BEGUN)
        before, decided_by = nodes(int(waits[place])), number.get(telling)
        return Node(steps[place], found[place], running, before, chance, decided_by, columns[steps[place].code])

    return Network(
        tuple(node(place) for place in number),
        {name: nodes(int(word)) for name, word in zip(MILESTONES, gates, strict=True)},
    )


def _places(word: int) -> list[int]:
    return [place for place in range(word.bit_length()) if word >> place & 1]
