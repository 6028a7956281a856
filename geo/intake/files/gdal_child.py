"""The confined process that reads one container with GDAL. Run by path with ``python -IB``, see confined.

A request is {path, driver, task: describe | read, only, layer, rows, first}; the body of a frame is joined WKB.
Besides what every such process gives up, this one has no drivers but those it needs.
"""

import sqlite3
import sys
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote

from geo.intake.files.confined import RefusedError, confine, frames, serve

ALLOWED = ("GPKG", "FlatGeobuf", "ESRI Shapefile", "EDIGEO")
_SAMPLE = 200


def load_gdal() -> Any:
    """Import pyogrio without its heavy companions, and make sure only the allowed drivers are there.

    Without those that nothing here uses it is there in two thirds of the time [measured].
    """
    for companion in ("pandas", "geopandas", "pyarrow", "shapely", "pyproj"):
        sys.modules[companion] = None  # type: ignore[assignment]
    import pyogrio
    import pyogrio.raw

    extra = set(pyogrio.list_drivers()) - set(ALLOWED)
    if extra:
        raise RefusedError("gdal.drivers", drivers=sorted(extra))
    return pyogrio


def tables(path: str) -> set[str]:
    """The names of the plain tables of a GeoPackage: views and virtual tables could run code of the file's author."""
    address = f"file:{quote(path)}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    try:
        connection.execute("pragma trusted_schema = off")
        rows = connection.execute("select name, sql from sqlite_master where type = 'table'").fetchall()
    except sqlite3.DatabaseError as error:
        raise RefusedError("gdal.damaged") from error
    finally:
        connection.close()
    return {name for name, sql in rows if str(sql).upper().startswith("CREATE TABLE")}


def options(driver: str) -> dict[str, str]:
    """How a driver must open the file: SQLite leaves no -wal or -shm file beside an immutable one."""
    return {"IMMUTABLE": "YES"} if driver == "GPKG" else {}


def describe(gdal: Any, path: str, driver: str, only: str | None) -> Iterator[tuple[dict[str, Any], bytes]]:
    """One frame a layer: its name, coordinate system, fields, feature count and first rows.

    Layers other than ``only`` are named and not opened.
    """
    plain = tables(path) if driver == "GPKG" else None
    for name, kind in gdal.list_layers(path):
        header: dict[str, Any] = {"layer": name, "skipped": None}
        if plain is not None and name not in plain:
            header["skipped"] = "view"
        elif kind is None:
            header["skipped"] = "no geometry"
        elif only not in (None, name):
            header["skipped"] = "not asked for"
        if header["skipped"]:
            yield header, b""
            continue
        info = gdal.read_info(path, layer=name, **options(driver))
        for sample, body in batches(gdal, path, driver, name, _SAMPLE, 0):
            header |= sample | {"crs": info["crs"], "features": int(info["features"])}
            yield header, body
            break
        else:
            nothing = {"fields": {str(name): [] for name in info["fields"]}, "lengths": []}
            yield header | nothing | {"crs": info["crs"], "features": int(info["features"])}, b""


def batches(
    gdal: Any, path: str, driver: str, layer: str, rows: int, first: int
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Frames of at most ``rows`` features from the feature at ``first`` on."""
    while True:
        meta, geometry, data = _read(gdal, path, driver, layer, rows, first)
        if len(geometry) == 0:
            return
        fields = {str(n): column.tolist() for n, column in zip(meta["fields"], data, strict=True) if _plain(column)}
        shapes = [b"" if wkb is None else bytes(wkb) for wkb in geometry]
        yield {"fields": fields, "lengths": [len(wkb) for wkb in shapes]}, b"".join(shapes)
        first += len(shapes)
        if len(shapes) < rows:
            return


def _plain(column: Any) -> bool:
    """Binary fields are left out."""
    return not any(isinstance(value, bytes) for value in column[:100])


def _read(gdal: Any, path: str, driver: str, layer: str, rows: int, first: int) -> tuple[Any, Any, Any]:
    chosen: dict[str, Any] = options(driver)
    for encoding in (None, "cp1252"):
        try:
            meta, _, geometry, data = gdal.raw.read(
                path,
                layer=layer,
                skip_features=first,
                max_features=rows,
                encoding=encoding,
                datetime_as_string=True,
                **chosen,
            )
        except UnicodeDecodeError:
            if driver != "ESRI Shapefile":
                raise RefusedError("text.not_utf8") from None
            continue
        return meta, geometry, data
    raise RefusedError("text.encoding")


def answer(request: dict[str, Any], sink: IO[bytes]) -> None:
    """Do what is asked and write the frames."""
    with frames(sink, "gdal.failed") as send:
        gdal = load_gdal()
        confine()
        path, driver = request["path"], request["driver"]
        if request["task"] == "describe":
            found = describe(gdal, path, driver, request.get("only"))
        else:
            found = batches(gdal, path, driver, request["layer"], request["rows"], request["first"])
        for header, body in found:
            send(header, body)


if __name__ == "__main__":
    serve(answer)
