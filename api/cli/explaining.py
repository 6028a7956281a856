"""Why a parcel is in or out, as a person reads it in a terminal; and what lies one change away."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import Amount, sentence
from api.matching.explained import explained, outcome, question
from api.together import known_as
from api.wording import changed, day, share, shown

Document = Mapping[str, Any]
SHARES = ("ces", "open_ground")
"""Rules on buildings whose figures are shares of the land."""
MOST_NEAR = 5
"""Parcels told that one change would let in; all of them stand in the answer as JSON."""


def print_explained(document: Document, lang: str, console: Console | None = None) -> None:
    """Each parcel: whether it is in, every criterion with its fact and source, and what it would take."""
    out = console or Console()
    for one in explained(document, lang)["parcels"]:
        says, *ways_in = one["says"]
        out.print(f"[bold]{escape(says)}[/bold]")
        out.print(_criteria(one["criteria"], lang))
        for line in ways_in:
            out.print(escape(line))


def _criteria(criteria: list[Document], lang: str) -> Table:
    table = Table.grid(padding=(0, 2))
    for criterion in criteria:
        verdict = sentence(f"explain.verdict.{criterion['verdict']}", lang)
        name = sentence(f"criterion.{criterion['name']}", lang)
        table.add_row(verdict, escape(name), escape("\n".join(_lines(criterion, lang))))
    return table


def _lines(criterion: Document, lang: str) -> Iterator[str]:
    source = criterion["source"]
    yield criterion["says"] + ("" if source is None else f" ({sentence('explain.source', lang, source=source)})")
    yield from _rules(criterion["detail"].get("rules", ()), lang)
    takes = criterion["takes"]
    if takes is None:
        return
    for change in takes["need"]:
        told = changed(change, lang)
        yield sentence("explain.need", lang, change=told[0].lower() + told[1:])
    for one in takes["land"]:
        yield one["says"]
    if takes["ask"] is not None:
        yield sentence("explain.ask", lang, who=sentence(f"who.{takes['ask']}", lang))


def _rules(rules: Iterable[Document], lang: str) -> Iterator[str]:
    """The plan's rules on buildings, as far as what is asked of them is known, and what they come to."""
    for one in rules:
        if one["limit"] is not None and one["asked"] is not None:
            written = share if one["rule"] in SHARES else shown
            asked = Amount(str(written(one["asked"], lang)), one["asked"])
            told = {"figure": written(one["limit"], lang), "source": one["source"]}
            yield sentence(f"explain.rule.{one['rule']}", lang, asked=asked, **told)


def print_near(out: Console, near: list[Document], lang: str) -> None:
    """The parcels that one change of the need would let in, those that ask the least first."""
    if near:
        out.print(f"[bold]{sentence('near.title', lang)}[/bold]")
    for one in near[:MOST_NEAR]:
        changes = " ; ".join(outcome(change, lang) for change in one["changes"])
        parcel = known_as({**one, "assembly": None}, lang)
        out.print(f"  {escape(sentence('near.row', lang, parcel=parcel, changes=changes))}")
        if one["depollution"] is not None:
            out.print(f"    {escape(_depollution(one['depollution'], lang))}")


def _depollution(told: Document, lang: str) -> str:
    steps = ", ".join(step["label"] if lang == "fr" else step["label_en"] for step in told["steps"])
    days = {"over": told["over_p50"], **told["start"]}
    if None in days.values():
        return sentence("near.depollution.undated", lang, steps=steps)
    return sentence("near.depollution", lang, steps=steps, **{name: day(value, lang) for name, value in days.items()})


def print_questions(out: Console, questions: list[Document] | None, lang: str) -> None:
    """What to ask first, and what the answers would remove."""
    if questions:
        out.print(f"[bold]{sentence('questions.title', lang)}[/bold]")
    for one in questions or ():
        out.print(f"  {escape(question(one, lang))}")
