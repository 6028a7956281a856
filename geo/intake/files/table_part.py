"""A table as a part: headings checked, rows turned into properties and geometry, bad rows refused with their line."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geo.intake.crs import Frame
from geo.intake.files.csv_rows import Row
from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from geo.intake.files.part import SAMPLE_ROWS, Told
from geo.intake.files.table_columns import Chosen, GeometryColumns, detect, number
from geo.intake.files.table_geometry import Geometries, survey
from geo.intake.files.wkt import looks_like_geometry
from geo.intake.layers.columns import Properties, brief
from geo.intake.problems import Rejection, Remark, Repair, Unreadable
from geo.intake.raw import Raw

MAX_PIECE = 32 << 20
"""Characters of text held at once, however few rows they are."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}")
Opening = Callable[[Told], Iterator[Row]]
"""Begins to read a table: its rows below the heading, in order."""


@dataclass(slots=True)
class TablePart:
    """The rows of one table.

    ``names`` are all headings, ``geometry`` the ones geometry is taken from; ``fields`` are the others, and the
    columns of points beside a column of shapes, which stay facts of their own. ``stated`` is whether the table names
    its coordinate system; else ``crs`` was recognised from the numbers.
    """

    name: str
    fields: list[str]
    crs: str | None
    sample: Raw
    names: list[str]
    geometry: GeometryColumns
    stated: bool
    windows: bool
    geometries: Geometries
    opening: Opening

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All rows; see Part. A row without geometry has None there; whether it may is the layer's to say."""
        for some in _pieces(self.opening(told), most):
            yield self.raw(some, first_row, frame)
            first_row += len(some)

    def raw(self, some: Sequence[Row], first_row: int, frame: Frame) -> Raw:
        """Some rows as their layer takes them, numbered from ``first_row``."""
        raw = Raw([], [], np.empty(0, dtype=object), len(some))
        decoder, filled = Decoder(frame.degrees), []
        for number_, row in enumerate(some, first_row):
            try:
                cells = self._cells(row)
                geometry = self.geometries.of(cells, frame)
                if geometry is not None:
                    decoder.add(geometry)
                    filled.append(len(raw.rows))
            except _BadRowError as error:
                raw.rejections.append(Rejection(number_, "row", None, error.code, error.params))
            except BadGeometryError as error:
                said = error.params | _line(row)
                raw.rejections.append(Rejection(number_, "geometry", brief(error.value), error.code, said))
                raw.refused[number_] = self._properties(cells)
            else:
                if row.recoded and not self.windows:
                    raw.repairs.append(Repair(number_, "row", "Windows-1252", "UTF-8", "text.windows_1252"))
                raw.rows.append(number_)
                raw.properties.append(self._properties(cells))
        raw.geometry = np.full(len(raw.rows), None, dtype=object)
        raw.geometry[filled] = decoder.finish()
        _tell(raw, decoder, filled)
        return raw

    def _cells(self, row: Row) -> list[object]:
        if row.code is not None:
            raise _BadRowError(row.code, _line(row) | row.params)
        width, cells = len(self.names), row.cells
        if len(cells) > width and not any(cell is not None for cell in cells[width:]):
            return cells[:width]
        if len(cells) != width:
            code = "table.too_many_cells" if len(cells) > width else "table.too_few_cells"
            raise _BadRowError(code, _line(row) | {"found": len(cells), "expected": width})
        return cells

    def _properties(self, cells: list[object]) -> Properties:
        found = dict(zip(self.names, cells, strict=True))
        return {name: found[name] for name in self.fields}


def _pieces(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """Rows in pieces of at most ``most`` rows and not much more than MAX_PIECE characters."""
    some: list[Row] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(len(cell) for cell in row.cells if isinstance(cell, str))
        if len(some) == most or size >= MAX_PIECE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _line(row: Row) -> dict[str, object]:
    return {"line": row.line} if row.line else {}


class _BadRowError(ValueError):
    def __init__(self, code: str, params: dict[str, object]) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _tell(raw: Raw, decoder: Decoder, filled: list[int]) -> None:
    for place, gap in decoder.closed.items():
        row, before = raw.rows[filled[place]], {"gap_m": round(gap, 4)}
        raw.repairs.append(Repair(row, "geometry", before, {"gap_m": 0.0}, "geometry.ring_closed"))
    if decoder.flattened:
        count = decoder.flattened
        raw.remarks.append(Remark(raw.rows[0], "geometry", count, "geometry.flattened", params={"count": count}))


def make_part(
    name: str,
    heading: Row | None,
    opening: Opening,
    asked: str | None,
    chosen: Chosen,
    *,
    windows: bool = False,
    declared: str | None = None,
) -> tuple[TablePart, list[Remark]]:
    """A table whose ``heading`` was found and whose rows ``opening`` gives.

    ``asked`` is the coordinate system asked for, ``chosen`` the geometry columns said by the caller (None: detect).
    ``declared`` is the coordinate system the file states. ``windows`` says that all text is Windows-1252, so that no
    row needs to say it.

    Raises:
        Unreadable: headings that are missing, empty or said twice; see also :func:`survey`.
    """
    names, unnamed = _names(name, heading)
    first = next(_pieces(opening(lambda _: None), SAMPLE_ROWS), [])
    head = [row for row in first if row.code is None]
    if any(any(cell is not None for cell in row.cells[len(names) :]) for row in head) and unnamed:
        raise Unreadable("table.unnamed_columns", part=name, columns=unnamed)
    sample = [row.cells[: len(names)] for row in head if len(row.cells) >= len(names)]
    said = chosen(names) if callable(chosen) else chosen
    columns = detect(names, sample) if said is None else said
    found = survey(name, names, columns, sample, asked, declared)
    # points beside shapes stay facts of their own; what the geometry is read from is no field any more
    taken = {columns.shape} if columns.shape else set(columns.names)
    fields = [field for field in names if field not in taken]
    nothing = Raw([], [], np.empty(0, dtype=object), 0)
    part = TablePart(name, fields, found.crs, nothing, names, columns, found.stated, windows, found, opening)
    part.sample = part.raw(first, 1, Frame(found.crs, 2154))
    if not columns.names:
        found.remarks.append(Remark(0, name, None, "table.no_geometry", params={"part": name}))
    return part, found.remarks


def _names(part: str, heading: Row | None) -> tuple[list[str], list[int]]:
    """The headings without those of empty last columns, and the places of the latter, from 1."""
    if heading is None or heading.code is not None:
        raise Unreadable("table.no_heading", part=part)
    spelt = ["" if cell is None else " ".join(str(cell).replace("\ufeff", "").split()) for cell in heading.cells]
    named = len(spelt)
    while named and not spelt[named - 1]:
        named -= 1
    names = spelt[:named]
    if _is_data(names):
        raise Unreadable("table.no_heading", part=part)
    empty = [place for place, name in enumerate(names, 1) if not name]
    if empty:
        raise Unreadable("table.unnamed_columns", part=part, columns=empty)
    twice = _repeated(name.lower() for name in names)
    if twice:
        raise Unreadable("table.repeated_headings", part=part, columns=twice)
    return names, list(range(named + 1, len(spelt) + 1))


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return list(dict.fromkeys(name for name in names if name in seen or seen.add(name)))  # type: ignore[func-returns-value]


def _is_data(names: list[str]) -> bool:
    """Whether the first row is one of values: a shape, or numbers and days in more than a third of its cells."""
    if not names or any(looks_like_geometry(name) for name in names):
        return True
    values = sum(number(name) is not None or _DATE.fullmatch(name) is not None for name in names)
    return 3 * values > len(names)
