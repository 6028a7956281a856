"""Take stale parcels and compute their stale parts; any number of processes may do so at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from sqlalchemy import Connection, text

from geo.derive import (
    adjacency,
    buildable,
    covered,
    dates,
    decisions,
    frontage,
    land_facts,
    measure,
    nearest,
    place,
    profile,
    readiness,
    served,
    zoning,
)
from geo.derive.parts import EVERYTHING, FEEDS, RECIPES, Part
from geo.store.database import Database, Role
from geo.store.desk import market
from geo.store.items import extent
from geo.store.merging.merge import NO_MERGE

Step = Callable[[Connection, Sequence[int], str], None]

BATCH = 250
"""Parcels a transaction: an edit of one of them waits until it ends."""

# Once another process derives for another day, what is left is that one's: this one would bring the old plans back.
TAKE = text("""
    with taken as (
        select parcel, parts from core.dirty where (select day from core.plan_day) = :as_of
        order by parcel limit :batch for update skip locked)
    select parcel, parts from taken order by parcel
""")
TAKE_THESE = text("""
    select parcel, parts from core.dirty where parcel = any(:parcels) and parts & ~cast(:parts as integer) = 0
    order by parcel for update skip locked
""")
TAKE_EDITED = text("""
    select parcel, parts from core.dirty where parcel = any(:parcels)
      and coalesce((select day from core.plan_day), :as_of) <= :as_of
    order by parcel for update skip locked
""")
SOON = text("set local lock_timeout = '2s'")
DONE = text("delete from core.dirty where parcel = any(:parcels)")
LEFT = text("select count(*) from core.dirty")
MARK_ALL = text("""
    insert into core.dirty (parcel, parts) select id, :parts from core.parcel where deleted_on is null order by id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
""")
USED = text("select part, number from core.recipe")
NOW_USED = text("""
    insert into core.recipe (part, number) values (:part, :number)
    on conflict (part) do update set number = excluded.number
""")


def derive(
    database: Database,
    *,
    as_of: date,
    everything: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Derive until nothing is stale that no other process holds; the number of parcels done.

    Each batch is one transaction: what is interrupted stays marked and is taken again.
    """
    with database.connection(Role.WORKER) as connection:
        decisions.mark_passed(connection, as_of)
        land_facts.mark_passed(connection, as_of)
        market.turn(connection, as_of)
        if everything:
            connection.execute(MARK_ALL, {"parts": int(EVERYTHING)})
        else:
            mark_old_recipes(connection)
        total = connection.scalar(LEFT) or 0
    done = 0
    while taken := _one_batch(database, as_of):
        done += taken
        if progress:
            progress(done, max(total, done))
    with database.connection(Role.WORKER) as connection:
        readiness.keep_for(connection, as_of)
        dates.forget_before(connection, as_of)
        extent.keep(connection)
    return done


def derive_these(database: Database, parcels: Sequence[int], as_of: date) -> None:
    """Derive at once what a few edited parcels need of readiness alone; the rest is left to who derives beside."""
    with database.connection(Role.WORKER) as connection:
        connection.execute(NO_MERGE)
        asked = {"parcels": list(parcels), "parts": int(Part.READINESS | Part.SERVED)}
        taken = {row.parcel: Part(row.parts) for row in connection.execute(TAKE_THESE, asked)}
        if taken:
            compute(connection, taken, as_of)
            connection.execute(DONE, {"parcels": list(taken)})


def derive_edited(database: Database, parcels: Sequence[int], as_of: date) -> None:
    """Derive at once all that is stale of a few edited parcels; what they touch is left to who derives beside.

    Raises:
        sqlalchemy.exc.OperationalError: a load is being written, for longer than a request waits.
    """
    with database.connection(Role.WORKER) as connection:
        connection.execute(SOON)
        connection.execute(NO_MERGE)
        asked = {"parcels": list(parcels), "as_of": as_of}
        taken = {row.parcel: Part(row.parts) for row in connection.execute(TAKE_EDITED, asked)}
        if taken:
            compute(connection, taken, as_of)
            connection.execute(DONE, {"parcels": list(taken)})
        extent.keep(connection)


def mark_old_recipes(connection: Connection) -> None:
    """Mark, in every parcel, the parts that another version of their computation made."""
    used: dict[str, int] = {row.part: row.number for row in connection.execute(USED)}
    for part, number in RECIPES.items():
        if used.get(str(part.name)) != number:
            connection.execute(MARK_ALL, {"parts": int(part | FEEDS[part])})
            connection.execute(NOW_USED, {"part": part.name, "number": number})


def _one_batch(database: Database, as_of: date) -> int:
    with database.connection(Role.WORKER) as connection:
        connection.execute(NO_MERGE)
        taken = {row.parcel: Part(row.parts) for row in connection.execute(TAKE, {"batch": BATCH, "as_of": as_of})}
        if taken:
            compute(connection, taken, as_of)
            connection.execute(DONE, {"parcels": list(taken)})
        return len(taken)


def compute(connection: Connection, stale: Mapping[int, Part], as_of: date) -> None:
    """Compute the stale parts of these parcels in the caller's transaction, each part after those it reads.

    A profile is made with the buildable area it is of; neighbours and frontages are looked for by what is measured,
    which has a new outline or is new.
    """
    steps: tuple[tuple[Part, Part, Step], ...] = (
        (Part.MEASURE, Part.MEASURE, measure.derive),
        (Part.PLACE, Part.PLACE, place.derive),
        (Part.COVERED, Part.COVERED | Part.PLACE, covered.derive),
        (Part.NEAREST, Part.NEAREST, nearest.derive),
        (Part.NEIGHBOURS, Part.NEIGHBOURS | Part.MEASURE, lambda base, parcels, _: adjacency.derive(base, parcels)),
        (Part.FRONTAGE, Part.FRONTAGE | Part.MEASURE, frontage.derive),
        (Part.BUILDABLE, Part.BUILDABLE, partial(buildable.derive, as_of=as_of)),
        (Part.PROFILE, Part.PROFILE | Part.BUILDABLE, profile.derive),
        (Part.ZONING, Part.ZONING, partial(zoning.derive, as_of=as_of)),
        (Part.READINESS, Part.READINESS, partial(readiness.derive, as_of=as_of)),
        (Part.SERVED, Part.SERVED, served.derive),
    )
    for part, marks, step in steps:
        if parcels := [parcel for parcel, parts in stale.items() if parts & marks]:
            step(connection, parcels, str(RECIPES[part]))
