"""Polygons out of any file intake opens, as they are drawn: nothing is mended, nothing carried elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake.crs import WGS84, Frame, parse
from geo.intake.files.geojson import Features, GeoJsonPart
from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from geo.intake.files.part import Part
from geo.intake.files.unpacking import Folder, parts_of

ROWS = 2_000
WIDEST_DEGREES = 1.0
"""A polygon wider than this is no land parcel in degrees: a file that names no system is in metres then."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row: its ``id`` (of the feature, else its property ``id``, else the row's number) and its geometry.

    ``crs`` is ``EPSG:n``, None where nothing says (then metres). Without a geometry, ``code`` and ``params`` say why.
    """

    row: int
    id: object
    crs: str | None
    geometry: BaseGeometry | None
    code: str | None = None
    params: Mapping[str, object] | None = None


@contextmanager
def drawings(path: Path, crs: str | None = None) -> Iterator[Iterator[Drawn]]:
    """The rows of a file, read as they are asked for; ``crs`` (``EPSG:n``) overrides what the file says.

    Raises:
        Unreadable: no file intake opens, or damaged.
    """
    chosen = None if crs is None else parse(crs)
    folder = Folder()
    try:
        parts, _ = parts_of(path, folder, chosen)
        yield _rows(parts, chosen)
    finally:
        folder.close()


def _rows(parts: Iterable[Part], chosen: str | None) -> Iterator[Drawn]:
    first = 1
    for part in parts:
        system = chosen or _system(part)
        for one in _of_part(part, system, first):
            yield one
            first = one.row + 1


def _system(part: Part) -> str | None:
    """The system a part is drawn in; a GeoJSON that names none is in degrees when it can be."""
    if not isinstance(part, GeoJsonPart) or part.stated:
        return part.crs
    shapes = part.sample.geometry[~shapely.is_missing(part.sample.geometry)]
    bounds = shapely.bounds(shapes)
    if not len(bounds):
        return part.crs
    within = (np.abs(bounds[:, ::2]) <= 180).all() and (np.abs(bounds[:, 1::2]) <= 90).all()
    small = (bounds[:, 2:] - bounds[:, :2] <= WIDEST_DEGREES).all()
    return WGS84 if within and small else None


def _of_part(part: Part, system: str | None, first: int) -> Iterator[Drawn]:
    frame = Frame(system or "EPSG:2154", 2154)
    if isinstance(part, GeoJsonPart):
        for features in part.pieces(first, ROWS, frame, lambda _: None):
            yield from _features(features, system)
        return
    for raw in part.read(first, ROWS, frame, lambda _: None):
        found = [
            Drawn(row, _named(properties, row), system, geometry, *_missing(geometry))
            for row, properties, geometry in zip(raw.rows, raw.properties, raw.geometry, strict=True)
        ]
        found += [Drawn(one.row, one.row, system, None, one.code, one.params) for one in raw.rejections]
        yield from sorted(found, key=lambda one: one.row)


def _features(features: Features, system: str | None) -> Iterator[Drawn]:
    raw = features.raw()
    kept = dict(zip(raw.rows, raw.geometry, strict=True))
    refused = {one.row: one for one in raw.rejections}
    for row, (begin, end) in zip(features.numbers, features.spans, strict=True):
        name = _written_id(features.text[begin:end], row)
        if row in refused:
            yield Drawn(row, name, system, None, refused[row].code, refused[row].params)
        else:
            geometry = kept[row]
            yield Drawn(row, name, system, geometry, *_missing(geometry))


def _written_id(text: Any, row: int) -> object:
    """The id of a feature as it is written, also of one whose geometry is refused; the row of one that is no JSON."""
    try:
        feature = orjson.loads(text)
    except orjson.JSONDecodeError:
        return row
    own, properties = feature.get("id"), feature.get("properties")
    return own if own is not None else _named(properties if isinstance(properties, dict) else {}, row)


def drawn_feature(feature: Mapping[str, Any], row: int, crs: str | None) -> Drawn:
    """One parsed GeoJSON feature."""
    properties = feature.get("properties") or {}
    own = feature.get("id")
    name = own if own is not None else _named(properties, row)
    decoder = Decoder(crs is not None and Frame(crs, 2154).degrees)
    try:
        decoder.add(feature.get("geometry"))
    except BadGeometryError as error:
        return Drawn(row, name, crs, None, error.code, error.params)
    return Drawn(row, name, crs, decoder.finish()[0])


def _named(properties: Mapping[str, Any], row: int) -> object:
    found = properties.get("id")
    return row if found is None else found


def _missing(geometry: BaseGeometry | None) -> tuple[str, Mapping[str, object]] | tuple[()]:
    return ("geometry.missing", {}) if geometry is None else ()
