"""Writing GeoPackage, FlatGeobuf and Shapefile with OGR, for the tests of this room."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry

from tests.intake.written_files import L93_X, L93_Y


def boxes(count: int) -> list[BaseGeometry]:
    """Squares of 50 m side by side in Lambert-93."""
    return [shapely.box(L93_X + 60 * n, L93_Y, L93_X + 60 * n + 50, L93_Y + 50) for n in range(count)]


def write_ogr(
    path: Path,
    geometry: Sequence[BaseGeometry | None],
    crs: str | None = "EPSG:2154",
    kind: str = "Polygon",
    layer: str | None = None,
    append: bool = False,
    **fields: Sequence[object],
) -> Path:
    """One layer written by GDAL, the format chosen by the suffix."""
    wkb = np.array([None if one is None else shapely.to_wkb(one) for one in geometry], dtype=object)
    drivers = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".shp": "ESRI Shapefile"}
    pyogrio.raw.write(
        path,
        geometry=wkb,
        field_data=[np.array(values, dtype=object) for values in fields.values()],
        fields=list(fields),
        geometry_type=kind,
        crs=crs,
        driver=drivers[path.suffix],
        layer=layer,
        append=append,
    )
    return path


def zipped(target: Path, *files: Path, names: Sequence[str] | None = None) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, file in enumerate(files):
            archive.write(file, names[place] if names else file.name)
    return target


def shapefile(folder: Path, count: int = 3, crs: str | None = "EPSG:2154", **fields: Sequence[object]) -> list[Path]:
    """The files of one shapefile."""
    folder.mkdir(exist_ok=True)
    chosen: dict[str, Any] = dict(fields) or {"parcel_uid": [f"p{n}" for n in range(count)]}
    write_ogr(folder / "parcels.shp", boxes(count), crs, **chosen)
    return sorted(folder.iterdir())
