"""Cadastral parcels of which there is nothing to say, taken a chunk at a time.

Most rows of a cadastre are plain: an identifier as the DGFiP writes it, values that need no mending, one sound ring.
They are taken here, in arithmetic on the whole chunk; all others, and one of them so that the ordinary way sees the
fields of the chunk, are left to geo.intake.batch. What is staged and what is reported is the same, to the byte
(docs/decisions/chunk-at-a-time.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from geo.intake.chunk import Plan
from geo.intake.crs import Frame
from geo.intake.files.geojson import Features
from geo.intake.files.scan_kernel import NULL, NUMBER, TEXT
from geo.intake.files.scanner import scan
from geo.intake.layers.cadastre import IDU_FIELDS, PART_FIELDS
from geo.intake.layers.columns import source_of
from geo.intake.layers.ground import scale_factors
from geo.intake.layers.plain_idus import Identified, Idus
from geo.intake.layers.plain_rings import Rings
from geo.intake.layers.plain_rows import Plain, packed_rows
from geo.intake.layers.plain_values import Column, Memo
from geo.intake.layers.records import LAYERS
from geo.intake.layers.shapes import MIN_AREA_M2
from geo.intake.layers.stated_surfaces import APART
from geo.intake.layers.values import MAX_TEXT
from geo.store.merging.copying import Target

LAYER = "cadastre"
_COLUMNS = {column.name: column for column in LAYERS[LAYER].columns}
_KNOWN = {"row_number", "repaired", "digest", "raw", "geom", *_COLUMNS}
_SURFACE = "contenance_m2"
_OF_OTHERS = {"id_site_eco", "layer"}
"""Fields with which rows may be something else (geo.intake.layers.foncier, layered files)."""
_GRID, _MARGIN, _ROUNDING = 9, 1e-3, 1e-9
"""Scale factors are looked at so many places a side and differ by less between them; rounding is far below."""
_WORTH = 0.5
"""Where a smaller share of a chunk is plain, taking that costs more than it saves."""
Flags = NDArray[np.bool_]
Hashes = Callable[[Features], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows as COPY wants them end to end, how many they are, and the features left over."""

    rows: bytes
    count: int
    left: Features


def fits(plan: Plan, target: Target) -> bool:
    """Whether rows understood so can be taken at all."""
    return plan.schema.layer == LAYER and plan.mapping is None and target.columns.keys() <= _KNOWN


class PlainCadastre:
    """Takes what is plain out of chunk after chunk of one part, for the columns of ``target``.

    ``hashes`` gives what the column ``raw`` remembers of features, None where nothing is remembered.
    """

    def __init__(self, plan: Plan, target: Target, hashes: Hashes | None) -> None:
        self._frame, self._target, self._hashes = plan.frame, target, hashes
        self._idus = Idus(plan.commune)
        read = {name: column.read for name, column in _COLUMNS.items() if column.read is not None}
        self._memos = {name: Memo(target.columns[name], reader) for name, reader in read.items()}
        self._scales = _scales(plan.frame)
        self._shown: set[tuple[str, ...]] = set()

    def take(self, features: Features) -> Taken | None:
        """The plain rows; None when they are few, or when the others have fields that these do not have."""
        names = _names(features)
        if names is None:
            return None
        chunk = _Chunk(features, names)
        idus = chunk.identified(self._idus)
        columns = {name: chunk.column(name, memo) for name, memo in self._memos.items()}
        rings = chunk.judged(self._frame)
        if chunk.source(_SURFACE) is not None:
            chunk.sure &= self._agree(rings.areas, columns[_SURFACE].numbers)
        if np.count_nonzero(chunk.sure) <= _WORTH * len(chunk.sure):
            return None
        self._show(names, chunk.sure)
        left = _those(features, ~chunk.sure)
        if not _are_like(left, names):
            return None
        places = np.flatnonzero(chunk.sure)
        plain = Plain(
            text=chunk.text,
            numbers=np.asarray(features.numbers)[places],
            idus=idus.starts[places],
            columns={name: column.of(places) for name, column in (columns | idus.columns).items()},
            rings=rings.of(places),
            raw=None if self._hashes is None else self._hashes(_those(features, chunk.sure)),
        )
        return Taken(packed_rows(plain, self._target, self._frame.source, self._frame.srid), len(places), left)

    def _show(self, names: tuple[str, ...], sure: Flags) -> None:
        """Leave a plain row to the ordinary way where it reads others, or has not seen rows with these fields yet."""
        if names not in self._shown or not sure.all():
            self._shown.add(names)
            sure[np.argmax(sure)] = False

    def _agree(self, areas: NDArray[np.float64], stated: NDArray[np.float64]) -> Flags:
        """Which stated surfaces are not told of, wherever in the target system the rows lie."""
        least, most = (areas / scale**2 for scale in self._scales)
        apart = np.maximum(np.abs(least - stated), np.abs(most - stated))
        return np.asarray((stated > 0) & (apart < (APART - _ROUNDING) * stated))


class _Chunk:
    """The features of a chunk on trial: ``sure`` are the rows that are still plain."""

    def __init__(self, features: Features, names: Sequence[str]) -> None:
        self.text = np.frombuffer(features.text, np.uint8)
        spans = np.array(features.spans, np.int64)
        self._scanned = scan(self.text, spans, [name.encode() for name in names])
        self._present = {name.lower(): name for name in names}
        self._places = {name: place for place, name in enumerate(names)}
        self.sure = self._scanned.plain & self._harmless()

    def source(self, name: str) -> int | None:
        """Which of the fields a column is read from."""
        found, _ = source_of(_COLUMNS[name], self._present, [])
        return None if found is None else self._places[found]

    def identified(self, idus: Idus) -> Identified:
        """The identifiers, from the field that ranks first."""
        best = next((name for name in IDU_FIELDS if name in self._present), None)
        if best is None:
            self.sure[:] = False
        found = idus.read(
            self.text, *self._written(0 if best is None else self._places[self._present[best]]), self.sure
        )
        self.sure &= found.sure
        return found

    def column(self, name: str, memo: Memo) -> Column:
        """A column with its values read."""
        place = self.source(name)
        if place is None:
            return memo.nothing(len(self.sure))
        found = memo.column(self.text, *self._written(place), self.sure)
        self.sure &= found.sure
        return found

    def judged(self, frame: Frame) -> Rings:
        """The rings, carried to the target system."""
        here = self._scanned.x, self._scanned.y
        there = frame.transform(np.column_stack(here))
        drawn = np.ascontiguousarray(there[:, 0]), np.ascontiguousarray(there[:, 1])
        rings = Rings.judged(here, drawn, self._scanned.offsets, frame.envelope)
        self.sure &= rings.sure & (rings.areas > 2 * MIN_AREA_M2)
        return rings

    def _written(self, place: int) -> "tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]":
        found = self._scanned
        return (
            np.ascontiguousarray(found.kinds[:, place]),
            np.ascontiguousarray(found.starts[:, place]),
            np.ascontiguousarray(found.ends[:, place]),
        )

    def _harmless(self) -> Flags:
        """Rows that nothing is said of when the fields of an identifier are read as text for another row's sake."""
        sure = np.ones(len(self._scanned.plain), np.bool_)
        for name in {*IDU_FIELDS, *PART_FIELDS} & self._present.keys():
            kinds, starts, ends = self._written(self._places[self._present[name]])
            sure &= np.isin(kinds, (TEXT, NUMBER, NULL)) & (ends - starts <= MAX_TEXT)
        return sure


def _names(features: Features) -> tuple[str, ...] | None:
    """The fields of the first feature, where they are a plain row's."""
    if not features.spans:
        return None
    begin, end = features.spans[0]
    try:
        found = orjson.loads(features.text[begin:end])
    except orjson.JSONDecodeError:
        return None
    properties = found.get("properties") if isinstance(found, dict) else None
    if not isinstance(properties, dict) or not properties:
        return None
    if not _is_utf8(features.text):
        return None
    names = tuple(properties)
    lower = {name.lower() for name in names}
    plain = all(name.isascii() and name.isprintable() for name in names)
    return names if plain and len(lower) == len(names) and not lower & _OF_OTHERS else None


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False


def _those(features: Features, wanted: Flags) -> Features:
    places = np.flatnonzero(wanted).tolist()
    numbers = features.numbers
    picked = [numbers[place] for place in places]
    return Features(
        features.text, [features.spans[place] for place in places], features.first_row, features.degrees, picked
    )


def _are_like(left: Features, names: Sequence[str]) -> bool:
    """Whether rows have no fields but these, and nothing is said of them all together."""
    raw = left.raw()
    return not raw.remarks and all(properties.keys() <= set(names) for properties in raw.properties)


def _scales(frame: Frame) -> tuple[float, float]:
    """The least and the greatest scale factor in the target system."""
    west, south, east, north = frame.envelope
    x, y = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    factors = scale_factors(np.asarray(shapely.points(x.ravel(), y.ravel())), frame.srid)
    return float(factors.min()) - _MARGIN, float(factors.max()) + _MARGIN
