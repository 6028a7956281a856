"""The plan of work behind the dates: for each open step its bar, how far it may slip, and what it waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.readiness import network, simulate
from geo.readiness.catalogue import MILESTONES, Catalogue
from geo.readiness.compute import DRAWS, SEED
from geo.readiness.simulate import Run
from geo.readiness.status import NOT_NEEDED, StepStatus
from geo.readiness.takes import Days

SHOWN = {"p10": 0.1, "p50": 0.5, "p80": 0.8}


@dataclass(frozen=True, slots=True)
class Bar:
    """One open step: days from ``as_of`` at which it begins and ends, by the names of SHOWN (infinite = never).

    ``slack``: days it may slip, in the median, before works begin later; None when works do not wait for it.
    """

    code: str
    begins: Mapping[str, float]
    ends: Mapping[str, float]
    slack: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Bars in the order of the work, ``edges`` (before, after) between the steps shown, and, for each milestone, the
    steps it waits for last.
    """

    bars: tuple[Bar, ...]
    edges: tuple[tuple[str, str], ...]
    gates: Mapping[str, tuple[str, ...]]


def plan(catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date) -> Plan:
    """The plan of the prudent bound, on the draws that the dates are computed with; ``statuses`` of both sides."""
    net = network.build(catalogue, statuses, as_of, prudent=True)
    run = simulate.run(net, as_of, DRAWS, SEED)
    codes = [node.step.code for node in net.nodes]
    slacks = _slacks(run)
    bars = tuple(
        Bar(code, _quantiles(run.starts[place]), _quantiles(run.ends[place]), slacks[place])
        for place, code in enumerate(codes)
    )
    shown = [code for code, status in statuses.items() if status.state != NOT_NEEDED]
    gates = {name: tuple(codes[place] for place in net.gates[name]) for name in MILESTONES}
    return Plan(bars, edges(catalogue, shown), gates)


def _quantiles(days: Days) -> dict[str, float]:
    """Order statistics, as the milestones have them."""
    places = {name: int(np.ceil(share * len(days))) - 1 for name, share in SHOWN.items()}
    rising = np.partition(days, sorted(places.values()))
    return {name: float(rising[place]) for name, place in places.items()}


def _slacks(run: Run) -> list[float | None]:
    """Backwards from the start of works: the latest each step may end, less when it ends."""
    nodes = run.network.nodes
    latest = np.full(run.ends.shape, np.inf)
    for gate in run.network.gates["start"]:
        latest[gate] = run.reached("start")
    for place in range(len(nodes) - 1, -1, -1):
        # A running step has begun: it only holds back its end. One that never ends takes no part.
        takes = np.zeros(run.ends.shape[1])
        if not nodes[place].running:
            np.subtract(run.ends[place], run.starts[place], out=takes, where=np.isfinite(run.ends[place]))
        for before in nodes[place].waits:
            latest[before] = np.minimum(latest[before], latest[place] - takes)
    waited = _leads_to_start(run)
    return [
        max(float(np.median(latest[place] - run.ends[place])), 0.0)
        if place in waited and np.isfinite(run.ends[place]).all()
        else None
        for place in range(len(nodes))
    ]


def _leads_to_start(run: Run) -> set[int]:
    found: set[int] = set()
    to_see = list(run.network.gates["start"])
    while to_see:
        place = to_see.pop()
        if place not in found:
            found.add(place)
            to_see += run.network.nodes[place].waits
    return found


def edges(catalogue: Catalogue, shown: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What waits for what among the steps shown, seen through the others; an edge that others imply is left out."""
    among = set(shown)
    reached: dict[str, frozenset[str]] = {}
    before: dict[str, frozenset[str]] = {}
    found = []
    for step in catalogue.steps.values():
        needs = (*step.needs, *catalogue.gating("start")) if step.after_start else step.needs
        direct = frozenset[str]().union(*(reached[code] for code in needs))
        if step.code not in among:
            reached[step.code] = direct
            continue
        implied = frozenset[str]().union(*(before[code] for code in direct))
        found += [(code, step.code) for code in catalogue.steps if code in direct - implied]
        reached[step.code] = frozenset({step.code})
        before[step.code] = direct | implied
    return tuple(found)
