"""Rows into a file of any format there is: the one writer of the command line and of downloads."""

from pathlib import Path

from geo.export import geojson
from geo.export.geojson import Told
from geo.store.extracted import Extract

FORMATS = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".geojsonl": "GeoJSONSeq",
    ".gpkg": "GeoPackage",
    ".fgb": "FlatGeobuf",
    ".parquet": "GeoParquet",
    ".csv": "CSV",
    ".xlsx": "XLSX",
}
"""File name endings and the formats they ask for."""
ENDINGS = {kind: ending for ending, kind in FORMATS.items()}
"""An ending of each format, without which GDAL does not know it."""
PLANE = frozenset({"GeoPackage", "FlatGeobuf", "GeoParquet", "XLSX"})
"""Formats written from WKB, which name their coordinate system themselves (XLSX has no geometry); the others are
written in degrees."""


def write(target: Path, kind: str, collection: str, rows: Extract, srid: int, told: Told | None = None) -> int:
    """Write every row; the number written. ``srid`` is that of the geometry, where it is WKB (``PLANE``).

    The libraries of each format are loaded for it alone: they take as much memory as all the rest together.
    """
    match kind:
        case "GeoPackage" | "FlatGeobuf":
            from geo.export import gdal

            driver = "GPKG" if kind == "GeoPackage" else kind
            return gdal.write(target, collection, rows, srid, told, driver=driver)
        case "GeoParquet":
            from geo.export import geoparquet

            return geoparquet.write(target, rows, srid, told)
        case "XLSX":
            from geo.export import workbook

            return workbook.write(target, collection, rows, told)
        case "CSV":
            from geo.export import sheet

            return sheet.write(target, rows, told)
    with target.open("xb") as file:
        if kind == "GeoJSONSeq":
            return geojson.write_lines(file, rows, told)
        return geojson.write(file, collection, rows, told)
