"""The dates of many states at once, for one class of needs: the same days as ``compute`` gives each of them alone.

A status met twice is read once, states that come to the same open steps are followed once, and what neighbours share
is not computed again: docs/decisions/readiness-batch.md.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import numpy as np

from geo.readiness.catalogue import MILESTONES, Catalogue
from geo.readiness.compute import SEED
from geo.readiness.dates import check_day
from geo.readiness.draws import DRAWS, Places
from geo.readiness.follow import Given, States, follow
from geo.readiness.needclass import NeedClass
from geo.readiness.quantiles import Quantiles
from geo.readiness.status import StepStatus
from geo.readiness.takes import Flags
from geo.readiness.variants import ABSENT, Variants

Written = TypeVar("Written", bound=Hashable)
THREADS = 2
_WORTH_A_THREAD = 256


@dataclass(frozen=True, slots=True)
class Dates:
    """Whole days from the day, (states, 99) for q01..q99 of each milestone; ``NEVER_DAYS`` for never.

    ``applies`` (states) says of which states a milestone is asked at all: start and start_cleared of all.
    """

    prudent: Mapping[str, Quantiles]
    optimistic: Mapping[str, Quantiles]
    applies: Mapping[str, Flags]


class Batch(Generic[Written]):
    """States of many parcels on a day, to be dated for any class of needs."""

    def __init__(
        self,
        catalogue: Catalogue,
        lands: Iterable[Mapping[str, Written]],
        as_of: date,
        read: Callable[[Written], StepStatus],
        *,
        draws: int = DRAWS,
        seed: int = SEED,
    ) -> None:
        """``lands``: states of the steps of each, as ``read`` understands them; an absent step is not needed.

        Raises ValueError for a step the catalogue does not have.
        """
        self._catalogue = catalogue
        self._place = {code: place for place, code in enumerate(catalogue.steps)}
        self._variants = Variants(catalogue, check_day(as_of), draws, seed)
        self._lands = self._numbered(lands, read)

    def dates(self, project: NeedClass | None) -> Dates:
        """The dates of every state for needs of a class; without one, of the owner-side steps alone."""
        return self._dated(self._merged(project))

    def as_given(self) -> Dates:
        """The dates of every state just as it is given, whichever side its steps are of."""
        return self._dated(self._lands)

    def _dated(self, states: States) -> Dates:
        distinct, back = _distinct(np.concatenate(self._variants.bounds(states)))
        days = _followed(distinct, self._variants.given(distinct))
        prudent, optimistic = (days[places] for places in np.split(back, 2))
        asked = self._variants.asked()[states]
        return Dates(
            {name: prudent[:, number] for number, name in enumerate(MILESTONES)},
            {name: optimistic[:, number] for number, name in enumerate(MILESTONES)},
            {name: self._applies(name, asked) for name in MILESTONES},
        )

    def _numbered(self, lands: Iterable[Mapping[str, Written]], read: Callable[[Written], StepStatus]) -> States:
        met: dict[tuple[str, Written], tuple[int, int]] = {}
        rows = []
        for land in lands:
            row = [ABSENT] * len(self._place)
            for item in land.items():
                found = met.get(item)
                if found is None:
                    found = met[item] = self._read(item[0], read(item[1]))
                row[found[0]] = found[1]
            rows.append(row)
        return np.array(rows, np.int32).reshape(len(rows), len(self._place))

    def _read(self, code: str, status: StepStatus) -> tuple[int, int]:
        if code not in self._place:
            raise ValueError(f"no such step in the catalogue: {code}")
        return self._place[code], self._variants.number(self._place[code], status)

    def _merged(self, project: NeedClass | None) -> States:
        """As ``compute.merged``: a need's own step counts where the land says nothing of it, ``already`` before all."""
        own = {} if project is None else {code: self._read(code, status)[1] for code, status in project.steps}
        over = {} if project is None else {code: self._read(code, status)[1] for code, status in project.already}
        unsaid, states = self._variants.unsaid(), self._lands.copy()
        for place, step in enumerate(self._catalogue.steps.values()):
            column = states[:, place]
            if step.side == "project":
                column[unsaid[column] | (project is None)] = own.get(step.code, ABSENT)
            if step.code in over:
                column[:] = over[step.code]
        return states

    def _applies(self, name: str, asked: Flags) -> Flags:
        """As ``compute``: power when a connection is asked for, production when the building time is known."""
        if name in ("start", "start_cleared"):
            return np.ones(len(asked), np.bool_)
        codes = self._catalogue.gating(name)
        if name == "production":
            codes = tuple(code for code in codes if self._catalogue.steps[code].after_start)
        columns: Flags = asked[:, [self._place[code] for code in codes]]
        found: Flags = np.asarray(columns.any(axis=1))
        return found


def _distinct(states: States) -> tuple[States, Places]:
    """The different rows, those that begin alike side by side, and where each row is among them."""
    whole = np.ascontiguousarray(states).view(np.dtype((np.void, states.shape[1] * states.itemsize)))[:, 0]
    _, first, back = np.unique(whole, return_index=True, return_inverse=True)
    return states[first], back


def _followed(states: States, given: Given) -> Quantiles:
    """Days of all milestones, in as many threads as pay: the kernel runs without the interpreter's lock."""
    out = np.zeros((len(states), len(MILESTONES), 99), np.int16)
    parts = min(THREADS, max(len(states) // _WORTH_A_THREAD, 1))
    bounds = np.linspace(0, len(states), parts + 1).astype(int)
    shares = [slice(first, last) for first, last in itertools.pairwise(bounds)]
    if parts == 1:
        follow(states, given, out)
        return out
    with ThreadPoolExecutor(parts) as threads:
        list(threads.map(lambda share: follow(states[share], given, out[share]), shares))
    return out
