"""The plan's rules on buildings that are known, by parcel: few have any, so they stand beside the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.land.building_limits import BuildingRule, Limit
from geo.store import building_rules

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules known of each parcel that has any."""

    by_id: Mapping[int, Mapping[BuildingRule, Limit]] = field(default_factory=dict)
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", np.array(sorted(self.by_id), np.int64))

    def known(self, ids: Ids) -> NDArray[np.bool_]:
        """Of which of these parcels some rule is known."""
        if not len(self.ids):
            return np.zeros(len(ids), np.bool_)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        found: NDArray[np.bool_] = self.ids[places] == ids
        return found

    def of(self, parcel: int) -> Mapping[BuildingRule, Limit]:
        """The rules known of one of them."""
        return self.by_id[parcel]

    def stamp(self, ids: Ids) -> int:
        """A number for all that is known of these parcels, the same in every process; 0 where nothing is."""
        stamped = (f"{one} {sorted(self.by_id[one].items())}" for one in ids[self.known(ids)].tolist())
        return sum(int.from_bytes(blake2b(one.encode(), digest_size=8).digest(), "little") for one in stamped)


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Ruled:
    """The rules as they stood at one moment, and by what that moment is known."""

    standing: str
    limits: Limits


def followed(connection: Connection, known: Ruled | None, changed: Sequence[int]) -> Ruled:
    """The rules as they stand now, whoever may see the land: of the parcels ``changed`` since, or all of them anew.

    Asked by the worker.
    """
    standing = building_rules.standing(connection)
    if known is None or known.standing != standing:
        return Ruled(standing, Limits(building_rules.limits_of_all(connection)))
    if not changed or not standing:
        return known
    kept = dict(known.limits.by_id)
    for one in changed:
        kept.pop(one, None)
    return Ruled(standing, Limits(kept | building_rules.limits_of_all(connection, changed)))
