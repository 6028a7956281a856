"""Forgetting people who were not heard of for years, and texts that have served."""

from datetime import UTC, datetime, timedelta

from api.clock import today
from api.desk.people import people
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.desk import links

ENDED_LINKS = timedelta(days=365)
"""How long a link that ended is told from one that never was."""


def purge(database: Database, settings: Settings) -> int:
    """Erase who is to be forgotten by now; how many people."""
    now = datetime.now(UTC)
    with database.connection(Role.WORKER) as connection:
        links.forget_ended(connection, now - ENDED_LINKS)
    return people.purge(database, settings, now, today(settings))
