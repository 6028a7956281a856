"""What single steps would gain, as a person reads it in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.catalogues import number, sentence
from api.wording import day, instant

Document = Mapping[str, Any]
SHOWN = 12
IF_UNKNOWN = "gained_months_if_unknown_steps_fall_away"


def print_gains(document: Document, lang: str, console: Console | None = None) -> None:
    """The steps that gain the most, first: of one parcel, or summed over many."""
    out = console or Console()
    milestone = sentence(f"milestone.{document['milestone']}", lang)
    if "parcel" in document:
        out.print(f"[bold]{sentence('what_if.title', lang, parcel=document['parcel'], milestone=milestone)}[/bold]")
        _print_moment(document, lang, out)
        if document["now"] is None:
            out.print(sentence("what_if.not_known_then" if document["known_at"] else "what_if.not_derived", lang))
            return
        _print_now(document, lang, out)
    else:
        title = sentence("what_if.title.territory", lang, milestone=milestone, **_counts(document["counts"], lang))
        out.print(f"[bold]{title}[/bold]")
        _print_moment(document, lang, out)
        if not document["counts"]["parcels"]:
            out.print(sentence("what_if.nowhere", lang))
            return
    if not document["steps"]:
        out.print(sentence("what_if.none", lang))
        return
    out.print(_of_parcel(document, lang) if "parcel" in document else _of_territory(document, lang))
    as_of = day(document["as_of"], lang)
    out.print(sentence("what_if.supposes", lang, catalogue=document["catalogue"], as_of=as_of))


def _counts(counts: Mapping[str, int], lang: str) -> dict[str, object]:
    return {"parcels": number(counts["dated"], lang), "situations": number(counts["situations"], lang)}


def _print_moment(document: Document, lang: str, out: Console) -> None:
    if document["known_at"]:
        out.print(sentence("plan.moment", lang, known_at=instant(document["known_at"], lang)))
    for flag in document["flags"]:
        out.print(sentence(f"note.{flag}", lang))


def _print_now(document: Document, lang: str, out: Console) -> None:
    now, as_of = document["now"], day(document["as_of"], lang)
    out.print(sentence("what_if.now", lang, as_of=as_of, p50=_day(now["p50"], lang), p80=_day(now["p80"], lang)))
    other = now["if_unknown_steps_fall_away"]
    if other["p80"] != now["p80"]:
        out.print(sentence("what_if.now_if", lang, p50=_day(other["p50"], lang), p80=_day(other["p80"], lang)))


def _of_parcel(document: Document, lang: str) -> Table:
    steps = [step for step in document["steps"] if _tells(step)][:SHOWN]
    doubt = any(step[IF_UNKNOWN] != step["gained_months"] for step in steps)
    table = _table(lang, "step", "gain", *(["gain_if"] if doubt else []), "then", "cost")
    for step in steps:
        gain = sentence("what_if.unblocks", lang) if step["unblocks"] else _months(step["gained_months"]["p80"], lang)
        table.add_row(
            _label(step, lang),
            gain,
            *([_months(step[IF_UNKNOWN]["p80"], lang)] if doubt else []),
            _day(step["then"]["p80"], lang),
            _paid(step["cost"], lang),
        )
    return table


def _of_territory(document: Document, lang: str) -> Table:
    table = _table(lang, "step", "parcels", "total", "under_12", "cost")
    for step in document["steps"][:SHOWN]:
        table.add_row(
            _label(step, lang),
            number(step["parcels"], lang),
            number(step["gained_parcel_months"], lang),
            number(step["brings_under_12_months"], lang),
            _paid(step["cost"], lang),
        )
    return table


def _table(lang: str, *columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name in ("gain", "gain_if", "parcels", "total", "under_12")
        table.add_column(
            sentence(f"what_if.column.{name}", lang),
            justify="right" if right else "left",
            no_wrap=name in ("cost", "then", "gain", "total"),
        )
    return table


def _tells(step: Document) -> bool:
    """Whether a gain is one to the tenth of a month that is shown."""
    return bool(step["unblocks"] or step["gained_months"]["p80"] or step[IF_UNKNOWN]["p80"])


def _label(step: Document, lang: str) -> str:
    """The procedure, supposed to be over; or begun now, beside what it would have waited for."""
    label = str(step["label"] if lang == "fr" else step["label_en"])
    return escape(sentence(f"what_if.how.{step['how']}", lang, label=label))


def _months(months: float | None, lang: str) -> str:
    if months is None:
        return sentence("what_if.unblocks", lang)
    return sentence("what_if.months", lang, months=number(months, lang))


def _day(said: str | None, lang: str) -> str:
    return sentence("what_if.never", lang) if said is None else day(said, lang)


def _paid(cost: Document | None, lang: str) -> str:
    """Both bounds, and who pays when it is not the side of the land."""
    if cost is None or cost["min"] is None or cost["max"] is None:
        return sentence("what_if.cost_unknown", lang)
    low, high = _euros(cost["min"], lang), _euros(cost["max"], lang)
    bounds = high if low == high else sentence("what_if.cost", lang, low=low, high=high)
    return sentence(f"what_if.payer.{cost['payer']}", lang, bounds=bounds)


def _euros(amount: float, lang: str) -> str:
    """An amount to two digits or three: nobody knows more of an order of magnitude."""
    for least, code in ((1e6, "what_if.million"), (1e3, "what_if.thousand")):
        if amount >= least:
            digits = ",.0f" if amount >= 100 * least else ",.1f" if amount % least else ",.0f"
            return sentence(code, lang, amount=number(amount / least, lang, digits))
    return sentence("what_if.euros", lang, amount=number(amount, lang, ",.0f"))
