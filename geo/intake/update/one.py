"""What an edit of one parcel comes to: the columns to write, or why it cannot be written.

The same readers, measures and repairs as for an edited file, without its three-way merge: whoever edits one parcel
says which version it knew, or that it does not matter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake.crs import Frame
from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from geo.intake.layers.columns import brief
from geo.intake.layers.record import Shape
from geo.intake.layers.shapes import shape
from geo.intake.problems import Rejection, Repair
from geo.intake.update import outline
from geo.intake.update.facts import COMPUTED, EDITABLE, FIXED, MOVING, differs, known, read, unreadable
from geo.store.edits import Standing

READ_ONLY = frozenset({*FIXED, *COMPUTED, *MOVING, "id", "row_version", "stale"})
"""Properties that are shown and not edited."""
GEOMETRY = "geometry"
_EMPTIED: Mapping[str, object] = {"cadastral_ids": []}


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a parcel: raw values by the names the collection shows, and its geometry where it is said.

    ``drawn`` is a GeoJSON geometry or None in the coordinates of ``frame``; ``swapped``: latitude comes first.
    """

    facts: Mapping[str, object]
    located: bool
    drawn: object
    frame: Frame
    swapped: bool = False


@dataclass(slots=True)
class Outcome:
    """``columns`` to write (geometries as EWKB in hexadecimal), or ``refusals``; ``repairs`` of the outline."""

    columns: dict[str, object] = field(default_factory=dict)
    refusals: list[Rejection] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)


def new(told: Told, *, lenient: bool) -> Outcome:
    """A parcel that is drawn. ``lenient``: what is computed is left aside, as where a program copies a feature."""
    outcome = Outcome()
    facts = {name: value for name, value in told.facts.items() if value is not None}
    if not lenient:
        outcome.refusals += [_read_only(name, None) for name in facts.keys() & READ_ONLY - {"origin"}]
        if facts.get("origin", "drawn") != "drawn":
            outcome.refusals.append(_read_only("origin", "drawn"))
    _take_facts(outcome, {name: facts[name] for name in facts.keys() - READ_ONLY}, {})
    _draw(outcome, told, None)
    return outcome


def changed(told: Told, now: Standing, shown: Mapping[str, object]) -> Outcome:
    """A parcel with some facts said anew; ``shown`` are the properties of the feature as it is served."""
    outcome = Outcome()
    for name in told.facts.keys() & READ_ONLY:
        current = now.facts.get(name, shown.get(name))
        if differs(name, told.facts[name], current) and not _same(told.facts[name], current):
            outcome.refusals.append(_read_only(name, current))
    facts = {name: told.facts[name] for name in told.facts.keys() - READ_ONLY}
    if facts.get("market") in now.followed:
        del facts["market"]  # as it was shown: what commitments make of it, which nobody states
    _take_facts(outcome, facts, now.facts)
    if "market" in outcome.columns and now.held_by is not None:
        held = {"deal": now.held_by, "id": now.id}
        outcome.refusals.append(Rejection(0, "market", brief(facts["market"]), "update.market_held", params=held))
    if told.located:
        _draw(outcome, told, now)
    return outcome


def replaced(told: Told, now: Standing, shown: Mapping[str, object], properties: Collection[str]) -> Outcome:
    """A parcel said anew as a whole: an editable one of ``properties`` that is not said is emptied.

    What moves by itself (dates of use, distances) is left aside: it may have moved since it was read.
    """
    emptied = {name: None for name in EDITABLE if name in properties}
    facts = emptied | {name: value for name, value in told.facts.items() if name not in MOVING and name != "stale"}
    return changed(Told(facts, True, told.drawn, told.frame, told.swapped), now, shown)


def _same(told: object, current: object) -> bool:
    """Lists and objects as JSON has them."""
    return isinstance(told, list | dict) and told == current


def _read_only(name: str, current: object) -> Rejection:
    return Rejection(0, name, None, "update.read_only", params={"field": name, "current": current})


def _take_facts(outcome: Outcome, facts: Mapping[str, object], now: Mapping[str, Any]) -> None:
    for name, told in facts.items():
        if name not in EDITABLE:
            known_ones = sorted(EDITABLE)
            outcome.refusals.append(Rejection(0, name, None, "update.no_field", params={"known": known_ones}))
            continue
        value, code = read(name, told)
        value = _EMPTIED.get(name, None) if value is None else value
        if code is not None:
            if not now or differs(name, told, now.get(name)):
                outcome.refusals.append(unreadable(0, name, told, code))
        elif not now or value != known(name, now.get(name)):
            outcome.columns[EDITABLE[name]] = value


def _draw(outcome: Outcome, told: Told, now: Standing | None) -> None:
    """The geometry by the rules of a load: mended and measured, or refused; nothing when it stands already."""
    stands = None if now is None else _shape(now.outline or now.location)
    source = _decoded(outcome, told)
    if outcome.refusals and any(one.field == GEOMETRY for one in outcome.refusals):
        return
    if source is None:
        if now is None or now.outline is not None:
            outcome.refusals.append(Rejection(0, GEOMETRY, None, "geometry.missing"))
        return
    if stands is not None and _unmoved(source, stands, told.frame):
        return
    wanted = Shape.SURFACE if now is None else Shape.SURFACE_OR_POINT  # whoever draws land draws its outline
    made = shape([0], _column(source), wanted, told.frame)
    outcome.refusals += made.rejections
    outcome.repairs += made.repairs
    drawn = made.location[0] if made.geometry[0] is None else made.geometry[0]
    if made.rejections or drawn is None:
        return
    if isinstance(drawn, shapely.Point) and now is not None and now.outline is not None:
        outcome.refusals.append(Rejection(0, GEOMETRY, "Point", "update.outline_lost", params={"id": now.id}))
        return
    column = "location" if isinstance(drawn, shapely.Point) else "geom"
    outcome.columns[column] = shapely.to_wkb(shapely.set_srid(drawn, told.frame.srid), hex=True, include_srid=True)


def _decoded(outcome: Outcome, told: Told) -> BaseGeometry | None:
    if told.drawn is None:
        return None
    decoder = Decoder(told.frame.degrees)
    try:
        decoder.add(told.drawn)
    except BadGeometryError as error:
        outcome.refusals.append(Rejection(0, GEOMETRY, error.value, error.code, params=error.params))
        return None
    found: BaseGeometry = shapely.force_2d(decoder.finish()[0])
    return shapely.transform(found, lambda xy: xy[:, ::-1]) if told.swapped else found


def _unmoved(source: BaseGeometry, stands: BaseGeometry, frame: Frame) -> bool:
    """Whether the geometry that stands came back: writing decimals moves it a little."""
    tolerance = float(outline.tolerances(_column(source), degrees=frame.degrees)[0])
    placed = source if frame.same else shapely.transform(source, frame.transform)
    if isinstance(placed, shapely.Polygon):
        placed = shapely.MultiPolygon([placed])
    return outline.same(placed, stands, tolerance)


def _column(one: BaseGeometry) -> "np.ndarray[Any, np.dtype[np.object_]]":
    column = np.empty(1, dtype=object)
    column[0] = one
    return column


def _shape(wkb: bytes | None) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(wkb)


def since(version: int, changes: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The fields changed in the base since a version, each with its newest change (``geo.store.edits.Past``)."""
    names = {column: name for name, column in EDITABLE.items()} | {"geom": GEOMETRY, "location": GEOMETRY}
    told: set[str] = set()
    for change in changes:
        if change.version < version:
            break
        for column in change.after:
            name = names.get(column)
            if name is not None and name not in told:
                told.add(name)
                yield name, change
