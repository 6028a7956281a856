"""A land file opened for reading: what it is, and its rows as normalised batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import shapely

from geo.intake.batch import Batch, Raw, normalise
from geo.intake.columns import field_names
from geo.intake.crs import HINT, Frame, parse
from geo.intake.draft import Context
from geo.intake.identity import Seen
from geo.intake.part import Part
from geo.intake.problems import Rejection, Remark, Unreadable, shown
from geo.intake.recognise import LAYERED, TAGS, Schema, recognise, unknown
from geo.intake.unpacking import Folder, measure, parts_of
from geo.intake.values import insee
from geo.land.vocabulary import Origin

_ONCE = ("geometry.flattened",)
"""Remarks made once a file, however many rows they are true of."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of the file on disk read so far, and in all."""

    done: int
    total: int


@dataclass(slots=True)
class _Planned:
    """A part that will be read: what its rows are, and where they lie."""

    part: Part
    schema: Schema
    frame: Frame


class Source:
    """An opened file. Iterate once for its batches; use as a context manager to leave nothing behind.

    ``schema`` names the recognised schemas, ``layers`` the layers that may occur, ``sha256`` and ``size`` (bytes)
    the file as it was opened (a shapefile with its side files). ``remarks`` speak of the whole file; some are
    known only after the iteration. Iterating raises Unreadable when the file turns out to be cut or damaged.
    """

    def __init__(self, path: Path, *, commune: str | None, batch_rows: int) -> None:
        self.path = path
        self.remarks: list[Remark] = []
        self._commune = _checked_commune(commune)
        self._batch_rows = batch_rows
        self._folder = Folder()
        self._planned: list[_Planned] = []
        self._seen: dict[str, Seen] = {}
        self._progress = 0.0
        self._said: set[str] = set()
        self.size, self.sha256 = measure(path)

    @property
    def schema(self) -> str:
        """The names of the schemas recognised, one a part, repeated ones once."""
        return ", ".join(dict.fromkeys(planned.schema.name for planned in self._planned))

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers batches may be of."""
        found: list[str] = []
        for planned in self._planned:
            found += [planned.schema.layer] if planned.schema.layer else TAGS.values()
        return tuple(dict.fromkeys(found))

    @property
    def progress(self) -> Progress:
        """How far the iteration is."""
        return Progress(min(self.size, round(self._progress * self.size)), self.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what had to be unfolded."""
        self._folder.close()

    def __iter__(self) -> Iterator[Batch]:
        first_row, parts = 1, len(self._planned)
        for index, planned in enumerate(self._planned):
            used: set[str] = set()

            def told(share: float, index: int = index) -> None:
                self._progress = (index + share) / parts

            for raw in planned.part.read(first_row, self._batch_rows, planned.frame, told):
                first_row += raw.read
                self._keep_once(raw)
                for batch in self._batches(planned, raw):
                    used |= batch.used
                    yield batch
            if used:
                self._tell_ignored(planned.part, used)
        self._progress = 1.0

    def _batches(self, planned: _Planned, raw: Raw) -> Iterator[Batch]:
        schema = planned.schema
        groups = [(schema.layer, raw)] if schema.layer else _by_layer(raw)
        for layer, rows in groups:
            context = Context(schema.name, planned.part.name, _origin(schema, rows), self._commune)
            yield normalise(layer, rows, context, planned.frame, self._seen.setdefault(layer, Seen()))

    def _keep_once(self, raw: Raw) -> None:
        for remark in raw.remarks:
            if remark.code in _ONCE and remark.code not in self._said:
                self._said.add(remark.code)
                self.remarks.append(remark)
        raw.remarks = [remark for remark in raw.remarks if remark.code not in _ONCE]

    def _tell_ignored(self, part: Part, used: set[str]) -> None:
        ignored = [name for name in part.fields if name not in used and name != "layer"]
        if ignored:
            names = ", ".join(ignored[:40])
            message = f"{part.name}: fields not read: {names}"
            self.remarks.append(Remark(0, part.name, ignored[:40], "field.ignored", message))

    def _plan(self, parts: Sequence[Part], forced: str | None, crs: str | None, srid: int) -> None:
        schemas = [recognise(part.fields, part.sample.properties, forced) for part in parts]
        if not any(schemas):
            known = [name for part in parts for name in part.fields]
            raise unknown(self.path.name, known)
        for part, schema in zip(parts, schemas, strict=True):
            if schema is None:
                message = f"{part.name} is left out: not recognised from its fields; say --as to force it"
                self.remarks.append(Remark(0, part.name, None, "part.skipped", message))
                continue
            frame = self._frame(part, crs, srid)
            _check_place(part, frame)
            self._planned.append(_Planned(part, schema, frame))

    def _frame(self, part: Part, crs: str | None, srid: int) -> Frame:
        declared = part.crs
        if crs is None and declared is None:
            raise Unreadable("crs.missing", f"{part.name}: the file does not say its coordinate system; {HINT}")
        if crs is not None and declared not in (None, crs) and getattr(part, "stated", True):
            message = f"{part.name} declares {declared}; read as {crs} as asked"
            self.remarks.append(Remark(0, part.name, declared, "crs.overridden", message))
        frame = Frame(crs or str(declared), srid)
        if frame.accuracy_m > 1.0:
            message = f"{frame.source} is carried to EPSG:{srid} to within {frame.accuracy_m:g} m"
            self.remarks.append(Remark(0, part.name, frame.accuracy_m, "crs.accuracy", message))
        return frame


def _checked_commune(commune: str | None) -> str | None:
    if commune is None:
        return None
    value, _ = insee(commune)
    if value is None:
        raise Unreadable("commune.unknown", f"{shown(commune)} is not an INSEE code; expected for example 74173")
    return str(value)


def _origin(schema: Schema, rows: Raw) -> str:
    """In a layered file the parcels with a CNIG identifier are terrains."""
    if schema.name == LAYERED and "terr_id" in field_names(rows.properties):
        return Origin.TERRAIN.value
    return schema.origin


def _by_layer(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """The rows of a layered file, one group a layer; the reader's own messages go with the first group."""
    places: dict[str, list[int]] = {}
    rejections = list(raw.rejections)
    for place, row in enumerate(raw.properties):
        tag = row.get("layer")
        layer = TAGS.get(tag) if isinstance(tag, str) else None
        if layer is None:
            message = f"layer says {shown(tag)}; expected one of {', '.join(TAGS)}"
            rejections.append(Rejection(raw.rows[place], "layer", None, "layer.unknown", message))
        else:
            places.setdefault(layer, []).append(place)
    if not places:
        places["parcels"] = []
    lost = raw.read - sum(map(len, places.values()))
    for layer, some in places.items():
        group = raw.part(some)
        if lost or rejections or raw.repairs:
            group.read += lost
            group.repairs, group.rejections, group.remarks = raw.repairs, rejections, raw.remarks
            raw.repairs, rejections, lost = [], [], 0
        yield layer, group


def _check_place(part: Part, frame: Frame) -> None:
    """Refuse the file when most of its first rows show a wrong or swapped coordinate system."""
    geometry = part.sample.geometry
    geometry = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    codes: dict[str, list[str]] = {}
    for one in geometry:
        x, y = shapely.get_coordinates(one)[0]
        if np.isfinite([x, y]).all() and not frame.takes(float(x), float(y)):
            code, message = frame.explain(float(x), float(y))
            codes.setdefault(code, []).append(message)
    for code, messages in codes.items():
        if code.startswith("crs.") and 2 * len(messages) > len(geometry):
            raise Unreadable(code, f"{part.name}: {messages[0]}")


def open_source(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    commune: str | None = None,
    srid: int = 2154,
    batch_rows: int = 20_000,
) -> Source:
    """Open a land file: find its format by its bytes, its schema by its fields.

    ``layer`` forces the schema (what ``--as`` says), ``crs`` (``EPSG:n``) the coordinate system, ``commune`` (INSEE)
    completes rows that name none; geometries come out in EPSG:``srid``. Batches hold at most ``batch_rows`` rows.

    Raises:
        Unreadable: with a stable code and a message that says what would be right.
    """
    chosen = parse(crs) if crs is not None else None
    source = Source(path, commune=commune, batch_rows=batch_rows)
    try:
        parts, source.remarks = parts_of(path, source._folder, chosen)
        source._plan(parts, layer, chosen, srid)
    except BaseException:
        source.close()
        raise
    return source
