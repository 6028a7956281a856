"""When can works start here: quantiles of each milestone, the path that decides, and how sure the answer is.

What is unknown about the parcel is neither free nor certain, so everything is computed twice. The *prudent* bound
takes every unknown step as needed, the *optimistic* one takes none; `docs/decisions/readiness-unknowns.md`. Dates
that are promised come from the prudent bound; a class is given only when both bounds give the same.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from geo.readiness import draws as numbers
from geo.readiness import durations, network, simulate
from geo.readiness.begun import state_on
from geo.readiness.catalogue import Catalogue, Step
from geo.readiness.dates import MEAN_MONTH, check_day, day_after
from geo.readiness.needclass import NeedClass
from geo.readiness.network import Network
from geo.readiness.quantiles import of_draws
from geo.readiness.result import NEVER, NEVER_DAYS, Milestone, Readiness, StepRow, class_of, day_of_quantile
from geo.readiness.simulate import Run
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, UNKNOWN, StepStatus
from geo.readiness.takes import Days

DRAWS = numbers.DRAWS
SEED = 20_260_101
CLASS_PROBABILITY = 0.8


def compute(
    catalogue: Catalogue,
    land: Mapping[str, StepStatus],
    project: NeedClass | None,
    as_of: date,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    ready_class: str | None = None,
    paths: bool = True,
) -> Readiness:
    """Readiness of one parcel on a day, for a project or, without one, of the parcel by itself.

    ``land``: states of the steps (``states_of``, then what planners entered); an absent step is not needed. Without
    a project only owner-side steps count, and ``power`` and ``production`` do not apply. The class always comes from
    owner-side steps; ``ready_class`` is it where it was computed before. Without ``paths`` only ``start`` tells its
    path, which takes as long as its dates. Same arguments, same answer. Raises ValueError for a step the catalogue does
    not have.
    """
    check_day(as_of)
    owner = {code: status for code, status in land.items() if _side(catalogue, code) == "owner"}
    statuses = owner if project is None else merged(catalogue, land, project)
    bounds = _Bounds(catalogue, statuses, as_of, draws, seed)
    ready = ready_class or _ready_class(_Bounds(catalogue, owner, as_of, draws, seed) if project else bounds, as_of)
    start = bounds.milestone("start")
    cleared = start if bounds.same("start", "start_cleared") else bounds.milestone("start_cleared", path=paths)
    asked = [name for name in ("power", "production") if _applies(catalogue, statuses, name)]
    others = {name: bounds.milestone(name, path=paths) for name in asked}
    return Readiness(
        as_of=as_of,
        start=start,
        start_cleared=cleared,
        power=others.get("power"),
        production=others.get("production"),
        critical_path=start.path,
        ready_class=ready,
        steps=_rows(catalogue, statuses, bounds.prudent, start, as_of),
        unknown=network.gaps(catalogue, statuses),
        blocked=tuple(code for code in catalogue.steps if _state(statuses, code) == BLOCKED),
        flags=tuple(_flags(catalogue, statuses, start, as_of)),
        catalogue=catalogue.version,
    )


def merged(catalogue: Catalogue, land: Mapping[str, StepStatus], project: NeedClass) -> Mapping[str, StepStatus]:
    """States of all steps for a project: its own, what it says is done already, and what the land says of both sides.

    The land's word on a project-side step (done by the zone's own file, called for by a wetland) beats the trigger
    of the need, unless the land does not know.
    """
    statuses = dict(project.steps)
    for code, status in land.items():
        if _side(catalogue, code) == "owner" or status.state != UNKNOWN:
            statuses[code] = status
    statuses.update(project.already)
    return statuses


class _Bounds:
    """The two runs of one situation; the same one twice when nothing is unknown."""

    def __init__(
        self, catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date, draws: int, seed: int
    ) -> None:
        def run(*, prudent: bool) -> Run:
            return simulate.run(network.build(catalogue, statuses, as_of, prudent=prudent), as_of, draws, seed)

        self._as_of = as_of
        self.prudent = run(prudent=True)
        self.optimistic = run(prudent=False) if network.gaps(catalogue, statuses) else self.prudent

    def same(self, name: str, other: str) -> bool:
        """Whether two milestones wait for the same open steps."""
        runs = (self.prudent, self.optimistic)
        return all(run.network.gates[name] == run.network.gates[other] for run in runs)

    def milestone(self, name: str, *, path: bool = True) -> Milestone:
        prudent = quantiles(self.prudent.reached(name))
        same = self.optimistic is self.prudent
        optimistic = prudent if same else quantiles(self.optimistic.reached(name))
        if not path:
            return Milestone(self._as_of, prudent, optimistic, (), {})
        codes = codes_of(self.prudent.network)
        critical = self.prudent.critical(name)
        chain = simulate.most_frequent_chain(critical, codes)
        return Milestone(self._as_of, prudent, optimistic, chain, simulate.shares(critical, codes))


def quantiles(days: Days) -> tuple[float, ...]:
    """q01..q99 as whole days, the first by whose end it is reached: monotone, and infinite stays infinite."""
    return tuple(NEVER if day == NEVER_DAYS else float(day) for day in of_draws(days).tolist())


def codes_of(net: Network) -> tuple[str, ...]:
    """Codes of the open steps, in the order of the arrays."""
    return tuple(node.step.code for node in net.nodes)


def _side(catalogue: Catalogue, code: str) -> str:
    if code not in catalogue.steps:
        raise ValueError(f"no such step in the catalogue: {code}")
    return catalogue.steps[code].side


def _state(statuses: Mapping[str, StepStatus], code: str) -> str:
    status = statuses.get(code)
    return NOT_NEEDED if status is None else status.state


def _applies(catalogue: Catalogue, statuses: Mapping[str, StepStatus], milestone: str) -> bool:
    """Power applies when a connection is asked for, production when the building time is known."""
    asked = [code for code in catalogue.gating(milestone) if _state(statuses, code) != NOT_NEEDED]
    if milestone == "production":
        return any(catalogue.steps[code].after_start for code in asked)
    return bool(asked)


def _ready_class(bounds: _Bounds, as_of: date) -> str:
    found = {
        class_of(as_of, day_of_quantile(quantiles(run.reached("start")), CLASS_PROBABILITY))
        for run in (bounds.prudent, bounds.optimistic)
    }
    return found.pop() if len(found) == 1 else "unknown"


def _rows(
    catalogue: Catalogue, statuses: Mapping[str, StepStatus], run: Run, start: Milestone, as_of: date
) -> tuple[StepRow, ...]:
    """A row a step that is not not-needed, in the order of the work."""
    codes = codes_of(run.network)
    begins, ends = (dict(zip(codes, _medians(days), strict=True)) for days in (run.starts, run.ends))
    needed = simulate.shares(run.needed, codes)
    return tuple(
        StepRow(
            code=code,
            side=step.side,
            state=state_on(step, statuses[code], as_of),
            since=statuses[code].since,
            source=statuses[code].source,
            p50_start=day_after(as_of, begins[code]) if code in begins else None,
            p50_end=day_after(as_of, ends[code]) if code in ends else None,
            criticality=start.criticality.get(code, 0.0),
            needed=needed.get(code, 0.0),
        )
        for code, step in catalogue.steps.items()
        if _state(statuses, code) != NOT_NEEDED
    )


def _medians(values: Days) -> list[float]:
    middle = (values.shape[1] - 1) // 2
    medians: list[float] = np.partition(values, middle, axis=1)[:, middle].tolist()
    return medians


def _flags(catalogue: Catalogue, statuses: Mapping[str, StepStatus], start: Milestone, as_of: date) -> Iterable[str]:
    """Codes ``what:STEP`` of what a reader must know beside the dates."""
    use = day_after(as_of, start.days[49])
    for code, step in catalogue.steps.items():
        if code in statuses:
            yield from (f"{what}:{code}" for what in _flags_of(step, statuses[code], use, as_of))


def _flags_of(step: Step, status: StepStatus, use: date | None, as_of: date) -> Iterable[str]:
    state, since = state_on(step, status, as_of), status.since
    if state == EXPIRED:
        yield "expired"
    if status.stale:
        yield "stale"
    if not step.terms and state not in (NOT_NEEDED, DONE):
        yield "dated_rule"
    if since is not None and since > as_of:
        yield "dated_later"
    elif state == DONE:
        over = status.over_from(step.expires)
        if over and use and over < use:
            yield "expires_before_start"
    elif since is not None and state == RUNNING and step.terms:
        elapsed = (as_of - since).days / MEAN_MONTH
        months = durations.for_units(step.terms_of(since, status.units).months, step.per_unit, status.units)
        yield from ["overdue"] if durations.overdue(months, elapsed) else []
