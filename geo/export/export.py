"""A collection into a file: which formats there are, for whom, in which coordinate system."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.export import geojson
from geo.export.geojson import Told
from geo.export.whole import CannotExportError, check, replacing
from geo.export.workbook import check_rows
from geo.export.writing import FORMATS, PLANE, write
from geo.store.database import Actor, Database, Role
from geo.store.extract import COLLECTIONS, extract
from geo.store.extracted import Extract


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write: a collection, as ``role`` (and ``actor``'s organisation) sees it, in EPSG:``srid``.

    Without ``srid`` a format that names its system keeps the stored one, so that coordinates pass untouched.
    ``chosen``: a filter in CQL2 text; without it, all rows.
    """

    collection: str = "parcels"
    role: Role = Role.ADMIN
    actor: Actor = field(default_factory=Actor)
    srid: int | None = None
    force: bool = False
    chosen: str | None = None


def export(database: Database, path: Path, wanted: Wanted, *, srid: int, told: Told | None = None) -> int:
    """Write ``path``, whole or not at all; the number of rows in it. ``srid`` is the stored system.

    Raises:
        CannotExportError: the format, the collection or the system is none that can be written, or ``path`` exists.
        FilterFault: the filter is not CQL2, or names what this audience has not.
    """
    kind = format_of(path)
    _check(wanted, kind)
    check(path, force=wanted.force)
    plane = wanted.srid or srid if kind in PLANE else None
    with replacing(path, force=wanted.force) as partial, _rows(database, wanted, plane) as rows:
        if kind == "XLSX":
            check_rows(rows.total)
        return write(partial, kind, wanted.collection, rows, plane or srid, told)


def _rows(database: Database, wanted: Wanted, srid: int | None) -> AbstractContextManager[Extract]:
    seen = (database, wanted.role, wanted.actor, wanted.collection)
    return extract(*seen, srid=srid, digits=geojson.DIGITS, chosen=wanted.chosen)


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
    if kind not in PLANE and wanted.srid != 4326:
        raise CannotExportError("geojson_crs", crs=f"EPSG:{wanted.srid}")
    try:
        CRS.from_epsg(wanted.srid)
    except CRSError as error:
        raise CannotExportError("crs", crs=f"EPSG:{wanted.srid}") from error
