"""Rows as Arrow batches, which the writers of files take while they come."""

from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa

from geo.export.flat import flat_list, flat_object
from geo.export.geojson import Told
from geo.store.extracted import Extract, Field

GEOMETRY = "geom"

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


def schema_of(rows: Extract, *, lists: bool = False) -> pa.Schema:
    """The columns and, behind them, the geometry as WKB, if any. ``lists``: the format has lists of texts."""
    types = _TYPES | ({list: pa.list_(pa.string())} if lists else {})
    columns = [pa.field(field.name, types[field.kind]) for field in rows.fields]
    return pa.schema(columns if rows.shape is None else [*columns, pa.field(GEOMETRY, pa.binary())])


def batches(rows: Extract, schema: pa.Schema, told: Told | None = None) -> Iterator[pa.RecordBatch]:
    """The rows, some thousand at a time; ``told`` hears how many are done and of how many."""
    done = 0
    for batch in rows.batches:
        yield _batch(batch, rows.fields, schema)
        done += len(batch)
        if told:
            told(done, rows.total)


def counted(found: Iterator[pa.RecordBatch], rows: list[int]) -> Iterator[pa.RecordBatch]:
    """The batches; how many rows each has is added to ``rows`` when it is taken."""
    for batch in found:
        rows.append(batch.num_rows)
        yield batch


def _batch(rows: list[tuple[object, ...]], fields: list[Field], schema: pa.Schema) -> pa.RecordBatch:
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)]
    for place, field in enumerate(fields):
        if field.kind is list and not pa.types.is_list(schema.types[place]):
            columns[place] = [None if v is None else flat_list(v) for v in columns[place]]  # type: ignore[arg-type]
        elif field.kind is dict:
            columns[place] = [None if v is None else flat_object(v) for v in columns[place]]
    arrays = [pa.array(column, known.type) for column, known in zip(columns, schema, strict=False)]  # none of geometry
    return pa.record_batch(arrays, schema=schema)
