"""An answer and a readiness as a person reads them in a terminal."""

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import sentence
from api.cli.explaining import print_near, print_questions
from api.together import known_as, looked_for, rank_told
from api.wording import Document, day, reason, relaxation, score, surface

SAID_FIRST = (
    *("fit", "market", "use", "power_mw", "price_max_eur_m2", "start_by", "power_by", "production_by", "place"),
    *("near", "max_km", "rail_siding", "aid_zone", "labour"),
)
"""The criteria a reader looks for first; one that only repeats what was asked is left out."""

SAID_TOO = frozenset({"land.enough_but_constrained"})
"""Codes that tell more than was asked, whatever their criterion."""


def print_answer(
    document: Document, lang: str, *, name: str | None = None, first: int = 1, console: Console | None = None
) -> None:
    """The answer to a need: ranked matches with reasons, what to check and with whom, what was rejected and why.

    ``first``: the row the answer begins with.
    """
    out = console or Console()
    title = sentence("answer.title", lang, name=escape(name)) if name else sentence("answer.untitled", lang)
    out.print(f"[bold]{title}[/bold]")
    counts = document["counts"]
    rejected = sum(counts["rejected"].values())
    code = "answer.counts_fit" if any(match["fit"] is not None for match in document["matches"]) else "answer.counts"
    out.print(sentence(code, lang, **{**counts, "rejected": rejected}))
    if document.get("sorted_by", "score") != "score":
        milestone = sentence(f"milestone.{document['sorted_by']}", lang)
        out.print(sentence("answer.sorted", lang, milestone=milestone))
    for line in looked_for(document, lang):
        out.print(line)
    if document["matches"]:
        out.print(_matches(document["matches"], lang, first))
    elif not any(match["assembly"] for match in document["to_check"]):
        undecided = counts["to_check"] or counts["open"]
        out.print(sentence("answer.none_yet" if undecided else "answer.none", lang))
    if document["to_check"]:
        out.print(f"[bold]{sentence('answer.to_check', lang)}[/bold]")
        out.print(_to_check(document["to_check"], lang))
    _print_rejected(out, counts["rejected"], lang)
    _print_relaxations(out, document["relaxations"], lang)
    if not document["matches"]:
        print_near(out, document.get("near_misses", []), lang)
    print_questions(out, document.get("questions"), lang)
    out.print(sentence("answer.as_of", lang, as_of=day(document["as_of"], lang), digest=document["digest"][:12]))


def _matches(matches: list[Document], lang: str, first: int) -> Table:
    table = _table(lang, "rank", "parcel", "surface", "score", "ready")
    for number, match in enumerate(matches, first):
        told = [
            " ; ".join([*rank_told(match, lang), *(reason(one, lang) for one in said(match["criteria"]))]),
            *_questions(match, lang),
        ]
        table.add_row(str(number), _parcel(match, told, lang), *_figures(match, lang))
    return table


def _to_check(matches: list[Document], lang: str) -> Table:
    table = _table(lang, "parcel", "surface", "score", "ready")
    for match in matches:
        told = [" ; ".join(rank_told(match, lang)), *_questions(match, lang)]
        table.add_row(_parcel(match, told, lang), *_figures(match, lang))
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
        out.print(f"  {escape(relaxation(one, lang))}")


def said(criteria: list[Document]) -> list[Document]:
    """The criteria passed, in the order a reader looks for them."""
    passed = {c["name"]: c for c in criteria if c["verdict"] == "pass"}
    first = [passed[name] for name in SAID_FIRST if name in passed]
    return first + [one for name, one in passed.items() if one["code"] in SAID_TOO and name not in SAID_FIRST]


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


def _parcel(match: Document, told: list[str], lang: str) -> str:
    parcel = match["parcel"]
    place = parcel["commune_name"] or parcel["commune"] or "?"
    numbers = ", ".join(str(parcel_id) for parcel_id in match["parcel_ids"])
    head = f"[bold]{escape(known_as(match, lang))}[/bold], {escape(place)} ({numbers})"
    return "\n".join([head, *(escape(line) for line in told)])


def _figures(match: Document, lang: str) -> tuple[str, str, str]:
    readiness = match["readiness"]
    ready = "?"
    if readiness is not None:
        ready = f"{day(readiness['start']['p50'], lang)}\n{day(readiness['start']['p80'], lang)}"
    return surface(match["parcel"]["surface_m2"], lang), score(match["score"], lang), ready
