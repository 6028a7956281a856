"""One batch of normalised rows of one layer, and how it is made from raw rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake import cadastre, parcels, reference, zones
from geo.intake.columns import Properties, brief, field_names, read_columns
from geo.intake.crs import Frame
from geo.intake.draft import Context, Draft
from geo.intake.identity import Seen, Twice, digests
from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.records import LAYERS
from geo.intake.shapes import shape

_COMPLETE: Mapping[str, Callable[[Draft], None]] = {
    "parcels": parcels.complete,
    "cadastre": cadastre.complete,
    "zones": zones.complete,
    "constraints": reference.constraints,
    "buildings": reference.buildings,
    "sites": reference.sites,
    "communes": reference.communes,
    "areas": reference.areas,
    "networks": reference.networks,
}
_POINT_LAYERS = ("networks",)


@dataclass(slots=True)
class Raw:
    """Rows as a reader hands them on: properties and source geometry (None where unreadable) of each of ``rows``.

    ``read`` counts all rows the reader went through, those it refused itself (``rejections``) included.
    """

    rows: list[int]
    properties: list[Properties]
    geometry: NDArray[np.object_]
    read: int
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def part(self, places: list[int]) -> "Raw":
        """Some of the rows, without the messages."""
        rows, properties = [self.rows[i] for i in places], [self.properties[i] for i in places]
        return Raw(rows, properties, self.geometry[places], len(places))


@dataclass(slots=True)
class Batch:
    """Normalised rows of one layer; entry i of every list belongs to row ``rows[i]`` of the file.

    ``geometry`` holds MultiPolygons (None where a parcel is only located; Points for networks) and ``location``
    Points or None, both in the target system. ``fields`` maps each column of the layer's record to its values.
    ``identical`` are rows left out because an earlier row says the same; ``withdrawn`` are rows of *earlier
    batches of this layer* that turned out to be in dispute and must not be kept. ``outlines`` has the geometry
    (target system) of rows named in repairs and rejections, where there is one.
    """

    layer: str
    read: int
    rows: list[int]
    keys: list[str]
    digests: list[bytes]
    fields: dict[str, list[object]]
    geometry: NDArray[np.object_]
    location: NDArray[np.object_] | None
    identical: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def normalise(layer: str, raw: Raw, context: Context, frame: Frame, seen: Seen) -> Batch:
    """Raw rows of one layer to a batch of its records, everything odd reported."""
    record = LAYERS[layer]
    shapes = shape(raw.rows, raw.geometry, record.shape, frame)
    present = field_names(raw.properties)
    table = read_columns(record, raw.rows, present, raw.properties)
    draft = Draft(record, context, raw.properties, present, table, shapes)
    _COMPLETE[layer](draft)
    batch = _assemble(layer, raw, draft, frame, seen)
    batch.outlines = _outlines(draft, batch)
    return batch


def _assemble(layer: str, raw: Raw, draft: Draft, frame: Frame, seen: Seen) -> Batch:
    kept = draft.kept
    mask = kept.tolist()
    rows = list(compress(raw.rows, mask))
    keys = [str(key) for key in compress(draft.keys, mask)]
    fields = draft.fields if all(mask) else {n: list(compress(v, mask)) for n, v in draft.fields.items()}
    location = draft.shapes.location[kept]
    batch = Batch(
        layer=layer,
        read=raw.read,
        rows=rows,
        keys=keys,
        digests=digests(layer, frame.source, keys, fields, draft.shapes.source[kept]),
        fields=fields,
        geometry=draft.shapes.geometry[kept],
        location=None if shapely.is_missing(location).all() else location,
        repairs=raw.repairs + draft.shapes.repairs + draft.table.repairs,
        rejections=raw.rejections + draft.shapes.rejections + draft.table.rejections,
        remarks=raw.remarks + draft.table.remarks,
        used=draft.table.used,
    )
    twice = seen.add(batch.rows, batch.keys, batch.digests)
    if twice:
        _settle(batch, twice)
    return batch


def _settle(batch: Batch, twice: list[Twice]) -> None:
    """Leave out rows said twice: once is enough when they agree, none stands when they do not."""
    places = {row: place for place, row in enumerate(batch.rows)}
    gone: set[int] = set()
    for one in twice:
        row = batch.rows[one.place]
        gone.add(one.place)
        if one.identical:
            batch.identical.append(row)
            said = f"row {row} says the same as row {one.first_row}; it is counted once"
            batch.remarks.append(Remark(row, "key", batch.keys[one.place], "row.identical", said))
            continue
        key = batch.keys[one.place]
        _dispute(batch, row, key, one.first_row)
        if one.opens:
            _dispute(batch, one.first_row, key, row)
            if one.first_row in places:
                gone.add(places[one.first_row])
            else:
                batch.withdrawn.append(one.first_row)
    _drop(batch, gone)


def _dispute(batch: Batch, row: int, key: str, other: int) -> None:
    message = f"rows {min(row, other)} and {max(row, other)} have the same key {key!r} but differ; keep one of them"
    batch.rejections.append(Rejection(row, "key", brief(key), "row.duplicate_key", message))


def _drop(batch: Batch, places: set[int]) -> None:
    mask = [place not in places for place in range(len(batch.rows))]
    batch.rows = list(compress(batch.rows, mask))
    batch.keys = list(compress(batch.keys, mask))
    batch.digests = list(compress(batch.digests, mask))
    batch.fields = {name: list(compress(values, mask)) for name, values in batch.fields.items()}
    batch.geometry = batch.geometry[mask]
    batch.location = None if batch.location is None else batch.location[mask]


def _outlines(draft: Draft, batch: Batch) -> dict[int, BaseGeometry]:
    """Where the rows of the report are, for those that can be drawn."""
    named = {repair.row for repair in batch.repairs} | {rejection.row for rejection in batch.rejections}
    if not named:
        return {}
    found = {}
    for place, row in enumerate(draft.table.rows):
        if row in named:
            drawn = draft.shapes.geometry[place] or draft.shapes.location[place]
            if drawn is not None and np.isfinite(drawn.bounds).all():
                found[row] = drawn
    return found
