"""The layers of a GeoPackage, FlatGeobuf or Shapefile, read through the confined child, as parts."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geo.intake.crs import Frame, of_wkt
from geo.intake.files import archive, gdal
from geo.intake.files.formats import Format
from geo.intake.files.part import Told
from geo.intake.problems import Rejection, Remark, Unreadable
from geo.intake.raw import Raw


@dataclass(slots=True)
class ContainerPart:
    """One layer of a container."""

    name: str
    fields: list[str]
    crs: str | None
    sample: Raw
    path: Path
    kind: Format
    layer: str
    features: int

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All features; see Part."""
        done = 0
        for answer in gdal.read(self.path, self.kind, self.layer, most):
            yield raw_of(answer, first_row + done)
            done += len(answer.shapes)
            told(min(1.0, done / max(1, self.features)))
        if done < self.features:
            raise Unreadable("gdal.truncated", part=self.name, done=done, total=self.features)


def open_parts(path: Path, kind: Format, name: str, asked: str | None) -> tuple[list[ContainerPart], list[Remark]]:
    """The layers with geometry of a container, and what is said of those left out. Raises Unreadable.

    ``name`` is the file's own in what users read (members of archives lie under other names); ``asked`` the
    coordinate system asked for, with which an unreadable declaration does no harm.
    """
    if kind is Format.SHAPEFILE:
        archive.check_sides(path, name)
    if kind is Format.GEOPACKAGE:
        _check_unused(path)
    parts, remarks = [], []
    for answer in gdal.describe(path, kind):
        layer = str(answer.header["layer"])
        title = layer if kind is Format.GEOPACKAGE else name
        if answer.header.get("skipped"):
            code = "part.view" if answer.header["skipped"] == "view" else "part.skipped"
            remarks.append(Remark(0, title, None, code, params={"part": title}))
            continue
        crs = _declared(answer.header["crs"], asked)
        sample, count = raw_of(answer, 1), int(answer.header["features"])
        deleted = _deleted(path) if kind is Format.SHAPEFILE else 0
        if deleted:
            count -= deleted
            remarks.append(Remark(0, title, deleted, "shapefile.deleted", params={"part": title, "count": deleted}))
        parts.append(ContainerPart(title, list(answer.header["fields"]), crs, sample, path, kind, layer, count))
    return parts, remarks


def _declared(definition: str | None, asked: str | None) -> str | None:
    try:
        return of_wkt(definition) if definition else None
    except Unreadable:
        if asked is None:
            raise
        return None


def _deleted(shapefile: Path) -> int:
    """The rows marked deleted in the attributes but not yet cleared away: GDAL counts them and leaves them out."""
    table = archive.side(shapefile, ".dbf")
    if table is None:
        return 0
    with table.open("rb") as file:
        rows, first, width = struct.unpack("<4xIHH", file.read(12).ljust(12, b"\0"))
        file.seek(first)
        found = 0
        while rows and width and (some := file.read(min(rows, 1 + (1 << 20) // width) * width)):
            found += some[::width].count(b"*")
            rows -= -(-len(some) // width)
        return found


def _check_unused(path: Path) -> None:
    """Rows that another program has not written into the file yet would be lost silently."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise Unreadable("source.in_use", name=path.name)


def raw_of(answer: gdal.Answer, first_row: int) -> Raw:
    """The rows of one answer of the child, numbered from ``first_row``."""
    geometry = np.asarray(shapely.from_wkb(np.array(answer.shapes, dtype=object), on_invalid="ignore"), dtype=object)
    geometry = geometry.reshape(len(answer.shapes))
    rows = list(range(first_row, first_row + len(answer.shapes)))
    raw = Raw(rows, answer.properties, geometry, len(rows))
    missing = shapely.is_missing(geometry)
    if missing.any():
        kept = [int(place) for place in np.flatnonzero(~missing)]
        lost = [_missing(rows[place], answer.shapes[place]) for place in np.flatnonzero(missing)]
        refused = {rows[place]: raw.properties[place] for place in np.flatnonzero(missing)}
        raw = raw.part(kept)
        raw.read, raw.rejections, raw.refused = len(rows), lost, refused
    heights = int(shapely.has_z(raw.geometry).sum())
    if heights:
        raw.remarks.append(Remark(raw.rows[0], "geometry", heights, "geometry.flattened", params={"count": heights}))
    return raw


def _missing(row: int, wkb: bytes | None) -> Rejection:
    if wkb is None:
        return Rejection(row, "geometry", None, "geometry.missing")
    return Rejection(row, "geometry", None, "geometry.unreadable")
