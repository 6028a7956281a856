"""Container formats (GeoPackage, FlatGeobuf, Shapefile, EDIGEO) read by GDAL in a confined child process."""

import json
import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from geo.intake.files.formats import Format
from geo.intake.problems import Unreadable

SILENCE_SECONDS = 120.0
"""A child that sends nothing for so long is ended."""
MAX_HEADER, MAX_BODY = 1 << 30, 2 << 30
DRIVERS = {
    Format.GEOPACKAGE: "GPKG",
    Format.FLATGEOBUF: "FlatGeobuf",
    Format.SHAPEFILE: "ESRI Shapefile",
    Format.EDIGEO: "EDIGEO",
}
SKIPPED_DRIVERS = (
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,VRT,CSV,GML,GPX,LIBKML,"
    "KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,"
    "OGR_PDS,WFS,OAPIF,Idrisi,ODS,XLSX,XLS,Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,"
    "NGW,MapML,GTFS,PMTiles,JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP,PostgreSQL,MySQL,ODBC,PGeo,MSSQLSpatial,"
    "Parquet,Arrow,GMLAS,NAS,CAD,LIBGRASS,TIGER,SOSI,netCDF,HDF5,JP2OpenJPEG,JPEG,PNG,GTiff,COG"
)
"""Every driver but the four read here. A GDAL with one more is refused by the child, not trusted."""
_CHILD = Path(__file__).with_name("gdal_child.py")
_LENGTHS = struct.Struct(">IQ")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the child: values of fields by name, and the WKB of each feature (None without geometry)."""

    header: dict[str, Any]
    shapes: list[bytes | None]

    @property
    def properties(self) -> list[dict[str, object]]:
        """The fields as one mapping a feature."""
        fields: dict[str, list[object]] = self.header["fields"]
        if not fields:
            return [{} for _ in self.shapes]
        return [dict(zip(fields, values, strict=True)) for values in zip(*fields.values(), strict=True)]


def describe(path: Path, kind: Format, only: str | None = None) -> list[Answer]:
    """The layers of a container with their first rows; of layers other than ``only`` the names alone.

    Raises:
        Unreadable: damaged, hostile, too slow or too large; nothing of the file is quoted.
    """
    return list(ask(path, {"driver": DRIVERS[kind], "task": "describe", "only": only}))


def read(path: Path, kind: Format, layer: str, rows: int) -> Iterator[Answer]:
    """The rows of one layer in frames of at most ``rows``; raises like :func:`describe`."""
    return ask(path, {"driver": DRIVERS[kind], "task": "read", "layer": layer, "rows": rows, "first": 0})


def ask(path: Path, request: dict[str, Any], script: Path | None = None) -> Iterator[Answer]:
    """What the confined child answers, one frame after the other; ``script`` is the child. Raises Unreadable."""
    with _child(request | {"path": str(path.resolve())}, script or _CHILD) as (process, pipe):
        while True:
            header, body = _frame(process, pipe)
            if "error" in header:
                raise Unreadable(header["error"], **header.get("params", {}))
            if header.get("end"):
                return
            yield Answer(header, _cut(body, header.get("lengths", [])))


@contextmanager
def _child(request: dict[str, Any], script: Path) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    process = subprocess.Popen(
        [sys.executable, "-IB", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - asked for above
    assert process.stdout is not None  # noqa: S101
    try:
        with suppress(BrokenPipeError), process.stdin:  # a child that is dead already is told by its silence
            process.stdin.write(json.dumps(request).encode())
        yield process, process.stdout
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _environment() -> dict[str, str]:
    """All the child gets to know: no credentials, no plugins, no drivers, one thread."""
    return {
        "LANG": "C.UTF-8",
        "GDAL_SKIP": SKIPPED_DRIVERS,
        "OGR_SKIP": SKIPPED_DRIVERS,
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_PAM_ENABLED": "NO",
        "GDAL_HTTP_MAX_RETRY": "0",
        "SHAPE_RESTORE_SHX": "NO",
        "OGR_EDIGEO_CREATE_LABEL_LAYERS": "NO",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "GDAL_NUM_THREADS": "1",
        "OGR_GPKG_NUM_THREADS": "1",
    }


def _frame(process: "subprocess.Popen[bytes]", pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    head, body = _LENGTHS.unpack(_exactly(process, pipe, _LENGTHS.size))
    if head > MAX_HEADER or body > MAX_BODY:
        raise Unreadable("gdal.protocol")
    header = orjson.loads(_exactly(process, pipe, head))
    return header, _exactly(process, pipe, body)


def _exactly(process: "subprocess.Popen[bytes]", pipe: IO[bytes], size: int) -> bytes:
    """``size`` bytes from the child, waiting no longer than the silence allowed."""
    parts: list[bytes] = []
    while size:
        ready, _, _ = select.select([pipe], [], [], SILENCE_SECONDS)
        if not ready:
            raise Unreadable("gdal.timeout", seconds=round(SILENCE_SECONDS))
        part = os.read(pipe.fileno(), min(size, 1 << 20))
        if not part:
            raise Unreadable("gdal.crashed", status=process.wait())
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _cut(body: bytes, lengths: list[int]) -> list[bytes | None]:
    shapes: list[bytes | None] = []
    start = 0
    for length in lengths:
        shapes.append(body[start : start + length] if length else None)
        start += length
    return shapes
