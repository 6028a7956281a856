"""Every status of every step that a batch meets, by number: its effect on what waits for it, and the days it takes."""

from datetime import date

import numpy as np

from geo.readiness import precedence
from geo.readiness.catalogue import Catalogue
from geo.readiness.distinct import plain
from geo.readiness.draws import Stream, columns, count
from geo.readiness.follow import Given, States
from geo.readiness.network import effect_of
from geo.readiness.precedence import CUT, GAP, OPEN, SEEN_THROUGH
from geo.readiness.quantiles import Halves, halves_of
from geo.readiness.status import DONE, NOT_NEEDED, TO_DO, UNKNOWN, StepStatus
from geo.readiness.takes import Flags, days_of

ABSENT, OVER = 0, 1
"""Variants that stand for any step's: nothing is asked of it, it is over."""


class Variants:
    """Steps in plain statuses, numbered as they are met."""

    def __init__(self, catalogue: Catalogue, as_of: date, draws: int, seed: int) -> None:
        self._as_of = as_of
        self._steps = tuple(catalogue.steps.values())
        self._rules = precedence.rules_of(catalogue)
        self._streams = [Stream(code, places, draws, seed) for code, places in columns(catalogue).items()]
        self._draws = count(draws)
        self._met: list[tuple[int, StepStatus]] = [(0, StepStatus(NOT_NEEDED)), (0, StepStatus(DONE))]
        self._numbers: dict[tuple[int, StepStatus], int] = {}
        self._takes: dict[int, Halves] = {}

    def number(self, place: int, status: StepStatus) -> int:
        """The variant of the step at a place of the catalogue, in a status."""
        key = place, plain(self._steps[place], status, self._as_of)
        if key not in self._numbers:
            self._numbers[key] = len(self._met)
            self._met.append(key)
        return self._numbers[key]

    def asked(self) -> Flags:
        """Of which variants something is asked, even if it is over."""
        return np.array([status.state != NOT_NEEDED for _, status in self._met])

    def unsaid(self) -> Flags:
        """Which variants say nothing of the step: the need's own word counts."""
        found = np.array([status.state == UNKNOWN for _, status in self._met])
        found[ABSENT] = True
        return found

    def bounds(self, states: States) -> tuple[States, States]:
        """``states`` (states, steps) as the prudent and the optimistic bound have them: with nothing unknown left."""
        prudent, optimistic = np.arange(len(self._met)), np.arange(len(self._met))
        for number, effect in enumerate(self._effects()):
            if effect == SEEN_THROUGH:
                prudent[number] = optimistic[number] = ABSENT
            elif effect == CUT:
                prudent[number] = optimistic[number] = OVER
            elif effect == GAP:
                place, status = self._met[number]
                prudent[number] = self.number(place, StepStatus(TO_DO, units=status.units, stale=status.stale))
                optimistic[number] = ABSENT
        return prudent.astype(np.int32)[states], optimistic.astype(np.int32)[states]

    def given(self, states: States) -> Given:
        """What ``follow`` needs to follow these."""
        effects = np.array(self._effects(), np.int8)
        rows, takes = np.zeros(len(effects), np.int32), [np.zeros(self._draws, np.uint16)]
        used = np.unique(states)
        for row, number in enumerate(used[effects[used] >= OPEN].tolist(), 1):
            rows[number] = row
            takes.append(self._halves(number))
        matrix = np.stack(takes)
        rules = self._rules
        shortest, longest = matrix.min(axis=1).astype(np.int64), matrix.max(axis=1).astype(np.int64)
        return Given(effects, rows, matrix, shortest, longest, self._hits(), rules.needs, rules.told_by, rules.gating)

    def _effects(self) -> list[int]:
        of_any = [SEEN_THROUGH, CUT]
        return of_any + [effect_of(self._steps[place], status, self._as_of) for place, status in self._met[2:]]

    def _halves(self, number: int) -> Halves:
        if number not in self._takes:
            place, status = self._met[number]
            self._takes[number] = halves_of(days_of(self._streams[place], self._steps[place], status, self._as_of))
        return self._takes[number]

    def _hits(self) -> Flags:
        hits = np.ones((len(self._steps), self._draws), np.bool_)
        for place, step in enumerate(self._steps):
            if step.probability is not None:
                hits[place] = self._streams[place].needs() < step.probability
        return hits
