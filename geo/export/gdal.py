"""Files that GDAL writes while the rows come: a GeoPackage of one layer, a FlatGeobuf."""

from pathlib import Path

import pyarrow as pa
from pyogrio.raw import write_arrow

from geo.export.arrow import GEOMETRY, batches, counted, schema_of
from geo.export.geojson import Told
from geo.store.extracted import Extract

VERSION = "1.2"
"""Of the GeoPackage standard: programs of 2018 open it without a warning, and nothing later is needed."""

OPTIONS = {
    "GPKG": {"dataset_options": {"VERSION": VERSION}},
    # its index would put the rows in another order, and takes none without a geometry
    "FlatGeobuf": {"layer_options": {"SPATIAL_INDEX": "NO"}},
}


def write(
    target: Path, collection: str, rows: Extract, srid: int, told: Told | None = None, *, driver: str = "GPKG"
) -> int:
    """Write every row into the layer ``collection``; the number written. Geometries are in EPSG:``srid``."""
    schema, taken = schema_of(rows), list[int]()
    write_arrow(
        pa.RecordBatchReader.from_batches(schema, counted(batches(rows, schema, told), taken)),
        target,
        layer=collection,
        driver=driver,
        geometry_name=None if rows.shape is None else GEOMETRY,
        geometry_type=rows.shape,
        crs=f"EPSG:{srid}",
        **OPTIONS[driver],
    )
    return sum(taken)
