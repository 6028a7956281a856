"""What is done with projects, over HTTP and by the command alike."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from api.deps import Session
from api.desk.enquiry.enquiry_desk import need_document
from api.desk.enquiry.enquiry_desk import seen as enquiry_seen
from api.desk.instants import told_instant
from api.desk.project.project_body import NewNeed, NewProject, NewProposal, ProjectChange, Shortlist
from api.problems import Problem, Refusal, Words
from geo.desk.project_status import NEXT, ProjectStatus, needs_reason
from geo.store.database import Role
from geo.store.desk import contacts, enquiries, projects
from geo.store.desk.projects import Proposal, Site

Told = dict[str, Any]


def start(session: Session, given: NewProject) -> int:
    """A new project, with the need of the enquiry it comes from, or one of its own; its id.

    Raises:
        Problem: no such enquiry (404), of no organisation that could follow it, or a need that cannot be read (422).
    """
    with session.begin("project started") as connection:
        row = None if given.enquiry is None else enquiry_seen(connection, given.enquiry, lock=True)
        organisation = session.principal.organisation or (None if row is None else row.organisation)
        if organisation is None:
            raise _refused("enquiry", "desk.whose_project")
        document = _first_need(given, row)
        project = projects.add(connection, organisation, given.code_name, confidential=given.confidential)
        if document is not None:
            projects.add_need(connection, project, document, None)
        if row is not None:
            enquiries.change(connection, row.id, {"project": project})
    return project


def _first_need(given: NewProject, row: Row[Any] | None) -> Told | None:
    if given.need is not None:
        return need_document(given.need)
    if row is None:
        return None
    document = row.need if row.need is not None else row.reading.get("document", {})
    return need_document(document) if row.need is not None or row.reading.get("is_need") else None


def seen(connection: Connection, project: int, *, lock: bool = False) -> Row[Any]:
    """A project one sees.

    Raises:
        Problem: 404.
    """
    found = projects.one(connection, project, lock=lock)
    if found is None:
        raise Problem("not-found", "desk.no_project", id=project)
    return found


def one(session: Session, project: int, timezone: str) -> Told:
    """A project: where it stands, its need, and for who follows it how it came there.

    Raises:
        Problem: 404.
    """
    follows = session.principal.audience in (Role.PLANNER, Role.ADMIN)
    with session.begin() as connection:
        row = seen(connection, project)
        need = projects.latest_need(connection, project)
        told = {**brief(row, timezone), "need": None if need is None else need.document}
        told |= {"need_version": None if need is None else need.version}
        if not follows:
            return told
        history = [
            {"status": each.status, "reason": each.why, "at": told_instant(each.at, timezone)}
            for each in projects.statuses(connection, project)
        ]
        linked = projects.enquiries_of(connection, project)
    return {**told, "lost_why": row.lost_why, "history": history, "enquiries": linked, "next": list(NEXT[row.status])}


def brief(row: Row[Any], timezone: str) -> Told:
    """A project as a list tells it."""
    return {
        "id": row.id,
        "version": row.version,
        "code_name": row.code_name,
        "status": row.status,
        "confidential": row.confidential,
        "created_at": told_instant(row.created_at, timezone),
        "updated_at": told_instant(row.updated_at, timezone),
    }


def change(connection: Connection, row: Row[Any], said: ProjectChange) -> int:
    """Write what changes of a project that is locked; its version afterwards.

    Raises:
        Problem: 409, the status cannot follow; 422, no reason where one is needed.
    """
    changes: Told = said.model_dump(exclude_unset=True, exclude={"reason"})
    if said.status is not None and said.status != row.status:
        before, after = ProjectStatus(row.status), said.status
        if after not in NEXT[before]:
            allowed = Words("words.project_status", [each.value for each in NEXT[before]])
            of, to = (Words("words.project_status", [each.value]) for each in (before, after))
            raise Problem("conflict", "desk.transition", before=of, after=to, allowed=allowed)
        if needs_reason(before, after) and said.reason is None:
            raise _refused("reason", "desk.reason_needed", "le groupe a choisi un site en Espagne")
        changes["lost_why"] = said.reason if after == ProjectStatus.LOST else None
    return projects.change(connection, row.id, changes)


def add_need(connection: Connection, row: Row[Any], said: NewNeed) -> int:
    """Append a version of the need; its number. Raises Problem: 422, it cannot be read."""
    version = projects.add_need(connection, row.id, need_document(said.need), said.why)
    projects.change(connection, row.id, {})
    return version


def needs(session: Session, project: int, timezone: str) -> list[Told]:
    """Every version of the need, the newest first; to who follows it, with why it was made. Raises Problem: 404."""
    follows = session.principal.audience in (Role.PLANNER, Role.ADMIN)
    with session.begin() as connection:
        seen(connection, project)
        rows = projects.needs(connection, project, why=follows)
    return [
        {"version": each.version, "need": each.document, "created_at": told_instant(each.created_at, timezone)}
        | ({"why": each.why} if follows else {})
        for each in rows
    ]


def shortlist(session: Session, project: int, timezone: str) -> list[Told]:
    """The sites of a project in their order; to a company those that were proposed to it, of land it sees.

    Raises:
        Problem: 404.
    """
    follows = session.principal.audience in (Role.PLANNER, Role.ADMIN)
    with session.begin() as connection:
        seen(connection, project)
        rows = projects.shortlist(connection, project) if follows else projects.told_shortlist(connection, project)
        land = projects.facts(connection, [number for row in rows for number in row.parcels])
    listed = []
    for row in rows:
        found = [land[number] for number in row.parcels if number in land]
        if not follows and len(found) < len(row.parcels):
            continue
        site: Told = {"parcels": list(row.parcels), "rank": row.rank, "land": found}
        site |= {"reason": row.reason} if follows else {}
        listed.append({**site, "added_at": told_instant(row.added_at, timezone)})
    return listed if follows else [{**site, "rank": rank} for rank, site in enumerate(listed, 1)]


def order(connection: Connection, row: Row[Any], said: Shortlist) -> None:
    """Put the shortlist of a project that is locked into an order.

    Raises:
        Problem: 422, a site twice, a parcel one does not see, or sites that leave without a reason.
    """
    sites = [Site(tuple(dict.fromkeys(each.parcels)), each.reason) for each in said.sites]
    if len({frozenset(each.parcels) for each in sites}) < len(sites):
        raise _refused("sites", "desk.site_twice")
    standing = {tuple(each.parcels) for each in projects.shortlist(connection, row.id)}
    fresh = [each.parcels for each in sites if each.parcels not in standing]
    _check_seen(connection, "sites", [number for parcels in fresh for number in parcels])
    if standing - {each.parcels for each in sites} and said.removed_why is None:
        raise _refused("removed_why", "desk.removed_why", "refusé par l'entreprise")
    projects.set_shortlist(connection, row.id, sites, said.removed_why)
    projects.change(connection, row.id, {})


def propose(connection: Connection, project: int, said: NewProposal, today: date) -> int:
    """Note that a site was proposed; the row's number.

    Raises:
        Problem: 404, no such project; 422, a parcel or a contact one does not see, or a day that is to come.
    """
    seen(connection, project)
    _check_seen(connection, "parcels", said.parcels)
    if said.contact is not None and not contacts.find(connection, said.contact):
        raise _refused("contact", "desk.no_contact")
    on = said.proposed_on or today
    if on > today:
        raise _refused("proposed_on", "desk.proposed_later", today.isoformat())
    made = Proposal(tuple(said.parcels), said.means, on, said.contact, said.told_whom, said.note)
    return projects.propose(connection, project, made)


def proposals(session: Session, project: int, timezone: str) -> list[Told]:
    """Who was proposed what and when, the newest first. Raises Problem: 404."""
    with session.begin() as connection:
        seen(connection, project)
        rows = projects.proposed(connection, project)
        numbers = {row.contact for row in rows if row.contact is not None}
        people = {each.id: each.name or each.mail for each in contacts.find(connection, *numbers)}
    return [
        {
            "id": row.id,
            "parcels": list(row.parcels),
            "means": row.means,
            "proposed_on": row.proposed_on.isoformat(),
            "contact": row.contact,
            "person": people.get(row.contact),
            "told_whom": row.told_whom,
            "note": row.note,
            "recorded_at": told_instant(row.recorded_at, timezone),
        }
        for row in rows
    ]


def _check_seen(connection: Connection, field: str, ids: Sequence[int]) -> None:
    unseen = sorted(set(ids) - projects.seen(connection, ids))
    if unseen:
        raise _refused(field, "desk.no_parcels", parcels=unseen)


def _refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
