"""Loading files one after another, and telling what became of each."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from api.catalogues import sentence
from api.cli.deciding import after_deriving, before_loading, print_changes, to_json
from api.cli.progress import counting, stepping
from api.cli.proposing import UNKNOWN, read_given, show_proposals
from api.cli.reading import terminal_language
from api.cli.report import print_report, told_problems
from api.cli.session import opened
from api.clock import today
from api.intake_sentences import told_of, told_report
from api.settings import load_settings
from geo.derive import work
from geo.intake.files.given import given
from geo.intake.filiation import is_filiation, load_filiation
from geo.intake.load import Options, load
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store.database import Database, Role
from geo.store.deliveries import sweep
from geo.store.keys import find_organisation
from geo.store.organisations import make_organisation

REFUSED, PARTLY = 1, 3
ABANDONED_DAYS = 7
"""What is staged and nobody has touched for so long is cleared away by the next load."""


@dataclass(frozen=True, slots=True)
class Loading:
    """What the command was asked."""

    layer: str | None = None
    commune: str | None = None
    crs: str | None = None
    visibility: str | None = None
    responsible: str | None = None
    source: str | None = None
    mapping: str | None = None
    propose: Path | None = None
    keep_going: bool = False
    derive: bool = True
    dry_run: bool = False
    report: Path | None = None
    problems: Path | None = None
    as_json: bool = False


def load_files(files: Sequence[str | Path], asked: Loading) -> int:
    """Load every file; the exit code: 0, 1 when one was refused, 3 when only its good rows were loaded."""
    settings = load_settings()
    for wanted in (asked.report, asked.problems):
        if wanted is not None and not wanted.parent.is_dir():
            raise FileNotFoundError(f"{wanted} cannot be written: {wanted.parent} is no folder")
    with opened(settings) as database:
        sweep(database, days=ABANDONED_DAYS)
        since = before_loading(database)
        reports, code = load_into(database, files, asked, settings.srid)
        decisions = None
        if asked.derive and not asked.dry_run and any(report.written for report in reports):
            with counting("derive") as progress:
                work.derive(database, as_of=today(settings), progress=progress)
            decisions = after_deriving(database, since, reports, today(settings))
            print_changes(decisions, terminal_language(), Console(stderr=asked.as_json))
    documents = [told_report(report.to_json(), terminal_language()) for report in reports]
    for document, report in zip(documents, reports, strict=True):
        if decisions is not None and report.plans:
            document["decisions"] = to_json(decisions, terminal_language())
    if asked.report is not None:
        asked.report.write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if asked.problems is not None:
        drawn = told_problems([report.problem_rows(settings.srid) for report in reports], terminal_language())
        asked.problems.write_text(json.dumps(drawn, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.as_json:
        typer.echo(json.dumps(documents, ensure_ascii=False))
    return code


def _organisation(database: Database, name: str | None) -> int | None:
    if name is None:
        return None
    with database.connection(Role.GATE) as connection:
        return find_organisation(connection, name) or make_organisation(connection, name, "territory")


def load_into(database: Database, files: Sequence[str | Path], asked: Loading, srid: int) -> tuple[list[Report], int]:
    """Load files into an open base; a refused one does not keep the others out."""
    toml, mapping_name = read_given(asked.mapping)
    options = Options(
        responsible=_organisation(database, asked.responsible),
        source=asked.source,
        mapping=toml,
        mapping_name=mapping_name,
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
    for report in (report for one in files for report in _reports(database, str(one), options, srid, asked.propose)):
        if report is None:
            code = REFUSED
            continue
        reports.append(report)
        print_report(report, terminal_language(), console)
        if report.rejected:
            code = PARTLY if asked.keep_going and code != REFUSED else REFUSED
    return reports, code


def _reports(
    database: Database, one: str, options: Options, srid: int, proposal: Path | None
) -> Iterator[Report | None]:
    """The report of each file that ``one`` means (see geo.intake.files.given); None for a file that is refused."""
    try:
        with counting(one) as downloaded, given(one, told=downloaded) as found:
            if found.left:
                said = sentence("load.left_aside", terminal_language(), folder=one, names=_some(found.left))
                sys.stderr.write(f"emprise: {said}\n")
            for path in found.files:
                if proposal is not None:
                    show_proposals(database, path, options, srid, proposal)
                    yield None
                else:
                    yield _report(database, path, options, srid)
    except Unreadable as refusal:
        _tell(Path(one).name, refusal)
        yield None


def _report(database: Database, path: Path, options: Options, srid: int) -> Report | None:
    try:
        if is_filiation(path):
            kept = {"keep_going": options.keep_going, "dry_run": options.dry_run}
            return load_filiation(database, path, actor=options.actor, **kept)
        with stepping(path.name) as progress:
            return load(database, path, options, srid=srid, progress=progress)
    except Unreadable as refusal:
        _tell(path.name, refusal)
        if refusal.code in UNKNOWN:
            show_proposals(database, path, options, srid)
        return None


def _some(files: list[Path]) -> str:
    """The first names of files, and how many more there are."""
    shown = ", ".join(file.name for file in files[:5])
    return shown if len(files) <= 5 else f"{shown}, + {len(files) - 5}"


def _tell(name: str, refusal: Unreadable) -> None:
    sys.stderr.write(f"emprise: {name}: {told_of(refusal, terminal_language(), file=name)}\n")
