"""CSV for spreadsheets: a row a line, the geometry as WKT, no cell that a spreadsheet takes for a formula."""

import csv
from pathlib import Path

import orjson
import shapely

from geo.export.cnig_files import neutral
from geo.export.geojson import DIGITS, Told
from geo.store.extracted import Extract

WKT = "WKT"
"""The column of the geometry, in degrees: GDAL, and so QGIS and geopandas, know it by this name."""


def write(path: Path, rows: Extract, told: Told | None) -> int:
    """Write every row, cells parted by semicolons, in UTF-8 with its mark, as French spreadsheets open it; the number
    written.
    """
    done = 0
    with path.open("x", encoding="utf-8-sig", newline="") as target:
        sheet = csv.writer(target, delimiter=";")
        sheet.writerow([*(field.name for field in rows.fields), WKT])
        for batch in rows.batches:
            sheet.writerows([*map(_cell, row[:-1]), _wkt(row[-1])] for row in batch)
            done += len(batch)
            if told:
                told(done, rows.total)
    return done


def _cell(value: object) -> object:
    """Numbers with a point, days and instants as JSON writes them, lists as JSON."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return "" if value is None else value
    written = orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()
    return neutral(value if isinstance(value, str) else written.strip('"'))


def _wkt(shape: object) -> str:
    if shape is None:
        return ""
    return str(shapely.to_wkt(shapely.from_geojson(str(shape)), rounding_precision=DIGITS))
