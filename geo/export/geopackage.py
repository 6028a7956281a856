"""A GeoPackage of one layer, written through Arrow while the rows come."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import orjson
import pyarrow as pa
from pyogrio.raw import write_arrow

from geo.export.geojson import Told
from geo.store.extract import Extract, Field

BETWEEN = "|"
"""Between the entries of a list, as in the official land files; a GeoPackage has no lists."""

VERSION = "1.2"
"""Of the GeoPackage standard: programs of 2018 open it without a warning, and nothing later is needed."""

_TYPES = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"),
    list: pa.string(),
    dict: pa.string(),
}


def write(target: Path, collection: str, rows: Extract, srid: int, told: Told | None) -> int:
    """Write every row into the layer ``collection``; the number written. Geometries are in EPSG:``srid``."""
    columns = [pa.field(field.name, _TYPES[field.kind]) for field in rows.fields]
    schema = pa.schema([*columns, pa.field("geom", pa.binary())])
    counted = [0]

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in rows.batches:
            yield _batch(batch, rows.fields, schema)
            counted[0] += len(batch)
            if told:
                told(counted[0], rows.total)

    write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches()),
        target,
        layer=collection,
        driver="GPKG",
        geometry_name="geom",
        geometry_type="Unknown" if rows.points else "MultiPolygon",
        crs=f"EPSG:{srid}",
        dataset_options={"VERSION": VERSION},
    )
    return counted[0]


def _batch(rows: list[tuple[object, ...]], fields: list[Field], schema: pa.Schema) -> pa.RecordBatch:
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)]
    for place, field in enumerate(fields):
        if field.kind is list:
            columns[place] = [None if v is None else BETWEEN.join(v) for v in columns[place]]  # type: ignore[arg-type]
        elif field.kind is dict:
            columns[place] = [None if v is None else orjson.dumps(v).decode() for v in columns[place]]
    return pa.record_batch(
        [pa.array(column, known.type) for column, known in zip(columns, schema, strict=True)], schema=schema
    )
