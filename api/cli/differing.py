"""What a file changes in the base, in a terminal: the first rows that are new, changed and missing, a layer."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from api.catalogues import number, sentence
from api.cli.telling import SHOWN, key_of, measured, print_more, say, title
from api.intake_sentences import ENUMERATED, value_of
from api.words import field_word, layer_word
from geo.intake.report import Report

RETIRED = "lineage.retired"
"""Code of the remark that counts the cadastral parcels which others replaced: they are missing from the file, too."""
OF_PLANS = frozenset({"zones", "prescriptions"})
"""Layers whose rows a plan holds: what a whole new file of the plan lacks is taken out (geo.store.merging.missing)."""


def print_differences(report: Report, lang: str, console: Console) -> None:
    """New, changed (from what to what) and missing rows; communes that are wholly missing in one line each."""
    for layer, found in report.differences.items():
        word = layer_word(layer, lang)
        for kind in ("new", "changed"):
            rows = found[kind]
            if rows:
                title(console, sentence(f"report.{kind}", lang, layer=word))
            for row in rows[:SHOWN]:
                say(console, f"  {_difference(row, lang)}")
            print_more(console, len(rows) - SHOWN, lang)
        _print_missing(report, layer, found, lang, console)


def _print_missing(report: Report, layer: str, found: dict[str, Any], lang: str, console: Console) -> None:
    if not found["missing"]:
        return
    replaced = any(one.code == RETIRED for one in report.remarked())
    kind = "report.missing.replaced" if replaced else "report.missing"
    if layer in OF_PLANS and not report.rejected:
        kind = "report.missing.plan"
    title(console, sentence(kind, lang, layer=layer_word(layer, lang)))
    absent = found.get("absent_communes", [])
    for one in absent:
        commune = one["commune"] if one["name"] is None else f"{one['name']} ({one['commune']})"
        say(console, sentence("report.missing.commune", lang, commune=commune, count=number(one["rows"], lang)))
    if absent:
        say(console, sentence("report.partial", lang))
    whole = {one["commune"] for one in absent}
    others = [row for row in found["missing"] if row.get("commune") not in whole]
    for row in others[:SHOWN]:
        say(console, f"  {_difference(row, lang)}")
    print_more(console, len(others) - SHOWN, lang)


def _difference(row: dict[str, Any], lang: str) -> str:
    called = " ".join(_called(row, lang))
    fields = [
        f"{field_word(name, lang)} {_value(name, a, lang)} → {_value(name, b, lang)}"
        for name, (a, b) in row.get("fields", {}).items()
    ]
    conflicts = [
        sentence(
            "report.conflict", lang, field=field_word(name, lang), kept=_value(name, kept, lang),
            said=_value(name, said, lang),
        )
        for name, (kept, said) in row.get("conflicts", {}).items()
    ]  # fmt: skip
    return f"{called}: {', '.join([*fields, *conflicts])}" if fields or conflicts else str(called)


def _called(row: dict[str, Any], lang: str) -> Iterator[str]:
    """The name of a row and its key, in brackets beside a name; a row that has neither says so."""
    key = key_of(row["key"])
    if row["name"] is not None:
        yield row["name"]
        if key is not None:
            yield f"({key})"
    else:
        yield sentence("report.unnamed", lang) if key is None else key


def _value(field: str, value: object, lang: str) -> str:
    return value_of(field, value, lang) if field in ENUMERATED else measured(value, lang)
