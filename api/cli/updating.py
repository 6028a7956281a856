"""Giving edited exports back, and telling field by field what they change."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.catalogues import number, sentence
from api.cli.acting import actor_of
from api.cli.language import terminal_language
from api.cli.loading import check_folder
from api.cli.progress import counting
from api.cli.session import opened
from api.clock import today
from api.intake_sentences import told_of, told_update, value_of, who, written
from api.settings import load_settings
from api.wording import day
from api.words import field_word
from geo.derive import work
from geo.intake.problems import Unreadable
from geo.intake.update.report import UpdateReport
from geo.intake.update.update import UpdateOptions, update
from geo.store.database import Actor, Database, Role

REFUSED, PARTLY = 1, 3
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Updating:
    """What the command was asked."""

    reason: str
    crs: str | None = None
    responsible: str | None = None
    keep_going: bool = False
    derive: bool = True
    dry_run: bool = False
    report: Path | None = None
    as_json: bool = False


def update_files(files: list[Path], asked: Updating) -> int:
    """Update from every file; the exit code: 0, 1 when one was refused, 3 when only its good rows were written."""
    settings, lang = load_settings(), terminal_language()
    check_folder(asked.report)
    with opened(settings) as database:
        options = _options(database, asked, lang)
        reports = [_one(database, path, options, settings.srid, lang) for path in files]
        if asked.derive and any(report is not None and report.written for report in reports):
            with counting("emprise derive") as progress:
                work.derive(database, as_of=today(settings), progress=progress)
    console = Console(stderr=asked.as_json)
    made = [report for report in reports if report is not None]
    for report in made:
        print_update(report, lang, console)
    documents = [told_update(report.to_json(), lang) for report in made]
    if asked.report is not None:
        asked.report.write_text(json.dumps(documents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if asked.as_json:
        typer.echo(json.dumps(documents, ensure_ascii=False))
    if len(made) < len(files) or any(not report.clean for report in made):
        return PARTLY if asked.keep_going and len(made) == len(files) else REFUSED
    return 0


def _options(database: Database, asked: Updating, lang: str) -> UpdateOptions:
    if asked.responsible is None:
        role, actor = Role.ADMIN, Actor(actor="cli", reason=asked.reason)
    else:
        role, actor = Role.PLANNER, actor_of(database, asked.responsible, lang, asked.reason)
    return UpdateOptions(role, actor, asked.crs, asked.keep_going, asked.dry_run)


def _one(database: Database, path: Path, options: UpdateOptions, srid: int, lang: str) -> UpdateReport | None:
    try:
        with counting(path.name) as progress:
            return update(database, path, options, srid=srid, progress=progress)
    except Unreadable as refusal:
        sys.stderr.write(f"emprise: {path.name}: {told_of(refusal, lang, file=path.name)}\n")
        return None


def print_update(report: UpdateReport, lang: str, console: Console) -> None:
    """Counts, then what changes, what clashes, what is refused, and what is only said."""
    counts = {name: getattr(report, name) for name in ("read", "changed", "unchanged", "conflicting", "rejected")}
    told_counts = {name: written(count, lang) for name, count in counts.items()}
    console.print(sentence("update.title", lang, file=report.name, **told_counts), markup=False, highlight=False)
    if report.changes:
        rows = [
            (c.row, c.id, field_word(c.field, lang), _shown(c.field, c.before, lang), _shown(c.field, c.after, lang))
            for c in report.changes
        ]
        _print_table("update.changes.columns", rows, lang, console)
    if report.conflicts:
        console.print(sentence("update.conflicts", lang), style="bold")
        clashes = [
            (
                c.row,
                c.id,
                field_word(c.field, lang),
                _shown(c.field, c.file, lang),
                _shown(c.field, c.current, lang),
                _who(c.actor, c.at, lang),
            )
            for c in report.conflicts
        ]
        _print_table("update.clashes.columns", clashes, lang, console)
        if any(conflict.field == "row_version" for conflict in report.conflicts):
            console.print(sentence("update.too_old", lang), markup=False, highlight=False)
    if report.rejections:
        console.print(sentence("report.rejections", lang), style="bold")
    for one in report.rejections[:SHOWN]:
        line = sentence("report.row", lang, row=one.row, field=field_word(one.field, lang), message=told_of(one, lang))
        console.print(line, markup=False, highlight=False)
    _print_more(console, len(report.rejections) - SHOWN, lang)
    for said in {remark.code + remark.field: remark for remark in reversed(report.remarks)}.values():
        console.print(f"  {told_of(said, lang, file=report.name)}", markup=False, highlight=False)
    _print_steps(report, lang, console)
    if report.missing:
        missing = sentence("update.missing", lang, count=written(report.missing, lang))
        console.print(missing, markup=False, highlight=False)
    if not report.written:
        console.print(sentence("report.not_written", lang), style="bold")


def _print_steps(report: UpdateReport, lang: str, console: Console) -> None:
    """Steps on which what planners recorded stays against the file."""
    if report.step_conflicts:
        title = sentence("report.conflicts", lang, count=number(len(report.step_conflicts), lang))
        console.print(title, style="bold", highlight=False)
    for one in report.step_conflicts[:SHOWN]:
        console.print(f"  {told_of(one, lang)}", markup=False, highlight=False)
    _print_more(console, len(report.step_conflicts) - SHOWN, lang)


def _print_table(key: str, rows: list[tuple[Any, ...]], lang: str, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in sentence(key, lang).split("|"):
        table.add_column(name)
    for row in rows[:SHOWN]:
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    _print_more(console, len(rows) - SHOWN, lang)


def _print_more(console: Console, more: int, lang: str) -> None:
    if more > 0:
        console.print(sentence("report.more", lang, count=number(more, lang)))


def _shown(field: str, value: object, lang: str) -> str:
    """A value as it was or would be: nothing as a dash, an outline by its surface."""
    if isinstance(value, dict):
        return sentence("update.outline", lang, **{name: written(part, lang) for name, part in value.items()})
    return "—" if value is None or value == [] else value_of(field, value, lang)


def _who(actor: str | None, at: str | None, lang: str) -> str:
    return "—" if at is None else f"{who(actor, lang)}, {day(at[:10], lang)} {at[11:16]}"
