"""Mails leave the outbox once, whatever happens to worker and server, and none is lost unseen."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs

from api.jobs.mail import PAUSES_MIN, send_due
from api.settings import Settings
from geo.cluster import Running
from geo.desk.addresses import UnusableAddress
from geo.store.database import Actor, Database, Role
from geo.store.desk import outbox, sending
from geo.store.desk.outbox import Message
from tests import land_rows as rows
from tests.conftest import REPO, copied
from tests.mail.servers import Received, mail_server


@pytest.fixture(scope="module")
def address(cluster: Running, template: str) -> Iterator[URL]:
    with copied(cluster, template, "outbox") as made:
        yield made


@pytest.fixture(scope="module")
def standing(address: URL) -> Iterator[Database]:
    made = Database(address, pool_size=3)
    yield made
    made.close()


@pytest.fixture
def base(standing: Database) -> Database:
    """The base of the module, its outbox empty."""
    with standing.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.message"))
    return standing


@pytest.fixture
def taken() -> Iterator[Received]:
    with mail_server() as received:
        yield received


def settings(taken: Received | int) -> Settings:
    port = taken if isinstance(taken, int) else taken.port
    return Settings.model_validate({"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "emprise@exemple.fr"})


def put(base: Database, key: str = "k", **said: Any) -> bool:
    values = {"to": "claire@exemple.fr", "language": "fr", "subject": "Terrain", "body": "Bonjour\n"}
    with base.connection(Role.WORKER) as connection:
        return outbox.put(connection, Message(key=key, **(values | said)))


def row(base: Database, key: str = "k") -> Any:
    with base.connection(Role.WORKER) as connection:
        return connection.execute(text("select * from core.message where key = :key"), {"key": key}).one()


def alter(base: Database, assignments: str) -> None:
    with base.connection(Role.WORKER) as connection:
        connection.execute(text(f"update core.message set {assignments}"))


def counts(base: Database) -> sending.Counts:
    with base.connection(Role.WORKER) as connection:
        return sending.counts(connection)


def test_a_mail_is_told_once_for_ever(base: Database, taken: Received) -> None:
    assert [put(base), put(base, subject="Autre")] == [True, False]
    assert [send_due(base, settings(taken)) for _ in range(2)] == [1, 0]
    assert not put(base)
    assert [mail["Subject"] for mail in taken.read()] == ["Terrain"]
    assert row(base).sent_at is not None


def test_a_mail_goes_with_the_transaction_that_gives_its_reason(base: Database, taken: Received) -> None:
    message = Message("undone", "claire@exemple.fr", "fr", "x", "y")
    with base.engine(Role.WORKER).connect() as connection:
        assert outbox.put(connection, message)
        connection.rollback()
    assert send_due(base, settings(taken)) == 0


def test_what_would_write_headers_of_its_own_is_refused(base: Database) -> None:
    with pytest.raises(UnusableAddress):
        put(base, to="claire@exemple.fr\r\nBcc: all@exemple.fr")
    for header in ({"X-A": "b\r\nBcc: all@exemple.fr"}, {"X-A\r\nBcc": "b"}, {"X A": "b"}, {"X-A": "é"}):
        with pytest.raises(ValueError, match="header"):
            put(base, headers=header)
    put(base, subject="Terrain\r\nBcc: all@exemple.fr")
    assert row(base).subject == "Terrain Bcc: all@exemple.fr"


def test_a_planner_puts_mail_for_its_own_organisation_only(base: Database) -> None:
    with base.connection(Role.WORKER) as connection:
        own, other = (rows.organisation(connection, name) for name in ("EPCI A", "EPCI B"))
    message = Message("own", "claire@exemple.fr", "fr", "x", "y")
    with base.connection(Role.PLANNER, Actor(own, "territory")) as connection:
        assert outbox.put(connection, message)
    assert row(base, "own").organisation == own
    with pytest.raises(ProgrammingError, match="row-level"), base.connection(Role.PLANNER, Actor(own)) as connection:
        outbox.put(connection, Message("other", "claire@exemple.fr", "fr", "x", "y", organisation=other))
    with base.connection(Role.PLANNER, Actor(other)) as connection:
        assert connection.scalar(text("select count(*) from message")) == 0
    with pytest.raises(ProgrammingError, match="permission denied"), base.connection(Role.COMPANY) as connection:
        connection.execute(text("select * from core.message"))


def test_nothing_goes_before_its_time_or_without_a_server(base: Database, taken: Received) -> None:
    put(base, due_at=datetime.now(UTC) + timedelta(hours=1))
    assert send_due(base, settings(taken)) == 0
    alter(base, "due_at = now() - interval '1 hour'")
    assert send_due(base, Settings.model_validate({})) == 0
    assert counts(base) == sending.Counts(waiting=1, late=1, unsure=0, given_up=0)
    assert send_due(base, settings(taken)) == 1


def test_a_server_that_is_down_is_tried_again_and_nothing_counts(base: Database) -> None:
    put(base)
    with mail_server() as gone:
        port = gone.port
    assert send_due(base, settings(port)) == 0
    assert (row(base).attempts, row(base).claimed_at) == (0, None)


def test_what_is_refused_for_now_waits_longer_each_time_then_is_given_up(base: Database, taken: Received) -> None:
    put(base)
    taken.data = lambda _address: "451 greylisted"
    waits = []
    for _ in PAUSES_MIN:
        send_due(base, settings(taken))
        found = row(base)
        assert (found.claimed_at, found.given_up_at, found.last_error) == (None, None, "451 greylisted")
        waits.append(round((found.due_at - datetime.now(UTC)).total_seconds() / 60))
        alter(base, "due_at = now()")
    assert waits == list(PAUSES_MIN) == sorted(PAUSES_MIN)
    send_due(base, settings(taken))
    assert row(base).given_up_at is not None
    assert counts(base).given_up == 1
    assert taken.mails == []


def test_what_is_refused_for_good_is_given_up_and_told(base: Database, taken: Received) -> None:
    put(base, "a", to="nobody@exemple.fr")
    put(base, "b")
    taken.rcpt = lambda to: f"550 no such user <{to}>" if to.startswith("nobody") else "250 OK"
    with capture_logs() as logged:
        assert send_due(base, settings(taken)) == 1
    assert row(base, "a").last_error == "550 no such user <nobody@exemple.fr>"
    assert [one["why"] for one in logged] == ["550 no such user <[…]>"], "a log names nobody"
    assert counts(base) == sending.Counts(0, 0, 0, 1)
    with base.connection(Role.WORKER) as connection:
        assert sending.settle(connection, row(base, "a").id)
        assert not sending.release(connection, row(base, "a").id)
    assert counts(base).given_up == 0


def test_a_session_that_breaks_off_after_the_mail_leaves_it_unsure(base: Database, taken: Received) -> None:
    put(base)
    taken.data = lambda _address: "gone"
    assert send_due(base, settings(taken)) == 0
    alter(base, "claimed_at = claimed_at - interval '1 hour'")
    taken.data = lambda _address: "250 OK"
    assert send_due(base, settings(taken)) == 0
    assert counts(base).unsure == 1
    assert len(taken.mails) == 1
    with base.connection(Role.WORKER) as connection:
        assert sending.release(connection, row(base).id)
    assert send_due(base, settings(taken)) == 1
    first, second = taken.read()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_killed_between_the_answer_of_the_server_and_the_mark_sends_nothing_twice(
    base: Database, address: URL, taken: Received
) -> None:
    put(base)
    held, answer = threading.Event(), threading.Event()

    def hold(_address: str) -> str:
        """The mail has been claimed, for it is here: keep its row, so that it cannot be marked."""
        lock = base.engine(Role.WORKER).connect()
        lock.execute(text("select id from core.message for update"))
        threading.Thread(target=close_after, args=(answer, lock)).start()
        held.set()
        return "250 OK"

    taken.data = hold
    url = f"smtp://127.0.0.1:{taken.port}"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.mail.outbox_child", address.render_as_string(hide_password=False), url], cwd=REPO
    )
    assert held.wait(30)
    until = time.monotonic() + 20
    while not waits_for_a_lock(base):
        assert time.monotonic() < until, "the worker did not come to mark the mail"
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    answer.set()
    taken.data = lambda _address: "250 OK"
    found = row(base)
    assert (len(taken.mails), found.sent_at, found.claimed_at is not None) == (1, None, True)
    assert send_due(base, settings(taken)) == 0
    assert len(taken.mails) == 1
    alter(base, "claimed_at = claimed_at - interval '1 hour'")
    assert counts(base).unsure == 1


def close_after(answer: threading.Event, lock: Connection) -> None:
    answer.wait(30)
    lock.close()


def waits_for_a_lock(base: Database) -> bool:
    asked = text("""
        select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
    """)
    with base.connection(Role.WORKER) as connection:
        return bool(connection.scalar(asked))


def test_workers_at_once_send_each_mail_once(base: Database, taken: Received) -> None:
    for number in range(30):
        put(base, f"k{number}", subject=f"n° {number}")
    sent: list[int] = []
    workers = [threading.Thread(target=lambda: sent.append(send_due(base, settings(taken)))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 30
    assert sorted(mail["Subject"] for mail in taken.read()) == sorted(f"n° {number}" for number in range(30))
