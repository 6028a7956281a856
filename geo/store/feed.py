"""Which parcels changed since a snapshot, as the base notes them (migrations/matching/up/10_feed.sql)."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

# First of a transaction, so that all it reads is of one snapshot.
ONE_SNAPSHOT = text("set transaction isolation level repeatable read")
NOW = text("""
    select f.base || '/' || d.oid as base, pg_current_snapshot()::text as snapshot
    from core.parcel_change_floor f, pg_database d where d.datname = current_database()
""")
# What is visible now and was not then, whenever its transaction began.
SINCE = text("""
    select distinct unnest(parcels) as parcel from core.parcel_change
    where txn >= pg_snapshot_xmin(cast(:since as pg_snapshot))
      and not pg_visible_in_snapshot(txn, cast(:since as pg_snapshot))
    order by parcel
""")
# All at once: one statement sees one snapshot.
LOOK = text("""
    select f.base || '/' || d.oid as base, pg_current_snapshot()::text as snapshot,
           f.txn >= pg_snapshot_xmin(cast(:since as pg_snapshot)) or exists (
               select from core.parcel_change
               where txn >= pg_snapshot_xmin(cast(:since as pg_snapshot))
                 and not pg_visible_in_snapshot(txn, cast(:since as pg_snapshot))) as changed
    from core.parcel_change_floor f, pg_database d where d.datname = current_database()
""")
IS_WHOLE = text("select txn < pg_snapshot_xmin(cast(:since as pg_snapshot)) from core.parcel_change_floor")
# What is forgotten had ended when it was, so every later snapshot has it, whatever commits late. The floor is the last
# transaction forgotten, never what ran meanwhile: who read the land a moment ago lacks nothing.
FORGET = text("""
    with old as (
        delete from core.parcel_change
        where at < now() - interval '1 day' and txn < pg_snapshot_xmin(pg_current_snapshot()) returning txn),
    last as (select txn from old order by txn desc limit 1)
    update core.parcel_change_floor f set txn = last.txn from last where f.txn < last.txn
""")


@dataclass(frozen=True, slots=True)
class Moment:
    """Which base, and what is visible in it."""

    base: str
    snapshot: str


def stand_still(connection: Connection) -> Moment:
    """See one snapshot in the rest of this transaction, and tell which; to be called first."""
    connection.execute(ONE_SNAPSHOT)
    found = connection.execute(NOW).one()
    return Moment(found.base, found.snapshot)


def nothing_changed(connection: Connection, since: Moment) -> Moment | None:
    """What is visible now, where no parcel changed since a moment of the same base; else None.

    One statement, for what is nearly always so; else the changes are to be read from one snapshot (`stand_still`).
    """
    found = connection.execute(LOOK, {"since": since.snapshot}).one()
    return None if found.changed or found.base != since.base else Moment(found.base, found.snapshot)


def changed_since(connection: Connection, since: str) -> list[int] | None:
    """The parcels changed by what is visible now and was not at ``since``; None where that is forgotten."""
    if not connection.scalar(IS_WHOLE, {"since": since}):
        return None
    return list(connection.scalars(SINCE, {"since": since}))


def forget(connection: Connection) -> None:
    """Drop what everyone has had a day to follow."""
    connection.execute(FORGET)
