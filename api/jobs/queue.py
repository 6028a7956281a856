"""The queue of jobs, in the schema ``jobs`` of the database: who puts work in shares the transaction that made it."""

from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import URL, Connection, text

from geo.store.database import Database, Role

SEARCH_PATH = "jobs,core,public"


def connector(database: Database) -> BaseConnector:
    """What a worker needs to take jobs from the queue of ``database``."""
    return PsycopgConnector(kwargs=_address(database.url), min_size=1, max_size=4)


def put(connection: Connection, app: App, task: str, *, lock: str, of: str | None = None, **args: Any) -> None:
    """Queue a job in the transaction of ``connection`` (of the worker's role): it is there when that commits.

    Jobs of one ``lock`` run one after another; one that waits already for the same ``of`` (else the same lock) is not
    queued twice.
    """
    connection.execute(text("select set_config('search_path', :path, true)"), {"path": SEARCH_PATH})
    driver = connection.connection.driver_connection
    deferrer = app.configure_task(task, lock=lock, queueing_lock=f"{task}:{of or lock}", connection=driver)
    savepoint = connection.begin_nested()
    try:
        deferrer.defer(**args)
    except AlreadyEnqueued:
        savepoint.rollback()
    else:
        savepoint.commit()


def unconnected() -> BaseConnector:
    """What an app starts with: jobs are put in through other connections and never done."""
    return SyncPsycopgConnector()


def _address(url: URL) -> dict[str, str]:
    """The parts of a database's address as the driver takes them, for the worker's role."""
    given = {"host": url.host, "port": url.port, "dbname": url.database, "password": url.password, **url.query}
    options = f"-c search_path={SEARCH_PATH} -c timezone=UTC"
    return {"user": Role.WORKER.login, "options": options} | {k: str(v) for k, v in given.items() if v is not None}
