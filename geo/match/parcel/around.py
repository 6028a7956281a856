"""What is loaded around the land of a match: networks, named areas, travel times. All parcels of a match share one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import blake2b
from typing import Any

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.land.text import fold
from geo.match.need.places import Near


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
class Spanned:
    """What the areas of one file tell of all land: in ``departments`` by commune, within ``hull`` (planar) as drawn."""

    departments: frozenset[str]
    hull: BaseGeometry | None

    @classmethod
    def of(cls, areas: Collection[NamedArea]) -> "Spanned":
        """Of some areas; there is no hull where none is drawn."""
        drawn = [one.shape for one in areas if one.shape is not None]
        hull = shapely.convex_hull(shapely.geometrycollections(drawn)) if drawn else None
        shapely.prepare(hull)
        return cls(frozenset().union(*(one.departments for one in areas)), hull)


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies next to a place: that place by the name the need gives it, and the parcels that share a limit with it.

    ``parcels`` is None where the place is not known. Land without an outline may share one only ``within`` a circle
    around it, and not in the communes ``elsewhere``.
    """

    place: str
    parcels: frozenset[int] | None = None
    within: Near | None = None
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meant:
    """What names of a need mean together.

    ``areas`` bear one of them: some ``drawn``, some ``listed`` by commune. An EPCI may bear one too: ``sirens`` and
    ``epcis`` (folded), some of which no area bears (``other_sirens``, ``other_epcis``). ``nobodys`` are the names that
    nothing loaded bears, as the need has them.
    """

    areas: frozenset[int]
    drawn: bool
    listed: bool
    sirens: frozenset[str]
    epcis: frozenset[str]
    other_sirens: bool
    other_epcis: bool
    nobodys: tuple[str, ...]


@dataclass(frozen=True)
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
        if not isinstance(extent, Polygon) or shape is None or not extent.contains(shape):
            return 0.0
        return float(shapely.distance(extent.boundary, shape))

    @cached_property
    def _bearers(self) -> Mapping[str, frozenset[int]]:
        """The areas by every folded name, code and ``kind/code``."""
        found: dict[str, set[int]] = {}
        for number, area in self.areas.items():
            for said in area.called:
                found.setdefault(said, set()).add(number)
        return {said: frozenset(numbers) for said, numbers in found.items()}

    @cached_property
    def _met(self) -> dict[tuple[str, ...], Meant]:
        return {}

    def meant(self, names: Iterable[str]) -> Meant:
        """What names mean: a name, a code or ``kind/code`` of areas, a name or a SIREN of an EPCI."""
        asked = tuple(names)
        if asked not in self._met:
            self._met[asked] = self._meant(asked)
        return self._met[asked]

    def _meant(self, names: tuple[str, ...]) -> Meant:
        folded = {name: fold(name) for name in names}
        bearers = {name: self._bearers.get(said, frozenset()) for name, said in folded.items()}
        is_drawn = [self.areas[number].shape is not None for those in bearers.values() for number in those]
        is_siren = {name: len(name) == 9 and name.isdigit() for name in names}
        return Meant(
            areas=frozenset().union(*bearers.values()),
            drawn=any(is_drawn),
            listed=not all(is_drawn),
            sirens=frozenset(folded[name] for name in names if is_siren[name]),
            epcis=frozenset(folded[name] for name in names if not is_siren[name]),
            other_sirens=any(is_siren[name] and not bearers[name] for name in names),
            other_epcis=any(not is_siren[name] and not bearers[name] for name in names),
            nobodys=tuple(n for n in names if self.epcis and folded[n] not in self.epcis and not bearers[n]),
        )

    @cached_property
    def _of_kind(self) -> dict[tuple[str, str | None], Mapping[int, NamedArea]]:
        return {}

    def of_kind(self, kind: str, label: str | None) -> Mapping[int, NamedArea]:
        """The areas of a kind; with a label, those whose code or name begins with it."""
        if (kind, label) not in self._of_kind:
            asked = fold(label or "")
            self._of_kind[kind, label] = {
                number: area
                for number, area in self.areas.items()
                if area.kind == kind and any(fold(said).startswith(asked) for said in (area.code, area.name))
            }
        return self._of_kind[kind, label]

    @cached_property
    def _spans(self) -> dict[tuple[str, str | None], Sequence[Spanned]]:
        return {}

    def spans(self, kind: str, label: str | None) -> Sequence[Spanned]:
        """What all areas of a kind tell, of each file that has one of this label: what it leaves out is in none."""
        if (kind, label) not in self._spans:
            files = dict.fromkeys(one.source for one in self.of_kind(kind, label).values())
            every = self.of_kind(kind, None).values()
            self._spans[kind, label] = [Spanned.of([one for one in every if one.source == file]) for file in files]
        return self._spans[kind, label]

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
    if isinstance(value, Near):
        return value.model_dump_json()
    if isinstance(value, Thing | Travel | NamedArea | Beside):
        return [_told(getattr(value, field.name)) for field in fields(value)]
    return value
