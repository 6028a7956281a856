"""A collection into a file: which formats there are, for whom, in which coordinate system."""

from dataclasses import dataclass, field
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.export import geojson
from geo.export.geojson import Told
from geo.export.whole import CannotExportError, check, replacing
from geo.store.database import Actor, Database, Role
from geo.store.extract import COLLECTIONS, extract

FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GeoPackage"}
"""File name endings and the formats they ask for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write: a collection, as ``role`` (and ``actor``'s organisation) sees it, in EPSG:``srid``.

    Without ``srid`` a GeoPackage keeps the stored system, so that coordinates pass untouched.
    """

    collection: str = "parcels"
    role: Role = Role.ADMIN
    actor: Actor = field(default_factory=Actor)
    srid: int | None = None
    force: bool = False


def export(database: Database, path: Path, wanted: Wanted, *, srid: int, told: Told | None = None) -> int:
    """Write ``path``, whole or not at all; the number of rows in it. ``srid`` is the stored system.

    Raises:
        CannotExportError: the format, the collection or the system is none that can be written, or ``path`` exists.
    """
    kind = format_of(path)
    _check(wanted, kind)
    check(path, force=wanted.force)
    plane = None if kind == "GeoJSON" else wanted.srid or srid
    with (
        replacing(path, force=wanted.force) as partial,
        extract(database, wanted.role, wanted.actor, wanted.collection, srid=plane, digits=geojson.DIGITS) as rows,
    ):
        if plane is not None:
            from geo.export import geopackage  # its libraries take as much memory as all the rest together

            return geopackage.write(partial, wanted.collection, rows, plane, told)
        with partial.open("xb") as target:
            return geojson.write(target, wanted.collection, rows, told)


def format_of(path: Path) -> str:
    """The format a file's name asks for. Raises CannotExportError."""
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise CannotExportError("format", ending=path.suffix or path.name, known=", ".join(FORMATS))
    return kind


def _check(wanted: Wanted, kind: str) -> None:
    if wanted.collection not in COLLECTIONS:
        raise CannotExportError("collection", name=wanted.collection, known=", ".join(COLLECTIONS))
    if wanted.srid is None:
        return
    if kind == "GeoJSON" and wanted.srid != 4326:
        raise CannotExportError("geojson_crs", crs=f"EPSG:{wanted.srid}")
    try:
        CRS.from_epsg(wanted.srid)
    except CRSError as error:
        raise CannotExportError("crs", crs=f"EPSG:{wanted.srid}") from error
