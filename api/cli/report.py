"""The report of a loaded file as a person reads it."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import sentence
from geo.intake.problems import shown
from geo.intake.report import Report

SHOWN = 10


def print_report(report: Report, lang: str, console: Console) -> None:
    """Counts by layer, then the first rejected rows and repairs, each with what and why."""
    console.print(sentence("report.title", lang, file=report.name, schema=report.schema), markup=False)
    console.print(_counts(report, lang))
    rejections = report.rejections()
    if rejections:
        console.print(sentence("report.rejections", lang), style="bold")
    for one in rejections[:SHOWN]:
        told = sentence("report.row", lang, row=one.row, field=one.field, message=one.message)
        console.print(told, markup=False, highlight=False)
    _print_more(console, report.rejected - SHOWN, lang)
    repairs = report.repairs()
    if repairs:
        console.print(sentence("report.repairs", lang, count=len(repairs)), style="bold")
    for repair in repairs[:SHOWN]:
        facts = {"row": repair.row, "field": repair.field, "code": repair.code}
        told = sentence("report.repair", lang, **facts, before=shown(repair.before), after=shown(repair.after))
        console.print(told, markup=False, highlight=False)
    _print_more(console, len(repairs) - SHOWN, lang)
    for remark in report.remarked()[:SHOWN]:
        console.print(f"  {remark.message}", markup=False, highlight=False)
    if not report.written:
        console.print(sentence("report.not_written", lang), style="bold")


def _counts(report: Report, lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(sentence("report.columns", lang).split("|")):
        table.add_column(name, justify="right" if place else "left")
    for layer, counts in report.layers.items():
        facts = (
            counts.read,
            counts.new,
            counts.changed,
            counts.unchanged,
            counts.repaired,
            counts.rejected,
            counts.missing,
        )
        table.add_row(layer, *("" if fact is None else f"{fact:,}".replace(",", "\u202f") for fact in facts))
    return table


def _print_more(console: Console, more: int, lang: str) -> None:
    if more > 0:
        console.print(sentence("report.more", lang, count=more))
