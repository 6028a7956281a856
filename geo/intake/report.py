"""What happened to a file: counts by layer, repairs, refusals and remarks, bounded however bad the file is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake.batch import Batch
from geo.intake.problems import Rejection, Remark, Repair

KEPT_PER_CODE = 200
"""How many repairs, refusals and remarks of one code are kept in full; all are counted."""
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
    """Rows of one layer. read = kept + identical + rejected; repaired rows are among the kept ones.

    ``new``, ``changed``, ``unchanged`` and ``missing`` are None until the layer is merged into the base.
    """

    read: int = 0
    kept: int = 0
    identical: int = 0
    repaired: int = 0
    rejected: int = 0
    new: int | None = None
    changed: int | None = None
    unchanged: int | None = None
    missing: int | None = None


Message = Repair | Rejection | Remark


@dataclass(frozen=True, slots=True)
class _Told:
    """A message with the layer it is about and where its row lies."""

    layer: str
    message: Message
    outline: BaseGeometry | None


@dataclass(slots=True)
class _Messages:
    """The first messages of each code, and how many there were."""

    first: dict[str, list[_Told]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, layer: str, message: Message, outline: BaseGeometry | None = None) -> None:
        self.counts[message.code] += 1
        kept = self.first.setdefault(message.code, [])
        if len(kept) < KEPT_PER_CODE:
            kept.append(_Told(layer, message, outline))

    def all(self) -> list[_Told]:
        return sorted((told for kept in self.first.values() for told in kept), key=lambda told: told.message.row)

    def to_json(self) -> dict[str, object]:
        listed = [{"layer": told.layer, **_plain(asdict(told.message))} for told in self.all()]  # type: ignore[dict-item]
        return {"counts": dict(sorted(self.counts.items())), "first": listed}


class Report:
    """The report of one file: feed it batches, then file remarks, then what the merge found.

    ``written`` says whether the base was changed (set by whoever writes).
    """

    def __init__(self, name: str, schema: str, sha256: str) -> None:
        self.name, self.schema, self.sha256 = name, schema, sha256
        self.layers: dict[str, Counts] = {}
        self.written = False
        self._repairs, self._rejections, self._remarks = _Messages(), _Messages(), _Messages()

    def add(self, batch: Batch) -> None:
        """Count a batch and keep its messages."""
        counts = self.layers.setdefault(batch.layer, Counts())
        refused = {rejection.row for rejection in batch.rejections}
        counts.read += batch.read
        counts.kept += len(batch.rows) - len(batch.withdrawn)
        counts.identical += len(batch.identical)
        counts.rejected += len(refused)
        counts.repaired += len({repair.row for repair in batch.repairs} - refused)
        for repair in batch.repairs:
            self._repairs.add(batch.layer, repair, batch.outlines.get(repair.row))
        for rejection in batch.rejections:
            self._rejections.add(batch.layer, rejection, batch.outlines.get(rejection.row))
        for remark in batch.remarks:
            self._remarks.add(batch.layer, remark)

    def remarks(self, remarks: Iterable[Remark]) -> None:
        """Keep what is said of the whole file."""
        for remark in remarks:
            self._remarks.add("", remark)

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

    def rejections(self) -> list[Rejection]:
        """The first refusals of each code, by row."""
        return [told.message for told in self._rejections.all() if isinstance(told.message, Rejection)]

    def repairs(self) -> list[Repair]:
        """The first repairs of each code, by row."""
        return [told.message for told in self._repairs.all() if isinstance(told.message, Repair)]

    def remarked(self) -> list[Remark]:
        """What is said of the whole file, and the first remark of each other code."""
        told = [one.message for one in self._remarks.all() if isinstance(one.message, Remark)]
        first = {one.code: one for one in reversed(told)}
        return [one for one in told if one.row == 0 or first[one.code] is one]

    def to_json(self) -> dict[str, object]:
        """The whole report as JSON values."""
        return {
            "file": self.name,
            "schema": self.schema,
            "sha256": self.sha256,
            "written": self.written,
            "rows": {name: self.total(name) for name in Counts.__slots__},
            "layers": {layer: asdict(counts) for layer, counts in self.layers.items()},
            "rejections": self._rejections.to_json(),
            "repairs": self._repairs.to_json(),
            "remarks": self._remarks.to_json(),
        }

    def problem_rows(self, srid: int) -> dict[str, object]:
        """The rows refused and repaired as a GeoJSON FeatureCollection (EPSG:4326) to look at in a GIS.

        ``srid`` is the system the batches came in. Rows that cannot be drawn have a null geometry.
        """
        told = [("rejection", one) for one in self._rejections.all()] + [("repair", one) for one in self._repairs.all()]
        drawn = _degrees([one.outline for _, one in told], srid)
        features = [
            {
                "type": "Feature",
                "properties": {"problem": kind, "layer": one.layer, **_flat(asdict(one.message))},
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
    """A message whose values a GIS can show in a table: structures as text."""
    plain = {name: _plain(value) for name, value in message.items()}
    return {name: str(v) if isinstance(v, dict | list) else v for name, v in plain.items()}
