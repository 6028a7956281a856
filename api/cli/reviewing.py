"""The review queue as a person reads it, and a decision carried out."""

import json
from dataclasses import asdict

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.catalogues import number, sentence
from api.cli.bad_file import BadFile
from api.clock import today
from api.settings import Settings
from geo.derive import work
from geo.store.database import Actor, Database, Role
from geo.store.lineage.review import Decision, NotDecided, Review, decide, open_reviews

WHOLE = 0.995
"""A cadastral parcel on the land by more than this share is on it."""


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
        became = sentence(f"review.{one.cause}", lang, old=", ".join(one.old_ids), new=_became(one, lang))
        table.add_row(str(one.id), f"{one.parcel} {one.name or ''}", became, _surfaces(one, lang))
    return table


def _became(one: Review, lang: str) -> str:
    """The cadastral parcels that stand today, each with how much of it is on the land where that is not all."""
    shares = dict.fromkeys(one.within) | one.became
    return ", ".join(
        idu if share is None or share > WHOLE else sentence("review.share", lang, idu=idu, percent=round(100 * share))
        for idu, share in sorted(shares.items())
    ) or sentence("review.nothing_stands", lang)


def _surfaces(one: Review, lang: str) -> str:
    now, then = ("–" if m2 is None else number(round(m2), lang) for m2 in (one.surface_m2, one.following_m2))
    return f"{now} → {then}"


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
