"""GeoJSON, plain or gzipped, read as a stream: raw rows, their properties and source geometries."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from geo.intake.crs import WGS84, Frame, of_member
from geo.intake.files.bytestream import ByteStream
from geo.intake.files.featurestream import FeatureStream, Proof, Slices
from geo.intake.files.geojson_geometry import BadGeometryError, Decoder
from geo.intake.files.part import SAMPLE_ROWS, Told
from geo.intake.layers.columns import Properties, brief
from geo.intake.problems import Rejection, Remark, Repair, Unreadable
from geo.intake.raw import Raw

_NOTHING = Raw([], [], np.empty(0, dtype=object), 0)


class BadFeatureError(ValueError):
    """A feature that cannot be read: code, and what its sentence is filled with."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


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
    proof: Proof | None = None

    def read(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator[Raw]:
        """All features; see Part."""
        for piece in self.pieces(first_row, most, frame, told):
            yield piece.raw()

    def pieces(self, first_row: int, most: int, frame: Frame, told: Told) -> Iterator["Features"]:
        """All features, unread; see Divisible."""
        size = max(1, self.path.stat().st_size)
        with features(self.path, gzipped=self.gzipped, told=lambda position: told(position / size)) as stream:
            for slices in stream:
                yield from rows(slices, most, first_row - 1, degrees=frame.degrees)
                stream.proof = self.proof
            if not self.stated and _declared(stream.members, frame.source) not in (None, frame.source):
                raise Unreadable("crs.late", part=self.name)


def open_part(path: Path, name: str, asked: str | None, *, gzipped: bool) -> GeoJsonPart:
    """Read as much of a GeoJSON file as shows its fields, coordinate system and first rows.

    ``asked`` is the coordinate system asked for, with which an unreadable declaration does no harm.
    Raises Unreadable.
    """
    with features(path, gzipped=gzipped, told=lambda _: None) as stream:
        stated = _declared(stream.members, asked)
        degrees = Frame(asked or stated or WGS84, 2154).degrees
        first = (one for slices in stream for one in rows(slices, SAMPLE_ROWS, 0, degrees=degrees))
        sample = next((one.raw() for one in first), _NOTHING)
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


@dataclass(frozen=True, slots=True)
class Features:
    """Features not yet parsed: feature i is ``text[spans[i][0]:spans[i][1]]`` and is row ``first_row + i``.

    ``degrees`` says whether coordinates are degrees. ``picked`` are the numbers of rows that do not follow one another.
    """

    text: bytes
    spans: list[tuple[int, int]]
    first_row: int
    degrees: bool
    picked: list[int] | None = None

    @property
    def numbers(self) -> Sequence[int]:
        """The row of each."""
        return range(self.first_row, self.first_row + len(self.spans)) if self.picked is None else self.picked

    @property
    def read(self) -> int:
        """How many there are."""
        return len(self.spans)

    def raw(self) -> Raw:
        """The features as raw rows, those that cannot be read refused."""
        decoder = Decoder(self.degrees)
        raw = Raw([], [], np.empty(0, dtype=object), self.read)
        for row, (begin, end) in zip(self.numbers, self.spans, strict=True):
            found: Properties = {}
            try:
                found, geometry = _feature(self.text[begin:end], row, raw.repairs)
                decoder.add(geometry)
            except BadFeatureError as error:
                raw.rejections.append(Rejection(row, "feature", None, error.code, params=error.params))
            except BadGeometryError as error:
                raw.rejections.append(Rejection(row, "geometry", brief(error.value), error.code, params=error.params))
                raw.refused[row] = found
            else:
                raw.rows.append(row)
                raw.properties.append(found)
        for place, gap in decoder.closed.items():
            before = {"gap_m": round(gap, 4)}
            raw.repairs.append(Repair(raw.rows[place], "geometry", before, {"gap_m": 0.0}, "geometry.ring_closed"))
        raw.geometry, raw.remarks = decoder.finish(), _flattened(decoder, raw.rows)
        return raw


def rows(slices: Slices, most: int, offset: int, *, degrees: bool) -> Iterator[Features]:
    """The features of one piece of text, at most ``most`` at a time; ``offset`` is added to row numbers."""
    if len(slices.spans) <= most:
        yield Features(slices.text, slices.spans, slices.first_row + offset, degrees)
        return
    for start in range(0, len(slices.spans), most):
        some = slices.spans[start : start + most]
        begin, end = some[0][0], some[-1][1]
        spans = [(a - begin, b - begin) for a, b in some]
        yield Features(slices.text[begin:end], spans, slices.first_row + start + offset, degrees)


def _feature(raw: bytes, row: int, repairs: list[Repair]) -> tuple[Properties, object]:
    """Properties and geometry object of one feature."""
    try:
        feature = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        feature = _second_try(raw, row, repairs, error)
    if type(feature) is not dict or feature.get("type") != "Feature":
        raise BadFeatureError("feature.type")
    properties = feature.get("properties")
    if type(properties) is not dict:
        if properties is not None:
            raise BadFeatureError("feature.properties")
        properties = {}
    return properties, feature.get("geometry")


def _second_try(raw: bytes, row: int, repairs: list[Repair], error: orjson.JSONDecodeError) -> object:
    """Text that is not UTF-8 may be Windows-1252; anything else stays refused."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            feature: object = orjson.loads(raw.decode("cp1252"))
        except (UnicodeDecodeError, orjson.JSONDecodeError):
            raise BadFeatureError("text.encoding") from error
        repairs.append(Repair(row, "feature", "Windows-1252", "UTF-8", "text.windows_1252"))
        return feature
    raise BadFeatureError("json.bad_row", position=error.pos + 1) from error


def _flattened(decoder: Decoder, kept: list[int]) -> list[Remark]:
    if not decoder.flattened:
        return []
    return [Remark(kept[0], "geometry", decoder.flattened, "geometry.flattened", params={"count": decoder.flattened})]
