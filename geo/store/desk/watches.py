"""What certain eyes saw of a search or a project, and each change since; as worker unless said otherwise.

The land itself is read through the eyes (:func:`look_at`, :func:`matching`): a watch never knows more than they do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from geo.desk.changes import FOLLOWED, Change, Facts
from geo.store import tables
from geo.store.cql2.compiler import Clause
from geo.store.database import Actor, Role

MOST_PARCELS = 2_000
"""Land a search may hold to be followed; a wider one is told to be."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Through whose views land is looked at: an audience, and the organisation for which."""

    audience: Role
    organisation: int | None = None
    organisation_kind: str | None = None
    project: int | None = None

    @property
    def actor(self) -> Actor | None:
        """What the database is told of them; nothing of the public."""
        if self.audience is Role.PUBLIC:
            return None
        return Actor(self.organisation, self.organisation_kind, self.project, actor="worker:watch")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is followed: a saved search or a project, the other None."""

    search: int | None = None
    project: int | None = None


MAKE = text("""
    insert into core.watch (search, project, audience, organisation)
    values (:search, :project, :audience, :organisation)
    on conflict (search, project, audience, organisation) do nothing
""")
FIND = text("""
    select w.*, o.kind as organisation_kind, s.name as search_name, s.filter, s.need, s.organisation as keeper,
        s.ended_at, p.code_name, p.organisation as follower
    from core.watch w left join core.saved_search s on s.id = w.search left join core.project p on p.id = w.project
    left join core.organisation o on o.id = w.organisation
    where w.search is not distinct from :search and w.project is not distinct from :project
      and w.audience = :audience and w.organisation is not distinct from :organisation
""")
BY_ID = text(f"{FIND.text.partition('where')[0]} where w.id = :id")
FOLLOWED_NOW = text("""
    select w.id from core.watch w left join core.saved_search s on s.id = w.search
    left join core.project p on p.id = w.project
    where s.ended_at is null and coalesce(p.status, '') not in ('sited', 'lost') and (
        exists (select from core.subscription u where u.ended_at is null
            and (u.search = w.search or u.project = w.project))
        or exists (select from core.signed_link l where l.purpose = 'feed' and l.about = w.id and l.revoked_at is null))
    order by w.looked_at nulls first, w.id
""")
LOCK = text("select id from core.watch where id = :id for update")
SEEN = text("select parcel, facts from core.watch_seen where watch = :id")
FORGET = text("delete from core.watch_seen where watch = :id and parcel = any(:gone)")
LOOKED = text("update core.watch set looked_at = now(), too_wide = :too_wide where id = :id")
NOTE = text("""
    insert into core.watch_event (watch, parcel, kind, before, after) values (:id, :parcel, :kind, :before, :after)
""").bindparams(bindparam("before", type_=JSONB(none_as_null=True)), bindparam("after", type_=JSONB(none_as_null=True)))
EVENTS = text("""
    select id, parcel, kind, before, after, at from core.watch_event
    where watch = :id and id > :after order by id desc limit :limit
""")
LAST = text("select coalesce(max(id), 0) from core.watch_event where watch = :id")
NEED = text("select document from need where project = :project order by version desc limit 1")
PROJECT = text("select id, code_name, organisation from project where id = :project")
SHORTLISTED = "select distinct unnest(parcels) from shortlist where project = :project"


def watch_of(connection: Connection, subject: Subject, eyes: Eyes) -> Row[Any]:
    """The watch of these eyes on this subject, made where there is none."""
    values: dict[str, Any] = {"search": subject.search, "project": subject.project}
    values |= {"audience": eyes.audience.value, "organisation": eyes.organisation}
    connection.execute(MAKE, values)
    return connection.execute(FIND, values).one()


def find(connection: Connection, watch: int) -> Row[Any] | None:
    """A watch with what it is of; None when it is gone."""
    return connection.execute(BY_ID, {"id": watch}).one_or_none()


def eyes_of(row: Any) -> Eyes:
    """The eyes of a watch."""
    as_project = row.project if row.audience == Role.COMPANY else None
    return Eyes(Role(row.audience), row.organisation, row.organisation_kind, as_project)


def followed(connection: Connection) -> list[int]:
    """The watches somebody is told of, the one looked at longest ago first."""
    return [int(one) for one in connection.scalars(FOLLOWED_NOW)]


def lock(connection: Connection, watch: int) -> None:
    """One look at a time: a second waits for the first."""
    connection.execute(LOCK, {"id": watch})


def seen(connection: Connection, watch: int) -> dict[int, Facts]:
    """What was seen at the last look."""
    return {row.parcel: row.facts for row in connection.execute(SEEN, {"id": watch})}


def note(connection: Connection, watch: int, changed: Sequence[Change]) -> None:
    """Keep what changed."""
    for one in changed:
        values = {"id": watch, "parcel": one.parcel, "kind": one.kind, "before": one.before, "after": one.after}
        connection.execute(NOTE, values)


def keep(connection: Connection, watch: int, found: Mapping[int, Facts], gone: Sequence[int]) -> None:
    """Keep what was seen now, in the place of what was seen before."""
    connection.execute(FORGET, {"id": watch, "gone": list(gone)})
    if found:
        rows = [{"watch": watch, "parcel": parcel, "facts": dict(facts)} for parcel, facts in found.items()]
        made = insert(tables.watch_seen)
        connection.execute(
            made.on_conflict_do_update(index_elements=["watch", "parcel"], set_={"facts": made.excluded.facts}), rows
        )
    mark(connection, watch, too_wide=False)


def mark(connection: Connection, watch: int, *, too_wide: bool) -> None:
    """Note that a watch was looked at, and whether it holds too much land to be followed."""
    connection.execute(LOOKED, {"id": watch, "too_wide": too_wide})


def events(connection: Connection, watch: int, *, after: int = 0, limit: int) -> Sequence[Row[Any]]:
    """What changed, the newest first; of those after an event."""
    return connection.execute(EVENTS, {"id": watch, "after": after, "limit": limit}).all()


def last_event(connection: Connection, watch: int) -> int:
    """The newest event; 0 when there is none."""
    return int(connection.scalar(LAST, {"id": watch}) or 0)


def need_of(connection: Connection, project: int) -> Mapping[str, Any] | None:
    """The need of a project that counts; the connection is that of the eyes."""
    found: Mapping[str, Any] | None = connection.scalar(NEED, {"project": project})
    return found


def project_of(connection: Connection, project: int) -> Row[Any] | None:
    """The id, code name and organisation of a project one sees; None for another."""
    return connection.execute(PROJECT, {"project": project}).one_or_none()


def shortlisted(connection: Connection, project: int, role: Role) -> set[int]:
    """The land on the shortlist of a project, as far as the eyes see it: a company's view holds what stands alone."""
    standing = "" if role is Role.COMPANY else " and removed_at is null"
    return set(connection.scalars(text(SHORTLISTED + standing), {"project": project}))


def matching(connection: Connection, condition: Clause) -> list[int] | None:
    """The parcels that a filter finds, through the eyes of the connection; None when they are too many to follow."""
    asked = text(f"select id from parcel where {condition.sql} limit :most")
    found = list(connection.scalars(asked, {**condition.values, "most": MOST_PARCELS + 1}))
    return None if len(found) > MOST_PARCELS else found


def look_at(connection: Connection, parcels: Collection[int], role: Role) -> tuple[dict[int, Facts], set[int]]:
    """What the eyes of the connection see of the parcels: facts with ``name`` and ``commune``, and which are stale.

    Of a stale parcel nobody knows yet what it has become; one that they do not see is in neither.
    """
    named = ", ".join(f"'{name}', {name}" for name in FOLLOWED if name != "price_eur_m2" or role is not Role.PUBLIC)
    asked = text(f"""
        select id, stale, jsonb_build_object('name', name, 'commune', commune_name, {named}) as facts
        from parcel where id = any(:ids)
    """)
    rows = connection.execute(asked, {"ids": list(parcels)}).all()
    return {row.id: row.facts for row in rows}, {row.id for row in rows if row.stale}
