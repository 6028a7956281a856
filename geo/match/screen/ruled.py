"""The plan's rules on buildings that are known, by parcel: beside the columns, for planners say them at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.land.building_limits import BuildingRule, Limit
from geo.store import building_rules

Ids = NDArray[np.int64]
Numbers = NDArray[np.int32]
Rules = Mapping[BuildingRule, Limit]


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules known of each parcel that has any; those of a zone are the same on much land.

    ``ids`` in order, each with its number among the ``distinct`` rules.
    """

    by_id: Mapping[int, Rules] = field(default_factory=dict)
    ids: Ids = field(init=False)
    numbers: Numbers = field(init=False)
    distinct: Sequence[Rules] = field(init=False)

    def __post_init__(self) -> None:
        met: dict[tuple[tuple[BuildingRule, Limit], ...], int] = {}
        ids = sorted(self.by_id)
        numbers = [met.setdefault(tuple(self.by_id[one].items()), len(met)) for one in ids]
        object.__setattr__(self, "ids", np.array(ids, np.int64))
        object.__setattr__(self, "numbers", np.array(numbers, np.int32))
        object.__setattr__(self, "distinct", [dict(rules) for rules in met])

    def of(self, ids: Ids) -> Numbers:
        """The number of the rules of each of these parcels, -1 where none is known."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int32)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, self.numbers[places], np.int32(-1))

    def stamp(self, ids: Ids) -> int:
        """A number for all that is known of these parcels, the same in every process; 0 where nothing is."""
        numbers = self.of(ids)
        told = [blake2b(repr(sorted(rules.items())).encode(), digest_size=8).digest() for rules in self.distinct]
        stamps = np.array([int.from_bytes(one, "little") for one in told], np.uint64)
        known = numbers >= 0
        with np.errstate(over="ignore"):
            mixed = stamps[numbers[known]] ^ _mixed(ids[known].astype(np.uint64))
            return int(_mixed(mixed).sum(dtype=np.uint64))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Other numbers, of which every bit depends on all of those (the finisher of SplitMix64)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Ruled:
    """The rules as they stood at one moment, and the figures that stood then, by what that moment is known."""

    standing: str
    figures: frozenset[int]
    limits: Limits


def followed(connection: Connection, known: Ruled | None, changed: Sequence[int]) -> Ruled:
    """The rules as they stand now, whoever may see the land: those known, but for the parcels ``changed`` since and
    those that a figure entered or taken back since is said of. All anew where none are known.

    Asked by the worker, of one snapshot.
    """
    standing = building_rules.standing(connection)
    if known is not None and known.standing == standing and not (changed and standing):
        return known
    figures = building_rules.figures(connection)
    if known is None:
        return Ruled(standing, figures, Limits(building_rules.limits_of_all(connection)))
    again = {*changed, *building_rules.said_of(connection, figures ^ known.figures)}
    if not again:
        return Ruled(standing, figures, known.limits)
    kept = {one: rules for one, rules in known.limits.by_id.items() if one not in again}
    return Ruled(standing, figures, Limits(kept | building_rules.limits_of_all(connection, sorted(again))))
