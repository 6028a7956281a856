"""A filiation file (DFI) into the base: the record that explains what became of cadastral parcels."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geo.intake import dfi
from geo.intake.batch import Batch
from geo.intake.files.bytestream import ByteStream, head_of
from geo.intake.files.unpacking import measure
from geo.intake.problems import Rejection
from geo.intake.report import Report
from geo.store.database import Actor, Database, Role
from geo.store.lineage.filiation import Lot, take_filiation
from geo.store.merging.merge import Merged

LAYER, SCHEMA = "filiation", "dgfip_filiation"
_GZIP = b"\x1f\x8b"


def is_filiation(path: Path) -> bool:
    """Whether a file (plain or gzipped) is one of the DGFiP's filiation files."""
    if not path.is_file():  # a member of an archive
        return False
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return dfi.looks_like_dfi(head_of(path, gzipped=packed))


def load_filiation(
    database: Database, path: Path, *, actor: str, keep_going: bool = False, dry_run: bool = False
) -> Report:
    """Record every lot of the file; all of it or, when a line is refused and ``keep_going`` is not set, nothing.

    It explains parcels at the next load of a cadastre; nothing is retired for it alone.
    """
    _, sha256 = measure(path)
    report = Report(path.name, SCHEMA, sha256)
    found = Batch(LAYER, 0, [], [], [], {}, np.empty(0, object), None)
    with database.engine(Role.WORKER).connect() as connection, connection.begin() as transaction:
        for name, value in Actor(actor=actor, reason=f"load {path.name}").settings().items():
            connection.exec_driver_sql("select set_config(%s, %s, true)", (f"emprise.{name}", value))
        new, changed, unchanged = take_filiation(connection, _lots(path, found))
        report.add(found)
        report.merged(LAYER, Merged(new, changed, unchanged, 0))
        report.written = not dry_run and (keep_going or not found.rejections)
        if not report.written:
            transaction.rollback()
    return report


def _lots(path: Path, found: Batch) -> Iterator[Lot]:
    for one in dfi.read(_lines(path)):
        found.read += 1
        if isinstance(one, Rejection):
            found.rejections.append(one)
        else:
            found.rows.append(found.read)
            yield one.document, one.nature, one.on, list(one.mothers), list(one.daughters)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    rest = b""
    with ByteStream(path, gzipped=packed) as stream:
        for piece in stream.pieces():
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > dfi.MAX_LINE:
                rest = rest[: dfi.MAX_LINE]
            yield from lines
    yield rest
