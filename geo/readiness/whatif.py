"""Which single step, done or begun today, brings a milestone nearest, and what it would cost: here and over many.

An answer compares two computations on the same draws, so that it owes nothing to chance. A step is *done* with a
favourable outcome (``outcomes.finished``), or *begun*: running since today beside what it would have waited for, where
the catalogue says that it may (``early``). Steps that wait for nothing are supposed to begin today already.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from geo.readiness.batch import Batch
from geo.readiness.begun import state_on
from geo.readiness.catalogue import Catalogue, Cost, Step
from geo.readiness.outcomes import finished
from geo.readiness.result import NEVER, NEVER_DAYS, class_of
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

DONE_NOW, BEGUN_NOW = "done", "begun"
A_DAY = 1.0
"""What gains less than a day gains nothing."""
EARLY: Mapping[str, frozenset[str]] = {
    "under_6": frozenset({"immediate", "0_6"}),
    "under_12": frozenset({"immediate", "0_6", "6_12"}),
}
AT_ONCE = 1_000
"""Situations computed together: some ten times as many with a step done or begun, so that memory stays bounded."""
States = Mapping[str, StepStatus]


@dataclass(frozen=True, slots=True)
class Reach:
    """Days until a milestone (infinite: never), at P50 and P80: every unknown step counted, then none."""

    p50: float
    p80: float
    p50_optimistic: float
    p80_optimistic: float

    def less(self, other: "Reach") -> "Reach":
        """Days gained when ``other`` is reached instead: infinite when what never came now comes."""
        pairs = zip(self.values(), other.values(), strict=True)
        return Reach(*(0.0 if after == before else max(before - after, 0.0) for before, after in pairs))

    def values(self) -> tuple[float, float, float, float]:
        """The four of them."""
        return self.p50, self.p80, self.p50_optimistic, self.p80_optimistic


@dataclass(frozen=True, slots=True)
class Expense:
    """What doing a step costs, euros; None = not known. ``low`` is 0 for a step that may turn out not to be needed."""

    low: float | None
    typical: float | None
    high: float | None
    payer: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Gain:
    """One step done or begun now: days gained, when the milestone is then reached, and the expense."""

    step: str
    how: str
    state: str
    gained: Reach
    then: Reach
    expense: Expense | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Parcels in one state, with the surface of them all where it is known (m2)."""

    states: States
    parcels: int
    surface_m2: float | None


@dataclass(frozen=True, slots=True)
class TerritoryGain:
    """One step done or begun on every parcel it concerns: ``parcels`` it brings nearer, and by how much together.

    ``parcel_days`` are summed at P80 with every unknown step counted; ``freed``: parcels that could never be used
    before; ``early``: parcels that come under six and twelve months.
    """

    step: str
    how: str
    parcels: int
    parcel_days: float
    freed: int
    early: Mapping[str, int]
    expense: Expense | None


def gains(
    catalogue: Catalogue, states: States, milestone: str, as_of: date, *, surface_m2: float | None = None
) -> tuple[Reach, list[Gain]]:
    """When a milestone is reached now, and what each step alone would gain, the most at P80 first.

    ``states`` are those that count: of the owner's side, or merged with a need's. Steps that gain less than a day in
    every reading are left out. Raises KeyError for a milestone that does not exist.
    """
    ((now, found),) = _gains(catalogue, [states], milestone, as_of)
    priced = [
        replace(one, expense=expense_of(catalogue.steps[one.step], one.state, surface_m2))
        for one in found
        if max(one.gained.values()) >= A_DAY
    ]
    return now, sorted(priced, key=_most_first)


def territory(catalogue: Catalogue, holdings: Sequence[Holding], milestone: str, as_of: date) -> list[TerritoryGain]:
    """What each step alone would gain over many parcels, the most parcel-days at P80 first."""
    sums: dict[tuple[str, str], _Sum] = {}
    for first in range(0, len(holdings), AT_ONCE):
        few = holdings[first : first + AT_ONCE]
        found = _gains(catalogue, [one.states for one in few], milestone, as_of)
        for holding, (now, each) in zip(few, found, strict=True):
            for gain in each:
                if gain.gained.p80 >= A_DAY:
                    total = sums.setdefault((gain.step, gain.how), _Sum(catalogue.steps[gain.step], gain.how))
                    total.add(holding, now, gain, as_of)
    made = [total.told() for total in sums.values()]
    return sorted(made, key=lambda one: (-one.freed, -one.parcel_days, one.step, one.how))


def _gains(catalogue: Catalogue, many: Sequence[States], milestone: str, as_of: date) -> list[tuple[Reach, list[Gain]]]:
    """Of each state: when the milestone is reached, and every single step done or begun; all in one batch."""
    actions = [list(_actions(catalogue, states, as_of)) for states in many]
    asked: list[States] = []
    for states, each in zip(many, actions, strict=True):
        asked += [states, *(_after(catalogue, states, code, how, as_of) for code, how, _ in each)]
    reaches = iter(_reaches(catalogue, asked, milestone, as_of))
    made = []
    for each in actions:
        now = next(reaches)
        then = [(action, next(reaches)) for action in each]
        made.append((now, [Gain(*action, now.less(reach), reach, None) for action, reach in then]))
    return made


def _reaches(catalogue: Catalogue, many: Sequence[States], milestone: str, as_of: date) -> list[Reach]:
    """When a milestone is reached from each state."""
    dates = Batch(catalogue, many, as_of, lambda status: status).as_given()
    columns = [bound[milestone][:, place] for bound in (dates.prudent, dates.optimistic) for place in (49, 79)]
    rows = np.where(np.column_stack(columns) == NEVER_DAYS, NEVER, np.column_stack(columns))
    return [Reach(*row) for row in rows.tolist()]


def _actions(catalogue: Catalogue, states: States, as_of: date) -> Iterator[tuple[str, str, str]]:
    """What somebody can do: a step, how, and its state now."""
    for code, status in states.items():
        step = catalogue.steps[code]
        state = state_on(step, status, as_of)
        if _is_left(step, state):
            yield code, DONE_NOW, state
            if state in (TO_DO, EXPIRED, UNKNOWN) and step.early:
                yield code, BEGUN_NOW, state


def _is_left(step: Step, state: str) -> bool:
    """Whether somebody can do it: what only chance will call for is nobody's to do yet."""
    if state == UNKNOWN:
        return bool(step.terms) and step.outcome_of is None
    return state not in (DONE, NOT_NEEDED) and (bool(step.terms) or state == BLOCKED)


def _after(catalogue: Catalogue, states: States, code: str, how: str, as_of: date) -> States:
    if how == DONE_NOW:
        return finished(catalogue, states, code)
    return {**states, code: StepStatus(RUNNING, as_of, "begun", states[code].units)}


def expense_of(step: Step, state: str, surface_m2: float | None, parcels: int = 1) -> Expense | None:
    """What doing the step costs on so many parcels of so much land together; None when the catalogue knows no cost."""
    cost = step.cost
    if cost is None:
        return None
    low, typical, high = (_amount(cost, value, surface_m2, parcels) for value in _bounds(cost))
    return Expense(0.0 if state == UNKNOWN else low, typical, high, cost.payer, cost.source, cost.confidence)


def _bounds(cost: Cost) -> tuple[float | None, float | None, float | None]:
    """Low, typical, high; where only one is known it stands for all."""
    known = [value for value in (cost.minimum, cost.typical, cost.maximum) if value is not None]
    return min(known), cost.typical, max(known)


def _amount(cost: Cost, value: float | None, surface_m2: float | None, parcels: int) -> float | None:
    if value is None or value == 0:
        return value
    if cost.unit == "eur":
        return value * parcels
    return value * surface_m2 if cost.unit == "eur_m2" and surface_m2 is not None else None


def _most_first(gain: Gain) -> tuple[float, float, float, str, str]:
    return -gain.gained.p80, -gain.gained.p50, -gain.gained.p80_optimistic, gain.step, gain.how


class _Sum:
    """What one step gains, added up over holdings."""

    def __init__(self, step: Step, how: str) -> None:
        self.step, self.how = step, how
        self.parcels, self.freed, self.days = 0, 0, 0.0
        self.early = dict.fromkeys(EARLY, 0)
        self.spent: list[Expense | None] = []

    def add(self, holding: Holding, now: Reach, gain: Gain, as_of: date) -> None:
        count = holding.parcels
        self.parcels += count
        if math.isfinite(gain.gained.p80):
            self.days += gain.gained.p80 * count
        else:
            self.freed += count
        before, after = (class_of(as_of, one.p80) for one in (now, gain.then))
        for name, classes in EARLY.items():
            self.early[name] += count * (after in classes and before not in classes)
        self.spent.append(expense_of(self.step, gain.state, holding.surface_m2, count))

    def told(self) -> TerritoryGain:
        early = MappingProxyType(self.early)
        return TerritoryGain(self.step.code, self.how, self.parcels, self.days, self.freed, early, self._expense())

    def _expense(self) -> Expense | None:
        cost, spent = self.step.cost, [one for one in self.spent if one is not None]
        if cost is None:
            return None
        low, typical, high = (_added([getattr(one, name) for one in spent]) for name in ("low", "typical", "high"))
        return Expense(low, typical, high, cost.payer, cost.source, cost.confidence)


def _added(amounts: Sequence[float | None]) -> float | None:
    """The sum; None when one of them is not known."""
    known = [one for one in amounts if one is not None]
    return sum(known) if len(known) == len(amounts) else None
