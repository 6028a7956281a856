"""/livez answers whatever happens; /readyz says whether work can be done, and does not hang."""

import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from sqlalchemy import URL, create_engine, text

from api.health import Readiness, expected_revision
from geo.store.database import Database
from tests.api.serving import Served


def test_ready_with_a_database_at_the_newest_schema(served: Served) -> None:
    answer = served.client.get("/readyz")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["schema"]) == ("ready", expected_revision())
    assert body["postgis"].startswith("3.")


def test_row_112_not_ready_without_database_but_alive(bare: Served) -> None:
    answer = bare.client.get("/readyz")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/database-away")
    assert int(answer.headers["retry-after"]) > 0
    assert bare.client.get("/livez").json() == {"status": "alive"}


@pytest.mark.parametrize(
    "damage",
    ["update public.schema_version set version_num = 'r0000'", "delete from public.schema_version"],
    ids=["row-118-old-migration", "row-118-no-migration"],
)
def test_row_118_not_ready_with_another_schema(own_service: Served, admin: URL, damage: str) -> None:
    run(admin, damage)
    answer = own_service.client.get("/readyz?lang=en")
    assert answer.status_code == 503
    assert expected_revision() in answer.json()["detail"]


def test_row_118_not_ready_without_postgis(own_service: Served, admin: URL) -> None:
    run(admin, "alter function public.postgis_lib_version() rename to gone")
    assert own_service.client.get("/readyz").status_code == 503


def run(admin: URL, statement: str) -> None:
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_row_111_alive_while_every_thread_and_connection_is_taken(served: Served) -> None:
    with ThreadPoolExecutor(50) as pool:
        slow = [pool.submit(served.client.get, "/run", params={"statement": "select pg_sleep(1.5)"}) for _ in range(50)]
        time.sleep(0.3)
        began = time.monotonic()
        assert served.client.get("/livez").status_code == 200
        assert time.monotonic() - began < 1
        ready = served.client.get("/readyz")
        assert ready.status_code in (200, 503)
        assert time.monotonic() - began < 6
        assert {answer.result().status_code for answer in slow} <= {200, 503}


def test_a_check_that_hangs_is_given_up(standing: Database) -> None:
    class Hanging(Readiness):
        def _ask(self) -> dict[str, str]:
            time.sleep(1)
            return {}

    began = time.monotonic()
    with pytest.raises(Exception, match=r"ready\.slow"):
        anyio.run(Hanging(standing, wait_s=0.1).check)
    assert time.monotonic() - began < 3
