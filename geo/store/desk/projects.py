"""Projects: needs version by version, the shortlist in an order set by hand, who was proposed what.

Connections are those of who asks; what a company may see of its project stands in its views.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

PARCELS = bindparam("parcels", type_=ARRAY(BigInteger))


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a shortlist: its parcels, and why it stands where it stands."""

    parcels: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who was shown which site, when and how: a contact, or an office (``told_whom``)."""

    parcels: tuple[int, ...]
    means: str
    proposed_on: date
    contact: int | None = None
    told_whom: str | None = None
    note: str | None = None


ADD = text("""
    insert into project (organisation, code_name, confidential) values (:organisation, :code_name, :confidential)
    returning id
""")
ONE = text("select * from project where id = :id")
LISTED = text("""
    select p.*, (select max(n.version) from need n where n.project = p.id) as need_version
    from project p
    where (cast(:status as text) is null or p.status = :status) and p.id > :after
    order by p.id limit :limit
""")
CHANGEABLE = ("code_name", "confidential", "status", "lost_why")


def add(connection: Connection, organisation: int, code_name: str, *, confidential: bool = True) -> int:
    """A new project of an organisation, detected; its id.

    Raises:
        sqlalchemy.exc.ProgrammingError: the organisation is not that of who asks.
    """
    values = {"organisation": organisation, "code_name": code_name, "confidential": confidential}
    return int(connection.execute(ADD, values).scalar_one())


def one(connection: Connection, project: int, *, lock: bool = False) -> Row[Any] | None:
    """A project; None where there is none to be seen. ``lock``: until the transaction ends, for who may change it."""
    asked = text(f"{ONE.text} for update") if lock else ONE
    return connection.execute(asked, {"id": project}).one_or_none()


def listed(connection: Connection, status: str | None, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the projects one sees, by id, each with the version of its need (None: none yet)."""
    return connection.execute(LISTED, {"status": status, "after": after, "limit": limit}).all()


def change(connection: Connection, project: int, changes: Mapping[str, Any]) -> int:
    """Write fields of a project that was locked (none: only its version moves on); its version afterwards."""
    named = [f"{name} = :{name}" for name in CHANGEABLE if name in changes] or ["code_name = code_name"]
    told = text(f"update project set {', '.join(named)} where id = :id returning version")
    return int(connection.execute(told, {"id": project} | dict(changes)).scalar_one())


STATUSES = text("select status, why, at from project_status where project = :id order by at, id")
NEEDS = text("select id, version, document, created_at from need where project = :id order by version desc")
LATEST = text(f"{NEEDS.text} limit 1")
NEEDS_AND_WHY = text("select version, document, created_at, why from need where project = :id order by version desc")
ADD_NEED = text("""
    insert into need (project, version, document, why)
    select :id, coalesce(max(version), 0) + 1, :document, :why from need where project = :id
    returning version
""").bindparams(bindparam("document", type_=JSONB))
ENQUIRIES = text("select id from enquiry where project = :id order by id")


def statuses(connection: Connection, project: int) -> Sequence[Row[Any]]:
    """Each status a project had, the oldest first."""
    return connection.execute(STATUSES, {"id": project}).all()


def needs(connection: Connection, project: int, *, why: bool) -> Sequence[Row[Any]]:
    """Every version of the need of a project, the newest first; ``why`` it was made is told who follows the project."""
    return connection.execute(NEEDS_AND_WHY if why else NEEDS, {"id": project}).all()


def latest_need(connection: Connection, project: int) -> Row[Any] | None:
    """The version of the need that counts; None where the project has none."""
    return connection.execute(LATEST, {"id": project}).one_or_none()


def add_need(connection: Connection, project: int, document: Mapping[str, Any], why: str | None) -> int:
    """Append a version of the need of a project that was locked; its number."""
    return int(connection.execute(ADD_NEED, {"id": project, "document": dict(document), "why": why}).scalar_one())


def enquiries_of(connection: Connection, project: int) -> list[int]:
    """The enquiries that led to a project."""
    return list(connection.scalars(ENQUIRIES, {"id": project}))


SHORTLIST = text("""
    select id, parcels, rank, reason, added_at from shortlist where project = :id and removed_at is null order by rank
""")
TOLD_SHORTLIST = text("select id, parcels, rank, added_at from shortlist where project = :id order by rank")
TAKE_OUT = text("""
    update shortlist set removed_at = now(), removed_why = :why
    where project = :id and removed_at is null and id <> all(:kept)
""")
AWAY = text("update shortlist set rank = rank + 1000000 where project = :id and removed_at is null")
PLACE = text("update shortlist set rank = :rank, reason = :reason where id = :row")
ENTER = text("""
    insert into shortlist (project, parcels, rank, reason) values (:id, :parcels, :rank, :reason)
""").bindparams(PARCELS)
SEEN = text("select id from parcel where id = any(:ids)")


def shortlist(connection: Connection, project: int) -> Sequence[Row[Any]]:
    """The sites kept for a project in their order."""
    return connection.execute(SHORTLIST, {"id": project}).all()


def told_shortlist(connection: Connection, project: int) -> Sequence[Row[Any]]:
    """The sites of the shortlist that were proposed to the company, as it sees them."""
    return connection.execute(TOLD_SHORTLIST, {"id": project}).all()


def set_shortlist(connection: Connection, project: int, sites: Sequence[Site], removed_why: str | None) -> None:
    """Put the shortlist of a project that was locked into an order; sites that are not named any more leave it.

    Raises:
        sqlalchemy.exc.IntegrityError: sites leave and ``removed_why`` is None.
    """
    standing = {tuple(row.parcels): row.id for row in shortlist(connection, project)}
    kept = [standing[one.parcels] for one in sites if one.parcels in standing]
    connection.execute(TAKE_OUT, {"id": project, "kept": kept, "why": removed_why})
    connection.execute(AWAY, {"id": project})
    for rank, site in enumerate(sites, 1):
        values = {"id": project, "parcels": list(site.parcels), "rank": rank, "reason": site.reason}
        if site.parcels in standing:
            connection.execute(PLACE, {"row": standing[site.parcels], "rank": rank, "reason": site.reason})
        else:
            connection.execute(ENTER, values)


def seen(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these parcels one sees."""
    return set(connection.scalars(SEEN, {"ids": list(ids)}))


FACTS = text("""
    select id, name, commune, commune_name, epci_name, market, surface_m2, ready_p80, responsible from parcel
    where id = any(:ids)
""")


def facts(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What one recognises parcels by, of those of ``ids`` that one sees."""
    found = connection.execute(FACTS, {"ids": list(ids)})
    return {row.id: {**row._mapping, "ready_p80": row.ready_p80 and row.ready_p80.isoformat()} for row in found}


PROPOSE = text("""
    insert into proposed (project, parcels, contact, told_whom, means, proposed_on, note)
    values (:project, :parcels, :contact, :told_whom, :means, :proposed_on, :note) returning id
""").bindparams(PARCELS)
PROPOSED = text("select * from proposed where project = :id order by proposed_on desc, id desc limit 1000")


def propose(connection: Connection, project: int, proposal: Proposal) -> int:
    """Note that a site was proposed; the row's id. Rows are never overwritten."""
    values = {name: getattr(proposal, name) for name in Proposal.__slots__}
    values["parcels"] = list(proposal.parcels)
    return int(connection.execute(PROPOSE, {"project": project, **values}).scalar_one())


def proposed(connection: Connection, project: int) -> Sequence[Row[Any]]:
    """Who was proposed what, the newest first."""
    return connection.execute(PROPOSED, {"id": project}).all()
