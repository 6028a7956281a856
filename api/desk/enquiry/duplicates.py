"""Warning of a likely duplicate across organisations: who follows the like of it, and nothing else of theirs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from geo.desk.duplicates import WARNED_FROM, WITHIN_DAYS, Trace, score
from geo.store.database import Database, Role
from geo.store.desk import enquiries

Told = dict[str, Any]


def likely_duplicates(database: Database, enquiry: int, mine: int | None, at: datetime, *, all_: bool) -> list[Told]:
    """Enquiries that may be the same question, the likeliest first.

    Of one's own (``mine``; of any, ``all_``: for an administrator) the id and the score; of another organisation its
    name alone, once.
    """
    since = at - timedelta(days=WITHIN_DAYS)
    with database.connection(Role.WORKER) as connection:
        rows = enquiries.traces(connection, since, 0)
    asked = next((row for row in rows if row.id == enquiry), None)
    if asked is None:
        return []
    scored = [(score(_trace(asked), _trace(row)), row) for row in rows if row.id != enquiry]
    found: dict[object, Told] = {}
    for likely, row in sorted((one for one in scored if one[0] >= WARNED_FROM), key=lambda one: -one[0]):
        own = all_ or (row.organisation is not None and row.organisation == mine)
        told: Told = {"organisation": row.name, "own": own}
        if own:
            told |= {"enquiry": row.id, "score": round(likely, 2)}
        found.setdefault(("own", row.id) if own else row.organisation, told)
    return list(found.values())


def _trace(row: Row[Any]) -> Trace:
    need: Mapping[str, Any] = row.need or row.document or {}
    jobs = {"jobs": row.jobs} if row.jobs is not None else {}
    return Trace(row.siren, row.mail_domain, row.company, {**need, **jobs})
