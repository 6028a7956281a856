"""What happened to a file: counts by layer, repairs, refusals and remarks, bounded however bad the file is."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake.batch import Batch
from geo.intake.problems import Rejection, Remark, Repair

KEPT_PER_CODE = 1_000
"""How many repairs, refusals and remarks of one code are kept in full; all are counted."""
OVERRIDDEN = "override.kept"
"""Code of the remark that a planner's value stays against the file's."""
_DIGITS = 7


class Merged(Protocol):
    """What the base says of a merged layer."""

    @property
    def new(self) -> int:
        """Rows the base did not have."""
        ...

    @property
    def changed(self) -> int:
        """Rows whose record differs."""
        ...

    @property
    def unchanged(self) -> int:
        """Rows the base has as they are."""
        ...

    @property
    def missing(self) -> int:
        """Rows of the base that the file no longer has."""
        ...


@dataclass(slots=True)
class Counts:
    """Rows of one layer. read = kept + identical + rejected + left_out; repaired rows are among the kept ones.

    ``left_out`` are rows a mapping says are not wanted.

    ``new``, ``changed``, ``unchanged`` and ``missing`` are None until the layer is merged into the base.
    """

    read: int = 0
    kept: int = 0
    identical: int = 0
    repaired: int = 0
    rejected: int = 0
    left_out: int = 0
    new: int | None = None
    changed: int | None = None
    unchanged: int | None = None
    missing: int | None = None


Message = Repair | Rejection | Remark


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the layer it is about, and how to find its row: key, name and outline (target system)."""

    layer: str
    message: Message
    key: str | None = None
    name: str | None = None
    outline: BaseGeometry | None = None

    @classmethod
    def of(
        cls, layer: str, message: Message, key: str | None, name: str | None, outline: bytes | None = None
    ) -> "Told":
        """A message about a staged row, its outline as EWKB."""
        return cls(layer, message, key, name, None if outline is None else shapely.from_wkb(bytes(outline)))

    def to_json(self) -> dict[str, Any]:
        """All but the outline as JSON values."""
        found = {"layer": self.layer, "key": self.key, "name": self.name}
        return found | {name: _plain(value) for name, value in asdict(self.message).items()}


@dataclass(slots=True)
class _Messages:
    """The first messages of each code, and how many there were."""

    kind: type[Message]
    first: dict[str, list[Told]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, told: Told) -> None:
        code = told.message.code
        self.counts[code] += 1
        kept = self.first.setdefault(code, [])
        if len(kept) < KEPT_PER_CODE:
            kept.append(told)

    def add_first(self, some: Sequence[Told], count: int) -> None:
        """Add messages of one code of which only some are there, of ``count`` in all."""
        for told in some:
            self.add(told)
        if some:
            self.counts[some[0].message.code] += count - len(some)

    def all(self) -> list[Told]:
        return sorted((told for kept in self.first.values() for told in kept), key=lambda told: told.message.row)

    def to_json(self) -> dict[str, Any]:
        return {"counts": dict(sorted(self.counts.items())), "first": [told.to_json() for told in self.all()]}

    def dump(self) -> dict[str, Any]:
        """Also with the outlines, to be taken up again by :meth:`absorb`."""
        kept = self.all()
        outlines = [None if told.outline is None else shapely.to_wkb(told.outline, hex=True) for told in kept]
        return self.to_json() | {"outlines": outlines}

    def absorb(self, dumped: Mapping[str, Any]) -> None:
        """Add what another one held; its first messages come after those of this one."""
        listed = dumped["first"]
        for facts, outline in zip(listed, dumped.get("outlines", [None] * len(listed)), strict=True):
            beside = {name: facts[name] for name in ("layer", "key", "name")}
            message = self.kind(**{name: value for name, value in facts.items() if name not in beside})
            self.add(Told(**beside, message=message, outline=None if outline is None else shapely.from_wkb(outline)))
            self.counts[message.code] -= 1
        self.counts.update(dumped["counts"])


class Findings:
    """What was found in some of a file's rows, or in all: counts by layer and the first messages of each code.

    ``stated`` is what the file says anything of, layer by layer (see Batch).
    """

    def __init__(self) -> None:
        self.layers: dict[str, Counts] = {}
        self.stated: dict[str, set[str]] = {}
        self._repairs, self._rejections, self._remarks = _Messages(Repair), _Messages(Rejection), _Messages(Remark)

    def add(self, batch: Batch) -> None:
        """Count a batch and keep its messages."""
        counts = self.layers.setdefault(batch.layer, Counts())
        self.stated.setdefault(batch.layer, set()).update(batch.stated)
        refused = {rejection.row for rejection in batch.rejections}
        counts.read += batch.read
        counts.kept += len(batch.rows)
        counts.rejected += len(refused)
        counts.left_out += batch.left_out
        counts.repaired += len({repair.row for repair in batch.repairs} - refused)
        for kept, messages in (
            (self._repairs, batch.repairs),
            (self._rejections, batch.rejections),
            (self._remarks, batch.remarks),
        ):
            for message in messages:
                key, name = batch.labels.get(message.row, (None, None))
                kept.add(Told(batch.layer, message, key, name, batch.outlines.get(message.row)))

    def dump(self) -> dict[str, Any]:
        """All of it as JSON values, to be taken up again by :meth:`absorb`."""
        return {
            "layers": {layer: asdict(counts) for layer, counts in self.layers.items()},
            "stated": {layer: sorted(names) for layer, names in self.stated.items()},
            "rejections": self._rejections.dump(),
            "repairs": self._repairs.dump(),
            "remarks": self._remarks.dump(),
        }

    def absorb(self, dumped: Mapping[str, Any]) -> None:
        """Add what was found in other rows; taken in the order of the file, the first messages are the file's first."""
        for layer, facts in dumped["layers"].items():
            counts = self.layers.setdefault(layer, Counts())
            for name, value in facts.items():
                if value is not None:
                    setattr(counts, name, (getattr(counts, name) or 0) + value)
        for layer, names in dumped.get("stated", {}).items():
            self.stated.setdefault(layer, set()).update(names)
        self._rejections.absorb(dumped["rejections"])
        self._repairs.absorb(dumped["repairs"])
        self._remarks.absorb(dumped["remarks"])


class Report(Findings):
    """The report of one file: feed it batches, then file remarks, then what the base says of it.

    ``written`` says whether the base was changed (set by whoever writes), ``delivery`` is where the file waits or
    what became of it, ``differences`` what is new, changed and missing in each layer (see geo.store.differences),
    ``plans`` the planning documents whose rows it holds.
    """

    def __init__(self, name: str, schema: str, sha256: str) -> None:
        super().__init__()
        self.name, self.schema, self.sha256 = name, schema, sha256
        self.written = False
        self.delivery: int | None = None
        self.differences: dict[str, dict[str, Any]] = {}
        self.plans: list[int] = []
        self._problem_rows: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, said: Mapping[str, Any], problem_rows: dict[str, Any]) -> "Report":
        """The report that :meth:`to_json` and :meth:`problem_rows` wrote."""
        report = cls(said["file"], said["schema"], said["sha256"])
        report.written, report.delivery, report.differences = said["written"], said["delivery"], said["differences"]
        report.absorb(said)
        report._problem_rows = problem_rows
        return report

    def twice(
        self,
        layer: str,
        *,
        identical: int,
        disputed: int,
        repaired: int,
        refused: Sequence[Told],
        said: Sequence[Told],
    ) -> None:
        """Take rows out of a layer that a file holds twice: ``identical`` ones, and ``disputed`` ones that differ.

        The first of them are told (``said``, ``refused``); ``repaired`` of both had been kept with something mended.
        """
        counts = self.layers[layer]
        counts.kept -= identical + disputed
        counts.identical += identical
        counts.rejected += disputed
        counts.repaired -= repaired
        self._rejections.add_first(refused, disputed)
        self._remarks.add_first(said, identical)

    def unplaced(self, layer: str, *, count: int, repaired: int, refused: Sequence[Told]) -> None:
        """Take ``count`` rows out of a layer that are nowhere; the first are told (``refused``)."""
        counts = self.layers[layer]
        counts.kept -= count
        counts.rejected += count
        counts.repaired -= repaired
        self._rejections.add_first(refused, count)

    def remarks(self, remarks: Iterable[Remark]) -> None:
        """Keep what is said of the whole file."""
        for remark in remarks:
            self._remarks.add(Told("", remark))

    def forget(self, codes: Iterable[str]) -> None:
        """Drop remarks that are to be made anew."""
        for code in codes:
            self._remarks.first.pop(code, None)
            self._remarks.counts.pop(code, None)

    def merged(self, layer: str, merged: Merged) -> None:
        """Fill in what the base made of a layer."""
        counts = self.layers.setdefault(layer, Counts())
        counts.new, counts.changed = merged.new, merged.changed
        counts.unchanged, counts.missing = merged.unchanged, merged.missing

    def total(self, name: str) -> int:
        """One of the counts over all layers; what is not known yet counts as none."""
        return sum(getattr(counts, name) or 0 for counts in self.layers.values())

    @property
    def read(self) -> int:
        """Rows read."""
        return self.total("read")

    @property
    def rejected(self) -> int:
        """Rows refused."""
        return self.total("rejected")

    @property
    def repaired(self) -> int:
        """Rows kept with something mended."""
        return self.total("repaired")

    def told_rejections(self) -> list[Told]:
        """The first refusals of each code, by row, with what tells the rows."""
        return self._rejections.all()

    def told_repairs(self) -> list[Told]:
        """The first repairs of each code, by row, with what tells the rows."""
        return self._repairs.all()

    def rejections(self) -> list[Rejection]:
        """The first refusals of each code, by row."""
        return [told.message for told in self._rejections.all() if isinstance(told.message, Rejection)]

    def repairs(self) -> list[Repair]:
        """The first repairs of each code, by row."""
        return [told.message for told in self._repairs.all() if isinstance(told.message, Repair)]

    def remarked(self) -> list[Remark]:
        """What is said of the whole file, and the first remark of each other code."""
        told = [one.message for one in self._remarks.all() if isinstance(one.message, Remark)]
        told = [remark for remark in told if remark.code != OVERRIDDEN]
        first = {one.code: one for one in reversed(told)}
        return [one for one in told if one.row == 0 or first[one.code] is one]

    def told_remarks(self) -> list[tuple[Told, int]]:
        """What :meth:`remarked` gives, with what tells the row, and how many rows the same is said of."""
        first = {id(one): one for one in self.remarked()}
        return [
            (one, self._remarks.counts[one.message.code]) for one in self._remarks.all() if id(one.message) in first
        ]

    def repairs_made(self) -> int:
        """How many repairs there were, those not kept included."""
        return self._repairs.counts.total()

    def conflicts_found(self) -> int:
        """How many fields a planner's value stays in against the file's."""
        return self._remarks.counts[OVERRIDDEN]

    def conflicts(self) -> list[Remark]:
        """The first fields where a planner's value stays against the file's, by row."""
        told = (one.message for one in self._remarks.all() if isinstance(one.message, Remark))
        return [remark for remark in told if remark.code == OVERRIDDEN]

    def to_json(self) -> dict[str, Any]:
        """The whole report as JSON values."""
        return {
            "file": self.name,
            "schema": self.schema,
            "sha256": self.sha256,
            "delivery": self.delivery,
            "written": self.written,
            "rows": {name: self.total(name) for name in Counts.__slots__},
            "layers": {layer: asdict(counts) for layer, counts in self.layers.items()},
            "rejections": self._rejections.to_json(),
            "repairs": self._repairs.to_json(),
            "remarks": self._remarks.to_json(),
            "stated": {layer: sorted(names) for layer, names in self.stated.items()},
            "differences": self.differences,
        }

    def problem_rows(self, srid: int) -> dict[str, Any]:
        """The rows refused and repaired as a GeoJSON FeatureCollection (EPSG:4326) to look at in a GIS.

        ``srid`` is the system the batches came in. Rows that cannot be drawn have a null geometry.
        """
        if self._problem_rows is not None:
            return self._problem_rows
        told = [("rejection", one) for one in self._rejections.all()] + [("repair", one) for one in self._repairs.all()]
        drawn = _degrees([one.outline for _, one in told], srid)
        features = [
            {
                "type": "Feature",
                "properties": {"problem": kind, **_flat(one.to_json())},
                "geometry": geometry,
            }
            for (kind, one), geometry in zip(told, drawn, strict=True)
        ]
        return {"type": "FeatureCollection", "features": features}


def _degrees(outlines: Sequence[BaseGeometry | None], srid: int) -> list[object]:
    """Outlines as GeoJSON geometries in longitude and latitude, 7 decimals."""
    to_degrees = pyproj.Transformer.from_crs(f"EPSG:{srid}", "EPSG:4326", always_xy=True)

    def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])).round(_DIGITS)

    drawn = [None if one is None else shapely.transform(one, degrees) for one in outlines]
    return [None if one is None else shapely.geometry.mapping(one) for one in drawn]


def _plain(value: object) -> object:
    """A value JSON can hold."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _flat(message: dict[str, object]) -> dict[str, object]:
    """A message whose values a GIS can show in a table: structures as text, but for the parameters of its sentence."""
    plain = {name: _plain(value) for name, value in message.items()}
    return {name: _text(part) if name != "params" else part for name, part in plain.items()}


def _text(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
