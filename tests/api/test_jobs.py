"""The queue of jobs: in one transaction with what asked for it, and not lost with the worker that did it."""

import subprocess
import sys
import threading
import time
from pathlib import Path

from procrastinate import JobContext
from sqlalchemy import text

from api.jobs import queue, tasks
from api.jobs.running import work_off
from api.settings import Settings
from geo.store.database import Database, Role
from tests.conftest import REPO

WORKER = """
import sys, threading
from sqlalchemy import make_url
import tests.api.test_jobs
from api.jobs.running import work_off
from api.settings import Settings
from geo.store.database import Database
work_off(Database(make_url(sys.argv[1])), Settings(), threading.Event())
"""


@tasks.app.task(name="tests.note")
def note(path: str, line: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@tasks.app.task(name="tests.note_once_stopped", pass_context=True)
def note_once_stopped(context: JobContext, path: str) -> None:
    """The first attempt never ends."""
    note(path, f"attempt {context.job.attempts}")
    if context.job.attempts == 0:
        time.sleep(3_600)


def jobs(database: Database) -> list[tuple[str, str]]:
    with database.connection(Role.WORKER) as connection:
        found = connection.execute(
            text(
                "select task_name, status::text from jobs.procrastinate_jobs where task_name like 'tests%' order by id"
            )
        )
        return [(row.task_name, row.status) for row in found]


def put(database: Database, task: str, lock: str, **args: str) -> None:
    with database.connection(Role.WORKER) as connection:
        queue.put(connection, tasks.app, task, lock=lock, **args)


def work(database: Database) -> None:
    work_off(database, Settings(), threading.Event(), wait=False)


def test_a_job_is_there_when_its_transaction_commits(database: Database, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with database.engine(Role.WORKER).connect() as connection:
        queue.put(connection, tasks.app, "tests.note", lock="a", path=str(trace), line="never")
    assert jobs(database) == []
    put(database, "tests.note", "a", path=str(trace), line="kept")
    assert jobs(database) == [("tests.note", "todo")]
    work(database)
    assert trace.read_text() == "kept\n"
    assert jobs(database) == []


def test_a_job_that_waits_is_not_queued_twice(database: Database, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with database.connection(Role.WORKER) as connection:
        for lock, line in (("a", "first"), ("a", "again"), ("b", "other")):
            queue.put(connection, tasks.app, "tests.note", lock=lock, path=str(trace), line=line)
    work(database)
    assert trace.read_text().split() == ["first", "other"]


def test_a_job_outlives_a_killed_worker(database: Database, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    put(database, "tests.note_once_stopped", "a", path=str(trace))
    address = database.url.render_as_string(hide_password=False)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, address], cwd=REPO)
    deadline = time.monotonic() + 60
    while not (trace.exists() and trace.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    assert jobs(database) == [("tests.note_once_stopped", "doing")]
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 minute'"))
        queue.put(connection, tasks.app, "api.jobs.tasks.retry_stalled", lock="stalled", timestamp=0)
    work(database)
    work(database)
    assert trace.read_text().split("\n")[:2] == ["attempt 0", "attempt 1"]
    assert jobs(database) == []
