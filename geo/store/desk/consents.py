"""Consents: a private parcel opened to one project until a day, by whoever answers for it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Consent:
    """A parcel shown to a project through a day."""

    parcel: int
    project: int
    until: date
    granted_at: datetime
    why: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One time a consent was given, prolonged or ended: ``until`` is its last day."""

    project: int
    until: date
    at: datetime
    by: str | None
    why: str | None


GRANT = text("""
    insert into consent (parcel, project, until, why, granted_by)
    values (:parcel, :project, :until, :why, 0)
    on conflict (parcel, project) do update set until = excluded.until, why = excluded.why
""")
END = text("""
    update consent set until = cast(:day as date) - 1, why = :why
    where parcel = :parcel and project = :project and until >= :day
""")
OF_PARCEL = text("""
    select parcel, project, until, granted_at, why from consent
    where parcel = :parcel and until >= :day order by project
""")
CHANGES = text("select project, until, at, actor, why from consent_change where parcel = :parcel order by id")


def grant(connection: Connection, parcel: int, project: int, until: date, why: str) -> None:
    """Open a parcel of one's own to a project through a day; said again, the new day counts.

    Raises:
        sqlalchemy.exc.ProgrammingError: the parcel is not theirs (row security).
        sqlalchemy.exc.IntegrityError: there is no such project.
    """
    connection.execute(GRANT, {"parcel": parcel, "project": project, "until": until, "why": why})


def end(connection: Connection, parcel: int, project: int, day: date, why: str) -> bool:
    """Close a parcel of one's own to a project from a day on; whether it was open."""
    asked = {"parcel": parcel, "project": project, "day": day, "why": why}
    return connection.execute(END, asked).rowcount == 1


def of_parcel(connection: Connection, parcel: int, day: date) -> list[Consent]:
    """The consents that hold on a day for a parcel of one's own, by project."""
    return [Consent(*row) for row in connection.execute(OF_PARCEL, {"parcel": parcel, "day": day})]


def changes(connection: Connection, parcel: int) -> list[Change]:
    """Every time a consent for a parcel of one's own changed, the oldest first."""
    return [Change(*row) for row in connection.execute(CHANGES, {"parcel": parcel})]
