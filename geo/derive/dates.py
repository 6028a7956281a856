"""The dates of distinct states, computed in batches, kept in bulk and found again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, Row, text

from geo.derive.catalogue_used import note
from geo.readiness.catalogue import Catalogue
from geo.readiness.dates import day_after
from geo.readiness.distinct import read
from geo.readiness.kept import Kept, packed
from geo.readiness.needclass import OWNER_ONLY, NeedClass

if TYPE_CHECKING:
    from geo.readiness.batch import Batch

# Of an audience's own view, or of the table where the worker asks.
FOUND = text("""
    select state_id, need_class, start, start_cleared, power, production from readiness
    where as_of = :as_of and catalogue = :catalogue and need_class = any(:classes) and state_id = any(:states)
""")
STAGE = text("""
    create temporary table if not exists stage_dates
        (state_id bigint, need_class text, p50 date, p80 date, ready_class text, start bytea, start_cleared bytea,
         power bytea, production bytea) on commit drop
""")
COPY = "copy stage_dates from stdin (format binary)"
TYPES = ("int8", "text", "date", "date", "text", "bytea", "bytea", "bytea", "bytea")
KEEP = text("""
    with staged as (delete from stage_dates returning *)
    insert into core.readiness
        (state_id, need_class, as_of, catalogue, p50, p80, ready_class, start, start_cleared, power, production)
    select s.state_id, s.need_class, :as_of, :catalogue, s.p50, s.p80, s.ready_class, s.start, s.start_cleared, s.power,
           s.production
    from staged s order by s.need_class, s.state_id
    on conflict (as_of, need_class, state_id) do update set catalogue = excluded.catalogue, p50 = excluded.p50,
        p80 = excluded.p80, ready_class = excluded.ready_class, start = excluded.start,
        start_cleared = excluded.start_cleared, power = excluded.power, production = excluded.production
    where readiness.catalogue <> excluded.catalogue
""")
STATES = text("select id, states::text from core.readiness_state")
KEPT_OF_ALL = text("""
    select states = (select count(*) from core.readiness_state) from core.dated_class
    where as_of = :as_of and need_class = :need_class and catalogue = :catalogue
""")
MARK = text("""
    insert into core.dated_class (as_of, need_class, catalogue, states)
    values (:as_of, :need_class, :catalogue, :states)
    on conflict (as_of, need_class, catalogue) do update set states = greatest(dated_class.states, excluded.states)
""")
# What is written for one catalogue takes the place of what was there for another: that is not whole any more.
UNMARK = text("""
    delete from core.dated_class
    where as_of = :as_of and need_class = any(:classes) and catalogue <> :catalogue
""")
FORGET = text("""
    with classes as (delete from core.dated_class where as_of < :as_of)
    delete from core.readiness where as_of < :as_of
""")

Written = Mapping[str, str]
"""The states of a parcel's steps, as ``readiness_state.states`` has them."""
Key = tuple[int, str]
"""A state and a class of needs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The day and the figures that dates are computed with."""

    catalogue: Catalogue
    as_of: date


def read_states(rows: Iterable[Row[Any]]) -> dict[int, Written]:
    """States by id, from rows of an id and the states as text: the driver's own way takes seven times as long."""
    return {row.id: orjson.loads(row.states) for row in rows}


def computed(
    asked: Asked, states: Mapping[int, Written], wanted: Mapping[str, Iterable[int]], classes: Mapping[str, NeedClass]
) -> dict[Key, Kept]:
    """The dates of the states ``wanted`` of each class; ``classes`` has all but the owner's own."""
    found: dict[Key, Kept] = {}
    for name, ids in wanted.items():
        found |= batch_of(asked, {number: states[number] for number in ids}).of_class(name, classes.get(name))
    return found


@dataclass(frozen=True, slots=True)
class StateBatch:
    """Some states, to be dated for one class of needs after another; one thread at a time."""

    ids: tuple[int, ...]
    batch: "Batch[str]"

    def of_class(self, name: str, project: NeedClass | None) -> dict[Key, Kept]:
        """Their dates for a class; without a project, those of the owner's own steps."""
        dates = packed(self.batch.dates(project))
        return {(number, name): kept for number, kept in zip(self.ids, dates, strict=True)}


def batch_of(asked: Asked, states: Mapping[int, Written]) -> StateBatch:
    """States to be dated."""
    from geo.readiness.batch import Batch  # the compiler comes with what computes, not with a command that only reads

    ids = tuple(sorted(states))
    return StateBatch(ids, Batch(asked.catalogue, [states[number] for number in ids], asked.as_of, read))


def is_kept(connection: Connection, asked: Asked, need_class: str) -> bool:
    """Whether the dates of a class are kept for every state there is."""
    return bool(connection.scalar(KEPT_OF_ALL, _named(asked, need_class)))


def of_all(connection: Connection, asked: Asked, project: NeedClass) -> dict[Key, Kept]:
    """The dates of a class for every state there is, computed."""
    states = read_states(connection.execute(STATES))
    return computed(asked, states, {project.key: states}, {project.key: project})


def keep_all(connection: Connection, asked: Asked, need_class: str, found: Mapping[Key, Kept]) -> None:
    """Keep the dates of a class that :func:`of_all` computed, and that they are kept."""
    keep(connection, asked, found)
    # a state that was added meanwhile is one more than these: the class is then looked at again
    connection.execute(MARK, _named(asked, need_class) | {"states": len(found)})


def _named(asked: Asked, need_class: str) -> dict[str, object]:
    return {"need_class": need_class, "as_of": asked.as_of, "catalogue": asked.catalogue.version}


def find(connection: Connection, asked: Asked, states: Sequence[int], classes: Sequence[str]) -> dict[Key, Kept]:
    """The dates that are kept of these states for these classes."""
    values = {"as_of": asked.as_of, "catalogue": asked.catalogue.version}
    rows = connection.execute(FOUND, {**values, "states": list(states), "classes": list(classes)})
    return {(row[0], row[1]): Kept(*row[2:]) for row in rows}


def keep(connection: Connection, asked: Asked, found: Mapping[Key, Kept]) -> None:
    """Keep dates by state and need class, so that the next need of that class finds them."""
    if not found:
        return
    note(connection, asked.catalogue)
    connection.execute(STAGE)
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a live connection always has one
    with driver.cursor() as cursor, cursor.copy(COPY) as sink:
        sink.set_types(TYPES)
        for (state_id, name), kept in found.items():
            days = (kept.start, kept.start_cleared, kept.power, kept.production)
            sink.write_row((state_id, name, *_told(asked.as_of, name, kept), *days))
    values = {"as_of": asked.as_of, "catalogue": asked.catalogue.version}
    connection.execute(KEEP, values)
    connection.execute(UNMARK, values | {"classes": sorted({name for _, name in found})})


def forget_before(connection: Connection, as_of: date) -> None:
    """Drop the dates kept for earlier days."""
    connection.execute(FORGET, {"as_of": as_of})


def _told(as_of: date, name: str, kept: Kept) -> tuple[date | None, date | None, str | None]:
    """P50 and P80 of the start, and the class of the portals, which is of the land alone."""
    p50, p80 = (day_after(as_of, kept.days("start", probability) or 0.0) for probability in (0.5, 0.8))
    return p50, p80, kept.ready_class(as_of) if name == OWNER_ONLY else None
