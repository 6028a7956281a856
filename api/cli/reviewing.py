"""The review queue as a person reads it, and a decision carried out."""

import json
from dataclasses import asdict

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import sentence
from api.cli.reading import BadFile
from api.clock import today
from api.settings import Settings
from geo.derive import work
from geo.store.database import Actor, Database, Role
from geo.store.review import Decision, NotDecided, Review, decide, open_reviews


def list_open(database: Database, lang: str, *, as_json: bool) -> None:
    """Print what is to be decided."""
    with database.connection(Role.WORKER) as connection:
        reviews = open_reviews(connection)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in reviews], ensure_ascii=False, default=str))
    elif not reviews:
        typer.echo(sentence("review.none", lang))
    else:
        Console().print(_table(reviews, lang))
        typer.echo(sentence("review.how", lang, id=reviews[0].id))


def _table(reviews: list[Review], lang: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in sentence("review.columns", lang).split("|"):
        table.add_column(name)
    for one in reviews:
        became = sentence(f"review.{one.cause}", lang, old=", ".join(one.old_ids), new=", ".join(one.within) or "–")
        table.add_row(str(one.id), f"{one.parcel} {one.name or ''}", became, _surfaces(one))
    return table


def _surfaces(one: Review) -> str:
    now, then = (
        None if m2 is None else f"{m2:,.0f}".replace(",", "\u202f") for m2 in (one.surface_m2, one.following_m2)
    )
    return f"{now or '–'} → {then or '–'}"


def decide_one(database: Database, settings: Settings, number: int, decision: str, reason: str, lang: str) -> None:
    """Carry out a decision and derive what it touches.

    Raises:
        BadFile: it cannot be carried out; the sentence says why.
    """
    try:
        with database.connection(Role.WORKER, Actor(actor="cli", reason=reason)) as connection:
            standing = decide(connection, number, Decision(decision))
    except NotDecided as error:
        raise BadFile(sentence(error.code, lang, id=number)) from None
    work.derive(database, as_of=today(settings))
    typer.echo(sentence(f"review.done_{decision}", lang, parcels=", ".join(map(str, standing))))
