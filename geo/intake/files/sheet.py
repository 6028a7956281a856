"""The sheets of a workbook (XLSX) as parts, read through a confined child: values only, under the heading found."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.intake.files import gdal
from geo.intake.files.csv_rows import Row
from geo.intake.files.part import Told
from geo.intake.files.table_columns import Chosen
from geo.intake.files.table_part import TablePart, make_part
from geo.intake.problems import Remark, Unreadable

_CHILD = Path(__file__).with_name("sheet_child.py")
_ROWS = 2_000
_HEADING_WITHIN = 15
"""How far down a sheet its heading may stand, under titles and notes."""

Cells = list[object]


@dataclass(frozen=True, slots=True)
class _Heading:
    """The heading of a sheet, and the row (from 1) it stands in."""

    row: Row
    titles: int


def open_parts(path: Path, name: str, asked: str | None, chosen: Chosen) -> tuple[list[TablePart], list[Remark]]:
    """The sheets that hold a table, and what is said of the others. Raises Unreadable when none does."""
    parts: list[TablePart] = []
    remarks: list[Remark] = []
    refused: list[Unreadable] = []
    headers = [answer.header for answer in gdal.ask(path, {"task": "describe"}, _CHILD)]
    for header in headers:
        sheet, fault = str(header["sheet"]), _not_read(header)
        title = name if len(headers) == 1 else sheet
        if fault is None:
            try:
                part, said = _part(path, title, header, asked, chosen)
            except Unreadable as refusal:
                refused.append(refusal)
                fault = "sheet.no_table"
            else:
                fault = None if part.sample.read or len(headers) == 1 else "sheet.no_rows"
                parts += [] if fault else [part]
                remarks += [] if fault else said
        if fault is not None:
            remarks.append(Remark(0, sheet, None, fault, params={"sheet": sheet}))
    if not parts:
        raise refused[0] if refused else Unreadable("sheet.nothing", name=name)
    for odd, code in (("formulas", "sheet.not_computed"), ("errors", "sheet.errors")):
        count = int(headers[0][odd])
        if count:
            remarks.append(Remark(0, name, count, code, params={"part": name, "count": count}))
    return parts, remarks


def _not_read(header: dict[str, Any]) -> str | None:
    if header["hidden"]:
        return "sheet.hidden"
    return None if header["height"] else "sheet.empty"


def _part(
    path: Path, title: str, header: dict[str, Any], asked: str | None, chosen: Chosen
) -> tuple[TablePart, list[Remark]]:
    heading, sheet, height = _heading(header["rows"]), str(header["sheet"]), int(header["height"])

    def opening(told: Told) -> Iterator[Row]:
        for row in _rows(path, sheet, height, told):
            if row.line > heading.row.line and any(cell is not None for cell in row.cells):
                yield row

    part, remarks = make_part(title, heading.row, opening, asked, chosen)
    if heading.titles:
        said = {"part": title, "count": heading.titles, "row": heading.row.line}
        remarks.insert(0, Remark(0, title, heading.titles, "sheet.titles", params=said))
    return part, remarks


def _heading(rows: list[Cells]) -> _Heading:
    """The first of the fullest rows of text at the top; a cell merged over several rows has its name in the upper."""
    tops = rows[:_HEADING_WITHIN]
    widths = [_texts(row) for row in tops]
    widest = max(widths, default=0)
    at = next((place for place, width in enumerate(widths) if width and 2 * width > widest), None)
    if at is None:
        return _Heading(Row(0, []), 0)
    while at + 1 < len(tops) and _completes(tops[at], tops[at + 1]):
        at += 1
    cells = list(tops[at])
    above = [row for row in tops[:at] if _texts(row) > 1]
    if above:
        cells = _grouped(above[-1], cells)
    for place, cell in enumerate(cells):
        if cell is None:
            cells[place] = next((row[place] for row in reversed(above) if row[place] is not None), None)
    titles = sum(any(cell is not None for cell in row) for row in tops[:at])
    return _Heading(Row(at + 1, cells), titles)


def _grouped(upper: Cells, lower: Cells) -> Cells:
    """The names of a group's columns with a heading merged over them that tells a unit: ``Surface (ha) cessible``."""
    found, group = list(lower), None
    for place, cell in enumerate(lower):
        group = upper[place] if upper[place] is not None else group
        beside = place + 1 < len(upper) and upper[place + 1] is None and place + 1 < len(lower)
        in_group = upper[place] is None or (beside and lower[place + 1] is not None)
        if cell is not None and in_group and isinstance(group, str) and "(" in group:
            found[place] = f"{group} {cell}"
        if cell is None:
            group = None
    return found


def _texts(row: Cells) -> int:
    """How many cells name something; a row with numbers or days in it is one of values."""
    return sum(isinstance(cell, str) for cell in row) if not any(isinstance(cell, int | float) for cell in row) else 0


def _completes(upper: Cells, lower: Cells) -> bool:
    """Whether the lower row names the columns that a merged heading in the upper row groups."""
    grouped = [place for place, cell in enumerate(upper) if cell is None]
    named = {cell for place, cell in enumerate(lower) if isinstance(cell, str)}
    alone = [place for place, cell in enumerate(lower) if cell is None and upper[place] is not None]
    return bool(grouped) and bool(alone) and all(lower[place] is not None for place in grouped) and len(named) > 0


def _rows(path: Path, sheet: str, height: int, told: Told) -> Iterator[Row]:
    line = 0
    for answer in gdal.ask(path, {"task": "read", "sheet": sheet, "rows": _ROWS}, _CHILD):
        for cells in answer.header["rows"]:
            line += 1
            yield Row(line, cells)
        told(min(1.0, line / max(1, height)))
