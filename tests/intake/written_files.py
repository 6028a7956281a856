"""Making land files and reading them whole, for the tests of this room."""

import os
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
import pytest
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from api.catalogues import LANGUAGES, catalogue
from geo.intake.batch import Batch
from geo.intake.problems import Rejection, Remark, Repair, Unreadable
from geo.intake.source import open_source

DATA = Path(os.environ.get("EMPRISE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"../shared/data is absent: {DATA}")

LON, LAT = 6.0, 45.5
"""A place in the Alps; L93_X, L93_Y is about the same one in EPSG:2154."""
L93_X, L93_Y = 934_000.0, 6_493_000.0


def parameters(template: str) -> set[str]:
    """The names a sentence is filled with, those inside a choice of words included."""
    parts = [(name, inside) for _, name, inside, _ in string.Formatter().parse(template) if name is not None]
    return {name for name, _ in parts}.union(*(parameters(inside or "") for _, inside in parts))


def explained(problem: Unreadable | Rejection | Remark) -> bool:
    """Whether both catalogues have a sentence for the problem that its parameters fill without a gap."""
    for lang in LANGUAGES:
        template = catalogue(lang)[f"intake.{problem.code}"]
        named = parameters(template) - {"way"}
        assert named <= problem.params.keys() <= named | {"part", "line"}, (problem.code, dict(problem.params))
    return True


@dataclass
class Read:
    """All batches of a file, joined."""

    schema: str
    layers: tuple[str, ...]
    batches: list[Batch]
    remarks: list[Remark]
    sha256: str = ""
    size: int = 0
    kept: dict[int, tuple[str, int]] = field(default_factory=dict)

    @property
    def rows(self) -> list[int]:
        return [row for batch in self.batches for row in batch.rows]

    @property
    def keys(self) -> list[str]:
        return [key for batch in self.batches for key in batch.keys]

    @property
    def digests(self) -> list[bytes]:
        return [digest for batch in self.batches for digest in batch.digests]

    @property
    def repairs(self) -> list[Repair]:
        return [repair for batch in self.batches for repair in batch.repairs]

    @property
    def rejections(self) -> list[Rejection]:
        return [rejection for batch in self.batches for rejection in batch.rejections]

    @property
    def row_remarks(self) -> list[Remark]:
        return [remark for batch in self.batches for remark in batch.remarks]

    @property
    def geometry(self) -> list[BaseGeometry]:
        return [shape for batch in self.batches for shape in batch.geometry]

    @property
    def read(self) -> int:
        return sum(batch.read for batch in self.batches)

    def column(self, name: str, layer: str | None = None) -> list[object]:
        some = [batch for batch in self.batches if layer in (None, batch.layer)]
        return [value for batch in some for value in batch.fields[name]]

    def codes(self) -> set[str]:
        return {rejection.code for rejection in self.rejections}


def read(path: Path, **options: object) -> Read:
    """Open and read a file to its end."""
    with open_source(path, **options) as source:  # type: ignore[arg-type]
        batches = list(source)
        assert source.progress.done == source.progress.total == source.size
        return Read(source.schema, source.layers, batches, source.remarks, source.sha256, source.size)


def square(x: float = LON, y: float = LAT, side: float = 0.001) -> dict[str, object]:
    """A square polygon whose south-west corner is (x, y)."""
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: object = None, **properties: object) -> dict[str, object]:
    shape = mapping(geometry) if isinstance(geometry, BaseGeometry) else geometry
    return {"type": "Feature", "properties": properties, "geometry": shape}


def squares(count: int, **properties: object) -> list[dict[str, object]]:
    """Parcels side by side with keys p1, p2..."""
    return [
        feature(square(LON + 0.002 * place), parcel_uid=f"p{place + 1}", insee="74173", **properties)
        for place in range(count)
    ]


def collection(features: Iterable[object], **members: object) -> bytes:
    return orjson.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def write(folder: Path, content: bytes, name: str = "land.geojson") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read_features(folder: Path, features: Iterable[object], **options: object) -> Read:
    return read(write(folder, collection(features)), **options)


def areas(shapes: Iterable[BaseGeometry]) -> list[float]:
    return [float(np.round(shape.area, 3)) for shape in shapes]
