"""Consents given, listed and ended: over HTTP and on the command line alike."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from api.desk.market.commitments import check_own
from api.problems import Problem, Refusal
from geo.store.database import Actor, Database, Role
from geo.store.desk import consents, deals

Told = dict[str, Any]
LONGEST_DAYS = 366 * 5


def of_parcel(database: Database, role: Role, actor: Actor | None, parcel: int, today: date) -> Told:
    """To which projects a parcel is open, until when, and every time that changed. Raises Problem: 404, 403."""
    with database.connection(role, actor) as connection:
        check_own(connection, parcel)
        return _told(connection, parcel, today)


def grant(
    database: Database, role: Role, actor: Actor, parcel: int, project: int, until: date, why: str, today: date
) -> Told:
    """Open a parcel to one project, and to it alone, through a day.

    Raises:
        Problem: no such parcel or project (404), not theirs (403), or the day is past or too far (422).
    """
    if not 0 <= (until - today).days <= LONGEST_DAYS:
        refusal = Refusal("until", "consent.until", {"until": until, "today": today}, today.isoformat())
        raise Problem("invalid", "body.invalid", errors=[refusal])
    with database.connection(role, actor) as connection:
        check_own(connection, parcel)
        _check_project(database, project)
        consents.grant(connection, parcel, project, until, why)
        return _told(connection, parcel, today)


def end(database: Database, role: Role, actor: Actor, parcel: int, project: int, why: str, today: date) -> Told:
    """Close a parcel to a project from today on. Raises Problem: it is not open to that project (404), 403."""
    with database.connection(role, actor) as connection:
        check_own(connection, parcel)
        if not consents.end(connection, parcel, project, today, why):
            raise Problem("not-found", "consent.none", id=parcel, project=project)
        return _told(connection, parcel, today)


def _check_project(database: Database, project: int) -> None:
    with database.connection(Role.WORKER) as connection:
        if not deals.is_project(connection, project):
            raise Problem("not-found", "commitment.no_project", project=project)


def _told(connection: Connection, parcel: int, today: date) -> Told:
    standing = [
        {
            "project": one.project,
            "until": one.until.isoformat(),
            "granted_at": one.granted_at.isoformat(),
            "reason": one.why,
        }
        for one in consents.of_parcel(connection, parcel, today)
    ]
    history = [
        {
            "project": one.project,
            "until": one.until.isoformat(),
            "at": one.at.isoformat(),
            "by": one.by,
            "reason": one.why,
        }
        for one in consents.changes(connection, parcel)
    ]
    return {"parcel": parcel, "consents": standing, "history": history}
