"""One batch of normalised rows of one layer, and how it is made from raw rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake.crs import Frame
from geo.intake.layers import (
    area_lists,
    cadastre,
    cnig_shift,
    establishments,
    foncier,
    parcels,
    prescriptions,
    reference,
    travel_times,
    zones,
)
from geo.intake.layers.cnig_names import with_identifiers, with_official_names
from geo.intake.layers.columns import Properties, field_names, read_columns
from geo.intake.layers.draft import Context, Draft
from geo.intake.layers.identity import digests
from geo.intake.layers.records import LAYERS
from geo.intake.layers.shapes import shape
from geo.intake.layers.stated_surfaces import tell_surfaces
from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.raw import Raw

_COMPLETE: Mapping[str, Callable[[Draft], None]] = {
    "parcels": parcels.complete,
    "cadastre": cadastre.complete,
    "zones": zones.complete,
    "prescriptions": prescriptions.complete,
    "constraints": reference.constraints,
    "buildings": reference.buildings,
    "sites": reference.sites,
    "communes": reference.communes,
    "areas": reference.areas,
    "area_communes": area_lists.complete,
    "networks": reference.networks,
    "travel_times": travel_times.complete,
    "poles": establishments.poles,
    "establishments": establishments.establishments,
}
Label = tuple[str | None, str | None]
"""Key and name of a row, as a planner finds it."""
_LONGEST = 80
_NAMES = ("name", "libelle", "label")
_POINT_LAYERS = ("networks",)


@dataclass(slots=True)
class Batch:
    """Normalised rows of one layer; entry i of every list belongs to row ``rows[i]`` of the file.

    ``geometry`` holds MultiPolygons (None where a parcel is only located; Points for networks) and ``location``
    Points or None, both in the target system. ``fields`` maps each column of the layer's record to its values.
    Of rows named in repairs, rejections and remarks, ``outlines`` has the geometry (target system), ``labels`` the
    key and the name, where there is one. Rows that the file holds twice are all there: that is settled when all of
    it is staged. ``stated`` are the columns the file
    says something of, and ``published.NAME`` for each official field it has: an update touches nothing else.
    """

    layer: str
    read: int
    rows: list[int]
    keys: list[str]
    digests: list[bytes]
    fields: dict[str, list[object]]
    geometry: NDArray[np.object_]
    location: NDArray[np.object_] | None
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    stated: frozenset[str] = frozenset()
    left_out: int = 0


def normalise(layer: str, raw: Raw, context: Context, frame: Frame) -> Batch:
    """Raw rows of one layer to a batch of its records, everything odd reported."""
    if foncier.is_list_of_parcels(raw.properties):
        raw = foncier.joined(raw)
    if layer == "area_communes":
        raw = area_lists.spread(raw)
    record = LAYERS[layer]
    if layer == "prescriptions" and raw.reach is None:
        raw.reach = prescriptions.reach(raw.properties, raw.geometry)
    shapes = shape(raw.rows, raw.geometry, record.shape, frame, raw.reach, overlay=record.overlay)
    present = with_identifiers(with_official_names(field_names(raw.properties), layer), layer, raw.properties)
    joined = cnig_shift.mend(layer, present, raw.properties)
    table = read_columns(record, raw.rows, present, raw.properties)
    joined.tell(table)
    draft = Draft(record, context, raw.properties, present, table, shapes, frame=frame)
    for place in shapes.flat:
        table.leave_out(place, "geometry", None, "geometry.holds_no_land")
    _COMPLETE[layer](draft)
    tell_surfaces(draft)
    batch = _assemble(layer, raw, draft, frame)
    batch.outlines = _outlines(draft, batch)
    batch.labels = _labels(draft, raw, batch)
    return batch


def _assemble(layer: str, raw: Raw, draft: Draft, frame: Frame) -> Batch:
    kept = draft.kept
    mask = kept.tolist()
    rows = list(compress(raw.rows, mask))
    keys = [str(key) for key in compress(draft.keys, mask)]
    fields = draft.fields if all(mask) else {n: list(compress(v, mask)) for n, v in draft.fields.items()}
    location = draft.shapes.location[kept]
    stated = draft.stated
    return Batch(
        layer=layer,
        read=raw.read,
        rows=rows,
        keys=keys,
        digests=digests(layer, frame.source, keys, _of_record(fields, raw, kept), draft.shapes.source[kept]),
        fields=fields,
        geometry=draft.shapes.geometry[kept],
        location=None if shapely.is_missing(location).all() else location,
        repairs=raw.repairs + draft.shapes.repairs + draft.table.repairs,
        rejections=raw.rejections + draft.shapes.rejections + draft.table.rejections,
        remarks=raw.remarks + draft.table.remarks,
        used=draft.table.used,
        stated=stated,
        left_out=raw.left_out + len(draft.table.left_out - draft.table.refused),
    )


def _of_record(fields: dict[str, list[object]], raw: Raw, kept: NDArray[np.bool_]) -> dict[str, list[object]]:
    """What makes the record: its columns, and the width of lines and points (a line drawn wider is another record).

    A column the file does not have counts as unknown, so that a row's record does not depend on the rows beside it.
    """
    return fields if raw.reach is None else {**fields, "reach_m": raw.reach[kept].tolist()}


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


def _labels(draft: Draft, raw: Raw, batch: Batch) -> dict[int, Label]:
    """How the rows of the report are called; of rows their reader refused, what their declared fields say."""
    messages: list[Repair | Rejection | Remark] = [*batch.repairs, *batch.rejections, *batch.remarks]
    named = {one.row for one in messages}
    if not named:
        return {}
    names = next((draft.fields[name] for name in _NAMES if name in draft.fields), [None] * draft.size)
    labels = {
        row: (_text(draft.keys[place]), _text(names[place]))
        for place, row in enumerate(draft.table.rows)
        if row in named
    }
    for row, properties in raw.refused.items():
        lower = {name.lower(): value for name, value in properties.items()}
        keys = (*draft.layer.keys, "idu", "id")
        labels[row] = _first(lower, keys), _first(lower, _naming(draft))
    return labels


def _naming(draft: Draft) -> list[str]:
    """The source fields that name a row which could not be read; establishments may be called after a person."""
    named = [column for column in draft.layer.columns if column.name in _NAMES and draft.layer.name != "establishments"]
    return [name for column in named for name in (column.name, *column.names)]


def _first(properties: Properties, names: Iterable[str]) -> str | None:
    return next((_text(properties[name]) for name in names if properties.get(name) is not None), None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:_LONGEST]
