"""Geometries written as text in a cell (WKT, EWKT, hexadecimal WKB, GeoJSON), as GeoJSON geometry objects.

What comes out goes through the same checks as any GeoJSON (geojson_geometry): our own reading, because the usual
readers recurse as deep as a stranger asks and refuse rings that miss their end by a millimetre.
WKT: OGC 06-103r4 §7; EWKT and EWKB: the PostGIS manual's appendix on them.
"""

import re
from dataclasses import dataclass
from typing import Any

import orjson

from geo.intake.files import wkb
from geo.intake.files.geojson_geometry import BadGeometryError

MAX_DEPTH = 8
"""How deep collections may be nested."""
_SRID = re.compile(r"\s*SRID\s*=\s*(\d{4,6})\s*;", re.IGNORECASE)
_TAG = re.compile(r"\s*+([A-Z]{1,30}?)\s*+(?:(ZM|Z|M)\s*+)?(EMPTY\b|(?=\())\s*", re.IGNORECASE)
_BODY = re.compile(r"[\d\s().,+\-eE]+")
_NUMBERS = re.compile(r"[^\s(),]+(?:\s+[^\s(),]+)*")
_HEX = re.compile(r"0[01](?:[0-9A-Fa-f]{2})*")
_HEX_HEAD = re.compile(r"0[01][0-9A-Fa-f]{16}")
_PAIRS = re.compile(r"(?<![\d.])(-?\d++(?:\.\d++)?)\s++(-?\d++(?:\.\d++)?)(?=\s*[,)])")
_KINDS = {
    kind.upper(): kind for kind in ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
}


@dataclass(frozen=True, slots=True)
class Written:
    """A geometry as it was written: a GeoJSON geometry object, and the EPSG number when the text names one."""

    geometry: dict[str, Any]
    srid: int | None = None


def looks_like_geometry(text: str) -> bool:
    """Whether a cell begins as WKT, EWKT, hexadecimal WKB or a GeoJSON geometry does."""
    head = text[:120].lstrip()
    if head.startswith("{"):
        return '"coordinates"' in head or '"type"' in head
    if _HEX_HEAD.match(head):
        return True
    prefix = _SRID.match(head)
    found = _TAG.match(head, prefix.end() if prefix else 0)
    return found is not None and (found[1].upper() in _KINDS or found[1].upper() == "GEOMETRYCOLLECTION")


def is_surface(text: str) -> bool:
    """Whether a cell that looks like a geometry is one of surfaces (or of a collection, which may hold some)."""
    spelt = text.lstrip()
    if spelt.startswith("{"):
        return any(f'"{kind}"' in spelt for kind in ("Polygon", "MultiPolygon", "GeometryCollection"))
    if _HEX_HEAD.match(spelt):
        return wkb.kind(bytes.fromhex(spelt[:10])) in ("Polygon", "MultiPolygon", "GeometryCollection")
    found = _TAG.match(spelt[:120], getattr(_SRID.match(spelt), "end", int)())
    return found is not None and found[1].upper().endswith(("POLYGON", "COLLECTION"))


def parse(text: str) -> Written:
    """The geometry a cell holds, in whichever of the four ways.

    Raises:
        BadGeometryError: none of them, or damaged.
    """
    spelt = text.strip()
    if spelt.startswith("{"):
        return Written(_json(spelt))
    if _HEX.fullmatch(spelt):
        geometry, srid = wkb.parse(bytes.fromhex(spelt))
        return Written(geometry, srid)
    prefix = _SRID.match(spelt)
    start = prefix.end() if prefix else 0
    return Written(_tagged(spelt[start:], 0), int(prefix[1]) if prefix else None)


def _json(spelt: str) -> dict[str, Any]:
    try:
        found = orjson.loads(spelt)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise BadGeometryError("geometry.not_json", spelt[:80]) from error
    if found.get("type") == "Feature":
        found = found.get("geometry")
    return found  # type: ignore[no-any-return]


def _tagged(spelt: str, depth: int) -> dict[str, Any]:
    tag = _TAG.match(spelt)
    if tag is None:
        raise BadGeometryError("geometry.not_wkt", spelt[:80])
    kind, body = tag[1].upper(), spelt[tag.end() :]
    if tag[3]:
        raise BadGeometryError("geometry.empty", spelt[:80])
    if kind == "GEOMETRYCOLLECTION":
        return {"type": "GeometryCollection", "geometries": _members(body, depth)}
    if kind not in _KINDS:
        raise BadGeometryError("geometry.unknown_type", tag[1], kind=tag[1][:40])
    return {"type": _KINDS[kind], "coordinates": _coordinates(kind, body, (tag[2] or "").upper())}


def _coordinates(kind: str, body: str, dimensions: str) -> Any:
    """The nested lists of a body: brackets for brackets, each blank-separated run of numbers a position."""
    if not _BODY.fullmatch(body):
        raise BadGeometryError("geometry.not_wkt", body[:80])
    nested = _nested(_PAIRS.sub(r"[\1,\2]", body))
    if nested is None:  # three numbers a position, or numbers JSON has no word for: one by one
        nested = _nested(_NUMBERS.sub(_position, body))
    if nested is None:
        raise BadGeometryError("geometry.not_wkt", body[:80])
    if dimensions in ("M", "ZM"):
        nested = _without_measure(nested, 2 if dimensions == "M" else 3, 0)
    if kind == "POINT":
        if len(nested) != 1:
            raise BadGeometryError("geometry.not_wkt", body[:80])
        return nested[0]
    if kind == "MULTIPOINT":  # both spellings stand: (1 2, 3 4) and ((1 2), (3 4))
        return [point[0] if isinstance(point, list) and len(point) == 1 else point for point in nested]
    return nested


def _nested(spelt: str) -> Any:
    try:
        return orjson.loads(spelt.replace("(", "[").replace(")", "]"))
    except orjson.JSONDecodeError:
        return None


def _position(run: re.Match[str]) -> str:
    try:
        return "[" + ",".join(repr(float(number)) for number in run[0].split()) + "]"
    except ValueError:
        return "?"


def _without_measure(nested: Any, size: int, depth: int) -> Any:
    """Measures left out: they are no heights."""
    if not isinstance(nested, list) or depth == MAX_DEPTH:
        return nested
    if nested and isinstance(nested[0], int | float):
        return nested[:size]
    return [_without_measure(part, size, depth + 1) for part in nested]


def _members(body: str, depth: int) -> list[dict[str, Any]]:
    """The geometries inside the brackets of a collection."""
    if depth >= MAX_DEPTH:
        raise BadGeometryError("geometry.nested", most=MAX_DEPTH)
    inner = body.strip()
    if not (inner.startswith("(") and inner.endswith(")")):
        raise BadGeometryError("geometry.not_wkt", body[:80])
    members, level, start = [], 0, 1
    for mark in re.finditer(r"[(),]", inner[:-1]):
        if mark[0] == "," and level == 1:
            members.append(inner[start : mark.start()])
            start = mark.end()
        level += {"(": 1, ")": -1, ",": 0}[mark[0]]
    members.append(inner[start:-1])
    return [_tagged(member, depth + 1) for member in members]
