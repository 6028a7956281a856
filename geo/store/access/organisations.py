"""Organisations: territories, agencies, companies."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from geo.store.tables import organisation

LISTED = text("select id, name, kind from organisation where id > :after order by id limit :limit")
NAME = text("select name from organisation where id = :id")
"""Audiences read the view of that name, the service's own roles the table."""


def make_organisation(connection: Connection, name: str, kind: str) -> int:
    """The id of a new organisation; a ``name`` of nine digits is taken for its SIREN too.

    Raises:
        sqlalchemy.exc.IntegrityError: the kind is none of territory, agency, company, or the SIREN is known.
    """
    siren = name if len(name) == 9 and name.isdigit() else None
    made = insert(organisation).values(name=name, kind=kind, siren=siren).returning(organisation.c.id)
    return int(connection.execute(made).scalar_one())


def known(connection: Connection, identifier: int) -> bool:
    """Whether there is such an organisation, as far as an audience is told."""
    return connection.execute(NAME, {"id": identifier}).first() is not None


def name_of(connection: Connection, identifier: int) -> str:
    """What an organisation is called."""
    return str(connection.execute(NAME, {"id": identifier}).scalar_one())


def listed(connection: Connection, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the organisations an audience is told of, by id."""
    return connection.execute(LISTED, {"after": after, "limit": limit}).all()


def kind_of(connection: Connection, identifier: int) -> str:
    """territory, agency or company."""
    return str(connection.execute(select(organisation.c.kind).where(organisation.c.id == identifier)).scalar_one())
