"""Loading files one after another, and telling what became of each."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.deciding import after_deriving, before_loading, print_changes, to_json
from api.cli.language import terminal_language
from api.cli.progress import counting, stepping
from api.cli.proposing import UNKNOWN, read_given, show_proposals
from api.cli.report import print_report
from api.cli.session import opened
from api.clock import today
from api.intake_sentences import told_of, told_report, told_rows
from api.settings import load_settings
from geo.derive import work
from geo.derive.decisions import Changes
from geo.intake.files.given import given
from geo.intake.filiation import is_filiation, load_filiation
from geo.intake.load import Options, load
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store.access.keys import find_organisation
from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from geo.store.merging.deliveries import sweep

REFUSED, PARTLY = 1, 3
NOTHING_IN_IT = frozenset({"edigeo.no_objects"})
"""Refusals that only say that a file holds nothing of what was asked: beside files that do, no failure."""
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


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is refused as a whole, and why."""

    name: str
    refusal: Unreadable


def load_files(files: Sequence[str | Path], asked: Loading) -> int:
    """Load every file; the exit code: 0, 1 when one was refused, 3 when only its good rows were loaded."""
    settings = load_settings()
    for wanted in (asked.report, asked.problems):
        check_folder(wanted)
    with opened(settings) as database:
        sweep(database, days=ABANDONED_DAYS)
        since = before_loading(database)
        outcomes, code = load_into(database, files, asked, settings.srid)
        reports = [one for one in outcomes if isinstance(one, Report)]
        decisions = None
        if asked.derive and not asked.dry_run and any(report.written for report in reports):
            with counting("emprise derive") as progress:
                work.derive(database, as_of=today(settings), progress=progress)
            decisions = after_deriving(database, since, reports, today(settings))
            print_changes(decisions, terminal_language(), Console(stderr=asked.as_json))
    documents = [_document(one, decisions) for one in outcomes]
    if asked.report is not None:
        asked.report.write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if asked.problems is not None:
        features = [feature for one in outcomes for feature in _drawn(one, settings.srid)]
        drawn = told_rows({"type": "FeatureCollection", "features": features}, terminal_language())
        asked.problems.write_text(json.dumps(drawn, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.as_json:
        typer.echo(json.dumps(documents, ensure_ascii=False))
    return code


def check_folder(path: Path | None) -> None:
    """See that a file can be written before anything is read. Raises BadFile."""
    if path is not None and not path.parent.is_dir():
        raise BadFile(sentence("file.no_folder", terminal_language(), path=path, folder=path.parent))


def _document(one: Report | Refused, decisions: dict[str, Changes] | None) -> dict[str, Any]:
    """What became of a file, as JSON values with their sentences."""
    lang = terminal_language()
    if isinstance(one, Refused):
        message = told_of(one.refusal, lang, file=one.name)
        refusal = {"code": one.refusal.code, "params": one.refusal.params, "message": message}
        return {"file": one.name, "written": False, "refused": refusal}
    document = told_report(one.to_json(), lang)
    if decisions is not None and one.plans:
        document["decisions"] = to_json(decisions, lang)
    return document


def _drawn(one: Report | Refused, srid: int) -> list[dict[str, Any]]:
    """The problem rows of a file as GeoJSON features; of a refused file its refusal, which lies nowhere."""
    if isinstance(one, Report):
        return list(one.problem_rows(srid)["features"])
    said = {"problem": "refused file", "file": one.name, "code": one.refusal.code, "params": one.refusal.params}
    return [{"type": "Feature", "properties": said, "geometry": None}]


def _organisation(database: Database, name: str | None) -> int | None:
    if name is None:
        return None
    with database.connection(Role.GATE) as connection:
        return find_organisation(connection, name) or make_organisation(connection, name, "territory")


def load_into(
    database: Database, files: Sequence[str | Path], asked: Loading, srid: int
) -> tuple[list[Report | Refused], int]:
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
    outcomes: list[Report | Refused] = []
    code = 0
    console = Console(stderr=asked.as_json)
    for one in (one for file in files for one in _outcomes(database, str(file), options, srid, asked.propose)):
        outcomes.append(one)
        if isinstance(one, Refused):
            code = REFUSED if one.refusal.code not in NOTHING_IN_IT else code
            continue
        print_report(one, terminal_language(), console)
        if one.rejected:
            code = PARTLY if asked.keep_going and code != REFUSED else REFUSED
    loaded = any(isinstance(one, Report) for one in outcomes)
    return outcomes, code if loaded or not outcomes else REFUSED


def _outcomes(
    database: Database, one: str, options: Options, srid: int, proposal: Path | None
) -> Iterator[Report | Refused]:
    """What becomes of each file that ``one`` means (see geo.intake.files.given): nothing where a mapping is asked."""
    try:
        with counting(one) as downloaded, given(one, told=downloaded) as found:
            if found.left:
                said = sentence("load.left_aside", terminal_language(), folder=one, names=_some(found.left))
                sys.stderr.write(f"emprise: {said}\n")
            for path in found.files:
                if proposal is not None:
                    show_proposals(database, path, options, srid, proposal)
                else:
                    yield _outcome(database, path, options, srid)
    except Unreadable as refusal:
        yield _refused(Path(one).name, refusal)


def _outcome(database: Database, path: Path, options: Options, srid: int) -> Report | Refused:
    try:
        if is_filiation(path):
            kept = {"keep_going": options.keep_going, "dry_run": options.dry_run}
            return load_filiation(database, path, actor=options.actor, **kept)
        with stepping(path.name) as progress:
            return load(database, path, options, srid=srid, progress=progress)
    except Unreadable as refusal:
        refused = _refused(path.name, refusal)
        if refusal.code in UNKNOWN:
            show_proposals(database, path, options, srid)
        return refused


def _some(files: list[Path]) -> str:
    """The first names of files, and how many more there are."""
    shown = ", ".join(file.name for file in files[:5])
    return shown if len(files) <= 5 else f"{shown}, + {len(files) - 5}"


def _refused(name: str, refusal: Unreadable) -> Refused:
    """Tell that a file is refused."""
    sys.stderr.write(f"emprise: {name}: {told_of(refusal, terminal_language(), file=name)}\n")
    return Refused(name, refusal)
