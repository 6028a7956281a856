"""What planners record of steps: written and read with their own rights, row by row, never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

ENTRY, ATTESTATION, PROPOSAL, WITHDRAWAL = "entry", "attestation", "proposal", "withdrawal"


@dataclass(frozen=True, slots=True)
class Record:
    """One row: a state from a day, why, on what evidence. ``expires_on``: last day it holds; ``corrects``: a row."""

    step: str
    state: str
    effective_on: date
    why: str
    evidence: str | None = None
    expires_on: date | None = None
    attested_on: date | None = None
    corrects: int | None = None
    kind: str = ENTRY


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it stands: what was recorded, when, by which organisation (None: an administrator), and whether it was
    taken back.
    """

    id: int
    parcel: int
    record: Record
    recorded_at: datetime
    superseded_at: datetime | None
    organisation: str | None
    organisation_id: int | None
    responsible: bool


SEEN = text("select id, responsible from parcel where id = :parcel")
OWN = text("select exists (select from parcel_edit where id = :parcel and deleted_on is null)")


@dataclass(frozen=True, slots=True)
class Rights:
    """What an audience may do with a parcel it sees: ``own``, record what stands; ``responsible`` names whose it is."""

    own: bool
    responsible: str | None


def rights(connection: Connection, parcel: int, *, planner: bool) -> Rights | None:
    """The rights of who asks, by the views of their role; None when they see no such parcel."""
    row = connection.execute(SEEN, {"parcel": parcel}).one_or_none()
    if row is None:
        return None
    own = planner and bool(connection.scalar(OWN, {"parcel": parcel}))
    return Rights(own, row.responsible)


ADD = text("""
    insert into step_state (parcel, step, state, effective_on, expires_on, evidence, why, kind, attested_on, corrects,
                            actor)
    values (:parcel, :step, :state, :effective_on, :expires_on, :evidence, :why, :kind,
            coalesce(cast(:attested_on as date), core.today()), :corrects, '')
    returning id
""")
CLOSE = text("update step_state set superseded_at = now() where id = :id and superseded_at is null")


def add(connection: Connection, parcel: int, record: Record) -> int:
    """Write a row as the planner who asks; what it corrects counts no more from now on. The row's id."""
    if record.corrects is not None:
        connection.execute(CLOSE, {"id": record.corrects})
    values = {name: getattr(record, name) for name in Record.__slots__}
    return int(connection.execute(ADD, {"parcel": parcel, **values}).scalar_one())


LISTED = """
    select s.id, s.parcel, s.step, s.state, s.effective_on, s.expires_on, s.evidence, s.why, s.kind, s.attested_on,
           s.corrects, s.recorded_at, s.superseded_at, o.name as organisation,
           s.organisation as organisation_id, coalesce(s.organisation = p.responsible, false) as responsible
    from core.step_state s
    join core.parcel p on p.id = s.parcel
    left join core.organisation o on o.id = s.organisation
    where s.parcel = any(:parcels) {more}
    order by s.recorded_at, s.id"""
HISTORY = text(LISTED.format(more=""))
STANDING = text(LISTED.format(more="and s.superseded_at is null and s.kind <> 'withdrawal'"))


def history(connection: Connection, parcel: int) -> list[Kept]:
    """Every row of a parcel, the oldest first; as the worker, so for whom the parcel was shown to already."""
    return [_kept(row._asdict()) for row in connection.execute(HISTORY, {"parcels": [parcel]})]


def standing(connection: Connection, parcel: int) -> list[Kept]:
    """The rows of a parcel that nothing took back, the oldest first; as the worker."""
    return [_kept(row._asdict()) for row in connection.execute(STANDING, {"parcels": [parcel]})]


def known_then(rows: Sequence[Kept], known_at: datetime) -> list[Kept]:
    """Those of the rows that were recorded by an instant and not yet taken back."""
    return [
        row
        for row in rows
        if row.recorded_at <= known_at and (row.superseded_at is None or row.superseded_at > known_at)
    ]


def in_force(rows: Sequence[Kept], step: str) -> Kept | None:
    """The entry on a step that counts last, of rows that nothing took back."""
    entries = [row for row in rows if row.record.step == step and row.record.kind == ENTRY]
    return max(entries, key=lambda row: (row.record.effective_on, row.recorded_at, row.id), default=None)


def _kept(row: Mapping[str, Any]) -> Kept:
    facts = dict(row)
    record = Record(**{name: facts.pop(name) for name in Record.__slots__})
    return Kept(record=record, **facts)


DUE = text("""
    select p.id, p.name, p.observed_on, p.responsible, o.name as organisation, d.due
    from core.parcel_derived d
    join core.parcel p on p.id = d.parcel and p.deleted_on is null
    left join core.organisation o on o.id = p.responsible
    where d.due <> '{}' and p.id > :after
      and (cast(:organisation as bigint) is null or p.responsible = :organisation)
    order by p.id limit :limit
""")


@dataclass(frozen=True, slots=True)
class DueParcel:
    """A parcel with statuses that were not said again in their term: the steps, and when its record was brought up to
    date.
    """

    id: int
    name: str | None
    observed_on: date | None
    organisation: str | None
    steps: Sequence[str]


def due(connection: Connection, organisation: int | None, *, after: int, limit: int) -> list[DueParcel]:
    """Parcels of an organisation (of all: None) with statuses due, by id; as the worker."""
    asked = {"organisation": organisation, "after": after, "limit": limit}
    found = connection.execute(DUE, asked)
    return [DueParcel(row.id, row.name, row.observed_on, row.organisation, tuple(row.due)) for row in found]
