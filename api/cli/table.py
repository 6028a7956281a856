"""An answer and a readiness as a person reads them in a terminal."""

import re
from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import catalogue, sentence

Document = Mapping[str, Any]

SAID_FIRST = ("fit", "market", "use", "power_mw", "price_max_eur_m2", "start_by", "power_by", "production_by", "place")
"""The criteria a reader looks for first; one that only repeats what was asked is left out."""


def print_answer(document: Document, lang: str, *, name: str | None = None, console: Console | None = None) -> None:
    """The answer to a need: ranked matches with reasons, what to check and with whom, what was rejected and why."""
    out = console or Console()
    title = sentence("answer.title", lang, name=name) if name else sentence("answer.untitled", lang)
    out.print(f"[bold]{title}[/bold]")
    counts = document["counts"]
    rejected = sum(counts["rejected"].values())
    out.print(sentence("answer.counts", lang, **{**counts, "rejected": rejected}))
    if document["matches"]:
        out.print(_matches(document["matches"], lang))
    else:
        out.print(sentence("answer.none", lang))
    if document["to_check"]:
        out.print(f"[bold]{sentence('answer.to_check', lang)}[/bold]")
        out.print(_to_check(document["to_check"], lang))
    _print_rejected(out, counts["rejected"], lang)
    _print_relaxations(out, document["relaxations"], lang)
    out.print(sentence("answer.as_of", lang, as_of=document["as_of"], digest=document["digest"][:12]))


def _matches(matches: list[Document], lang: str) -> Table:
    table = _table(lang, "rank", "parcel", "surface", "score", "ready")
    for number, match in enumerate(matches, 1):
        told = [
            " ; ".join(
                [sentence(f"rank.{match['rank']}", lang), *(reason(one, lang) for one in said(match["criteria"]))]
            ),
            *_questions(match, lang),
        ]
        table.add_row(str(number), _parcel(match, told), *_figures(match, lang))
    return table


def _to_check(matches: list[Document], lang: str) -> Table:
    table = _table(lang, "parcel", "surface", "score", "ready")
    for match in matches:
        table.add_row(_parcel(match, _questions(match, lang)), *_figures(match, lang))
    return table


def _questions(match: Document, lang: str) -> list[str]:
    """What is unknown of a parcel, and who can answer."""
    return [
        f"? {reason(criterion, lang)} → {sentence('who.' + str(criterion['detail'].get('who')), lang)}"
        for criterion in match["criteria"]
        if criterion["verdict"] == "unknown"
    ]


def _print_rejected(out: Console, rejected: Mapping[str, int], lang: str) -> None:
    if rejected:
        parts = [f"{sentence(f'criterion.{name}', lang)} {count}" for name, count in rejected.items()]
        out.print(f"[bold]{sentence('answer.rejected', lang)}[/bold] : {', '.join(parts)}.")


def _print_relaxations(out: Console, relaxations: list[Document], lang: str) -> None:
    if relaxations:
        out.print(f"[bold]{sentence('answer.relaxations', lang)}[/bold]")
    for one in relaxations:
        change = one["change"]
        criterion = sentence(f"criterion.{change['criterion']}", lang)
        facts = {"criterion": criterion, "before": shown(change["from"], lang), "to": shown(change["to"], lang)}
        out.print(f"  {sentence('relaxation.opens', lang, **facts, opens=one['opens'])}")


def said(criteria: list[Document]) -> list[Document]:
    """The criteria passed, in the order a reader looks for them."""
    passed = {c["name"]: c for c in criteria if c["verdict"] == "pass"}
    return [passed[name] for name in SAID_FIRST if name in passed]


def reason(criterion: Document, lang: str) -> str:
    """One criterion in words; a code without words shows what it is about."""
    if criterion["code"] in catalogue(lang):
        facts = {"fact": criterion["fact"], **criterion["detail"]}
        return sentence(criterion["code"], lang, **{name: shown(value, lang) for name, value in facts.items()})
    return sentence(f"criterion.{criterion['name']}", lang)


def shown(value: object, lang: str) -> object:
    """A fact as people write it: days by their figures, numbers with few decimals and in French a comma."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return day(value, lang)
    if isinstance(value, float):
        text = f"{value:,.1f}".removesuffix(".0")
        return text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text
    return value


def day(value: str | None, lang: str) -> str:
    """A day as people write it; a dash when there is none."""
    if value is None:
        return "—"
    return f"{value[8:]}/{value[5:7]}/{value[:4]}" if lang == "fr" else value


def _table(lang: str, *columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name in ("surface", "score")
        table.add_column(
            sentence(f"column.{name}", lang),
            justify="right" if right else "left",
            ratio=1 if name == "parcel" else None,
            no_wrap=name in ("surface", "score"),
        )
    return table


def _parcel(match: Document, told: list[str]) -> str:
    parcel = match["parcel"]
    place = parcel["commune_name"] or parcel["commune"] or "?"
    head = f"[bold]{escape(str(parcel['name'] or '—'))}[/bold], {escape(place)} ({parcel['id']})"
    return "\n".join([head, *(escape(line) for line in told)])


def _figures(match: Document, lang: str) -> tuple[str, str, str]:
    low, high = (f"{match['score'][end]:.2f}" for end in ("min", "max"))
    score = low if low == high else f"{low}-{high}"
    readiness = match["readiness"]
    ready = "?"
    if readiness is not None:
        ready = f"{day(readiness['start']['p50'], lang)}\n{day(readiness['start']['p80'], lang)}"
    return surface(match["parcel"]["surface_m2"]), score.replace(".", "," if lang == "fr" else "."), ready


def surface(value: float | None) -> str:
    """A surface as people say it: hectares from one up, square metres below."""
    if value is None:
        return "?"
    text = f"{value / 10_000:.2f} ha" if value >= 10_000 else f"{value:,.0f} m²"
    return text.replace(",", "\u202f").replace(".", ",")


def print_readiness(parcel_id: int, document: Document, lang: str, console: Console | None = None) -> None:
    """The milestones, the critical path and every step of one parcel."""
    out = console or Console()
    out.print(f"[bold]{sentence('readiness.title', lang, id=parcel_id, as_of=document['as_of'])}[/bold]")
    out.print(f"{sentence('readiness.class', lang)} : {sentence('class.' + document['class'], lang)}")
    for name in ("start", "start_cleared", "power", "production"):
        if document[name]:
            dates = {key: day(document[name][key], lang) for key in ("p10", "p50", "p80")}
            out.print(f"{sentence(f'readiness.{name}', lang)} : {sentence('readiness.dates', lang, **dates)}")
    out.print(f"{sentence('readiness.path', lang)} : {' → '.join(document['critical_path']) or '—'}")
    if document["unknown"]:
        out.print(sentence("readiness.unknown", lang, steps=", ".join(document["unknown"])))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in sentence("readiness.columns", lang).split("|"):
        table.add_column(column)
    for step in document["steps"]:
        label = step["label"] if lang == "fr" else step["label_en"]
        row = (
            label,
            sentence(f"state.{step['state']}", lang),
            day(step["p50_start"], lang),
            day(step["p50_end"], lang),
        )
        table.add_row(*row, f"{step['criticality']:.0%}", step["source"])
    out.print(table)
