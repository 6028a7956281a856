"""Commitments read deal by deal, with the rights of who asks: every row that was written, and how a deal stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.desk.market import Kind, Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a deal as it stands in the base."""

    id: int
    deal: int
    parcel: int
    kind: Kind
    project: int | None
    buyer: str | None
    rank: int
    conditions: str | None
    outcome: Outcome | None
    effective_on: date
    expires_on: date | None
    ended_on: date | None
    follows: int | None
    evidence: str | None
    why: str | None
    actor: str
    organisation: int | None
    recorded_at: datetime
    superseded_at: datetime | None


COLUMNS = """id, deal, parcel, kind, project, buyer, rank, conditions, outcome, effective_on, expires_on, ended_on,
    follows, evidence, why, actor, organisation, recorded_at, superseded_at"""
OF_DEAL = text(f"select {COLUMNS} from commitment where deal = :deal order by id")


def of_deal(connection: Connection, deal: int) -> list[Row]:
    """Every row of a deal on one's own land, the oldest first; none where there is none such, or not theirs."""
    return [_row(row) for row in connection.execute(OF_DEAL, {"deal": deal})]


def standing(rows: Sequence[Row]) -> list[Row]:
    """The rows of a deal that say how it stands: those not replaced, of each parcel the last."""
    last: dict[int, Row] = {}
    for row in rows:
        if row.superseded_at is None and (row.parcel not in last or row.effective_on >= last[row.parcel].effective_on):
            last[row.parcel] = row
    return list(last.values())


MARKETS = text("select id, market from parcel where id = any(:ids) order by id")
PROJECT = text("select exists (select from core.project where id = :id)")


def markets(connection: Connection, parcels: Sequence[int]) -> list[tuple[int, str]]:
    """The market of parcels one sees, by id."""
    return [(row.id, row.market) for row in connection.execute(MARKETS, {"ids": list(parcels)})]


def is_project(connection: Connection, project: int) -> bool:
    """Whether there is a project of this number; as the worker."""
    return bool(connection.scalar(PROJECT, {"id": project}))


AHEAD = text("""
    select c.deal from commitment c
    where c.parcel = any(:parcels) and c.superseded_at is null and c.ended_on is null and c.kind <> 'interest'
      and c.rank < :rank and (c.expires_on is null or c.expires_on >= :day)
    group by c.deal order by min(c.rank), c.deal
""")


def ahead(connection: Connection, parcels: Sequence[int], rank: int, day: date) -> list[int]:
    """The deals that stand on some of one's own parcels on a day, or will, at a better rank."""
    return list(connection.scalars(AHEAD, {"parcels": list(parcels), "rank": rank, "day": day}))


OPEN = text(f"""
    select {COLUMNS} from commitment c
    where superseded_at is null and ended_on is null and deal > :after
      and (cast(:day as date) is null or expires_on is null or expires_on >= :day)
      and (cast(:by as date) is null or expires_on <= :by)
      and deal in (
          select distinct o.deal from commitment o
          where o.superseded_at is null and o.ended_on is null and o.deal > :after
            and (cast(:day as date) is null or o.expires_on is null or o.expires_on >= :day)
            and (cast(:by as date) is null or o.expires_on <= :by)
            and (cast(:project as bigint) is null or o.project = :project)
          order by o.deal limit :limit)
    order by deal, id
""")


def listed(
    connection: Connection, day: date | None, by: date | None, project: int | None, *, after: int, limit: int
) -> list[list[Row]]:
    """Open deals on one's own land by number: those whose term has not passed on ``day``, and ends ``by`` a day."""
    deals: dict[int, list[Row]] = {}
    asked = {"day": day, "by": by, "project": project, "after": after, "limit": limit}
    for row in connection.execute(OPEN, asked):
        deals.setdefault(row.deal, []).append(_row(row))
    return list(deals.values())


def _row(row: Any) -> Row:
    values = {name: getattr(row, name) for name in Row.__slots__}
    kind, outcome = Kind(values.pop("kind")), values.pop("outcome")
    return Row(kind=kind, outcome=None if outcome is None else Outcome(outcome), **values)
