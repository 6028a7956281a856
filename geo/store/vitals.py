"""What a database says of itself: its schema revision and its PostGIS. Runs as any role."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from geo.store.upgrade import current_revision


@dataclass(frozen=True, slots=True)
class Vitals:
    """The revision of the schema (None: never upgraded) and the version of PostGIS."""

    revision: str | None
    postgis: str


def vitals(connection: Connection) -> Vitals:
    """Ask the database.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: it is away, or has no PostGIS.
    """
    postgis = connection.scalar(select(func.public.postgis_lib_version()))
    return Vitals(current_revision(connection), str(postgis))
