"""The report of a loaded file as a person reads it."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import sentence
from api.intake_sentences import told, told_of, written
from geo.intake.problems import Rejection, Remark, Repair, shown
from geo.intake.report import KEPT_PER_CODE, Report, Told

SHOWN = 10
_ASIDE = {"identical": "report.columns.identical", "left_out": "report.columns.left_out"}
"""Rows read that are neither written nor refused: a column of the table when there are any."""


def print_report(report: Report, lang: str, console: Console) -> None:
    """Counts by layer, then the first rejected rows and repairs, each with what and why."""
    console.print(sentence("report.title", lang, file=report.name, schema=report.schema), markup=False)
    console.print(_counts(report, lang))
    rejections = report.told_rejections()
    if rejections:
        console.print(sentence("report.rejections", lang), style="bold")
    for one in rejections[:SHOWN]:
        assert isinstance(one.message, Rejection)  # noqa: S101 - rejections were asked for
        facts = {"row": _row(one), "field": one.message.field, "message": told_of(one.message, lang)}
        console.print(sentence("report.row", lang, **facts), markup=False, highlight=False)
    _print_more(console, report.rejected - SHOWN, lang, bounded=True)
    repairs = report.told_repairs()
    if repairs:
        console.print(sentence("report.repairs", lang, count=written(report.repairs_made(), lang)), style="bold")
    for repair in repairs[:SHOWN]:
        console.print(_repaired(repair, lang), markup=False, highlight=False)
    _print_more(console, report.repairs_made() - SHOWN, lang, bounded=True)
    conflicts = report.conflicts()
    if conflicts:
        console.print(sentence("report.conflicts", lang, count=written(report.conflicts_found(), lang)), style="bold")
    for conflict in conflicts[:SHOWN]:
        console.print(f"  {told_of(conflict, lang)}", markup=False, highlight=False)
    _print_more(console, report.conflicts_found() - SHOWN, lang, bounded=True)
    remarks = report.told_remarks()
    for one, count in remarks[:SHOWN]:
        console.print(f"  {_remarked(one, count, report.name, lang)}", markup=False, highlight=False)
    _print_more(console, len(remarks) - SHOWN, lang)
    print_differences(report, lang, console)
    if not report.written:
        console.print(sentence("report.not_written", lang), style="bold")


def _row(one: Told) -> str:
    """The number of a row, and the name or else the key by which a planner finds it."""
    called = one.name or one.key
    return str(one.message.row) if called is None else f"{one.message.row} ({called})"


def _remarked(one: Told, count: int, file: str, lang: str) -> str:
    """A remark; of rows, how many it is said of and the first of them."""
    assert isinstance(one.message, Remark)  # noqa: S101 - remarks were asked for
    said = told_of(one.message, lang, file=file)
    if one.message.row == 0:
        return said
    name = "report.remark" if count == 1 else "report.remark.several"
    return sentence(name, lang, count=written(count, lang), row=_row(one), message=said)


def print_differences(report: Report, lang: str, console: Console) -> None:
    """The first rows that are new, changed (from what to what) and missing, a layer."""
    for layer, found in report.differences.items():
        for kind in ("new", "changed", "missing"):
            rows = found[kind]
            if rows:
                console.print(sentence(f"report.{kind}", lang, layer=layer), style="bold")
            for row in rows[:SHOWN]:
                console.print(f"  {_difference(row, lang)}", markup=False, highlight=False)
            _print_more(console, (getattr(report.layers[layer], kind) or 0) - SHOWN if rows else 0, lang)


def _difference(row: dict[str, Any], lang: str) -> str:
    called = row["key"] if row["name"] is None else f"{row['name']} ({row['key']})"
    fields = [f"{name} {_measured(a, lang)} → {_measured(b, lang)}" for name, (a, b) in row.get("fields", {}).items()]
    conflicts = [
        sentence("report.conflict", lang, field=name, kept=_measured(kept, lang), said=_measured(said, lang))
        for name, (kept, said) in row.get("conflicts", {}).items()
    ]
    return f"{called}: {', '.join([*fields, *conflicts])}" if fields or conflicts else str(called)


def told_problems(drawn: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """The problem rows of several files as one collection, each with its sentence."""
    features = [feature for one in drawn for feature in one["features"]]
    for feature in features:
        facts = feature["properties"]
        facts["message"] = told(facts["code"], facts.pop("params", None) or {}, lang)
    return {"type": "FeatureCollection", "features": features}


def _repaired(one: Told, lang: str) -> str:
    """What was mended in a row, from what to what."""
    repair = one.message
    assert isinstance(repair, Repair)  # noqa: S101 - repairs were asked for
    facts = {"row": _row(one), "field": repair.field, "name": told(repair.code, {}, lang)}
    before, after = (_measured(value, lang) for value in (repair.before, repair.after))
    return sentence("report.repair", lang, **facts, before=before, after=after)


def _measured(value: object, lang: str) -> str:
    """A value as it was or is: surfaces and gaps in their unit, nothing as a dash."""
    if isinstance(value, dict):
        for name, unit in (("area_m2", "m²"), ("gap_m", "m")):
            if name in value:
                return f"{written(value[name], lang)} {unit}"
    return "—" if value is None else shown(value)


def _counts(report: Report, lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    aside = [name for name in _ASIDE if report.total(name)]
    titles = sentence("report.columns", lang).split("|") + [sentence(_ASIDE[name], lang) for name in aside]
    for place, name in enumerate(titles):
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
            *(getattr(counts, name) for name in aside),
        )
        table.add_row(layer, *("" if fact is None else f"{fact:,}".replace(",", "\u202f") for fact in facts))
    return table


def _print_more(console: Console, more: int, lang: str, *, bounded: bool = False) -> None:
    """How many are not shown; ``bounded`` are lists that the report does not hold whole either beyond a number."""
    if more > 0:
        name = "report.more.bounded" if bounded and more + SHOWN > KEPT_PER_CODE else "report.more"
        facts = {"count": written(more, lang), "most": written(KEPT_PER_CODE, lang)}
        console.print(sentence(name, lang, **facts), markup=False, highlight=False)
