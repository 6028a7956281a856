"""Tables (CSV, XLSX, Parquet) as sources: one part a table, its geometry found in its columns."""

from collections.abc import Sequence
from pathlib import Path

from geo.intake.files import csv_part, parquet, sheet
from geo.intake.files.formats import Format
from geo.intake.files.part import Part
from geo.intake.files.table_columns import Chosen, GeometryColumns
from geo.intake.problems import Remark

__all__ = ["GeometryColumns", "open_parts"]


def open_parts(
    path: Path, kind: Format, name: str, crs: str | None, columns: Chosen = None
) -> tuple[Sequence[Part], list[Remark]]:
    """The tables of a file that is no archive, and how they were understood.

    ``name`` is the file's own in what users read, ``crs`` the coordinate system asked for, ``columns`` where the
    geometry stands when the caller says so (None: it is detected).

    Raises:
        Unreadable: damaged, hostile, headings or coordinate system that have to be asked about.
    """
    if kind is Format.CSV:
        part, remarks = csv_part.open_part(path, name, crs, columns)
        return [part], remarks
    if kind is Format.XLSX:
        return sheet.open_parts(path, name, crs, columns)
    return parquet.open_parts(path, name, crs, columns)
