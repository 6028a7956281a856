"""GeoJSON, plain or gzipped, read as a stream: raw rows, their properties and source geometries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from geo.intake.batch import Raw
from geo.intake.bytestream import ByteStream
from geo.intake.columns import Properties, brief
from geo.intake.crs import HINT, WGS84, Frame, of_member
from geo.intake.featurestream import FeatureStream, Slices
from geo.intake.geojson_geometry import BadGeometryError, Decoder
from geo.intake.part import SAMPLE_ROWS, Told
from geo.intake.problems import Rejection, Remark, Repair, Unreadable

_EXAMPLE = '{"type": "Feature", "properties": {...}, "geometry": {...}}'


_NOTHING = Raw([], [], np.empty(0, dtype=object), 0)


class BadFeatureError(ValueError):
    """A feature that cannot be read: code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(slots=True)
class GeoJsonPart:
    """The features of one GeoJSON file. Without a ``crs`` member they are EPSG:4326, as RFC 7946 says."""

    name: str
    fields: list[str]
    crs: str | None
    sample: Raw
    path: Path
    gzipped: bool
    stated: bool

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All features; see Part."""
        size = max(1, self.path.stat().st_size)
        with features(self.path, gzipped=self.gzipped, told=lambda position: told(position / size)) as stream:
            for slices in stream:
                yield from rows(slices, most, first_row - 1, degrees=frame.degrees)
            if not self.stated and _declared(stream.members, frame.source) not in (None, frame.source):
                raise Unreadable("crs.late", f"{self.name}: a crs member follows the features it is about; {HINT}")


def open_part(path: Path, name: str, asked: str | None, *, gzipped: bool) -> GeoJsonPart:
    """Read as much of a GeoJSON file as shows its fields, coordinate system and first rows.

    ``asked`` is the coordinate system asked for, with which an unreadable declaration does no harm.
    Raises Unreadable.
    """
    with features(path, gzipped=gzipped, told=lambda _: None) as stream:
        stated = _declared(stream.members, asked)
        degrees = Frame(asked or stated or WGS84, 2154).degrees
        sample = next((raw for slices in stream for raw in rows(slices, SAMPLE_ROWS, 0, degrees=degrees)), _NOTHING)
    fields = list(dict.fromkeys(name for row in sample.properties for name in row))
    return GeoJsonPart(name, fields, stated or WGS84, sample, path, gzipped, stated is not None)


def _declared(members: dict[str, object], asked: str | None) -> str | None:
    try:
        return of_member(members)
    except Unreadable:
        if asked is None:
            raise
        return None


@contextmanager
def features(path: Path, *, gzipped: bool, told: Callable[[int], None]) -> Iterator[FeatureStream]:
    """The features of a file; ``told`` hears how many bytes on disk were consumed. Raises Unreadable."""
    with ByteStream(path, gzipped=gzipped) as stream:

        def pieces() -> Iterator[bytes]:
            for piece in stream.pieces():
                told(stream.position)
                yield piece

        yield FeatureStream(pieces())


def rows(slices: Slices, most: int, offset: int, *, degrees: bool) -> Iterator[Raw]:
    """The features of one piece of text as raw rows, at most ``most`` at a time; ``offset`` is added to row numbers."""
    for start in range(0, len(slices.spans), most):
        yield _rows(slices, slice(start, min(start + most, len(slices.spans))), offset, degrees)


def _rows(slices: Slices, some: slice, offset: int, degrees: bool) -> Raw:
    decoder = Decoder(degrees)
    kept: list[int] = []
    properties: list[Properties] = []
    repairs: list[Repair] = []
    rejections: list[Rejection] = []
    text = slices.text
    spans = slices.spans[some]
    for row, (begin, end) in enumerate(spans, slices.first_row + some.start + offset):
        try:
            found, geometry = _feature(text[begin:end], row, repairs)
            decoder.add(geometry)
        except BadFeatureError as error:
            rejections.append(Rejection(row, "feature", None, error.code, error.message))
            continue
        except BadGeometryError as error:
            rejections.append(Rejection(row, "geometry", brief(error.value), error.code, error.message))
            continue
        kept.append(row)
        properties.append(found)
    for place, gap in decoder.closed.items():
        before = {"gap_m": round(gap, 4)}
        repairs.append(Repair(kept[place], "geometry", before, {"gap_m": 0.0}, "geometry.ring_closed"))
    return Raw(kept, properties, decoder.finish(), len(spans), repairs, rejections, _flattened(decoder, kept))


def _feature(raw: bytes, row: int, repairs: list[Repair]) -> tuple[Properties, object]:
    """Properties and geometry object of one feature."""
    try:
        feature = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        feature = _second_try(raw, row, repairs, error)
    if feature.get("type") != "Feature":
        raise BadFeatureError("feature.type", f"expected a feature: {_EXAMPLE}")
    properties = feature.get("properties")
    if type(properties) is not dict:
        if properties is not None:
            raise BadFeatureError("feature.properties", "properties must be an object of names and values")
        properties = {}
    return properties, feature.get("geometry")


def _second_try(raw: bytes, row: int, repairs: list[Repair], error: orjson.JSONDecodeError) -> Properties:
    """Text that is not UTF-8 may be Windows-1252; anything else stays refused."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            feature = orjson.loads(raw.decode("cp1252"))
        except (UnicodeDecodeError, orjson.JSONDecodeError):
            raise BadFeatureError("text.encoding", "the row is neither UTF-8 nor Windows-1252 text") from error
        repairs.append(Repair(row, "feature", "Windows-1252", "UTF-8", "text.encoding"))
        return dict(feature)
    raise BadFeatureError(
        "json.syntax", f"not valid JSON: {error.msg}; NaN and Infinity are no JSON numbers"
    ) from error


def _flattened(decoder: Decoder, kept: list[int]) -> list[Remark]:
    if not decoder.flattened:
        return []
    message = f"heights of {decoder.flattened} geometries are left out; land is kept in two dimensions"
    return [Remark(kept[0], "geometry", decoder.flattened, "geometry.flattened", message)]
