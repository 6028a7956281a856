"""The rows of an exported file that came back: who they are, which version they were, what they say now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake.crs import Frame, parse
from geo.intake.files.part import Part
from geo.intake.files.unpacking import Folder, parts_of
from geo.intake.layers.columns import Properties, field_names
from geo.intake.layers.record import Shape
from geo.intake.layers.shapes import shape
from geo.intake.problems import Rejection, Remark, Repair, Unreadable
from geo.intake.raw import Raw
from geo.intake.update import outline
from geo.intake.update.facts import COMPUTED, EDITABLE, FIXED, MOVING, read

IDENTITY = ("id", "row_version")
ROWS = 5_000


@dataclass(slots=True)
class Wish:
    """One row: the parcel, the version it was written from, and what the file says of it.

    ``facts`` has the editable and fixed fields that the file holds, and ``geometry`` (target system, unmended; None
    where the row of a layer has none) unless the file is a table; ``computed`` those that an update does not take.
    ``source`` is the geometry as the file has it, ``tolerance`` (metres) how far it may lie from what went out.
    ``unread`` are editable values nobody can read, as they are written, each with the code of why.
    """

    row: int
    id: int
    version: int
    facts: dict[str, Any]
    computed: dict[str, object]
    source: BaseGeometry | None = None
    tolerance: float = outline.MOVED_M
    unread: dict[str, tuple[object, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Answers:
    """What reading some rows gave; ``read`` counts those refused, too."""

    read: int
    wishes: list[Wish]
    rejections: list[Rejection]


class ReturnedFile:
    """An exported file opened for reading back. Close it: archives leave a folder.

    Raises:
        Unreadable: no such file, no layer with ``id`` and ``row_version``, or several.
    """

    def __init__(self, path: Path, crs: str | None, srid: int) -> None:
        self._folder = Folder()
        chosen = parse(crs) if crs is not None else None
        try:
            parts, self.remarks = parts_of(path, self._folder, chosen)
            self._part = _the_one(parts, path.name)
            self.frame = Frame(chosen or _system(self._part, srid), srid)
        except BaseException:
            self._folder.close()
            raise
        self.remarks = [one for one in self.remarks if one.code != "table.no_geometry"]  # facts alone come back, too
        ignored = [n for n in self._part.fields if n.lower() not in _READ]
        if ignored:
            said = {"part": self._part.name, "names": ignored}
            self.remarks.append(Remark(0, self._part.name, ignored[:40], "field.ignored", params=said))

    def close(self) -> None:
        """Remove what had to be unfolded."""
        self._folder.close()

    def rows(self, told: Callable[[float], None]) -> Iterator[Answers]:
        """The rows, some at a time; ``told`` hears the share read."""
        for raw in self._part.read(1, ROWS, self.frame, told):
            yield self._answers(raw)

    def shaped(self, wish: Wish) -> tuple[BaseGeometry | None, list[Rejection], list[Repair]]:
        """The row's geometry by the rules of a load: mended and measured, or refused."""
        made = shape([wish.row], np.array([wish.source], dtype=object), Shape.SURFACE_OR_POINT, self.frame)
        drawn = made.location[0] if made.geometry[0] is None else made.geometry[0]
        return drawn, made.rejections, made.repairs

    def _answers(self, raw: Raw) -> Answers:
        present = field_names([*raw.properties, *raw.refused.values()])
        source = shapely.force_2d(raw.geometry)
        carried = source if self.frame.same else shapely.transform(source, self.frame.transform)
        tolerances = outline.tolerances(source, degrees=self.frame.degrees)
        answers = Answers(raw.read, [], [one for one in raw.rejections if one.code != _NO_GEOMETRY])
        for row, properties, drawn, placed, tolerance in zip(
            raw.rows, raw.properties, source, carried, tolerances, strict=True
        ):
            wish = _wish(row, properties, present, answers)
            if wish is not None and drawn is not None:
                wish.source, wish.tolerance, wish.facts["geometry"] = drawn, float(tolerance), _multi(placed)
        for refusal in raw.rejections:
            if refusal.code == _NO_GEOMETRY:
                wish = _wish(refusal.row, raw.refused[refusal.row], present, answers)
                if wish is not None:
                    wish.facts["geometry"] = None
        return answers


_NO_GEOMETRY = "geometry.missing"
"""Why readers of layers refuse a row that has none; here such a row may be one that never had any."""
_CUT = "row_versio"
"""What a Shapefile, whose names have ten characters, makes of the version."""
_READ = frozenset({*IDENTITY, *EDITABLE, *FIXED, *COMPUTED, *MOVING})


def _the_one(parts: "list[Part] | tuple[Part, ...] | Any", name: str) -> Part:
    found: list[Part] = [part for part in parts if set(IDENTITY) <= {field.lower() for field in part.fields}]
    if not found:
        cut = any(_CUT in {field.lower() for field in part.fields} for part in parts)
        raise Unreadable("update.cut_version" if cut else "update.no_version", name=name)
    if len(found) > 1:
        raise Unreadable("update.several_layers", name=name, layers=[part.name for part in found])
    return found[0]


def _system(part: Part, srid: int) -> str:
    """What the file states; a table without any geometry needs none."""
    if part.crs is None and not shapely.is_missing(part.sample.geometry).all():
        raise Unreadable("crs.missing", part=part.name)
    return part.crs or f"EPSG:{srid}"


def _number(raw: object) -> int | None:
    """A whole number above zero, however a program spells it; 0 for what is none, None for nothing."""
    if raw is None or raw == "":
        return None
    try:
        number = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else 0.0
    except ValueError:
        return 0
    if not number.is_integer() or not 0 < number < 2**63:
        return 0
    return int(raw) if isinstance(raw, int) else int(number)


def _wish(row: int, properties: Properties, present: dict[str, str], answers: Answers) -> Wish | None:
    """The row without its geometry, added to ``answers``; None when it does not say which parcel it is."""
    known = [_number(properties.get(present.get(name, name))) for name in IDENTITY]
    refusal = _refusal(row, known)
    if refusal is not None:
        answers.rejections.append(refusal)
        return None
    wish = Wish(row, int(known[0] or 0), int(known[1] or 0), {}, {})
    _fill(wish, properties, present)
    answers.wishes.append(wish)
    return wish


def _refusal(row: int, known: list[int | None]) -> Rejection | None:
    if known[0] is None:
        return Rejection(row, "id", None, "update.new_row")
    for name, value in zip(IDENTITY, known, strict=True):
        if not value:
            return Rejection(row, name, value, "update.not_a_number", params={"field": name})
    return None


def _fill(wish: Wish, properties: Properties, present: dict[str, str]) -> None:
    for name in EDITABLE:
        if name in present and present[name] in properties:
            value, code = read(name, properties[present[name]])
            wish.facts[name] = value
            if code is not None:
                wish.unread[name] = properties[present[name]], code
    wish.facts |= {n: properties.get(present[n]) for n in FIXED if n in present}
    wish.computed = {n: properties.get(present[n]) for n in COMPUTED if n in present}


def _multi(one: BaseGeometry) -> BaseGeometry:
    """A polygon as the base keeps it."""
    return shapely.MultiPolygon([one]) if isinstance(one, shapely.Polygon) and not one.is_empty else one
