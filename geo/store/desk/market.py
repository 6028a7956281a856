"""The market of land as its readers see it: on any day, as known at any instant, and how it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.desk.market import Commitment, Kind, Said
from geo.land.vocabulary import Market

LAST_TURN = text("select day from core.market_day")
KEEP_DAY = text("insert into core.market_day (day) values (:day) on conflict (one) do update set day = excluded.day")
ALONE = text("select pg_advisory_xact_lock(hashtext('emprise.market_day'))")
TURN = text("select core.turn_market(null, :day)")


def turn(connection: Connection, day: date) -> list[int]:
    """Have the market of all land follow the commitments in force on a day (as the worker); the parcels that changed.

    Done once for a day: what is recorded later follows by itself.
    """
    if connection.scalar(LAST_TURN) == day:
        return []
    connection.execute(ALONE)
    if connection.scalar(LAST_TURN) == day:
        return []
    changed = sorted(connection.scalars(TURN, {"day": day}))
    connection.execute(KEEP_DAY, {"day": day})
    return changed


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one parcel's market: what was stated, in the order it was, and its commitments."""

    statements: Sequence[Said]
    commitments: Sequence[Commitment]


CREATED = text("select created_at from market_stated where id = :parcel")
STATEMENTS = text("""
    select e.stated_before as market, e.conditions_before as conditions, lag(e.at) over (order by e.id) as since,
           e.said_on_before as said_on, e.id
    from market_event e where e.parcel = :parcel and (e.cause = 'stated' or e.stated_before <> e.stated_after)
    union all
    select m.stated, m.conditions, (select max(e.at) from market_event e where e.parcel = m.id
        and (e.cause = 'stated' or e.stated_before <> e.stated_after)), m.said_on, 9223372036854775807
    from market_stated m where m.id = :parcel
    order by id
""")
HELD = text("""
    select deal, kind, rank, effective_on, expires_on, ended_on from commitment_held
    where parcel = :parcel and recorded_at <= coalesce(:known_at, clock_timestamp())
      and (superseded_at is null or superseded_at > coalesce(:known_at, clock_timestamp()))
    order by id
""")


def known(connection: Connection, parcel: int, known_at: datetime | None, timezone: str) -> Known | None:
    """What the audience knows of a parcel's market; None when it sees no such parcel, or it was not known then."""
    created: datetime | None = connection.scalar(CREATED, {"parcel": parcel})
    if created is None or (known_at is not None and created > known_at):
        return None
    statements = [_said(row, timezone) for row in connection.execute(STATEMENTS, {"parcel": parcel})]
    held = connection.execute(HELD, {"parcel": parcel, "known_at": known_at})
    return Known(statements, [commitment_of(row) for row in held])


def commitment_of(row: Any) -> Commitment:
    """A row as the rule reads it."""
    return Commitment(row.deal, Kind(row.kind), row.rank, row.effective_on, row.expires_on, row.ended_on)


def _said(row: Any, timezone: str) -> Said:
    from zoneinfo import ZoneInfo

    since: datetime | None = row.since
    begins = row.said_on if row.said_on is not None or since is None else since.astimezone(ZoneInfo(timezone)).date()
    return Said(Market(row.market), row.conditions, since, begins)


@dataclass(frozen=True, slots=True)
class Shown:
    """A commitment as an audience is told it; ``project`` where it may know."""

    deal: int
    kind: str
    rank: int
    effective_on: date
    expires_on: date | None
    ended_on: date | None
    outcome: str | None
    project: int | None
    recorded_at: datetime


SHOWN = text("""
    select deal, kind, rank, effective_on, expires_on, ended_on, outcome, project, recorded_at from commitment_held
    where parcel = :parcel and recorded_at <= coalesce(:known_at, clock_timestamp())
      and (superseded_at is null or superseded_at > coalesce(:known_at, clock_timestamp()))
      and (:all or (effective_on <= :as_of and (expires_on is null or expires_on >= :as_of)
           and (ended_on is null or ended_on > :as_of)))
    order by rank, effective_on, deal, id
""")


def commitments(
    connection: Connection, parcel: int, as_of: date, known_at: datetime | None, *, ended: bool
) -> list[Shown]:
    """The commitments in force on a day, as known at an instant; with ``ended`` the others, too."""
    asked = {"parcel": parcel, "as_of": as_of, "known_at": known_at, "all": ended}
    return [Shown(*row) for row in connection.execute(SHOWN, asked)]


@dataclass(frozen=True, slots=True)
class Change:
    """How a parcel's market changed, as an audience may be told; ``on``: the day, ``at``: when it was recorded."""

    id: int
    parcel: int
    at: datetime
    on: date
    before: str
    after: str
    cause: str


SINCE = text("""
    select id, parcel, at, "on", before, after, cause from market_event
    where before <> after and id > :after and (cast(:day as date) is null or "on" >= :day)
      and (cast(:at as timestamptz) is null or at > :at)
      and (cast(:parcels as bigint[]) is null or parcel = any(:parcels))
    order by id limit :limit
""")


def changes_since(
    connection: Connection,
    since: date | datetime,
    parcels: Iterable[int] | None = None,
    *,
    after: int = 0,
    limit: int = 1_000,
) -> list[Change]:
    """Changes of the market of land that the audience sees, and saw then: of a day on, or recorded after an instant.

    In the order they were recorded; ``after`` is the id of the last one known.
    """
    instant = since if isinstance(since, datetime) else None
    asked = {
        "day": None if instant is not None else since,
        "at": instant,
        "parcels": None if parcels is None else sorted(parcels),
        "after": after,
        "limit": limit,
    }
    return [Change(*row) for row in connection.execute(SINCE, asked)]
