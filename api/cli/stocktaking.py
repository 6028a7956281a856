"""The stock of land in a terminal: for people, as CSV, or as over HTTP."""

import csv
import io
import json
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import typer

from api.catalogues import number, sentence
from api.cli.market_acting import acting
from api.cli.moment import moment_of
from api.desk.market import market
from api.wording import day
from geo.store.desk.stock import Area


class Form(Enum):
    """How it is written."""

    LINES = auto()
    CSV = auto()
    JSON = auto()


def take_stock(
    place: tuple[str | None, ...], when: tuple[str | None, str | None], organisation: str | None, form: Form
) -> None:
    """Print how much land there is in a place (EPCI, department, commune). Raises BadFile: a day is none."""
    with acting(organisation) as who:
        as_of, known_at = moment_of(*when, who.settings, who.lang)
        found = market.stock_of(*who.asked, Area(*place), as_of, known_at, who.today)
        if form is Form.JSON:
            typer.echo(json.dumps(found, ensure_ascii=False))
        else:
            typer.echo(_table(found) if form is Form.CSV else _lines(found, who.lang), nl=False)


def _table(found: Mapping[str, Any]) -> str:
    """Semicolons and points: rows of markets, then of classes of what is available."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\n")
    rows.writerow(["as_of", "known_at", "by", "value", "parcels", "hectares", "without_surface"])
    for by, key in (("markets", "market"), ("classes", "class")):
        for one in found[by] or ():
            counted = [one["parcels"], f"{one['hectares']:.2f}", one["without_surface"]]
            rows.writerow([found["as_of"], found["known_at"] or "", key, one[key], *counted])
    return written.getvalue()


def _lines(found: Mapping[str, Any], lang: str) -> str:
    lines = [sentence("stock.head", lang, on=day(found["as_of"], lang), **_amounts(found["all"], lang))]
    lines.append(sentence("stock.available", lang, **_amounts(found["available"], lang)))
    lines += [_line(sentence(f"market.{one['market']}", lang), one, lang) for one in found["markets"]]
    if found["classes"] is None:
        lines.append(sentence("stock.no_classes", lang))
    if found["classes"]:
        lines.append(sentence("stock.classes", lang))
        lines += [_line(sentence(f"class.{one['class']}", lang), one, lang) for one in found["classes"]]
    return "\n".join(lines) + "\n"


def _line(name: str, one: Mapping[str, Any], lang: str) -> str:
    return sentence("stock.line", lang, name=name, **_amounts(one, lang))


def _amounts(one: Mapping[str, Any], lang: str) -> dict[str, object]:
    return {"count": number(one["parcels"], lang), "hectares": number(one["hectares"], lang, ",.2f")}
