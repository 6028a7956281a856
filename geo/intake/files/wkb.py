"""Well-known binary (WKB, ISO WKB, EWKB) as GeoJSON geometry objects, bounded by the bytes that are there.

OGC 06-103r4 §8 (kinds 1-7, +1000 Z, +2000 M, +3000 ZM); EWKB sets flags in the kind's highest bits instead.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.intake.files.geojson_geometry import BadGeometryError

MAX_DEPTH = 8
_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000
_POINT, _LINE, _POLYGON, _COLLECTION = 1, 2, 3, 7
_KINDS = ("", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


def parse(raw: bytes) -> tuple[dict[str, Any], int | None]:
    """The geometry object, and the EPSG number when the bytes name one.

    Raises:
        BadGeometryError: cut, overlong, nested beyond reason, or of a kind not kept.
    """
    cursor = _Cursor(raw)
    geometry = cursor.geometry(0)
    if cursor.at != len(raw):
        raise BadGeometryError("geometry.not_wkb", raw[:20].hex())
    return geometry, cursor.srid


def kind(head: bytes) -> str:
    """The type of geometry that five first bytes announce; empty when it is none."""
    code = int.from_bytes(head[1:5], "little" if head[0] else "big") & 0x0FFFFFFF
    return _KINDS[code % 1000] if code % 1000 < len(_KINDS) else ""


@dataclass(slots=True)
class _Cursor:
    raw: bytes
    at: int = 0
    srid: int | None = None

    def geometry(self, depth: int) -> dict[str, Any]:
        if depth > MAX_DEPTH:
            raise BadGeometryError("geometry.nested", most=MAX_DEPTH)
        (order,) = self._take("B", 1)
        mark = "<" if order else ">"
        kind, width = self._kind(mark)
        if kind == _COLLECTION:
            return {"type": _KINDS[kind], "geometries": [self.geometry(depth + 1) for _ in range(self._count(mark, 9))]}
        return {"type": _KINDS[kind], "coordinates": self._coordinates(kind, mark, width, depth)}

    def _kind(self, mark: str) -> tuple[int, int]:
        (code,) = self._take(mark + "I", 4)
        if code & _HAS_SRID:
            (self.srid,) = self._take(mark + "I", 4)
        thousands, kind = divmod(code & 0x0FFFFFFF, 1000)
        if not 1 <= kind <= _COLLECTION or thousands > 3:
            raise BadGeometryError("geometry.unknown_type", kind, kind=kind)
        heights = bool(code & _HAS_Z) or thousands in (1, 3)
        measures = bool(code & _HAS_M) or thousands in (2, 3)
        # the third number is a height or a measure; both are left out further on, a fourth one here
        return kind, 2 + heights + measures

    def _coordinates(self, kind: int, mark: str, width: int, depth: int) -> Any:
        if kind == _POINT:
            return self._positions(1, mark, width)[0]
        if kind == _LINE:
            return self._positions(self._count(mark, 8 * width), mark, width)
        if kind == _POLYGON:
            rings = range(self._count(mark, 4))
            return [self._positions(self._count(mark, 8 * width), mark, width) for _ in rings]
        return [self._member(kind, depth) for _ in range(self._count(mark, 5))]

    def _member(self, kind: int, depth: int) -> Any:
        found = self.geometry(depth + 1)
        if found["type"] != _KINDS[kind].removeprefix("Multi"):
            raise BadGeometryError("geometry.not_wkb", found["type"])
        return found["coordinates"]

    def _positions(self, count: int, mark: str, width: int) -> list[list[float]]:
        size = 8 * width * count
        numbers = np.frombuffer(self._bytes(size), dtype=mark + "f8").reshape(count, width)
        return numbers[:, : min(width, 3)].tolist()  # type: ignore[no-any-return]

    def _count(self, mark: str, least: int) -> int:
        """How many follow, each of at least ``least`` bytes: never more than the bytes left could be."""
        (count,) = self._take(mark + "I", 4)
        if count * least > len(self.raw) - self.at:
            raise BadGeometryError("geometry.not_wkb", self.raw[:20].hex())
        return int(count)

    def _take(self, layout: str, size: int) -> tuple[int, ...]:
        return struct.unpack(layout, self._bytes(size))

    def _bytes(self, size: int) -> bytes:
        found = self.raw[self.at : self.at + size]
        if len(found) != size:
            raise BadGeometryError("geometry.not_wkb", self.raw[:20].hex())
        self.at += size
        return found
