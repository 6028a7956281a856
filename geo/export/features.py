"""Features already made, as a GeoJSON or GeoPackage file in degrees (EPSG:4326): a layer for each kind."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from pyogrio.raw import write
from shapely.geometry import shape

from geo.export.gdal import VERSION
from geo.export.layers import Kind, Layers
from geo.export.whole import CannotExportError, check, replacing

ENDINGS = (".geojson", ".gpkg")
Values = np.ndarray[Any, Any]
AS_WRITTEN: Mapping[Kind, tuple[str, object]] = {
    str: ("object", ""),
    int: ("int64", 0),
    float: ("float64", np.nan),
    date: ("datetime64[D]", "1970-01-01"),
}
"""How a column of each kind is handed over, and what stands where its mask says that a value is missing."""


def write_features(path: Path, collection: Mapping[str, Any], layers: Layers, *, force: bool = False) -> int:
    """Write a FeatureCollection; the number of features written. The file appears whole or not at all.

    A GeoPackage has every one of ``layers``, and the other members of the collection as its metadata.

    Raises:
        CannotExportError: the name says no format we write, or the file is there and ``force`` is not said.
    """
    check_target(path, force=force)
    with replacing(path, force=force) as target:
        if path.suffix.lower() == ".gpkg":
            _write_layers(target, collection, layers)
        else:
            target.write_bytes(orjson.dumps(collection))
    return len(collection["features"])


def check_target(path: Path, *, force: bool = False) -> None:
    """Refuse a name that cannot be written, before anything is computed. Raises CannotExportError."""
    if path.suffix.lower() not in ENDINGS:
        raise CannotExportError("format", ending=path.suffix, known=", ".join(ENDINGS))
    check(path, force=force)


def _write_layers(target: Path, collection: Mapping[str, Any], layers: Layers) -> None:
    about = {name: _plain(value) for name, value in collection.items() if name not in ("type", "features")}
    for place, layer in enumerate(layers.names):
        rows = [one for one in collection["features"] if one["properties"]["kind"] == layer]
        columns = [_column([row["properties"][name] for row in rows], kind) for name, kind in layers.fields.items()]
        write(
            target,
            geometry=np.array([_wkb(row["geometry"]) for row in rows], dtype=object),
            field_data=[values for values, _ in columns],
            field_mask=[missing for _, missing in columns],
            fields=list(layers.fields),
            layer=layer,
            driver="GPKG",
            geometry_type="MultiPolygon",
            crs="EPSG:4326",
            append=place > 0,
            dataset_metadata=about if place == 0 else None,
            dataset_options={"VERSION": VERSION},
        )


def _plain(value: Any) -> str:
    """A member of the collection as text, which is all that the metadata of a file holds."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _wkb(geometry: Mapping[str, Any] | None) -> bytes | None:
    """The geometry as a multipolygon: a layer holds one type."""
    if geometry is None:
        return None
    made = shape(dict(geometry))
    return shapely.to_wkb(shapely.MultiPolygon([made]) if isinstance(made, shapely.Polygon) else made)


def _column(values: Sequence[Any], kind: Kind) -> tuple[Values, Values]:
    """The values as the driver takes them, and which of them are missing."""
    dtype, instead = AS_WRITTEN[kind]
    found = np.array([instead if value is None else value for value in values], dtype=dtype)
    return found, np.array([value is None for value in values], dtype=bool)
