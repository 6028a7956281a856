"""The land of a match: columns that stand on disk, those of parcels that changed since, and which rows one may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.match.parcel.candidate import Candidate
from geo.match.screen.columns import FACTS, METRES, Column, Columns, Kinds, Rows, columns_of, no_kinds
from geo.match.screen.looking_up import look_up
from geo.match.screen.ruled import NO_LIMITS, Limits

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Land:
    """Rows 0..len(base)-1 are those of ``base``, the next those of ``late``; ``rows`` are the ones one may see.

    ``priced`` False: prices are not for who asks, and are as unknown as any other missing fact. ``limits``: the plan's
    rules on buildings, of those who may be seen and of others.
    """

    base: Columns
    late: Columns
    kinds: Mapping[str, Kinds]
    rows: Rows
    priced: bool = True
    limits: Limits = NO_LIMITS

    def column(self, name: str, rows: Rows) -> Column:
        """A column at some rows; a distance to a kind that is nowhere near is unknown."""
        if name == "price" and not self.priced:
            return np.full(len(rows), np.nan)
        base, late = self.base.columns.get(name), self.late.columns.get(name)
        if not len(self.late):
            return np.full(len(rows), np.nan) if base is None else base[rows]
        is_late = rows >= len(self.base)
        found = np.full(len(rows), np.nan) if base is None else np.zeros(len(rows), base.dtype)
        if base is not None:
            found[~is_late] = base[rows[~is_late]]
        if late is not None:
            found[is_late] = late[rows[is_late] - len(self.base)]
        elif name.startswith(METRES):
            found[is_late] = np.nan
        return found

    def looked_up(self, name: str, table: NDArray[Any], rows: Rows) -> NDArray[Any]:
        """What a table says of the numbers that a column of them has at some rows."""
        if len(self.late):
            told: NDArray[Any] = table[self.column(name, rows)]
            return told
        found = np.empty(len(rows), table.dtype)
        look_up(table, self.base.columns[name], rows, found)
        return found

    def ids(self, rows: Rows) -> list[int]:
        """The parcels at some rows."""
        found: list[int] = self.column("id", rows).tolist()
        return found


def land_of(candidates: Sequence[Candidate]) -> Land:
    """Candidates as the land of a match that sees them all."""
    kinds = no_kinds()
    raw = {name: [_fact(one, name) for one in candidates] for name in FACTS}
    return Land(
        columns_of(raw, kinds),
        columns_of(dict.fromkeys(FACTS, ()), kinds),
        kinds,
        np.arange(len(candidates), dtype=np.int64),
        limits=Limits({one.id: one.limits for one in candidates if one.limits}),
    )


_SIDES = {"west": 0, "south": 1, "east": 2, "north": 3}
_RENAMED = {"commune": "commune_insee", "epci": "epci_siren"}


def _fact(one: Candidate, name: str) -> Any:
    if name in _SIDES:
        return None if one.shape is None or one.shape.is_empty else one.shape.bounds[_SIDES[name]]
    if name == "nearest":
        return {kind: (found.metres, found.thing) for kind, found in one.nearest.items()}
    if name in ("visibility", "responsible", "covered_by"):
        return None
    if name == "stamp":
        return 0
    return getattr(one, _RENAMED.get(name, name))
