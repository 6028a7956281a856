"""Three versions of a parcel: what the file's author saw, what the file says, what stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo.intake.update import outline
from geo.intake.update.facts import EDITABLE, FIXED, differs, known
from geo.intake.update.file import Wish
from geo.store.edits import Past, Standing
from geo.store.extract import EDITED_AS

GEOMETRY = "geometry"


@dataclass(slots=True)
class Verdict:
    """What becomes of one row: ``take`` lists fields to write, ``clash`` fields changed on both sides, ``fixed``
    fields that an update may not change. ``seen`` is what the file's author saw, ``last`` who changed a field last.
    """

    take: list[str] = field(default_factory=list)
    clash: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    last: dict[str, tuple[str | None, datetime]] = field(default_factory=dict)


def judge(wish: Wish, now: Standing, past: Sequence[Past]) -> Verdict | None:
    """What to do with a row; None when the history does not reach back to the version it was written from."""
    current = _values(now)
    state = {**current, **_places(now)}
    last: dict[str, tuple[str | None, datetime]] = {}
    if not _rewind(state, last, wish.version, now.version, past):
        return None
    seen = {**state, GEOMETRY: _drawn(state)}
    verdict = Verdict(seen=seen, last=last)
    for name in wish.facts.keys() & current.keys() & seen.keys():
        told = wish.facts[name]
        if _same(name, told, seen[name], wish) or _same(name, told, current[name], wish):
            continue
        if name in FIXED:
            verdict.fixed.append(name)
        else:
            (verdict.take if _same(name, seen[name], current[name], wish) else verdict.clash).append(name)
    for listed in (verdict.take, verdict.clash, verdict.fixed):
        listed.sort(key=ORDER.index)
    return verdict


ORDER = (*EDITABLE, *FIXED, GEOMETRY)


_HIDDEN = ("buyer", "sale_amount")
"""Facts that are shown to the organisation responsible for a parcel alone: empty for the others."""
_PLACES = ("geom", "location")
"""The columns that hold where a parcel is."""


def moved(wish: Wish, now: Standing, *, there: bool = False) -> list[str]:
    """The fields of the file that say something else than what stands now; ``there``: its geometry does not."""
    found = [
        name
        for name, told in wish.facts.items()
        if name in now.facts
        and told != now.facts[name]
        and _compared(name, now)
        and not _same(name, told, known(name, now.facts[name]), wish)
    ]
    if GEOMETRY in wish.facts and _located(now) and not there:
        found += [] if _same(GEOMETRY, wish.facts[GEOMETRY], _drawn(_places(now)), wish) else [GEOMETRY]
    return found


def there(wishes: Sequence[Wish], standing: Mapping[int, Standing]) -> list[bool]:
    """Of each row, whether its geometry is point for point the one that stands: nearly all are, so all at once."""
    told = [wish.facts.get(GEOMETRY) for wish in wishes]
    found = [standing.get(wish.id) for wish in wishes]
    stands = shapely.from_wkb([None if now is None else now.outline or now.location for now in found])
    return list(shapely.equals_exact(told, stands, [wish.tolerance for wish in wishes]))


def _compared(name: str, now: Standing) -> bool:
    return now.editable or name not in _HIDDEN


def _located(now: Standing) -> bool:
    """Whether it is known where a parcel is: the location of another organisation's is not told."""
    return now.editable or now.outline is not None


def _values(now: Standing) -> dict[str, Any]:
    """What stands now, by the names of a file: editable and fixed facts, and the geometry."""
    facts = {
        name: known(name, now.facts[name]) for name in (*EDITABLE, *FIXED) if name in now.facts and _compared(name, now)
    }
    return facts | {GEOMETRY: _drawn(_places(now))}


def _places(now: Standing) -> dict[str, Any]:
    return {"geom": _shape(now.outline), "location": _shape(now.location)}


def _drawn(state: Mapping[str, Any]) -> BaseGeometry | None:
    """What a file shows of a parcel: its outline, else its location."""
    shape = state["geom"] if state["geom"] is not None else state["location"]
    return shape if isinstance(shape, BaseGeometry) else None


def _rewind(
    state: dict[str, Any],
    last: dict[str, tuple[str | None, datetime]],
    version: int,
    current: int,
    past: Sequence[Past],
) -> bool:
    """Take changes back, the newest first, until ``state`` is the parcel at ``version``."""
    reached = current
    for change in past:
        if change.version < version or reached == version:
            break
        if change.version != reached - 1:
            return False
        reached = change.version
        for column, value in change.before.items():
            name = _NAMES.get(column, column)
            if name == "responsible":  # the history knows a number where files have a name
                state.pop(name, None)
            elif name in state:
                state[name] = _shape(value) if name in _PLACES else known(name, value)
                last.setdefault(GEOMETRY if name in _PLACES else name, (change.actor, change.at))
    return reached == version


_NAMES: Mapping[str, str] = {"key": "source_id", **EDITED_AS}
"""Columns of the history that a file shows under another name."""


def _same(name: str, one: Any, other: Any, wish: Wish) -> bool:
    if name == GEOMETRY:
        # a file for some audiences shows nothing where only a location is known
        return (one is None and isinstance(other, Point)) or outline.same(one, other, wish.tolerance)
    if name in FIXED:
        return not differs(name, one, other)
    return bool(one == other)


def _shape(wkb: Any) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(wkb)
