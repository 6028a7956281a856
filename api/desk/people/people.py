"""People that are kept: over HTTP and for the command alike."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.deps import Session
from api.problems import Problem
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.desk import contacts, privacy
from geo.store.desk.privacy import Erased

HASHES = frozenset({"token_sha256"})


def found(session: Session, contact: int) -> Any:
    """A contact the reader keeps. Raises Problem: any other is not there (404)."""
    with session.begin() as connection:
        rows = contacts.find(connection, contact)
    if not rows:
        raise Problem("not-found", "contact.unknown", id=contact)
    return rows[0]


def told(row: Any, settings: Settings) -> dict[str, Any]:
    """A contact as it is answered, with the day on which it will be erased."""
    until = erased_on(row.last_contact_on, settings.contact_years)
    return {**_plain(row._mapping), "kept_until": until.isoformat()}


def erased_on(last_contact: date, years: int) -> date:
    """The day on which a person last heard of on ``last_contact`` is erased; of 29 February the first of March."""
    try:
        return last_contact.replace(year=last_contact.year + years)
    except ValueError:
        return date(last_contact.year + years, 3, 1)


def last_kept(today: date, years: int) -> date:
    """The newest day of last contact whose people are erased today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)


def export(database: Database, mail: str, organisation: int | None = None) -> dict[str, Any]:
    """Everything held about an address, by table."""
    with database.connection(Role.WORKER) as connection:
        held = privacy.held(connection, mail, organisation)
    return {"mail": mail, "held": {name: [_plain(row) for row in rows] for name, rows in held.items()}}


def erase(database: Database, mail: str, organisation: int | None = None) -> Erased | None:
    """Erase the person of an address from what every organisation keeps, or one; None where nobody is known by it."""
    with database.connection(Role.WORKER) as connection:
        rows = privacy.known(connection, mail, organisation)
        return privacy.erase(connection, rows, organisation) if rows else None


def erase_one(database: Database, contact: int, organisation: int | None) -> Erased:
    """Erase one contact that the reader was found to keep."""
    with database.connection(Role.WORKER) as connection:
        rows = [row for row in privacy.by_ids(connection, [contact]) if row.erased_at is None]
        return privacy.erase(connection, rows, organisation)


def purge(database: Database, settings: Settings, now: datetime, today: date) -> int:
    """Erase who was not heard of for the years of the setting, and empty what is old; how many people."""
    day = last_kept(today, settings.contact_years)
    with database.connection(Role.WORKER) as connection:
        rows = privacy.forgotten(connection, day)
        privacy.empty_old(connection, now, now - timedelta(days=366 * settings.contact_years))
        return privacy.erase(connection, rows).contacts if rows else 0


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name not in HASHES}
    plain: dict[str, Any] = json.loads(json.dumps(shown, default=_text))
    return plain


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
