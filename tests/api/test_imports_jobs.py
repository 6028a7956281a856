"""Imports outlive the workers that do them: killed in the middle of a step, each ends as one import."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from api.jobs import imports, queue, tasks
from geo.intake.files.private_folder import PREFIX
from geo.store.database import Actor, Database, Role
from geo.store.merging import deliveries, uploads
from tests.api.importing import SETTINGS, TWO, Place, a_place, collection
from tests.conftest import REPO
from tests.intake.test_load import feature

ROOMY = SETTINGS.model_copy(update={"max_upload_bytes": 40_000_000, "body_timeout_s": 20.0})


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_place(database, ROOMY) as made:
        yield made


@contextmanager
def worker(database: Database) -> Iterator["subprocess.Popen[bytes]"]:
    """`emprise worker`, in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMPRISE_", "DATABASE_"))}
    address = {"DATABASE_URL": database.url.render_as_string(hide_password=False), "TMPDIR": tempfile.gettempdir()}
    process = subprocess.Popen([sys.executable, "-m", "api.cli", "worker"], cwd=REPO, env=kept | address)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def until(done: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := done():
            return found
        time.sleep(0.05)
    raise AssertionError("not in time")


def scalar(place: Place, statement: str) -> Any:
    with place.database.connection(Role.WORKER) as connection:
        return connection.scalar(text(statement))


def execute(place: Place, statement: str) -> None:
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(text(f"set local search_path = {queue.SEARCH_PATH}"))
        connection.execute(text(statement))


def waiting(place: Place) -> bool:
    """Whether a worker waits for a lock of ours."""
    return bool(
        scalar(
            place,
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
    )


def killed_while(place: Place, holding: str, begin: Callable[[], Any]) -> None:
    """Kill a worker that has come to where ``holding`` keeps it from going on; then let the base go on without it."""
    with place.database.engine(Role.WORKER).connect() as connection:
        connection.execute(text(holding))
        with worker(place.database) as process:
            begin()
            until(lambda: waiting(place))
            process.kill()
            process.wait()
        connection.rollback()
    backends = """select count(*) from pg_locks where locktype = 'advisory' and database = (
        select oid from pg_database where datname = current_database())"""
    until(lambda: scalar(place, backends) == 0)


def after_a_restart(place: Place) -> None:
    """What the queue does within minutes: it sees that the worker is gone, and hands its job to another."""
    assert scalar(place, "select count(*) from jobs.procrastinate_jobs where status = 'doing'") == 1
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(text("update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 minute'"))
        queue.put(connection, tasks.app, "api.jobs.tasks.retry_stalled", lock="stalled", timestamp=0)
    place.work()
    place.work()


def test_killed_while_staging_it_goes_on_where_it_was(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk holds 20,000 rows: the first is kept, the second is read by who goes on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    many = collection(*(feature(str(n), n % 500, 0.0001, n=n) for n in range(20_100)))
    sent = place.send(many).json()["id"]
    second_chunk = f"insert into staging.chunk (delivery, number, report) values ({sent}, 1, '{{}}')"
    killed_while(place, second_chunk, lambda: None)
    assert place.told(sent)["status"] == "staging"
    assert scalar(place, "select count(*) from staging.chunk") == 1, "the first chunk is staged"
    first = scalar(place, "select xmin::text from staging.chunk where number = 0")
    (folder,) = tmp_path.glob(f"{PREFIX}*")
    assert [file.name for file in folder.iterdir()] == ["terrains.geojson"]
    after_a_restart(place)
    assert list(tmp_path.glob(f"{PREFIX}*")) == [], "what a killed worker left on the disk goes too"
    tried = place.told(sent)
    assert (tried["status"], tried["rows"]["read"], tried["rows"]["new"]) == ("staged", 20_100, 20_100)
    assert scalar(place, "select xmin::text from staging.chunk where number = 0") == first, "not done again"
    assert place.pieces() == 0
    assert place.confirmed(sent)["status"] == "merged"
    assert scalar(place, "select count(*) from core.parcel") == 20_100
    assert scalar(place, "select count(*) from staging.chunk") == 0


def test_killed_while_merging_it_ends_as_one_import(place: Place) -> None:
    number = place.staged(TWO)["id"]

    def confirm() -> None:
        assert place.ask("POST", f"/imports/{number}/confirm").status_code == 202

    killed_while(place, "lock table core.parcel in share mode", confirm)
    assert place.told(number)["status"] == "merging"
    assert scalar(place, "select count(*) from core.import") == 0, "its transaction is gone with it"
    after_a_restart(place)
    merged = place.told(number)
    assert (merged["status"], merged["rows"]["new"]) == ("merged", 2)
    assert scalar(place, "select count(*) from core.import") == 1
    assert len(place.parcels()) == 2


def test_a_worker_brings_it_to_the_map(place: Place) -> None:
    """From the file to the collection, with a worker that runs beside: jobs, then what they made stale."""
    with worker(place.database):
        number = place.send(TWO, visibility="public").json()["id"]
        until(lambda: place.told(number)["status"] == "staged")
        place.ask("POST", f"/imports/{number}/confirm")
        until(lambda: place.told(number)["status"] == "merged")
        shown = until(lambda: place.client.get("/collections/parcels/items").json()["features"])
    assert len(shown) == 2


def test_confirmations_wait_for_one_another_and_none_is_lost(place: Place) -> None:
    numbers = [place.staged(collection(feature(str(n), n)))["id"] for n in range(3)]
    for number in numbers:
        assert place.ask("POST", f"/imports/{number}/confirm").json()["status"] == "confirmed"
        assert place.ask("POST", f"/imports/{number}/confirm").json()["status"] == "confirmed"
    locks = "select count(*) from jobs.procrastinate_jobs where task_name = 'merge_import' and lock = 'merge_import'"
    assert scalar(place, locks) == 3, "one job each, however often it was confirmed"
    place.work()
    assert {place.told(number)["status"] for number in numbers} == {"merged"}
    assert len(place.parcels()) == 3


@pytest.mark.parametrize("step", ["received", "confirmed"])
def test_a_job_that_is_lost_is_queued_again(place: Place, step: str) -> None:
    number = place.send(TWO).json()["id"]
    if step == "confirmed":
        place.work()
        place.ask("POST", f"/imports/{number}/confirm")
    assert place.told(number)["status"] == step
    assert imports.attend(place.database, tasks.app, after_s=0) == 0, "it has its job"
    execute(place, "delete from jobs.procrastinate_jobs")
    assert imports.attend(place.database, tasks.app, after_s=60) == 0, "a moment is given"
    place.work()
    assert place.told(number)["status"] == step
    assert imports.attend(place.database, tasks.app, after_s=0) == 1
    place.work()
    assert place.told(number)["status"] == ("staged" if step == "received" else "merged")
    carried = "select coalesce(max(actor), '-') from core.import"
    assert scalar(place, carried) == ("-" if step == "received" else place.told(number)["actor"])


def test_what_the_queue_gave_up_has_failed_and_says_so(place: Place) -> None:
    number = place.send(TWO).json()["id"]
    execute(place, "update jobs.procrastinate_jobs set status = 'failed'")
    assert imports.attend(place.database, tasks.app, after_s=0) == 1
    told = place.told(number)
    assert (told["status"], told["error"]["code"], told["error"]["type"]) == (
        "failed",
        "delivery.gave_up",
        "/problems/fault",
    )
    assert "{" not in told["error"]["detail"]


def stalled(place: Place, task: str, **more: Any) -> int:
    """A job that a worker which is no more has under way; its number."""
    values = {"queueing_lock": None, "args": "{}", "attempts": 0} | more
    made = text("""insert into jobs.procrastinate_jobs (task_name, queue_name, status, queueing_lock, args, attempts)
        values (:task, 'default', 'doing', :queueing_lock, :args, :attempts) returning id""")
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(text(f"set local search_path = {queue.SEARCH_PATH}"))
        return int(connection.execute(made, {"task": task} | values).scalar_one())


def test_one_stalled_job_does_not_keep_others_from_going_on(place: Place) -> None:
    """A worker killed while it looked after imports leaves a job that cannot wait twice."""
    number = place.send(TWO).json()["id"]
    stalled(place, "api.jobs.tasks.attend_imports", queueing_lock="attend_imports", args='{"timestamp": 0}')
    execute(place, "update jobs.procrastinate_jobs set status = 'doing' where task_name = 'stage_import'")
    with place.database.connection(Role.WORKER) as connection:
        for task in ("retry_stalled", "attend_imports"):
            queue.put(connection, tasks.app, f"api.jobs.tasks.{task}", lock=f"of {task}", timestamp=0)
    execute(
        place,
        """update jobs.procrastinate_jobs set queueing_lock = 'attend_imports', scheduled_at = now() + interval '1 hour'
        where status = 'todo' and task_name like '%attend%'""",
    )
    place.work()
    place.work()
    assert place.told(number)["status"] == "staged"
    left = "select count(*) from jobs.procrastinate_jobs where status in ('doing', 'failed')"
    assert scalar(place, left) == 0


def test_a_file_that_kills_three_workers_is_given_up(place: Place) -> None:
    number = place.send(TWO).json()["id"]
    execute(place, "update jobs.procrastinate_jobs set status = 'doing', attempts = 2")
    with place.database.connection(Role.WORKER) as connection:
        queue.put(connection, tasks.app, "api.jobs.tasks.retry_stalled", lock="stalled", timestamp=0)
    place.work()
    assert place.told(number)["status"] == "received"
    assert imports.attend(place.database, tasks.app, after_s=0) == 1
    assert place.told(number)["status"] == "failed"
    assert place.ask("DELETE", f"/imports/{number}").status_code == 204
    assert place.pieces() == 0


@pytest.mark.parametrize("busy", [False, True])
def test_what_ended_or_goes_on_is_not_given_up(place: Place, busy: bool) -> None:
    number = place.staged(TWO)["id"]
    if busy:
        with deliveries.hold(place.database, number):
            imports.give_up(place.database, number)
        assert place.told(number)["status"] == "staged"
    else:
        place.confirmed(number)
        imports.give_up(place.database, number)
        assert place.told(number)["status"] == "merged"


def test_a_file_whose_service_was_killed_takes_no_place_for_long(place: Place) -> None:
    own = Actor(organisation=place.organisations["own"], actor="key:1")
    with place.database.connection(Role.PLANNER, own) as connection:
        for _ in range(5):
            uploads.begin(connection, "x", {})
    assert place.send(TWO).status_code == 429
    imports.sweep(place.database, days=14, upload_s=600)
    assert place.send(TWO).status_code == 429, "it may be on its way still"
    execute(place, "update core.delivery set updated_at = now() - interval '21 minutes'")
    imports.sweep(place.database, days=14, upload_s=600)
    assert place.send(TWO).status_code == 202


def test_content_that_is_not_what_was_received_is_not_loaded(place: Place) -> None:
    number = place.send(TWO).json()["id"]
    execute(place, "update core.delivery_piece set content = content || ' '")
    place.work()
    assert place.told(number)["status"] == "failed"
    assert place.parcels() == {}


def test_a_job_carries_who_asked(place: Place) -> None:
    number = place.send(TWO).json()["id"]
    carried = json.loads(scalar(place, "select args::text from jobs.procrastinate_jobs"))
    assert carried["delivery"] == number
    assert carried["organisation"] == place.organisations["own"]
    assert carried["actor"].startswith("key:")
    assert carried["request"]
    execute(
        place,
        f"update jobs.procrastinate_jobs set args = args || '{{\"organisation\": {place.organisations['other']}}}'",
    )
    place.work()
    assert place.told(number)["status"] == "received", "a job for another organisation touches nothing"


def test_what_nobody_confirms_is_withdrawn_after_some_days(place: Place) -> None:
    kept = place.staged(TWO)["id"]
    old, refused = place.staged(TWO)["id"], place.staged(collection({"type": "Feature"}, feature("1")))["id"]
    execute(place, f"update core.delivery set updated_at = now() - interval '15 days' where id in ({old}, {refused})")
    imports.sweep(place.database, days=14, upload_s=60)
    assert (place.told(kept)["status"], place.told(old)["status"]) == ("staged", "withdrawn")
    assert place.pieces() == 0
    tables = "select count(*) from pg_tables where schemaname = 'staging' and tablename like 'd%'"
    assert scalar(place, tables) == 1


def test_a_fault_of_ours_is_tried_again_and_then_told(place: Place) -> None:
    """The base refuses the merge for a reason that no file is to blame for."""
    number = place.staged(TWO)["id"]
    owner = create_engine(place.database.url, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(text("revoke insert on core.import from emprise_worker"))
    place.ask("POST", f"/imports/{number}/confirm")
    for _ in range(2):
        place.work()
        assert place.told(number)["status"] == "confirmed", "it is tried again"
        execute(place, "update jobs.procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    place.work()
    told = place.told(number)
    assert (told["status"], told["error"]["code"]) == ("failed", "delivery.gave_up")
    assert place.parcels() == {}


def test_a_half_merged_base_is_never_seen(place: Place) -> None:
    """Withdrawing what is being merged waits for its end; what is told meanwhile is that it goes on."""
    number = place.staged(TWO)["id"]
    with place.database.engine(Role.WORKER).connect() as holding:
        holding.execute(text("lock table core.parcel in share mode"))
        with worker(place.database):
            place.ask("POST", f"/imports/{number}/confirm")
            until(lambda: waiting(place))
            answer = place.ask("DELETE", f"/imports/{number}")
            assert (answer.status_code, answer.json()["code"]) == (503, "import.busy")
            assert answer.headers["retry-after"]
            assert place.told(number)["status"] == "merging"
            assert place.parcels() == {}
            holding.rollback()
            until(lambda: place.told(number)["status"] == "merged")
    assert len(place.parcels()) == 2
