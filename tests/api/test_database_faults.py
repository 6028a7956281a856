"""When the database is slow, full, locked or gone: 503 with Retry-After, and the next request is served."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.store.database import Database, Timeouts
from tests.api.conftest import quick_settings, with_examples
from tests.api.serving import Served, serving


def run(served: Served, statement: str) -> httpx.Response:
    return served.client.get("/run", params={"statement": statement, "lang": "en"})


def on(address: URL, statement: str) -> None:
    engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def is_told(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0
    assert "select" not in answer.text.lower()


@pytest.fixture
def impatient(standing_admin: URL) -> Iterator[Database]:
    made = Database(standing_admin, Timeouts(statement_ms=300, lock_ms=200), pool_size=1)
    yield made
    made.close()


def test_row_114_a_slow_statement_is_503(impatient: Database) -> None:
    settings = quick_settings()
    with serving(with_examples(settings, impatient), settings) as served:
        is_told(run(served, "select pg_sleep(5)"), 503, "query-too-slow")
        assert run(served, "select 1").json() == {"value": 1}


def test_row_113_a_held_lock_is_503(impatient: Database, standing_admin: URL) -> None:
    on(standing_admin, "create table public.held as select 1 as id; grant all on public.held to public")
    holder = create_engine(standing_admin, poolclass=NullPool)
    settings = quick_settings()
    with serving(with_examples(settings, impatient), settings) as served:
        with holder.begin() as connection:
            connection.execute(text("select * from public.held for update"))
            is_told(run(served, "update public.held set id = 2 returning id"), 503, "busy")
        assert run(served, "update public.held set id = 2 returning id").json() == {"value": 2}
    holder.dispose()


def test_row_109_a_connection_ended_in_the_middle_is_503_and_the_next_request_200(served: Served) -> None:
    is_told(run(served, "select pg_terminate_backend(pg_backend_pid())"), 503, "database-away")
    assert run(served, "select 1").status_code == 200


def test_row_110_connections_ended_while_idle_are_not_noticed(served: Served, standing_admin: URL) -> None:
    theirs = "from pg_stat_activity where usename = 'emprise_public' and datname = current_database()"
    for _ in range(2):
        assert run(served, "select 1").status_code == 200
        on(standing_admin, f"select pg_terminate_backend(pid, 10000) {theirs}")  # and waits until they ended
    assert run(served, "select 1").status_code == 200


def test_row_111_a_full_pool_is_503_within_seconds(served: Served) -> None:
    with ThreadPoolExecutor(7) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda _: run(served, "select pg_sleep(3)"), range(7)))
        assert time.monotonic() - began < 8
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) == {200, 503}
    is_told(next(answer for answer in answers if answer.status_code == 503), 503, "busy")
    assert run(served, "select 1").status_code == 200


def test_row_77_and_78_a_broken_rule_of_the_database_is_409(served: Served, standing_admin: URL) -> None:
    on(
        standing_admin,
        "create table public.t (id int primary key, other int references public.t, size int check (size > 0), "
        "at date); grant all on public.t to public; insert into public.t values (1)",
    )
    is_told(run(served, "insert into public.t values (1) returning id"), 409, "conflict")
    is_told(run(served, "insert into public.t values (2, 9) returning id"), 409, "conflict")
    is_told(run(served, "insert into public.t values (2, 1, -1) returning id"), 422, "invalid")
    is_told(run(served, "insert into public.t (id) values (9999999999) returning id"), 422, "invalid")
    is_told(run(served, "insert into public.t (id, at) values (3, '2026-13-45') returning id"), 422, "invalid")


def test_what_a_role_may_not_do_is_403(served: Served) -> None:
    is_told(run(served, "select count(*) from core.parcel"), 403, "forbidden")


def test_a_statement_of_ours_that_is_wrong_is_a_500_without_its_text(served: Served) -> None:
    answer = run(served, "select nonsense from nowhere")
    is_told(answer, 500, "fault")
    assert "nonsense" not in answer.text
    assert run(served, "select 1").status_code == 200


def test_row_108_a_client_that_goes_away_leaves_no_statement_running(impatient: Database, standing_admin: URL) -> None:
    settings = quick_settings()
    with serving(with_examples(settings, impatient), settings) as served:
        with pytest.raises(httpx.ReadTimeout):
            served.client.get("/run", params={"statement": "select pg_sleep(5)"}, timeout=0.1)
        time.sleep(0.6)
        engine = create_engine(standing_admin, poolclass=NullPool)
        with engine.connect() as connection:
            running = "select count(*) from pg_stat_activity where query like '%pg_sleep(5)%' and state = 'active'"
            assert connection.scalar(text(running + " and pid <> pg_backend_pid()")) == 0
        engine.dispose()


def test_row_112_a_database_that_goes_and_comes_back_needs_no_restart(own_service: Served, admin: URL) -> None:
    assert own_service.client.get("/readyz").status_code == 200
    elsewhere = admin.set(database="postgres")
    on(elsewhere, f"alter database {admin.database} allow_connections false")
    on(elsewhere, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{admin.database}'")
    is_told(own_service.client.get("/readyz"), 503, "database-away")
    is_told(run(own_service, "select 1"), 503, "database-away")
    assert own_service.client.get("/livez").status_code == 200
    on(elsewhere, f"alter database {admin.database} allow_connections true")
    assert own_service.client.get("/readyz").status_code == 200
    assert run(own_service, "select 1").json() == {"value": 1}


def test_row_116_a_request_under_way_is_answered_when_the_service_is_told_to_stop(standing: Database) -> None:
    settings = quick_settings()
    with ThreadPoolExecutor(1) as pool:
        with serving(with_examples(settings, standing), settings) as served:
            under_way = pool.submit(run, served, "select pg_sleep(0.7)")
            time.sleep(0.2)
        assert under_way.result().status_code == 200
