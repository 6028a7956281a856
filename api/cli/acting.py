"""For whom a command acts."""

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from geo.store.access.keys import find_organisation
from geo.store.access.organisations import kind_of
from geo.store.database import Actor, Database, Role


def actor_of(database: Database, name: str, lang: str, reason: str | None = None) -> Actor:
    """The organisation of this name or SIREN as one who acts: ``cli:3`` in what is kept of it.

    Raises BadFile when there is none.
    """
    with database.connection(Role.GATE) as connection:
        found = find_organisation(connection, name)
        if found is None:
            raise BadFile(sentence("organisation.unknown", lang, name=name))
        kind = kind_of(connection, found)
    return Actor(organisation=found, organisation_kind=kind, actor=f"cli:{found}", reason=reason)
