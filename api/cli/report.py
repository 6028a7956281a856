"""The report of a loaded file as a person reads it."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import number, sentence
from api.cli.differing import print_differences
from api.cli.telling import SHOWN, measured, print_more, row_of, say, title
from api.intake_sentences import mended_spot, told, told_of, written
from api.words import field_word, layer_word, schema_word
from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.report import Report, Told

_COUNTED = ("read", "new", "changed", "unchanged", "repaired", "rejected", "missing")
_ASIDE = {"identical": "report.columns.identical", "left_out": "report.columns.left_out"}
"""Rows read that are neither written nor refused: a column of the table when there are any."""


_ANY = 1_000
"""Wider than any table here: how wide it would like to be."""


def print_report(report: Report, lang: str, console: Console) -> None:
    """Counts by layer, then the first rejected rows, repairs to check and conflicts, each with what and why."""
    say(console, sentence("report.title", lang, file=report.name, schema=schema_word(report.schema, lang)))
    console.print(_counts(report, lang, console))
    _print_rejections(report, lang, console)
    _print_repairs(report, lang, console)
    _print_conflicts(report, lang, console)
    remarks = report.told_remarks()
    for one, count in remarks[:SHOWN]:
        say(console, f"  {_remarked(one, count, report.name, lang)}")
    print_more(console, len(remarks) - SHOWN, lang)
    print_differences(report, lang, console)
    if not report.written:
        title(console, sentence("report.not_written", lang))


def _print_rejections(report: Report, lang: str, console: Console) -> None:
    rejections = report.told_rejections()
    if rejections:
        title(console, sentence("report.rejections", lang))
    for one in rejections[:SHOWN]:
        assert isinstance(one.message, Rejection)  # noqa: S101 - rejections were asked for
        field, message = field_word(one.message.field, lang), told_of(one.message, lang)
        say(console, sentence("report.row", lang, row=row_of(one), field=field, message=message))
    print_more(console, report.rejected - SHOWN, lang, bounded=True)


def _print_repairs(report: Report, lang: str, console: Console) -> None:
    """Repairs that may change a meaning row by row, the weightiest first; routine ones in one line a kind."""
    repairs, count = report.repairs_to_check()
    if repairs:
        title(console, sentence("report.repairs", lang, count=number(count, lang)))
    for repair in repairs[:SHOWN]:
        say(console, _repaired(repair, lang))
    print_more(console, count - SHOWN, lang, bounded=True)
    routine = report.routine()
    if routine:
        title(console, sentence("report.routine", lang))
    for one in routine:
        assert isinstance(one.first.message, Repair)  # noqa: S101 - repairs were asked for
        before, after = (measured(value, lang) for value in (one.first.message.before, one.first.message.after))
        fields = ", ".join(field_word(field, lang) for field in one.fields)
        facts = {"count": number(one.count, lang), "name": told(one.code, {}, lang), "fields": fields}
        say(console, sentence("report.routine.one", lang, **facts, row=row_of(one.first), before=before, after=after))


def _print_conflicts(report: Report, lang: str, console: Console) -> None:
    conflicts = report.conflicts()
    if conflicts:
        title(console, sentence("report.conflicts", lang, count=number(report.conflicts_found(), lang)))
    for conflict in conflicts[:SHOWN]:
        say(console, f"  {told_of(conflict, lang)}")
    print_more(console, report.conflicts_found() - SHOWN, lang, bounded=True)


def _remarked(one: Told, count: int, file: str, lang: str) -> str:
    """A remark; of rows, how many it is said of and the first of them."""
    assert isinstance(one.message, Remark)  # noqa: S101 - remarks were asked for
    said = told_of(one.message, lang, file=file)
    if one.message.row == 0 or one.message.code in _OF_ALL:
        return said
    name = "report.remark" if count == 1 else "report.remark.several"
    return sentence(name, lang, count=number(count, lang), row=row_of(one), message=said)


_OF_ALL = frozenset({"geometry.flattened"})
"""Remarks told with the first row of a batch that count rows themselves."""


def _repaired(one: Told, lang: str) -> str:
    """What was mended in a row, from what to what; of an outline also where, and what was wrong with it."""
    repair = one.message
    assert isinstance(repair, Repair)  # noqa: S101 - repairs were asked for
    before, after = (measured(value, lang) for value in (repair.before, repair.after))
    facts = {"row": row_of(one), "field": field_word(repair.field, lang), "before": before, "after": after}
    return sentence("report.repair", lang, **facts, name=told(repair.code, mended_spot(repair.before), lang))


def _counts(report: Report, lang: str, console: Console) -> Table:
    """The counts by layer: a line each, or where the terminal is too narrow for that a column each.

    Rows that are neither written nor refused are counted where there are any.
    """
    aside = [name for name in _ASIDE if report.total(name)]
    titles = sentence("report.columns", lang).split("|") + [sentence(_ASIDE[name], lang) for name in aside]
    lines = [titles]
    for layer, counts in report.layers.items():
        facts = (getattr(counts, name) for name in (*_COUNTED, *aside))
        lines.append([layer_word(layer, lang), *("" if fact is None else written(fact, lang) for fact in facts)])
    wide = _table(lines)
    fits = console.measure(wide, options=console.options.update(max_width=_ANY)).maximum <= console.width
    return wide if fits else _table([list(column) for column in zip(*lines, strict=True)])


def _table(lines: list[list[str]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title_ in enumerate(lines[0]):
        table.add_column(title_, justify="right" if place else "left")
    for line in lines[1:]:
        table.add_row(*line)
    return table
