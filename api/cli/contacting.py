"""People in a terminal: kept and listed for an organisation; exported and erased for the whole base."""

import json
from typing import Any

import typer
from pydantic import TypeAdapter

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.planner import acting_for
from api.cli.session import opened
from api.clock import today
from api.desk.people import people
from api.desk.people.contact_body import NewContact
from api.desk.people.contacts import keep
from api.security.body import JsonBody
from api.settings import load_settings
from api.wording import day
from geo.desk.addresses import UnusableAddress, checked_address
from geo.store.database import Database, Role
from geo.store.desk import contacts, privacy

MOST = 10_000


def keep_contact(organisation: str, said: dict[str, Any]) -> None:
    """Keep a person and print the number. Raises BadFile: what is said of them cannot be kept."""
    with acting_for(organisation) as (session, settings, _):
        given = {name: value for name, value in said.items() if value is not None}
        body = JsonBody(NewContact).read(json.dumps(given).encode(), settings)
        made = keep(body, session.principal, session, settings, today(settings))
    typer.echo(TypeAdapter(dict[str, Any]).validate_json(bytes(made.body))["id"])


def list_contacts(organisation: str) -> None:
    """Print the people an organisation keeps, and until when."""
    with acting_for(organisation) as (session, settings, lang):
        with session.begin() as connection:
            rows = contacts.listed(connection, after=0, limit=MOST)
        for row in rows:
            until = day(people.erased_on(row.last_contact_on, settings.contact_years).isoformat(), lang)
            typer.echo(
                sentence("contact.row", lang, id=row.id, mail=row.mail or "-", name=row.name or "-", until=until)
            )


def export_person(mail: str) -> None:
    """Print everything held about an address. Raises BadFile: nothing is."""
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        found = people.export(database, _address(mail, lang))
    if not found["held"]:
        raise BadFile(sentence("contact.nobody", lang, mail=mail))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


def erase_person(mail: str) -> None:
    """Erase the person of an address, and print what was and where the address still stands."""
    settings, lang = load_settings(), terminal_language()
    address = _address(mail, lang)
    with opened(settings) as database:
        gone = people.erase(database, address)
        if gone is None:
            raise BadFile(sentence("contact.nobody", lang, mail=mail))
        counted = {"contacts": gone.contacts, "messages": gone.messages, "enquiries": gone.enquiries}
        typer.echo(sentence("contact.erased", lang, **counted))
        for line in _left(database, address, lang):
            typer.echo(line)


def _left(database: Database, address: str, lang: str) -> list[str]:
    with database.connection(Role.WORKER) as connection:
        found = list(privacy.where_named(connection, [address]))
    return [sentence("contact.left", lang, place=f"{table}.{column}", count=count) for table, column, count in found]


def _address(given: str, lang: str) -> str:
    try:
        return checked_address(given)
    except UnusableAddress:
        raise BadFile(sentence("mail.address", lang, given=given)) from None
