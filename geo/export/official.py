"""The official files of the CNIG standards, of one state of the base: one class as CSV, all in a GeoPackage."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from geo.export.availability import FIELDS, IDENTIFIERS, Beside
from geo.export.cnig import Made, Told
from geo.export.cnig_files import made_of, neutral, write_csv, write_geopackage
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


@dataclass(slots=True)
class Exported:
    """What became of the rows: how many are in the files, how many stayed out, and what could not leave as it is."""

    count: int = 0
    left: int = 0
    told: list[Told] = field(default_factory=list)

    def counted(self, made: Iterable[Made]) -> Iterator[Made]:
        """The rows, counted on their way."""
        for one in made:
            self.count += one.row is not None
            self.left += one.row is None
            yield one


def export_official(
    database: Database,
    path: Path,
    collection: str | None,
    *,
    srid: int,
    responsible: int | None = None,
    producer: str | None = None,
    ready: Path | None = None,
    force: bool = False,
) -> Exported:
    """Write ``path`` (.csv, .gpkg), whole or not at all.

    Without ``collection`` a GeoPackage holds the classes of Sites économiques and a CSV the parcels. ``responsible``
    leaves out parcels of other organisations; ``producer`` names the source of brownfields that do not say theirs.
    ``ready`` is a CSV with the computed availability of every parcel (geo.export.availability).

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
    if ready is not None:
        check(ready, force=force)
        if not IDENTIFIERS.keys() & set(names):
            raise CannotExportError("no_ready", collection=collection)
    besides = [Beside(name) for name in names]
    exported = Exported()
    snapshot = database.engine(Role.WORKER).connect().execution_options(isolation_level="REPEATABLE READ")
    with replacing(path, force=force) as partial, snapshot as connection, connection.begin():
        whose = {"responsible": responsible, "producer": producer}
        if kind == ".gpkg":
            for place, beside in enumerate(besides):
                made = exported.counted(_made(connection, beside, whose))
                exported.told += write_geopackage(partial, beside.name, made, srid, append=place > 0)
        else:
            with partial.open("x", encoding="utf-8", newline="") as target:
                _, exported.told = write_csv(target, names[0], exported.counted(_made(connection, besides[0], whose)))
        if ready is not None:
            _write_ready(ready, besides, force=force)
    return exported


def _made(connection: Connection, beside: Beside, whose: Mapping[str, Any]) -> Iterator[Made]:
    return beside.noted(made_of(beside.name, beside.through(records(connection, beside.name, **whose))))


def _write_ready(path: Path, besides: Iterable[Beside], *, force: bool) -> None:
    with replacing(path, force=force) as partial, partial.open("x", encoding="utf-8", newline="") as target:
        sheet = csv.writer(target, delimiter=";", lineterminator="\n")
        sheet.writerow(FIELDS)
        sheet.writerows(map(neutral, row) for beside in besides for row in beside.rows)
