"""Files on their way in: one row of ``core.delivery`` each, from its receipt to its merge or its end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from geo.store import tables
from geo.store.database import Database, Role
from geo.store.merging import staging


class Status(StrEnum):
    """Where a delivery is; ``receiving``: its file is still being sent."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    STAGING = "staging"
    STAGED = "staged"
    MERGING = "merging"
    MERGED = "merged"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a file when it arrives; the same file with the same options is the same arrival."""

    file_name: str
    sha256: str
    size: int
    actor: str
    organisation: int | None
    options: Mapping[str, Any]


TRY_LOCK = text("select pg_try_advisory_lock(hashtext('emprise.delivery'), :id)")
LOCKED = text("select pg_advisory_lock(hashtext('emprise.delivery'), :id)")
UNLOCK = text("select pg_advisory_unlock(hashtext('emprise.delivery'), :id)")
ABANDONED = text("""
    select id from core.delivery
    where status in ('staging', 'failed') and file_sha256 = :sha256 and file_name = :file_name
      and organisation is not distinct from :organisation and options = :options
    order by id desc
""").bindparams(bindparam("options", type_=JSONB))


def receive(connection: Connection, arrival: Arrival) -> int:
    """A new delivery."""
    made = insert(tables.delivery).values(
        organisation=arrival.organisation,
        actor=arrival.actor,
        file_name=arrival.file_name,
        file_sha256=bytes.fromhex(arrival.sha256),
        size_bytes=arrival.size,
        options=dict(arrival.options),
    )
    return int(connection.execute(made.returning(tables.delivery.c.id)).scalar_one())


def source_number(connection: Connection, dataset: str) -> int | None:
    """The number of a dataset that the base knows; None for another."""
    known = select(tables.source.c.id).where(tables.source.c.dataset == dataset)
    return connection.execute(known).scalar_one_or_none()


def find(connection: Connection, delivery: int) -> Any:
    """The row of a delivery, None when there is none."""
    return connection.execute(select(tables.delivery).where(tables.delivery.c.id == delivery)).one_or_none()


def change(connection: Connection, delivery: int, **values: Any) -> None:
    """Write some columns of a delivery, and when."""
    own = tables.delivery.c.id == delivery
    connection.execute(update(tables.delivery).where(own).values(updated_at=func.clock_timestamp(), **values))


def keep_options(connection: Connection, delivery: int, options: Mapping[str, Any]) -> None:
    """Write the options a received file is staged by, beside what its sender said, in a transaction of its own."""
    with connection.begin():
        row = find(connection, delivery)
        change(connection, delivery, options={**row.options, **options})


def end(
    connection: Connection,
    delivery: int,
    status: Status,
    code: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Say what became of a delivery that will not be merged, and remove what is staged of it."""
    staging.drop(connection, delivery)
    change(connection, delivery, status=status, error_code=code, error_params=dict(params or {}))


def refuse(database: Database, delivery: int, code: str, params: Mapping[str, Any]) -> None:
    """Note why a file that could not be read at all was refused."""
    with database.connection(Role.WORKER) as connection:
        end(connection, delivery, Status.REFUSED, code, params)


def forget(connection: Connection, delivery: int) -> None:
    """Remove a delivery without a trace: that of a dry run."""
    staging.drop(connection, delivery)
    connection.execute(text("delete from core.delivery where id = :id"), {"id": delivery})


@contextmanager
def held(database: Database, arrival: Arrival, delivery: int | None = None) -> Iterator[tuple[Connection, int]]:
    """A connection between transactions, and the ``delivery`` of ``arrival`` that no other process works on.

    Where none is named, it is the one that an earlier process left unfinished, if there is one, else a new one. The
    caller begins its transactions itself; the hold ends with the connection, however its process ends.
    """
    with database.engine(Role.WORKER).connect() as connection:
        with connection.begin():
            if delivery is None:
                delivery = _abandoned(connection, arrival) or receive(connection, arrival)
            connection.execute(LOCKED, {"id": delivery})
        with _unlocking(connection, delivery):
            yield connection, delivery


@contextmanager
def hold(database: Database, delivery: int) -> Iterator[Connection | None]:
    """A connection between transactions while no other process works on the delivery; None when one does."""
    with database.engine(Role.WORKER).connect() as connection:
        with connection.begin():
            free = connection.scalar(TRY_LOCK, {"id": delivery})
        if not free:
            yield None
            return
        with _unlocking(connection, delivery):
            yield connection


@contextmanager
def _unlocking(connection: Connection, delivery: int) -> Iterator[None]:
    try:
        yield
    finally:
        if not connection.closed and not connection.invalidated:
            connection.rollback()
            with connection.begin():
                connection.execute(UNLOCK, {"id": delivery})


def _abandoned(connection: Connection, arrival: Arrival) -> int | None:
    values = {
        "sha256": bytes.fromhex(arrival.sha256),
        "file_name": arrival.file_name,
        "organisation": arrival.organisation,
        "options": dict(arrival.options),
    }
    for delivery in list(connection.scalars(ABANDONED, values)):
        if connection.scalar(TRY_LOCK, {"id": delivery}):
            connection.execute(UNLOCK, {"id": delivery})
            return int(delivery)
    return None


SWEPT = text("""
    select id from core.delivery
    where status in ('received', 'staging', 'staged', 'failed') and updated_at < now() - make_interval(days => :days)
""")


def sweep(database: Database, *, days: int) -> int:
    """Withdraw the deliveries that nobody touched for so many days; how many there were."""
    with database.connection(Role.WORKER) as connection:
        old = list(connection.scalars(SWEPT, {"days": days}))
    swept = 0
    for delivery in old:
        with hold(database, delivery) as connection:
            if connection is not None:
                with connection.begin():
                    staging.drop(connection, delivery)
                    change(connection, delivery, status=Status.WITHDRAWN)
                swept += 1
    return swept
