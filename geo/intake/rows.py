"""A batch of normalised rows as the columns of its staging table."""

from collections.abc import Sequence
from typing import Any

import shapely
from numpy.typing import NDArray

from geo.intake.batch import Batch
from geo.store.merging.copying import Packed, Target, packed

DEFAULTS: dict[str, Any] = {"synthetic": False, "clearance_m": 0.0, "cadastral_ids": [], "partition": "unnamed"}
DEFAULTS["published"] = {}
"""What a column that may not be null holds where the file says nothing."""


def columns_of(batch: Batch, target: Target, srid: int) -> list[Packed]:
    """The packed columns of a batch, in the order of ``target.columns``; geometries in EPSG:``srid``."""
    repaired = {repair.row for repair in batch.repairs}
    own: dict[str, Sequence[Any]] = {
        "row_number": batch.rows,
        "repaired": [row in repaired for row in batch.rows] if repaired else [False] * len(batch.rows),
        "digest": batch.digests,
        target.key: batch.keys,
    }
    own |= batch.fields
    own["geom"] = _ewkb(batch.geometry, srid)
    if batch.location is not None:
        own["location"] = _ewkb(batch.location, srid)
    distinct = {"row_number", target.key}
    return [
        _column(kind, own.get(name), DEFAULTS.get(name), len(batch.rows), distinct=name in distinct)
        for name, kind in target.columns.items()
    ]


def _column(kind: str, values: Sequence[Any] | None, default: Any, count: int, *, distinct: bool) -> Packed:
    """One packed column; of one the file says nothing of, the same value all the way."""
    if values is None:
        return [*packed(kind, [default])] * count
    if default is not None:
        values = [default if value is None else value for value in values]
    return packed(kind, values, distinct=distinct)


def _ewkb(shapes: NDArray[Any], srid: int) -> list[bytes | None]:
    encoded: list[bytes | None] = shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True).tolist()
    return encoded
