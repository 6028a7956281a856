"""Loading files one after another, and telling what became of each."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from api.cli.progress import counting
from api.cli.reading import terminal_language
from api.cli.report import print_report
from api.cli.session import opened
from api.clock import today
from api.settings import load_settings
from geo.derive import work
from geo.intake.load import Options, load
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store.database import Database, Role
from geo.store.keys import find_organisation
from geo.store.organisations import make_organisation

REFUSED, PARTLY = 1, 3


@dataclass(frozen=True, slots=True)
class Loading:
    """What the command was asked."""

    layer: str | None = None
    commune: str | None = None
    crs: str | None = None
    visibility: str | None = None
    responsible: str | None = None
    keep_going: bool = False
    derive: bool = True
    dry_run: bool = False
    report: Path | None = None
    as_json: bool = False


def load_files(files: list[Path], asked: Loading) -> int:
    """Load every file; the exit code: 0, 1 when one was refused, 3 when only its good rows were loaded."""
    settings = load_settings()
    if asked.report is not None and not asked.report.parent.is_dir():
        raise FileNotFoundError(f"{asked.report} cannot be written: {asked.report.parent} is no folder")
    with opened(settings) as database:
        reports, code = load_into(database, files, asked, settings.srid)
        if asked.derive and not asked.dry_run and any(report.written for report in reports):
            with counting("derive") as progress:
                work.derive(database, as_of=today(settings), progress=progress)
    documents = [report.to_json() for report in reports]
    if asked.report is not None:
        asked.report.write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if asked.as_json:
        typer.echo(json.dumps(documents, ensure_ascii=False))
    return code


def _organisation(database: Database, name: str | None) -> int | None:
    if name is None:
        return None
    with database.connection(Role.GATE) as connection:
        return find_organisation(connection, name) or make_organisation(connection, name, "territory")


def load_into(database: Database, files: list[Path], asked: Loading, srid: int) -> tuple[list[Report], int]:
    """Load files into an open base; a refused one does not keep the others out."""
    options = Options(
        responsible=_organisation(database, asked.responsible),
        layer=asked.layer,
        crs=asked.crs,
        commune=asked.commune,
        visibility=asked.visibility,
        keep_going=asked.keep_going,
        dry_run=asked.dry_run,
    )
    reports: list[Report] = []
    code = 0
    console = Console(stderr=asked.as_json)
    for path in files:
        try:
            with counting(path.name) as progress:
                report = load(database, path, options, srid=srid, progress=progress)
        except Unreadable as refusal:
            sys.stderr.write(f"emprise: {path.name}: {refusal}\n")
            code = REFUSED
            continue
        reports.append(report)
        print_report(report, terminal_language(), console)
        if report.rejected:
            code = PARTLY if asked.keep_going and code != REFUSED else REFUSED
    return reports, code
