"""A piece of a file on its way: raw rows that are read, normalised, staged and reported together."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from geo.intake.batch import Batch, normalise
from geo.intake.crs import Frame
from geo.intake.files.doc_urba import Documents
from geo.intake.layers.columns import field_names
from geo.intake.layers.draft import Context
from geo.intake.layers.recognise import LAYERED, TAGS, Schema
from geo.intake.mapping.apply import apply, read_by
from geo.intake.mapping.layer_mapping import LayerMapping
from geo.intake.problems import Rejection, Remark
from geo.intake.raw import Raw
from geo.land.vocabulary import Origin

_ONCE = ("geometry.flattened",)
"""Remarks made once a file, however many rows they are true of."""


class Piece(Protocol):
    """Rows not yet read: ``read`` says how many, :meth:`raw` reads them."""

    @property
    def read(self) -> int:
        """How many rows of the file these are."""
        ...

    def raw(self) -> Raw:
        """The rows; asked for once."""
        ...


@dataclass(slots=True)
class Whole:
    """Rows that their reader has read already."""

    rows: Raw

    @property
    def read(self) -> int:
        """How many rows of the file these are."""
        return self.rows.read

    def raw(self) -> Raw:
        """The rows."""
        return self.rows


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of a part are understood: what they are, where they lie, the commune of those that name none.

    ``file`` is the name of the file on disk, ``documents`` what DOC_URBA in it says of the plans.
    """

    name: str
    schema: Schema
    frame: Frame
    commune: str | None = None
    mapping: LayerMapping | None = None
    file: str = ""
    documents: Documents = field(default_factory=dict)


@dataclass(slots=True)
class Heard:
    """What a chunk tells of its part beyond its rows: fields used, rows a mapping left out, remarks made once."""

    part: int
    used: set[str] = field(default_factory=set)
    left_out: int = 0
    once: list[Remark] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        once = [asdict(remark) for remark in self.once]
        return {"part": self.part, "used": sorted(self.used), "left_out": self.left_out, "once": once}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Heard":
        """What :meth:`to_json` wrote."""
        return cls(said["part"], set(said["used"]), said["left_out"], [Remark(**one) for one in said["once"]])


@dataclass(slots=True)
class Chunk:
    """A piece of part ``heard.part``; ``number`` says which piece of the file it is, from 0."""

    number: int
    plan: Plan
    piece: Piece
    heard: Heard

    def batches(self) -> Iterator[Batch]:
        """The rows as normalised batches, one a layer; ``heard`` is filled on the way."""
        raw = self.piece.raw()
        self.heard.once += [remark for remark in raw.remarks if remark.code in _ONCE]
        raw.remarks = [remark for remark in raw.remarks if remark.code not in _ONCE]
        for batch in _batches(self.plan, raw):
            self.heard.used |= batch.used
            self.heard.left_out += batch.left_out
            yield batch


def fields_read(plan: Plan, sample: Raw) -> set[str]:
    """The fields of a part that its ``sample`` is read from when it is understood as ``plan`` says."""
    first = sample.part(list(range(len(sample.rows))))
    first.properties = [dict(row) for row in first.properties]
    first.reach = sample.reach
    return set().union(*(batch.used for batch in _batches(plan, first)))


def _batches(plan: Plan, raw: Raw) -> Iterator[Batch]:
    used: set[str] = set()
    if plan.mapping is not None:
        used = read_by(plan.mapping, list(field_names(raw.properties).values()))
        raw = apply(plan.mapping, raw, plan.name, plan.commune)
    groups = [(plan.schema.layer, raw)] if plan.schema.layer else _by_layer(raw)
    for layer, rows in groups:
        origin = _origin(plan.schema, rows)
        context = Context(plan.schema.name, plan.name, origin, plan.commune, plan.file, plan.documents)
        batch = normalise(layer, rows, context, plan.frame)
        if plan.mapping is not None:
            batch.used = used
        yield batch


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
            said = {"tag": tag, "known": list(TAGS)}
            rejections.append(Rejection(raw.rows[place], "layer", None, "layer.unknown_tag", params=said))
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
            group.refused, raw.refused = raw.refused, {}
            raw.repairs, rejections, lost = [], [], 0
        yield layer, group
