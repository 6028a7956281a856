"""Organisations: territories, agencies, companies."""

from sqlalchemy import Connection, insert, select

from geo.store.tables import organisation


def make_organisation(connection: Connection, name: str, kind: str) -> int:
    """The id of a new organisation; a ``name`` of nine digits is taken for its SIREN too.

    Raises:
        sqlalchemy.exc.IntegrityError: the kind is none of territory, agency, company, or the SIREN is known.
    """
    siren = name if len(name) == 9 and name.isdigit() else None
    made = insert(organisation).values(name=name, kind=kind, siren=siren).returning(organisation.c.id)
    return int(connection.execute(made).scalar_one())


def kind_of(connection: Connection, identifier: int) -> str:
    """territory, agency or company."""
    return str(connection.execute(select(organisation.c.kind).where(organisation.c.id == identifier)).scalar_one())
