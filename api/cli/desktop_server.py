"""The server on which desktop logins are made, whose land they see, and the words of their forms."""

from collections.abc import Mapping, Sequence

from sqlalchemy import URL

from api.catalogues import catalogue, sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.session import opened, psycopg_url
from api.settings import Settings, load_settings
from geo.intake.update.facts import WORDS
from geo.land.vocabulary import Effect, Industry, Origin, ReadyClass
from geo.store.access.desktop_roles import Value
from geo.store.access.keys import find_organisation
from geo.store.database import Role

LISTS: Mapping[str, Sequence[str]] = {
    **WORDS,
    **{
        name: [one.value for one in codes]
        for name, codes in (("industry", Industry), ("ready_class", ReadyClass), ("origin", Origin), ("effect", Effect))
    },
}
"""The enumerated columns of the layers; official values stay as published."""
WORDED = {"market": "market", "industry": "industry", "ready_class": "class"}
"""Those whose values have words in the catalogues, and the family of these; the others have their own here."""


def administrator() -> tuple[Settings, URL]:
    """The settings, and the address of the server as its administrator.

    Raises:
        BadFile: the database is the embedded one, or the administrator's address is not set.
    """
    settings, lang = load_settings(), terminal_language()
    if settings.database_url is None:
        raise BadFile(sentence("role.embedded", lang))
    if settings.database_admin_url is None:
        raise BadFile(sentence("db.no_admin", lang))
    return settings, psycopg_url(settings.database_admin_url.get_secret_value(), "DATABASE_ADMIN_URL")


def organisation_of(settings: Settings, name: str, lang: str) -> int:
    """The organisation of this name or SIREN.

    Raises:
        BadFile: there is none, or more than one.
    """
    with opened(settings) as database, database.connection(Role.GATE) as connection:
        found = find_organisation(connection, name)
    if found is None:
        raise BadFile(sentence("role.no_organisation", lang, organisation=name))
    return found


def desktop_values() -> list[Value]:
    """The values of every list, in their order, with their words in each language."""
    return [
        Value(name, value, rank, word(name, value, "fr"), word(name, value, "en"))
        for name, values in LISTS.items()
        for rank, value in enumerate(values)
    ]


def word(name: str, value: str, lang: str) -> str:
    """How people read a value of a list."""
    for family in (f"desktop.{name}", WORDED.get(name, name)):
        key = f"{family}.{value}"
        if key in catalogue(lang):
            return sentence(key, lang)
    return value
