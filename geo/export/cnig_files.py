"""Official rows into files: CSV as the standards publish their examples, GeoPackage as their template has it."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import shapely
from pyogrio.raw import write_arrow
from shapely.geometry.base import BaseGeometry

from geo.export.cnig import Made, Told, official_rows
from geo.export.gdal import VERSION
from geo.intake.layers.cnig_fields import CLASSES, Kind, Official

DIALECTS = {"friches": ","}
"""Between the columns of a class; a semicolon in all others."""
DEGREE_DIGITS = 10
"""Decimals of a degree in texts: a hundredth of a millimetre, so that what comes back has not moved."""
LAYERS = {
    "pole-eco": "pole_eco",
    "site-eco": "site_eco",
    "terrain-eco": "terrain_eco",
    "etablissement": "etablissement",
    "friches": "friches",
}
"""The layers of the published GeoPackage template, and one for brownfields, which have no template."""
_LATER = ("site_geompoint", "terr_url_cartofriches")
"""Official fields that the template lacks: they stand after its own."""
_SWAPPED = {
    ("site-eco", "source_producteur"): "site_description",
    ("site-eco", "site_description"): "source_producteur",
}
"""The template has these two the other way round."""
_FORMULA = ("=", "@", "+", "-", "\t", "\r")


def made_of(name: str, records: Iterable[Mapping[str, object]]) -> Iterator[Made]:
    """Official rows of base rows (geo.store.official.records)."""
    return official_rows(name, map(_shaped, records))


def _shaped(record: Mapping[str, object]) -> dict[str, object]:
    """A row of the base with shapely geometries and its centroid."""
    shaped = dict(record)
    for column in ("geom", "location", "degrees", "points"):
        if shaped.get(column) is not None:
            shaped[column] = shapely.from_wkb(str(shaped[column]))
    if shaped.get("lon") is not None:
        shaped["centre"] = (shaped["lon"], shaped["lat"])
    return shaped


def write_csv(target: IO[str], name: str, made: Iterable[Made]) -> tuple[int, list[Told]]:
    """Write the rows of one class; how many, and what could not leave as it is."""
    fields = CLASSES[name]
    sheet = csv.writer(target, delimiter=DIALECTS.get(name, ";"), lineterminator="\n")
    sheet.writerow([official.name for official in fields])
    count, told = 0, []
    for one in made:
        told += one.told
        if one.row is not None:
            sheet.writerow([_cell(name, official, one.row[official.name]) for official in fields])
            count += 1
    return count, told


def _cell(name: str, official: Official, value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, BaseGeometry):
        # brownfields are exchanged in degrees as WKT, sites in Lambert-93 as GeoJSON: so are the published examples
        return shapely.to_wkt(value, rounding_precision=DEGREE_DIGITS) if name == "friches" else _geojson(value)
    if official.kind is Kind.POINT:
        return _point(official, value)
    return neutral(value)


def neutral(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _geojson(geometry: BaseGeometry) -> str:
    return json.dumps(shapely.geometry.mapping(geometry), separators=(",", ":"))


def _point(official: Official, value: object) -> str:
    """A point as its field writes it; one that was published comes as it was."""
    if isinstance(value, str):
        return value
    position = [round(number, DEGREE_DIGITS) for number in value]  # type: ignore[attr-defined]
    if official.name == "etab_geompoint":
        return json.dumps({"type": "MultiPoint", "coordinates": [position]})
    lon, lat = (f"{number:.{DEGREE_DIGITS}f}".rstrip("0").rstrip(".") for number in position)
    return f"POINT ({lon} {lat})" if official.name == "geompoint" else f"{lon}, {lat}"


def write_geopackage(target: Path, name: str, made: Iterable[Made], srid: int, *, append: bool = False) -> list[Told]:
    """Write (or add) the layer of one class in EPSG:``srid``; what could not leave as it is."""
    fields = _template(name)
    told: list[Told] = []
    kept: list[dict[str, object]] = []
    shapes: list[BaseGeometry | None] = []
    for one in made:
        told += one.told
        if one.row is not None:
            kept.append(one.row)
            shapes.append(one.geometry)
    columns = [_column(official, kept) for official in fields]
    names = [_layer_name(official) for official in fields]
    table = pa.table([*columns, pa.array(_wkb(shapes), pa.binary())], names=[*names, "geom"])
    write_arrow(
        table,
        target,
        layer=LAYERS[name],
        driver="GPKG",
        append=append,
        geometry_name="geom",
        geometry_type=_type_of(name, shapes),
        crs=f"EPSG:{srid}",
        dataset_options={} if append else {"VERSION": VERSION},
    )
    return told


def _template(name: str) -> Sequence[Official]:
    """The fields of a layer in the order of the template, without the geometry."""
    fields = [official for official in CLASSES[name] if official.column != "geom"]
    known = {official.name: official for official in fields}
    own = [known[_SWAPPED.get((name, one.name), one.name)] for one in fields if one.name not in _LATER]
    return [*own, *(known[name] for name in _LATER if name in known)]


def _layer_name(official: Official) -> str:
    return official.name.lower().replace("-", "_")


_NUMBERS = (Kind.NUMBER, Kind.HECTARES, Kind.WHOLE)


def _column(official: Official, rows: list[dict[str, object]]) -> pa.Array:
    values = [row[official.name] for row in rows]
    if official.kind in _NUMBERS:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())  # type: ignore[arg-type]
    if official.kind is Kind.POINT:
        return pa.array([None if value is None else _point(official, value) for value in values], pa.string())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _wkb(shapes: Sequence[BaseGeometry | None]) -> list[bytes | None]:
    return [None if shape is None else shapely.to_wkb(shape) for shape in shapes]


def _type_of(name: str, shapes: Sequence[BaseGeometry | None]) -> str:
    if name == "pole-eco":
        return "Point"
    if name == "etablissement":
        return "MultiPoint"
    kinds = set(shapely.get_type_id([shape for shape in shapes if shape is not None]).tolist())
    return "MultiPolygon" if kinds <= {3, 6} else "Unknown"
