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

from geo.readiness.catalogue import MILESTONES, Catalogue, Step
from geo.readiness.dates import add_months
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

_ABSENT = StepStatus(NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Node:
    """An open step: places of the nodes it waits for, and of the one whose outcome decides if it is needed.

    ``began`` is the day whose law applies; ``running`` says whether it has begun; ``chance`` is the probability it
    is needed, None when it certainly is.
    """

    step: Step
    status: StepStatus
    began: date
    running: bool
    blocked: bool
    waits: tuple[int, ...]
    chance: float | None
    decided_by: int | None


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


def state_on(step: Step, status: StepStatus, as_of: date) -> str:
    """State on a day: a finished step past its term is expired, one dated later than the day is still to do."""
    if status.since is None:
        return status.state
    if status.state in (DONE, RUNNING) and status.since > as_of:
        return TO_DO
    if status.state == DONE and step.expires is not None and add_months(status.since, step.expires) <= as_of:
        return EXPIRED
    return status.state


def build(catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date, *, prudent: bool) -> Network:
    """The network of one bound; every status is of a step of the catalogue."""
    builder = _Builder(catalogue, statuses, as_of, prudent)
    for step in catalogue.steps.values():
        builder.add(step)
    return Network(tuple(builder.nodes), {name: builder.last(catalogue.gating(name)) for name in MILESTONES})


class _Builder:
    def __init__(self, catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date, prudent: bool) -> None:
        self._catalogue = catalogue
        self._statuses = statuses
        self._as_of = as_of
        self._prudent = prudent
        self._reached: dict[str, tuple[int, ...]] = {}
        self._place: dict[str, int] = {}
        self._before: list[frozenset[int]] = []
        self.nodes: list[Node] = []

    def reach(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        """Places of the open steps that ``codes`` come down to, seen through transparent ones."""
        return tuple({place for code in codes for place in self._reached[code]})

    def last(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        """Those of ``reach`` that no other of them waits for: the others are over by then."""
        places = self.reach(codes)
        earlier = frozenset[int]().union(*(self._before[place] for place in places))
        return tuple(sorted(place for place in places if place not in earlier))

    def add(self, step: Step) -> None:
        status = self._status(step.code)
        state = state_on(step, status, self._as_of)
        needs = (*step.needs, *self._catalogue.gating("start")) if step.after_start else step.needs
        if state == DONE:
            self._reached[step.code] = ()
        elif self._is_open(step, state):
            self._reached[step.code] = (len(self.nodes),)
            self._place[step.code] = len(self.nodes)
            waits = self.last(needs)
            self._before.append(frozenset(waits).union(*(self._before[place] for place in waits)))
            self.nodes.append(self._node(step, status, state, waits))
        else:
            self._reached[step.code] = self.reach(needs)

    def _is_open(self, step: Step, state: str) -> bool:
        if state == NOT_NEEDED or not step.terms:
            return False
        if state != UNKNOWN:
            return True
        if step.outcome_of is not None:
            return step.outcome_of in self._place or self._is_done(step.outcome_of)
        return self._prudent

    def _is_done(self, code: str) -> bool:
        return state_on(self._catalogue.steps[code], self._status(code), self._as_of) == DONE

    def _status(self, code: str) -> StepStatus:
        return self._statuses.get(code, _ABSENT)

    def _node(self, step: Step, status: StepStatus, state: str, waits: tuple[int, ...]) -> Node:
        running = state == RUNNING
        began = status.since if running and status.since else self._as_of
        by_chance = state == UNKNOWN and step.outcome_of is not None
        chance = step.probability if by_chance else None
        decided_by = self._place.get(step.outcome_of or "") if by_chance else None
        return Node(step, status, began, running, state == BLOCKED, waits, chance, decided_by)
