"""The parcels of a test's database."""

from typing import Any

from sqlalchemy import select

from geo.store import tables
from geo.store.database import Database, Role


def parcels_of(database: Database) -> list[Any]:
    """Every parcel, by key."""
    with database.connection(Role.WORKER) as connection:
        return list(connection.execute(select(tables.parcel).order_by(tables.parcel.c.key)))
