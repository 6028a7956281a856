"""The facts that criteria read, a column each: numbers as they are, texts as numbers of their distinct values.

Rows are told by place. Unknown numbers are NaN, an unknown state is -1. Surfaces in ground m2, boxes in planar metres
(of land that is not drawn, of its point), points in degrees.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Rows = NDArray[np.int64]
Raw = Mapping[str, Sequence[Any]]
"""Facts as they are read, a list each (`FACTS`)."""

FACTS = (
    "id", "visibility", "responsible", "covered_by", "stale", "stamp", "origin", "market", "etat_occup", "usage",
    "industry", "industry_rule", "commune", "epci", "epci_name", "area_ids", "networks", "source_id", "surface_m2",
    "surface_stated_m2", "buildable_m2", "price_eur_m2", "power_mw", "scale", "lon", "lat", "west", "south", "east",
    "north", "is_drawn", "substation_km", "substation_free_mw", "state_id", "nearest", "profile",
)  # fmt: skip

PLAIN = {
    "surface_m2": "surface", "surface_stated_m2": "stated", "buildable_m2": "buildable", "price_eur_m2": "price",
    "power_mw": "power", "lon": "lon", "lat": "lat", "west": "west", "south": "south", "east": "east", "north": "north",
    "substation_km": "substation_km", "substation_free_mw": "substation_free_mw",
}  # fmt: skip
"""Numbers kept as they are read, and their columns."""
KINDS = {
    "kind": ("origin", "market"),
    "ground": ("origin", "etat_occup", "usage"),
    "plan": ("industry",),
    "where": ("commune", "epci", "epci_name", "area_ids", "placed"),
    "served": ("networks",),
    "seen": ("visibility",),
    "state": ("state_id",),
}
"""Columns of numbers of distinct values, and the facts each value is made of."""
METRES = "metres."
"""Begins the name of the column of distances to one kind of network."""


@dataclass(slots=True)
class Kinds:
    """The distinct values of some facts, by number; they only grow."""

    values: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def number(self, value: tuple[Any, ...]) -> int:
        """The number of a value, a new one for a new value."""
        found = self.numbers.setdefault(value, len(self.values))
        if found == len(self.values):
            self.values.append(value)
        return found


def no_kinds() -> dict[str, Kinds]:
    """The distinct values of each column of `KINDS`, none yet."""
    return {name: Kinds() for name in KINDS}


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length, and the profiles one after another: that of a row begins at its `profile` (-1: none)."""

    columns: Mapping[str, Column]
    profiles: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.columns["id"])

    @property
    def bytes(self) -> int:
        """What it holds."""
        return self.profiles.nbytes + sum(column.nbytes for column in self.columns.values())


def columns_of(raw: Raw, kinds: Mapping[str, Kinds]) -> Columns:
    """The columns of facts as they are read; new values get their numbers in ``kinds``."""
    told = {**raw, "area_ids": [frozenset(ids or ()) for ids in raw["area_ids"]]}
    told["placed"] = [lon is not None for lon in raw["lon"]]
    told["networks"] = [frozenset((found or {}).items()) for found in raw["networks"]]
    made: dict[str, Column] = {
        "id": np.array(raw["id"], np.int64),
        "stamp": np.array(raw["stamp"], np.int64),
        "responsible": np.array([one or 0 for one in raw["responsible"]], np.int32),
        "covered": np.array([one or 0 for one in raw["covered_by"]], np.int64),
        "stale": np.array(raw["stale"], np.bool_),
        "drawn": np.array(raw["is_drawn"], np.bool_),
        "mixed": np.array([_is_mixed(rule) for rule in raw["industry_rule"]], np.bool_),
        "source": np.array([hash_of(key) for key in raw["source_id"]], np.int64),
        "scale": np.array([one or 1.0 for one in raw["scale"]], np.float64),
    }
    for fact, name in PLAIN.items():
        made[name] = np.array(raw[fact], np.float64)
    for name, facts in KINDS.items():
        number = kinds[name].number
        made[name] = np.fromiter((number(value) for value in zip(*(told[fact] for fact in facts), strict=True)), "i4")
    made |= _distances(raw["nearest"])
    made["profile"], profiles = _profiles(raw["profile"])
    return Columns(made, profiles)


def _is_mixed(rule: str | None) -> bool:
    """As `Candidate.is_partly_forbidden`."""
    return rule is not None and rule.startswith("mix:") and "forbidden" in rule


def hash_of(key: Hashable) -> int:
    """A number that stands for a text, the same in every process; 0 for none."""
    if key is None:
        return 0
    return int.from_bytes(blake2b(str(key).encode(), digest_size=8).digest(), "little", signed=True)


def _distances(nearest: Sequence[Mapping[str, Any] | None]) -> dict[str, Column]:
    """Metres to the nearest object, a column for each kind that is near anything."""
    found: dict[str, Column] = {}
    for place, told in enumerate(nearest):
        for kind, (metres, _) in (told or {}).items():
            if METRES + kind not in found:
                found[METRES + kind] = np.full(len(nearest), np.nan)
            found[METRES + kind][place] = metres
    return found


def _profiles(stored: Sequence[bytes | None]) -> tuple[Column, NDArray[np.uint8]]:
    sizes = np.array([len(one or b"") for one in stored], np.int64)
    begins = np.cumsum(sizes) - sizes
    whole = np.frombuffer(b"".join(one or b"" for one in stored), np.uint8)
    return np.where(sizes > 0, begins, -1), whole


def together(parts: Sequence[Columns]) -> Columns:
    """Columns of several, one after another."""
    names = dict.fromkeys(name for part in parts for name in part.columns)
    made = {name: np.concatenate([_or_unknown(part, name) for part in parts]) for name in names}
    shift = np.cumsum([0, *(len(part.profiles) for part in parts)])
    begins = [
        np.where(part.columns["profile"] < 0, -1, part.columns["profile"] + by)
        for part, by in zip(parts, shift[:-1], strict=True)
    ]
    made["profile"] = np.concatenate(begins)
    return Columns(made, np.concatenate([part.profiles for part in parts]))


def _or_unknown(part: Columns, name: str) -> Column:
    found = part.columns.get(name)
    return np.full(len(part), np.nan) if found is None else found
