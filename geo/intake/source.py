"""A land file opened for reading: what it is, and its rows as normalised batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from geo.intake.batch import Batch
from geo.intake.chunk import Chunk, Heard, Piece, Plan, Whole
from geo.intake.crs import parse
from geo.intake.files.doc_urba import documents
from geo.intake.files.featurestream import Proof
from geo.intake.files.geojson import GeoJsonPart
from geo.intake.files.part import Divisible, Part, Told
from geo.intake.files.unpacking import Folder, measure, parts_of
from geo.intake.layers.recognise import TAGS, Schema, recognise, unknown
from geo.intake.layers.values import insee
from geo.intake.mapping.choice import Kept, Mappings, dataset_of, keyless, schema_of, used_remark
from geo.intake.mapping.layer_mapping import LayerMapping
from geo.intake.placing import frame_of, marks_places
from geo.intake.problems import Remark, Unreadable
from geo.intake.understanding import check_understood


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of the file on disk read so far, and in all."""

    done: int
    total: int


@dataclass(slots=True)
class _Planned:
    """A part that will be read, how, and what its chunks told."""

    part: Part
    plan: Plan
    used: set[str] = field(default_factory=set)
    left_out: int = 0


class Source:
    """An opened file. Iterate once for its batches; use as a context manager to leave nothing behind.

    Whoever stages a file chunk by chunk asks for :meth:`chunks` instead, hands what each was heard to tell to
    :meth:`hear`, and asks for the ``remarks`` after :meth:`finish`.

    ``schema`` names the recognised schemas, ``layers`` the layers that may occur, ``sha256`` and ``size`` (bytes)
    the file as it was opened (a shapefile with its side files). ``remarks`` speak of the whole file; some are
    known only after the iteration. Iterating raises Unreadable when the file turns out to be cut or damaged.
    ``confirmed`` is the mapping given for a part with that part's fields, to be kept once the file is loaded.
    """

    def __init__(self, path: Path, *, commune: str | None, batch_rows: int, mappings: Mappings) -> None:
        self.path = path
        self.mappings = mappings
        self.confirmed: list[Kept] = []
        self.remarks: list[Remark] = []
        self._commune = _checked_commune(commune)
        self._batch_rows = batch_rows
        self._folder = Folder()
        self._planned: list[_Planned] = []
        self._progress = 0.0
        self._said: set[str] = set()
        self.size, self.sha256 = measure(path)

    @property
    def schema(self) -> str:
        """The names of the schemas recognised, one a part, repeated ones once."""
        return ", ".join(dict.fromkeys(planned.plan.schema.name for planned in self._planned))

    @property
    def mapped(self) -> str | None:
        """SHA-256 of the mappings the parts are read by; None without any."""
        texts = [planned.plan.mapping.text for planned in self._planned if planned.plan.mapping is not None]
        return sha256("\0".join(texts).encode()).hexdigest() if texts else None

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers batches may be of."""
        found: list[str] = []
        for planned in self._planned:
            found += [planned.plan.schema.layer] if planned.plan.schema.layer else TAGS.values()
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
        for chunk in self.chunks():
            yield from chunk.batches()
            self.hear(chunk.heard)
        self.finish()

    def chunks(self) -> Iterator[Chunk]:
        """The file piece by piece: the same pieces with the same numbers each time it is opened in the same way."""
        first_row, number, parts = 1, 0, len(self._planned)
        for index, planned in enumerate(self._planned):

            def told(share: float, index: int = index) -> None:
                self._progress = (index + share) / parts

            for piece in self._pieces(planned, first_row, told):
                first_row += piece.read
                yield Chunk(number, planned.plan, piece, Heard(index))
                number += 1
        self._progress = 1.0

    def _pieces(self, planned: _Planned, first_row: int, told: Told) -> Iterator[Piece]:
        """Unread where the part can hand on its rows unread, so that another process may read them."""
        part, frame = planned.part, planned.plan.frame
        if isinstance(part, Divisible):
            yield from part.pieces(first_row, self._batch_rows, frame, told)
        else:
            yield from map(Whole, part.read(first_row, self._batch_rows, frame, told))

    def prove(self, part: int, proof: Proof) -> None:
        """From the next chunk on, let a part be cut by lines where ``proof`` says that each is a feature."""
        found = self._planned[part].part
        if isinstance(found, GeoJsonPart):
            found.proof = proof

    def hear(self, heard: Heard) -> None:
        """Take in what a chunk told of its part."""
        planned = self._planned[heard.part]
        planned.used |= heard.used
        planned.left_out += heard.left_out
        for remark in heard.once:
            if remark.code not in self._said:
                self._said.add(remark.code)
                self.remarks.append(remark)

    def finish(self) -> None:
        """Say what only all chunks together show."""
        for planned in self._planned:
            if planned.used or planned.part.sample.rows:
                self._tell_ignored(planned.part, planned.used)
            if planned.left_out and planned.plan.mapping is not None:
                said = {"part": planned.part.name, "count": planned.left_out}
                self.remarks.append(Remark(0, planned.part.name, planned.left_out, "mapping.left_out", params=said))

    def _tell_ignored(self, part: Part, used: set[str]) -> None:
        ignored = [name for name in part.fields if name not in used and name != "layer"]
        if ignored:
            said = {"part": part.name, "names": ignored}
            self.remarks.append(Remark(0, part.name, ignored[:40], "field.ignored", params=said))

    def _plan(self, parts: Sequence[Part], forced: str | None, crs: str | None, srid: int) -> None:
        found = [self._known(part, parts, forced) for part in parts]
        self.mappings.check_used(self.path.name, parts, any(found))
        if not any(found):
            for part in parts:  # nobody is asked what the columns of a file mean that cannot be placed
                frame_of(part, crs, srid)
            known = [name for part in parts for name in part.fields]
            raise unknown(self.path.name, known)
        of_plans = documents(self.path)
        for part, planned in zip(parts, found, strict=True):
            if planned is None:
                said = {"part": part.name}
                self.remarks.append(Remark(0, part.name, None, "part.not_recognised", params=said))
                continue
            schema, mapping = planned
            frame, told = frame_of(part, crs or (mapping.places.crs if mapping else None), srid)
            self.remarks += told
            if not part.sample.read:
                empty: dict[str, object] = {"part": part.name, "schema": schema.name}
                self.remarks.append(Remark(0, part.name, 0, "part.empty", params=empty))
            plan = Plan(part.name, schema, frame, self._commune, mapping, self.path.name, of_plans)
            if forced is not None and mapping is None:
                check_understood(part, plan, forced)
            self._planned.append(_Planned(part, plan))

    def _known(
        self, part: Part, parts: Sequence[Part], forced: str | None
    ) -> tuple[Schema, LayerMapping | None] | None:
        """What the rows of a part are: as a mapping says, else as their fields show."""
        dataset = dataset_of(self.path, part, parts)
        chosen = self.mappings.choose(part, dataset, forced)
        if chosen is not None:
            mapping, how = chosen
            self.remarks.append(used_remark(part, mapping, how))
            if how != "shipped" and keyless(mapping):
                self.remarks.append(Remark(0, part.name, None, "mapping.no_key", params={"part": part.name}))
            if how == "given":
                self.confirmed.append(Kept(dataset, tuple(part.fields), mapping))
            return schema_of(mapping), mapping
        if self.mappings.given is not None:
            return None
        schema = recognise(part.fields, part.sample.properties, forced)
        if schema is None or (forced is None and schema.layer == "cadastre" and marks_places(part)):
            return None
        return schema, None


def _checked_commune(commune: str | None) -> str | None:
    if commune is None:
        return None
    value, _ = insee(commune)
    if value is None:
        raise Unreadable("commune.unknown", commune=commune)
    return str(value)


def open_source(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    commune: str | None = None,
    srid: int = 2154,
    batch_rows: int = 20_000,
    mappings: Mappings = Mappings(),  # noqa: B008 - nothing in it changes
) -> Source:
    """Open a land file: find its format by its bytes, its schema by its fields or by a mapping.

    ``layer`` forces the schema (what ``--as`` says), ``crs`` (``EPSG:n``) the coordinate system, ``commune`` (INSEE)
    completes rows that name none; geometries come out in EPSG:``srid``. Batches hold at most ``batch_rows`` rows.

    Raises:
        Unreadable: with a stable code and what its sentence is filled with.
    """
    places = mappings.places(path)
    asked = crs or places.crs
    chosen = parse(asked) if asked is not None else None
    source = Source(path, commune=commune, batch_rows=batch_rows, mappings=mappings)
    try:
        parts, source.remarks = parts_of(path, source._folder, chosen, layer, mappings.geometry_of)
        source._plan(parts, layer, chosen, srid)
    except BaseException:
        source.close()
        raise
    return source
