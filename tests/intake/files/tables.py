"""Making tables and reading them whole, for the tests of this room."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from geo.intake.crs import Frame
from geo.intake.files.formats import Format
from geo.intake.files.table import GeometryColumns, open_parts
from geo.intake.files.table_part import TablePart
from geo.intake.problems import Rejection, Remark
from geo.intake.raw import Raw

HEAD = "parcel_uid;name;geom"
SQUARE = "POLYGON ((934000 6493000, 934100 6493000, 934100 6493100, 934000 6493100, 934000 6493000))"
"""A hectare in the Alps, in Lambert-93."""


def opened(
    path: Path, kind: Format = Format.CSV, crs: str | None = None, columns: GeometryColumns | None = None
) -> tuple[list[TablePart], list[Remark]]:
    """The parts of a table, as the class they are."""
    parts, remarks = open_parts(path, kind, path.stem, crs, columns)
    found = [part for part in parts if isinstance(part, TablePart)]
    assert len(found) == len(parts)
    return found, remarks


def csv(folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = folder / "table.csv"
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    return path


def one(
    path: Path, kind: Format = Format.CSV, crs: str | None = None, columns: GeometryColumns | None = None
) -> tuple[TablePart, Raw]:
    """The only part of a table and all its rows."""
    (part,), _ = opened(path, kind, crs, columns)
    return part, whole(part)


def whole(part: TablePart, most: int = 1_000) -> Raw:
    """All rows of a part, joined."""
    frame = Frame(str(part.crs), 2154)
    told: list[float] = []
    raws = list(part.read(1, most, frame, told.append))
    assert all(0 <= share <= 1 for share in told)
    first, *others = raws or [part.sample.part([])]
    for raw in others:
        first.rows += raw.rows
        first.properties += raw.properties
        first.geometry = [*first.geometry, *raw.geometry]  # type: ignore[assignment]
        first.read += raw.read
        first.rejections += raw.rejections
        first.refused |= raw.refused
        first.repairs += raw.repairs
    return first


def _children() -> set[int]:
    return {int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def powers(answers: Iterator[object]) -> dict[str, str]:
    """What the kernel says of a child at work: its status while it waits for us to read on."""
    before = _children()
    next(answers)
    (child,) = _children() - before
    lines = Path(f"/proc/{child}/status").read_text().splitlines()
    limits = Path(f"/proc/{child}/limits").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line) | {
        line[:26].strip(): line[26:].split()[0] for line in limits[1:]
    }


def codes(rejections: Sequence[Rejection]) -> list[tuple[int, str]]:
    return [(one.row, one.code) for one in rejections]
