"""Features already made, as a GeoJSON or GeoPackage file in degrees (EPSG:4326): a layer for each kind."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from pyogrio.raw import write
from shapely.geometry import shape

from geo.export.gdal import VERSION
from geo.export.whole import CannotExportError, check, replacing

ENDINGS = (".geojson", ".gpkg")
Feature = Mapping[str, Any]


def write_features(path: Path, collection: Mapping[str, Any], *, force: bool = False) -> int:
    """Write a FeatureCollection; the number of features written. The file appears whole or not at all.

    Raises:
        CannotExportError: the name says no format we write, or the file is there and ``force`` is not said.
    """
    check_target(path, force=force)
    features = collection["features"]
    with replacing(path, force=force) as target:
        if path.suffix.lower() == ".gpkg":
            _write_layers(target, features)
        else:
            target.write_bytes(orjson.dumps(collection))
    return len(features)


def check_target(path: Path, *, force: bool = False) -> None:
    """Refuse a name that cannot be written, before anything is computed. Raises CannotExportError."""
    if path.suffix.lower() not in ENDINGS:
        raise CannotExportError("format", ending=path.suffix, known=", ".join(ENDINGS))
    check(path, force=force)


def _write_layers(target: Path, features: Iterable[Feature]) -> None:
    layers: dict[str, list[Feature]] = {}
    for feature in features:
        layers.setdefault(feature["properties"]["kind"], []).append(feature)
    for place, (name, rows) in enumerate(layers.items()):
        fields = list(rows[0]["properties"])
        shapes = [None if row["geometry"] is None else _several(row["geometry"]) for row in rows]
        write(
            target,
            geometry=np.array([None if one is None else shapely.to_wkb(one) for one in shapes], dtype=object),
            field_data=[_column([row["properties"][field] for row in rows]) for field in fields],
            fields=fields,
            layer=name,
            driver="GPKG",
            geometry_type="MultiPolygon",
            crs="EPSG:4326",
            append=place > 0,
            dataset_options={"VERSION": VERSION},
        )


def _several(geometry: Mapping[str, Any]) -> shapely.MultiPolygon:
    """The geometry as a multipolygon: a layer holds one type."""
    made = shape(dict(geometry))
    if isinstance(made, shapely.MultiPolygon):
        return made
    return shapely.MultiPolygon([made] if isinstance(made, shapely.Polygon) else [])


def _column(values: list[Any]) -> np.ndarray[Any, Any]:
    """The values as the driver takes them: numbers as such, whole ones where none is missing, else text."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if all(value is None or isinstance(value, int | float) for value in values) and any(
        value is not None for value in values
    ):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=object)
