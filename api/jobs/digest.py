"""Looking at what is followed, and telling those who follow it once a day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import structlog

from api.desk.following.digest import make_digest
from api.desk.following.looking import look
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.desk import subscriptions, watches

log = structlog.get_logger("emprise.digest")


def look_round(database: Database, settings: Settings) -> int:
    """Look at everything that somebody follows; how much there was. One search that fails stops no other."""
    day = datetime.now(ZoneInfo(settings.timezone)).date()
    with database.connection(Role.WORKER) as connection:
        followed = watches.followed(connection)
    for watch in followed:
        try:
            look(database, settings.srid, watch, day)
        except Exception as error:
            log.error("not looked at", watch=watch, exc_info=error)
    return len(followed)


def tell_round(database: Database, settings: Settings, now: datetime | None = None) -> int:
    """From the hour of the setting on, the digests of the day that are not made yet; how many there is mail for.

    Everything followed is looked at right before, so that a digest tells the morning it is read.
    """
    now = now or datetime.now(UTC)
    here = now.astimezone(ZoneInfo(settings.timezone))
    if here.hour < settings.digest_hour:
        return 0
    with database.connection(Role.WORKER) as connection:
        due = subscriptions.due(connection, here.date())
    if due:
        look_round(database, settings)
    return sum(_made(database, settings, contact, now, here.date()) for contact in due)


def _made(database: Database, settings: Settings, contact: int, now: datetime, day: date) -> bool:
    """Whether there is mail for one person; a digest that cannot be made stops no other."""
    try:
        return make_digest(database, settings, contact, now, day)
    except Exception as error:
        log.error("no digest made", contact=contact, exc_info=error)
        return False
