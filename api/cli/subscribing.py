"""Saved searches, subscriptions and feeds in a terminal, as over HTTP."""

from pathlib import Path
from typing import Any

import typer

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.planner import CommandSession, acting_for
from api.clock import today
from api.desk.following import following
from api.desk.following.search_body import NewSearch, NewSubscription
from api.security.strict_json import read_json
from geo.store.desk import contacts, searches, subscriptions
from geo.store.desk.watches import Subject

MOST = 10_000


def save_search(organisation: str, name: str, audience: str, filter_: str | None, need: Path | None) -> None:
    """Save a search and print its number. Raises BadFile: filter or need cannot be read, or the name is taken."""
    with acting_for(organisation) as (session, settings, _):
        document: Any = None if need is None else read_json(need.read_bytes(), settings.max_json_depth)
        said = NewSearch.model_validate({"name": name, "audience": audience, "filter": filter_, "need": document})
        number = following.save_search(session, said, settings.srid)
    typer.echo(number)


def add_subscription(organisation: str, mail: str, search: int | None, project: int | None) -> None:
    """Subscribe a person that the organisation keeps, and print the number. Raises BadFile: it is refused."""
    with acting_for(organisation) as (session, settings, lang):
        contact = _contact(session, mail, lang)
        said = NewSubscription(contact=contact, search=search, project=project)
        number = following.subscribe(session, said, settings.srid, today(settings))
    typer.echo(number)


def show_feed(organisation: str, search: int | None, project: int | None) -> None:
    """Open a feed and print its address. Raises BadFile: there is no such search or project."""
    with acting_for(organisation) as (session, settings, _):
        address = following.open_feed(session, Subject(search, project), settings, today(settings))
    typer.echo(address)


def list_subscriptions(organisation: str) -> None:
    """Print the searches of an organisation, then who is told of what."""
    with acting_for(organisation) as (session, _, lang):
        with session.begin() as connection:
            saved = searches.listed(connection, after=0, limit=MOST)
            rows = subscriptions.listed(connection, after=0, limit=MOST)
            known = {one.id: one.mail for one in contacts.find(connection, *(row.contact for row in rows))}
        for one in saved:
            asked = one.filter or sentence("subscription.need", lang)
            typer.echo(sentence("subscription.search", lang, id=one.id, name=one.name, asked=asked))
        for row in rows:
            said = {"id": row.id, "mail": known.get(row.contact) or "-", "name": row.name}
            typer.echo(sentence("subscription.row", lang, **said))


def end_subscription(organisation: str, number: int) -> None:
    """End a subscription. Raises BadFile: the organisation has none of this number."""
    with acting_for(organisation) as (session, _, lang):
        with session.begin() as connection:
            row = subscriptions.one(connection, number)
            if row is None:
                raise BadFile(sentence("subscription.none", lang, id=number))
            subscriptions.end(connection, row.contact, row.id, "by_hand")
        typer.echo(sentence("subscription.ended", lang, id=number))


def _contact(session: CommandSession, mail: str, lang: str) -> int:
    with session.begin() as connection:
        found = contacts.by_mail(connection, mail.strip().lower())
    if found is None:
        raise BadFile(sentence("subscription.no_contact", lang, mail=mail))
    return found
