"""The official files of the CNIG standards, of one state of the base: one class as CSV, all in a GeoPackage."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from geo.export.cnig import Made, Told
from geo.export.cnig_files import made_of, write_csv, write_geopackage
from geo.export.whole import CannotExportError, check, replacing
from geo.store.database import Database, Role
from geo.store.official import records

CLASSES: Mapping[str, str] = {
    "poles": "pole-eco",
    "sites": "site-eco",
    "parcels": "terrain-eco",
    "establishments": "etablissement",
    "friches": "friches",
}
"""What may be written, by our names, and the official class of each."""
TOGETHER = ("poles", "sites", "parcels", "establishments")
"""The classes of Sites économiques, which a GeoPackage holds together."""


def export_official(
    database: Database,
    path: Path,
    collection: str | None,
    *,
    srid: int,
    responsible: int | None = None,
    producer: str | None = None,
    force: bool = False,
) -> tuple[int, list[Told]]:
    """Write ``path`` (.csv, .gpkg), whole or not at all; the rows in it, and what could not leave as it is.

    Without ``collection`` a GeoPackage holds the classes of Sites économiques and a CSV the parcels. ``responsible``
    leaves out parcels of other organisations; ``producer`` names the source of brownfields that do not say theirs.

    Raises:
        CannotExportError: the format or the collection is none of these, or ``path`` exists.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".gpkg"):
        raise CannotExportError("format", ending=path.suffix or path.name, known=".csv, .gpkg")
    if collection not in (None, *CLASSES):
        raise CannotExportError("collection", name=collection, known=", ".join(CLASSES))
    several = TOGETHER if kind == ".gpkg" else ("parcels",)
    names = [CLASSES[one] for one in (several if collection is None else (collection,))]
    check(path, force=force)
    snapshot = database.engine(Role.WORKER).connect().execution_options(isolation_level="REPEATABLE READ")
    with replacing(path, force=force) as partial, snapshot as connection, connection.begin():
        if kind == ".gpkg":
            return _geopackage(partial, connection, names, {"responsible": responsible, "producer": producer}, srid)
        with partial.open("x", encoding="utf-8", newline="") as target:
            found = records(connection, names[0], responsible=responsible, producer=producer)
            return write_csv(target, names[0], made_of(names[0], found))


def _geopackage(
    path: Path, connection: Connection, names: Sequence[str], whose: Mapping[str, Any], srid: int
) -> tuple[int, list[Told]]:
    count, told = 0, list[Told]()

    def counted(made: Iterable[Made]) -> Iterator[Made]:
        nonlocal count
        for one in made:
            count += one.row is not None
            yield one

    for place, name in enumerate(names):
        made = made_of(name, records(connection, name, **whose))
        told += write_geopackage(path, name, counted(made), srid, append=place > 0)
    return count, told
