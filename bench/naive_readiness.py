"""The peer: longest path by numpy for one state, written from the rules in words, with independent draws."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.readiness.catalogue import MILESTONES, Catalogue, Step
from geo.readiness.compute import merged
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.needclass import NeedClass
from geo.readiness.status import BLOCKED, DONE, EXPIRED, RUNNING, TO_DO, UNKNOWN, StepStatus

DRAWS = 10_000
STRETCH = 0.5
Days = NDArray[np.float64]


def milestones(
    catalogue: Catalogue, land: Mapping[str, StepStatus], project: NeedClass, as_of: date
) -> dict[str, float]:
    """P80 of each milestone in days, everything unknown taken as needed."""
    states, generator = merged(catalogue, land, project), np.random.default_rng(1)
    ends: dict[str, Days] = {}
    needed: dict[str, NDArray[np.bool_]] = {}
    nothing = np.zeros(DRAWS)
    for code, step in catalogue.steps.items():
        status = states.get(code)
        before = (*step.needs, *catalogue.gating("start")) if step.after_start else step.needs
        ready = np.maximum.reduce([nothing, *(ends[one] for one in before)])
        state = "not_needed" if status is None else status.state
        if status is not None and state == DONE:
            ends[code] = nothing
            continue
        if (
            status is None
            or state not in (TO_DO, RUNNING, EXPIRED, UNKNOWN, BLOCKED)
            or not (step.terms or state == BLOCKED)
        ):
            ends[code] = ready
            continue
        chance = np.ones(DRAWS, dtype=bool)
        if state == UNKNOWN and step.outcome_of is not None:
            told = states.get(step.outcome_of)
            if step.outcome_of not in needed and (told is None or told.state != DONE):
                ends[code] = ready
                continue
            chance = (generator.random(DRAWS) < (step.probability or 1.0)) & needed.get(step.outcome_of, chance)
        needed[code] = chance
        takes = np.full(DRAWS, np.inf) if state == BLOCKED else _takes(step, status, as_of, generator)
        if state == RUNNING:
            ends[code] = np.maximum(takes, ready)
        else:
            ends[code] = ready + np.where(chance, takes, 0.0)
    return {
        name: float(np.quantile(np.maximum.reduce([nothing, *(ends[code] for code in catalogue.gating(name))]), 0.8))
        for name in MILESTONES
    }


def _takes(step: Step, status: StepStatus, as_of: date, generator: np.random.Generator) -> Days:
    running = status.state == RUNNING
    low, typical, high = step.terms_of(status.since if running and status.since else as_of, status.units).months
    if high <= low:
        months = np.full(DRAWS, low)
    else:
        rise = 4 * (typical - low) / (high - low)
        size = DRAWS * 20 if running else DRAWS
        months = low + (high - low) * generator.beta(1 + rise, 5 - rise, size=size)
    shortest = low
    if running and status.since is not None:
        elapsed = (as_of - status.since).days / MEAN_MONTH
        elapsed = min(elapsed, float(np.quantile(months, 0.9)))
        left = months[months >= elapsed] - elapsed
        months, shortest = generator.choice(left, DRAWS), max(low - elapsed, 0.0)
    elif running:
        months = months[:DRAWS] / 2
    if status.stale:
        months = months + STRETCH * np.maximum(months - shortest, 0.0)
    return (months + step.per_unit * (status.units - 1) * (not running)) * MEAN_MONTH
