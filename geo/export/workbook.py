"""XLSX (ECMA-376) of one sheet, written while the rows come: a column a property, without geometry.

A text is a text: no cell is taken for a formula, nor becomes one when it is edited (``quotePrefix``).
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from geo.export.flat import flat_list, flat_object
from geo.export.geojson import Told
from geo.export.whole import CannotExportError
from geo.store.extracted import Extract, Field

MOST_ROWS = 1_048_575
"""Of a sheet, below its headings."""
MOST_CHARACTERS = 32_767
"""Of a cell; what is longer ends in ``…``."""
FIRST_DAY = date(1899, 12, 30)
SURE = date(1900, 3, 1)
"""Days before are counted wrong by Excel, which holds 1900 for a leap year: they are written as text."""

EMPTY = "<c/>"
DAY, TEXT, HEADING = 1, 2, 3
"""Places of the styles in STYLES."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="xml" ContentType="application/xml"/>
        <Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
        <Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
        <Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
        <Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
        <Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}"><numFmts count="1">
        <numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
        <fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
        <font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
        <fills count="2"><fill><patternFill patternType="none"/></fill>
        <fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>
        <cellStyleXfs count="1"><xf/></cellStyleXfs>
        <cellXfs count="4"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>
        <xf xfId="0" quotePrefix="1"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs>
        <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""",
}
WORKBOOK = """<workbook xmlns="{main}" xmlns:r="{office}">
    <sheets><sheet name={name} sheetId="1" r:id="rId1"/></sheets></workbook>"""
SHEET = f"""<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">
    <pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"""

_FORMULA = re.compile(r"[=+\-@\t\r]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def check_rows(count: int, most: int = MOST_ROWS) -> None:
    """Refuse more rows than a sheet holds, before any is written. Raises CannotExportError."""
    if count > most:
        raise CannotExportError("rows", most=most)


def write(target: Path, collection: str, rows: Extract, told: Told | None = None) -> int:
    """Write every row below the names of the columns; the number written, which is for the caller to bound."""
    done = 0
    with ZipFile(target, "x", ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in PARTS.items():
            file.writestr(name, HEAD + content)
        file.writestr("xl/workbook.xml", HEAD + WORKBOOK.format(main=_MAIN, office=_OFFICE, name=quoteattr(collection)))
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((HEAD + SHEET + _row(_text(field.name, HEADING) for field in rows.fields)).encode())
            for batch in rows.batches:
                sheet.write(_rows(batch, rows.fields).encode())
                done += len(batch)
                if told:
                    told(done, rows.total)
            sheet.write(b"</sheetData></worksheet>")
    return done


def _rows(batch: list[tuple[object, ...]], fields: list[Field]) -> str:
    columns = zip(*batch, strict=True)
    cells = [
        [EMPTY if value is None else CELLS[field.kind](value) for value in column]
        for field, column in zip(fields, columns, strict=False)  # the geometry is behind
    ]
    return "".join(map(_row, zip(*cells, strict=True)))


def _row(cells: Iterable[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _text(value: str, style: int | None = None) -> str:
    if len(value) > MOST_CHARACTERS:
        value = value[: MOST_CHARACTERS - 1] + "…"
    if style is None and _FORMULA.match(value):
        style = TEXT
    styled = f' s="{style}"' if style else ""
    written = escape(_UNWRITABLE.sub(_coded, value))
    return f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{written}</t></is></c>'


def _coded(found: re.Match[str]) -> str:
    """A character that XML has no room for, and the sign that such codes begin with (ECMA-376, 22.9.2.19)."""
    return f"_x{ord(found[0]):04X}_"


def _number(value: float) -> str:
    return f"<c><v>{value!r}</v></c>" if math.isfinite(value) else EMPTY


def _day(value: date) -> str:
    if value < SURE:
        return _text(value.isoformat())
    return f'<c s="{DAY}"><v>{(value - FIRST_DAY).days}</v></c>'


CELLS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: f'<c t="b"><v>{value:d}</v></c>',
    int: _number,
    float: _number,
    str: _text,
    date: _day,
    datetime: lambda value: _text(value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")),
    list: lambda value: _text(flat_list(value)),
    dict: lambda value: _text(flat_object(value)),
}
"""How a value of each kind is written."""
