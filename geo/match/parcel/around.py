"""What is loaded around the land of a match: networks, named areas, travel times. All parcels of a match share one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.land.text import fold


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of a network: what it is called, in which file it stands and since when (a day)."""

    key: str
    name: str | None
    source: str | None
    known_on: str | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest object of a kind: ground metres in a straight line, and its number among the things."""

    metres: float
    thing: int


@dataclass(frozen=True, slots=True)
class Travel:
    """A travel by road as a table has it: minutes, kilometres where it says, its file and the day it was computed."""

    minutes: float
    km: float | None
    source: str | None
    known_on: str | None


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A named area; ``shape`` (planar) where it is drawn, ``departments`` those of its communes where it is a list."""

    kind: str
    code: str
    name: str
    source: str | None = None
    known_on: str | None = None
    shape: BaseGeometry | None = None
    departments: frozenset[str] = frozenset()

    @property
    def called(self) -> frozenset[str]:
        """Every way to name it, folded."""
        return frozenset(map(fold, (self.code, self.name, f"{self.kind}/{self.code}")))


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies next to a place: that place by the name the need gives it, and the parcels that share a limit with it.

    ``parcels`` is None where the place is not known.
    """

    place: str
    parcels: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What the kinds asked for and the areas are; empty where nothing was asked or nothing is loaded.

    ``extents``: by kind, the hull (planar) of all its objects: beyond it nobody knows of others. ``keys``: by kind, the
    keys of its objects. ``travels``: by origin, then target. ``people``: by commune, how many live within the minutes
    asked. ``beside``: what lies next to the place asked. ``reach``: by commune, the travel from the point asked.
    ``epcis``: how the intercommunal bodies of the communes loaded are called, folded.
    """

    things: Mapping[int, Thing] = field(default_factory=dict)
    extents: Mapping[str, BaseGeometry] = field(default_factory=dict)
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    areas: Mapping[int, NamedArea] = field(default_factory=dict)
    epcis: frozenset[str] = frozenset()
    travels: Mapping[str, Mapping[str, Travel]] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    beside: Beside | None = None
    reach: Mapping[str, Travel] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """A name for all of it, empty where nothing is: the same in every process."""
        told = [
            (field.name, _told(value)) for field in fields(self) if (value := getattr(self, field.name)) not in _NOTHING
        ]
        return blake2b(repr(told).encode(), digest_size=8).hexdigest() if told else ""

    def margin_m(self, kind: str, shape: BaseGeometry | None) -> float:
        """How far (planar metres) around a shape every object of a kind is known; 0 beyond what is loaded."""
        extent = self.extents.get(kind)
        if extent is None or shape is None or not extent.contains(shape):
            return 0.0
        return float(shapely.distance(extent.boundary, shape))

    def named(self, name: str) -> frozenset[int]:
        """The areas that a name, a code or ``kind/code`` means."""
        asked = fold(name)
        return frozenset(number for number, area in self.areas.items() if asked in area.called)

    def of_kind(self, kind: str, label: str | None) -> Mapping[int, NamedArea]:
        """The areas of a kind; with a label, those whose code or name begins with it."""
        asked = fold(label or "")
        return {
            number: area
            for number, area in self.areas.items()
            if area.kind == kind and any(fold(said).startswith(asked) for said in (area.code, area.name))
        }

    def travels_from(self, origins: Iterable[str], kind: str) -> tuple[Mapping[str, Travel], bool]:
        """Travels to objects of a kind from the first of some origins that has any, and whether to all that are loaded.

        A travel to the kind itself is one to its nearest object, whichever that is.
        """
        wanted = self.keys.get(kind, frozenset())
        for origin in origins:
            listed = self.travels.get(origin, {})
            found = {target: travel for target, travel in listed.items() if target == kind or target in wanted}
            if found:
                return found, kind in found or wanted <= found.keys()
        return {}, False


_NOTHING: tuple[object, ...] = (None, {}, frozenset())


def _told(value: Any) -> Any:
    """A member as its text has it: in one order, outlines by their coordinates."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, BaseGeometry):
        return shapely.to_wkb(value)
    if isinstance(value, Mapping):
        return sorted((key, _told(one)) for key, one in value.items())
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Thing | Travel | NamedArea | Beside):
        return [_told(getattr(value, field.name)) for field in fields(value)]
    return value
