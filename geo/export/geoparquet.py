"""GeoParquet 1.1 (geoparquet.org/releases/v1.1.0): Parquet whose metadata say what the geometry is and where."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from geo.export.arrow import GEOMETRY, batches, schema_of
from geo.export.geojson import Told
from geo.store.extracted import Extract

VERSION = "1.1.0"
TOGETHER = 10
"""Batches in a row group: some 20,000 rows, which stand in memory together."""


def write(target: Path, rows: Extract, srid: int, told: Told | None = None) -> int:
    """Write every row; the number written. Geometries are in EPSG:``srid``, east or longitude first."""
    schema = schema_of(rows, lists=True)
    if rows.shape is not None:
        schema = schema.with_metadata({"geo": orjson.dumps(_about(rows.shape, srid))})
    done = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as file:
        for group in _groups(batches(rows, schema, told)):
            file.write_table(group)
            done += group.num_rows
        if not done:
            file.write_table(schema.empty_table())
    return done


def _groups(found: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    while some := list(islice(found, TOGETHER)):
        yield pa.Table.from_batches(some)


def _about(shape: str, srid: int) -> dict[str, object]:
    """The metadata ``geo`` of the file."""
    column = {
        "encoding": "WKB",
        "geometry_types": [] if shape == "Unknown" else [shape],
        "crs": CRS.from_epsg(srid).to_json_dict(),
    }
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
