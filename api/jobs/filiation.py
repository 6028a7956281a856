"""Filiation files (DFI) that people sent: tried as a dry run, recorded once they are confirmed."""

from pathlib import Path
from typing import Any

from geo.intake.belonging import check_all
from geo.intake.filiation import LAYER, SCHEMA, load_filiation
from geo.intake.report import Report
from geo.store.database import Database, Role
from geo.store.merging import deliveries, uploads
from geo.store.merging.deliveries import Status


def is_one(row: Any) -> bool:
    """Whether what was staged of a delivery is a filiation file."""
    return bool(row.report.get("schema") == SCHEMA)


def stage(database: Database, path: Path, row: Any, srid: int) -> None:
    """Say what recording the file would change.

    Raises:
        geo.intake.problems.Unreadable: its sender may not load what is everybody's.
    """
    with database.connection(Role.WORKER) as connection:
        check_all(connection, [LAYER], row.organisation)
    report = load_filiation(database, path, actor=row.actor, keep_going=True, dry_run=True)
    _keep(database, row.id, report, srid, status=Status.STAGED, rows=report.read, share=1.0)


def merge(database: Database, path: Path, row: Any, actor: str, srid: int) -> None:
    """Record the file. Killed before its end it is done again: a lot that stands already is no change any more."""
    report = load_filiation(database, path, actor=actor, keep_going=True)
    _keep(database, row.id, report, srid, status=Status.MERGED)
    with database.connection(Role.WORKER) as connection:
        uploads.drop_content(connection, row.id)


def _keep(database: Database, delivery: int, report: Report, srid: int, **state: Any) -> None:
    with database.connection(Role.WORKER) as connection:
        told = {"report": report.to_json(), "problems": report.problem_rows(srid)}
        deliveries.change(connection, delivery, **told, **state)
