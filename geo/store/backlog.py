"""What waits to be done in a base, and how fresh it is; for those who run the service. Runs as the worker."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits: parcels to derive, jobs, jobs under way, messages, messages given up.

    ``loaded_at``: when the last load ended; ``changed_at``: when a parcel changed last, as far as it is remembered.
    """

    derivation: int
    jobs: int
    jobs_running: int
    messages: int
    messages_given_up: int
    loaded_at: datetime | None
    changed_at: datetime | None


STATEMENT = text("""
    select (select count(*) from core.dirty) as derivation,
           (select count(*) from jobs.procrastinate_jobs where status = 'todo') as jobs,
           (select count(*) from jobs.procrastinate_jobs where status = 'doing') as jobs_running,
           (select count(*) from core.message
            where claimed_at is null and sent_at is null and given_up_at is null and settled_at is null
              and due_at <= now()) as messages,
           (select count(*) from core.message
            where given_up_at is not null and sent_at is null and settled_at is null) as messages_given_up,
           (select max(finished_at) from core.import) as loaded_at,
           (select max(at) from core.parcel_change) as changed_at""")


def backlog(connection: Connection) -> Backlog:
    """Ask the database.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: it is away, or has another schema.
    """
    return Backlog(**connection.execute(STATEMENT).one()._mapping)
