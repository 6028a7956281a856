"""Land that is available again, terms that end soon, and whom to tell of them: as the worker, each told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.store.database import Actor, Role

LOOKED_BACK_DAYS = 30
"""What opened longer ago, while nobody looked, is no news any more."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A parcel that nobody holds any more: the event, the day, what held it, and who answers for it.

    ``shared_name``: its name where every planner may know it.
    """

    event: int
    parcel: int
    name: str | None
    shared_name: str | None
    on: date
    before: str
    responsible: int | None
    deal: int | None


UNTOLD = text("""
    select e.id as event, e.parcel, p.name, case when p.visibility in ('public', 'partners') then p.name end,
           e."on", e.before, p.responsible, e.deal
    from core.market_change e
    join core.parcel p on p.id = e.parcel and p.deleted_on is null
        and coalesce(p.committed, p.market) in ('for_sale', 'for_lease')
    where e.after in ('for_sale', 'for_lease') and e.before not in ('for_sale', 'for_lease', 'unknown')
      and e.at > now() - make_interval(days => :back)
      and not exists (select from core.market_told t where t.what = 'opened' and t.about = e.id)
    order by e.id
""")


def untold(connection: Connection) -> list[Opening]:
    """Parcels that became available, are so still, and of which nobody has been told."""
    return [Opening(*row) for row in connection.execute(UNTOLD, {"back": LOOKED_BACK_DAYS})]


TELL = text("""
    insert into core.market_told (what, about) values (:what, :about) on conflict do nothing returning id
""")


def claim(connection: Connection, what: str, about: int) -> bool:
    """Take it upon oneself to tell of something, in the transaction that does; False where another has."""
    return connection.execute(TELL, {"what": what, "about": about}).first() is not None


@dataclass(frozen=True, slots=True)
class OpenProject:
    """An open project with its latest need, and whose it is."""

    id: int
    code_name: str
    organisation: int
    kind: str
    need: Any

    @property
    def role(self) -> Role:
        """With whose eyes its land is looked at."""
        return Role.COMPANY if self.kind == "company" else Role.PLANNER

    @property
    def actor(self) -> Actor:
        """What the database is told of them."""
        return Actor(self.organisation, self.kind, self.id, actor="worker:market")


PROJECTS = text("""
    select distinct on (j.id) j.id, j.code_name, j.organisation, o.kind, n.document as need
    from core.project j join core.need n on n.project = j.id join core.organisation o on o.id = j.organisation
    where j.status not in ('sited', 'lost')
    order by j.id, n.version desc
""")


def open_projects(connection: Connection) -> list[OpenProject]:
    """Every project that still looks for land, with its latest need."""
    return [OpenProject(*row) for row in connection.execute(PROJECTS)]


KEEP = text("""
    insert into core.market_opening (event, project, standing) values (:event, :project, :standing)
    on conflict do nothing
""")


def keep(connection: Connection, event: int, project: int, standing: str) -> None:
    """Note that the market alone had kept this land from a project."""
    connection.execute(KEEP, {"event": event, "project": project, "standing": standing})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A commitment that waits behind the one that ended: the next to be asked."""

    deal: int
    rank: int
    kind: str
    project: int | None
    project_name: str | None
    project_organisation: int | None


NEXT = text("""
    select c.deal, c.rank, c.kind, c.project, j.code_name as project_name, j.organisation as project_organisation
    from core.commitments_at(:day, clock_timestamp()) c left join core.project j on j.id = c.project
    where c.parcel = :parcel and c.rank > 1 and c.kind <> 'interest'
    order by c.rank, c.effective_on, c.deal limit 1
""")


def next_in_rank(connection: Connection, parcel: int, day: date) -> Waiting | None:
    """Who waits first for a parcel on a day."""
    row = connection.execute(NEXT, {"parcel": parcel, "day": day}).one_or_none()
    return None if row is None else Waiting(*row)


@dataclass(frozen=True, slots=True)
class Ending:
    """A commitment whose term ends soon: of which parcels, for whom, on which day; names as in :class:`Opening`."""

    row: int
    deal: int
    kind: str
    parcels: Sequence[int]
    names: Sequence[str | None]
    shared_names: Sequence[str | None]
    expires_on: date
    responsible: int | None
    project: int | None
    project_name: str | None
    project_organisation: int | None


ENDING = text("""
    select min(c.id) as row, c.deal, c.kind, array_agg(c.parcel order by c.parcel) as parcels,
           array_agg(p.name order by c.parcel) as names,
           array_agg(case when p.visibility in ('public', 'partners') then p.name end order by c.parcel),
           c.expires_on, p.responsible, c.project, j.code_name,
           j.organisation
    from core.commitment c
    join core.parcel p on p.id = c.parcel and p.deleted_on is null
    left join core.project j on j.id = c.project
    where c.superseded_at is null and c.ended_on is null and c.kind <> 'interest' and c.effective_on <= :day
      and c.expires_on >= :day and c.expires_on <= cast(:day as date) + :within
      and (c.recorded_at at time zone :zone)::date <= c.expires_on - :within
    group by c.deal, c.kind, c.expires_on, p.responsible, c.project, j.code_name, j.organisation
    having not exists (select from core.market_told t where t.what = :what and t.about = min(c.id))
    order by 1
""")


def ending(connection: Connection, day: date, within: int, timezone: str) -> list[Ending]:
    """Commitments whose term ends within so many days, of which nobody was told so.

    Who records one so late has that term in mind.
    """
    asked = {"day": day, "within": within, "zone": timezone, "what": f"expires_{within}"}
    return [Ending(*row) for row in connection.execute(ENDING, asked)]


LISTED = text("""
    select e.id as event, e.parcel, v.name, e."on", e.at, e.before, e.after, v.market as now,
           coalesce((select jsonb_agg(jsonb_build_object('project', o.project, 'standing', o.standing,
                                                         'code_name', j.code_name) order by o.project)
                     from market_opening o join project j on j.id = o.project where o.event = e.id), '[]') as projects,
           (select jsonb_build_object('commitment', c.deal, 'rank', c.rank, 'kind', c.kind, 'project', c.project)
            from commitment_held c where c.parcel = e.parcel and c.superseded_at is null and c.rank > 1
              and c.ended_on is null and c.effective_on <= :day and (c.expires_on is null or c.expires_on >= :day)
              and v.market <> 'sold'
            order by c.rank, c.effective_on, c.deal limit 1) as next
    from market_event e join parcel v on v.id = e.parcel
    where e.after in ('for_sale', 'for_lease') and e.before not in ('for_sale', 'for_lease', 'unknown')
      and e."on" >= :since
    order by e.id desc limit :limit
""")


@dataclass(frozen=True, slots=True)
class Listed:
    """An opening as a planner is told it: ``next`` waits behind, ``projects`` of theirs had only the market against."""

    event: int
    parcel: int
    name: str | None
    on: date
    at: datetime
    before: str
    after: str
    now: str
    projects: Sequence[dict[str, Any]]
    next: dict[str, Any] | None


def listed(connection: Connection, since: date, day: date, limit: int) -> list[Listed]:
    """Land that became available since a day, as a planner sees it, the newest first."""
    found = connection.execute(LISTED, {"since": since, "day": day, "limit": limit})
    return [Listed(*row) for row in found]
