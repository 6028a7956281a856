"""The geometry of a table's rows: read from the columns that hold it, in one coordinate system."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from geo.intake.crs import WGS84, Frame, parse
from geo.intake.files.geojson_geometry import BadGeometryError
from geo.intake.files.table_columns import PAIR, GeometryColumns, number
from geo.intake.files.table_crs import Points, fits, likely
from geo.intake.files.wkt import Written
from geo.intake.files.wkt import parse as parse_text
from geo.intake.problems import Remark, Unreadable

Cells = Sequence[object]
_DECIMAL = re.compile(r"[-+]?\d+,\d+")
"""One number rather than two."""
_MOST_PAIR = 80
_MOST = 1e9


@dataclass(slots=True)
class _Holder:
    """One place of a row that may hold its geometry: a column, or two of coordinates.

    ``crs`` is the system of what it holds, None while unknown; ``swapped`` says that pairs are latitude first.
    """

    name: str
    at: tuple[int, ...]
    crs: str | None = None
    swapped: bool = False

    def read(self, cells: Cells) -> Written | None:
        """What the row holds here, None when empty. Raises BadGeometryError."""
        held = [cells[place] for place in self.at]
        if all(cell is None for cell in held):
            return None
        if len(held) == 2:
            return Written({"type": "Point", "coordinates": [_coordinate(cell) for cell in held]})
        pair = _pair(held[0])
        if pair is None:
            return parse_text(str(held[0]))
        return Written({"type": "Point", "coordinates": pair[::-1] if self.swapped else pair})

    def holds_pairs(self, sample: Sequence[Cells]) -> bool:
        """Whether positions are written as two numbers in one cell, whose order has to be found out."""
        return len(self.at) == 1 and any(_pair(cells[self.at[0]]) for cells in sample)


@dataclass(slots=True)
class Geometries:
    """Reads the geometry of each row; ``crs`` is the system they are declared or recognised to be in.

    ``stated`` says that the file names it itself (EWKT, EWKB).
    """

    crs: str = WGS84
    stated: bool = False
    remarks: list[Remark] = field(default_factory=list)
    holders: list[_Holder] = field(default_factory=list)

    def of(self, cells: Cells, frame: Frame) -> dict[str, Any] | None:
        """The geometry object of a row in the frame's system; None when the row has none. Raises BadGeometryError."""
        for holder in self.holders:
            written = holder.read(cells)
            if written is None:
                continue
            if self.stated and written.srid is not None and f"EPSG:{written.srid}" != self.crs:
                found = f"EPSG:{written.srid}"
                raise BadGeometryError("geometry.other_crs", found, found=found, expected=self.crs)
            return _carried(written.geometry, holder, frame)
        return None


def survey(
    part: str,
    names: Sequence[str],
    columns: GeometryColumns,
    sample: Sequence[Cells],
    asked: str | None,
    declared: str | None = None,
) -> Geometries:
    """How the geometry of a table is to be read, judged from its first rows.

    ``asked`` is the coordinate system asked for, ``declared`` the one the file states: they stand for the first
    column that holds geometry.

    Raises:
        Unreadable: ``table.no_such_column``, ``table.crs_ambiguous``, ``table.crs_unknown``, ``table.point_order``.
    """
    found = Geometries(declared or asked or WGS84, declared is not None, holders=list(_holders(part, names, columns)))
    main = None
    for holder in found.holders:
        written = list(_readable(holder, sample))
        points = [point for point in map(_first_position, written) if point is not None]
        if not points:
            continue
        wanted = asked if main is None else None
        srids = Counter(one.srid for one in written if one.srid is not None)
        stated = parse(f"EPSG:{srids.most_common(1)[0][0]}") if srids else None if main else declared
        systems = _systems(part, holder, points, wanted or stated, paired=holder.holds_pairs(sample))
        holder.crs = systems[0] if len(systems) == 1 else None
        if main is not None:
            continue
        main = holder
        if holder.crs is None:
            _ask(part, holder, systems, points[0])
        found.crs, found.stated = stated or str(holder.crs), stated is not None
        if wanted is None and stated is None:
            said = {"part": part, "crs": holder.crs, "column": holder.name}
            found.remarks.append(Remark(0, part, holder.crs, "table.crs_recognised", params=said))
    return found


def _holders(part: str, names: Sequence[str], columns: GeometryColumns) -> Iterator[_Holder]:
    places = {name: place for place, name in enumerate(names)}
    missing = [name for name in columns.names if name not in places]
    if missing or (columns.x is None) != (columns.y is None):
        raise Unreadable("table.no_such_column", part=part, columns=missing, known=list(names)[:40])
    for name in (columns.shape, columns.point):
        if name is not None:
            yield _Holder(name, (places[name],))
    if columns.x is not None and columns.y is not None:
        yield _Holder(f"{columns.x}, {columns.y}", (places[columns.x], places[columns.y]))


def _readable(holder: _Holder, sample: Sequence[Cells]) -> Iterator[Written]:
    for cells in sample:
        try:
            written = holder.read(cells)
        except BadGeometryError:
            continue
        if written is not None:
            yield written


def _systems(part: str, holder: _Holder, points: Points, known: str | None, *, paired: bool) -> list[str]:
    """The systems a holder's positions may be in; the order of pairs is settled on the way."""
    turned = [(y, x) for x, y in points]
    if known is not None:
        holder.swapped = paired and not fits(points, known) and fits(turned, known)
        return [known]
    straight, across = likely(points), likely(turned)
    if paired and across:
        if straight:
            raise Unreadable("table.point_order", part=part, column=holder.name)
        holder.swapped = True
    # x and y that only fit the other way round: the source refuses swapped axes and says so
    return straight or across


def _ask(part: str, holder: _Holder, systems: list[str], point: tuple[float, float]) -> None:
    said = {"part": part, "column": holder.name, "x": point[0], "y": point[1]}
    if systems:
        raise Unreadable("table.crs_ambiguous", **said, systems=systems)
    raise Unreadable("table.crs_unknown", **said)


def _first_position(written: Written) -> tuple[float, float] | None:
    found: object = written.geometry
    while isinstance(found, dict):
        members = found.get("geometries")
        found = members[0] if isinstance(members, list) and members else found.get("coordinates")
    while isinstance(found, list) and found and isinstance(found[0], list):
        found = found[0]
    if not isinstance(found, list) or len(found) < 2:
        return None
    x, y = found[:2]
    if isinstance(x, int | float) and isinstance(y, int | float) and abs(x) + abs(y) < _MOST:
        return float(x), float(y)
    return None


def _coordinate(cell: object) -> float:
    found = number(cell)
    if found is None:
        if cell is None:
            raise BadGeometryError("geometry.half_position")
        raise BadGeometryError("geometry.number", cell, number=cell)
    return found


def _pair(cell: object) -> list[float] | None:
    """The two numbers of a cell, None when it holds anything else."""
    found = PAIR.fullmatch(cell) if isinstance(cell, str) and len(cell) <= _MOST_PAIR else None
    if found is None or _DECIMAL.fullmatch(found[0].strip()):
        return None
    return [float(one.replace(",", ".")) for one in found.groups()]


def _carried(geometry: dict[str, Any], holder: _Holder, frame: Frame) -> dict[str, Any]:
    """A position in the frame's system: columns beside the main one may be in degrees, or in metres."""
    spot = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if holder.crs == frame.source or not (isinstance(spot, list) and len(spot) > 1):
        return geometry
    x, y = spot[:2]
    if not (isinstance(x, int | float) and isinstance(y, int | float)):
        return geometry  # refused where all geometries are judged
    source = holder.crs
    if source is None:
        if frame.degrees or abs(x) > 180.0 or abs(y) > 90.0:
            return geometry
        source = WGS84
    there = _way(source, frame.source).transform(np.array([[x, y]], dtype=np.float64))
    return {"type": "Point", "coordinates": there[0].tolist()}


@cache
def _way(source: str, target: str) -> Frame:
    """Made once: preparing a transformation takes longer than a thousand points."""
    return Frame(source, int(target.removeprefix("EPSG:")))
