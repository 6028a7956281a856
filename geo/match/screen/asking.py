"""What is asked of land: the need, the day by which each row is reached, and what lies around."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import Industry, Market, Origin
from geo.match.criteria.dates import NEVER
from geo.match.need.need import Need
from geo.match.parcel.around import Around
from geo.match.parcel.candidate import Candidate
from geo.match.screen.columns import KINDS, Column, Rows
from geo.match.screen.land import Land
from geo.match.screen.ruled import Rules

Ordinals = NDArray[np.int64]
Verdicts = NDArray[np.int8]

PASS, FAIL, UNKNOWN, DOUBT = (np.int8(number) for number in range(4))
"""Of a criterion on a row; DOUBT where only the parcel itself tells which of the others it is."""
NO_DAY = -1
FEW = 64
"""Distinct values that are asked whether they occur or not: to look which do takes longer."""
NEVER_DAY = NEVER.toordinal()


class Days(Protocol):
    """The day (ordinal) by which a milestone is reached at each row; NO_DAY: unknown, NEVER_DAY: never."""

    def __call__(self, milestone: str, rows: Rows) -> Ordinals:
        """At the probability of the need, as `ReadinessView.date_at`."""

    def between(self, milestone: str, rows: Rows) -> tuple[Ordinals, Ordinals]:
        """The prudent day, and the earliest: that of who takes no unknown step to be needed."""


@dataclass(slots=True)
class Asking:
    """One need asked of some land."""

    need: Need
    land: Land
    days: Days
    around: Around = field(default_factory=Around)
    _stand_ins: dict[tuple[str, int], Candidate] = field(default_factory=dict)

    def column(self, name: str, rows: Rows) -> Column:
        """A column of the land."""
        return self.land.column(name, rows)

    def by_kind(
        self, name: str, rows: Rows, judge: Callable[[Candidate], int | float], kind: type[np.generic] = np.float64
    ) -> Column:
        """What ``judge`` says of a parcel, of which it reads only the facts of one column: asked once a value."""
        known = self.land.kinds[name].values
        met: Sequence[int] = range(len(known))
        if len(known) > FEW:
            met = np.flatnonzero(np.bincount(self.column(name, rows), minlength=len(known))).tolist()
        told = np.zeros(len(known), kind)
        for number in met:
            told[number] = judge(self._stand_in(name, number))
        return self.land.looked_up(name, told, rows)

    def limited(self, rows: Rows) -> NDArray[np.bool_]:
        """Rows of which some rule on buildings is known."""
        return self.land.limits.of(self.column("id", rows)) >= 0

    def by_rules(
        self, rows: Rows, judge: Callable[[Rules], int | float], kind: type[np.generic] = np.float64
    ) -> Column:
        """What ``judge`` says of the plan's rules on buildings that are known at each row: asked once a set of them."""
        limits = self.land.limits
        told = np.array([judge(rules) for rules in (*limits.distinct, {})], kind)  # the last is that of -1: none known
        return told[limits.of(self.column("id", rows))]

    def _stand_in(self, name: str, number: int) -> Candidate:
        key = (name, number)
        if key not in self._stand_ins:
            facts = dict(zip(KINDS[name], self.land.kinds[name].values[number], strict=True))
            self._stand_ins[key] = stand_in(facts, self.around)
        return self._stand_ins[key]


def stand_in(facts: Mapping[str, Any], around: Around, limits: Mapping[BuildingRule, Limit] | None = None) -> Candidate:
    """A parcel of which only these facts are known."""
    market, industry = facts.get("market"), facts.get("industry")
    return Candidate(
        id=0,
        origin=Origin(facts.get("origin") or Origin.TERRAIN),
        market=None if market is None else Market(market),
        etat_occup=facts.get("etat_occup"),
        usage=facts.get("usage"),
        industry=None if industry is None else Industry(industry),
        commune_insee=facts.get("commune"),
        epci_siren=facts.get("epci"),
        epci_name=facts.get("epci_name"),
        area_ids=facts.get("area_ids") or frozenset(),
        networks=dict(facts.get("networks") or ()),
        lon=0.0 if facts.get("placed") else None,
        lat=0.0 if facts.get("placed") else None,
        around=around,
        limits=limits or {},
    )
