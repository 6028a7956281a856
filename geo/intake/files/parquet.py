"""GeoParquet and plain Parquet as a part, read row group by row group through a confined child.

GeoParquet 1.1: https://geoparquet.org/releases/v1.1.0/ (``geo`` metadata, WKB, crs as PROJJSON, absent = OGC:CRS84).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyproj
from pyproj.exceptions import CRSError

from geo.intake.crs import WGS84, of_wkt, parse
from geo.intake.files import gdal
from geo.intake.files.csv_rows import Row
from geo.intake.files.part import Told
from geo.intake.files.table_columns import Chosen, GeometryColumns
from geo.intake.files.table_part import TablePart, make_part
from geo.intake.problems import Remark, Unreadable

_CHILD = Path(__file__).with_name("parquet_child.py")
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class _Geo:
    """What the ``geo`` metadata says of the main geometry: its column, and its coordinate system when it is known."""

    column: str
    crs: str | None
    spherical: bool


def open_parts(path: Path, name: str, asked: str | None, chosen: Chosen) -> tuple[list[TablePart], list[Remark]]:
    """The table of a Parquet file. Raises Unreadable."""
    header = next(gdal.ask(path, {"task": "describe"}, _CHILD)).header
    columns: list[str] = header["columns"]
    geo = _geo(name, header["geo"], asked)
    if geo is not None and geo.column not in columns:
        raise Unreadable("parquet.metadata", part=name)
    count = int(header["count"])

    def opening(told: Told) -> Iterator[Row]:
        done = 0
        for answer in gdal.ask(path, {"task": "read", "columns": columns, "rows": _ROWS}, _CHILD):
            for cells in answer.header["rows"]:
                yield Row(0, cells)
            done += len(answer.header["rows"])
            told(min(1.0, done / max(1, count)))

    if chosen is None and geo is not None:
        chosen = GeometryColumns(wkb=geo.column)
    declared = None if geo is None else geo.crs
    part, remarks = make_part(name, Row(0, list(columns)), opening, asked, chosen, declared=declared)
    if header["skipped"]:
        said = {"part": name, "columns": header["skipped"]}
        remarks.append(Remark(0, name, len(header["skipped"]), "parquet.columns_left_out", params=said))
    if geo is not None and geo.spherical:
        remarks.append(Remark(0, name, "spherical", "parquet.edges", params={"part": name}))
    return [part], remarks


def _geo(name: str, spelt: str | None, asked: str | None) -> _Geo | None:
    """The ``geo`` metadata of the main geometry; None in a plain Parquet file."""
    if spelt is None:
        return None
    try:
        found: dict[str, Any] = orjson.loads(spelt)
        column = found["primary_column"]
        about = found["columns"][column]
        encoding = about["encoding"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable("parquet.metadata", part=name) from error
    if encoding != "WKB":
        raise Unreadable("parquet.encoding", part=name, encoding=encoding)
    return _Geo(str(column), _crs(about, asked), about.get("edges") == "spherical")


def _crs(about: dict[str, Any], asked: str | None) -> str | None:
    """The coordinate system of a column: absent means degrees, null that nobody knows."""
    if "crs" not in about:
        return WGS84
    crs = about["crs"]
    if crs is None:
        return None
    try:
        return parse(_code(crs))
    except Unreadable:
        if asked is None:
            raise
        return None


def _code(crs: object) -> str:
    if isinstance(crs, str):  # WKT, as versions before 0.4 have it
        return of_wkt(crs)
    if not isinstance(crs, dict):
        raise Unreadable("crs.not_readable")
    said = crs.get("id")
    if isinstance(said, dict) and said.get("authority") in ("EPSG", "OGC"):
        return f"{said['authority']}:{said.get('code')}"
    try:
        code = pyproj.CRS.from_json(orjson.dumps(crs).decode()).to_epsg(min_confidence=70)
    except (CRSError, orjson.JSONEncodeError) as error:
        raise Unreadable("crs.not_readable") from error
    if code is None:
        raise Unreadable("crs.no_code")
    return f"EPSG:{code}"
