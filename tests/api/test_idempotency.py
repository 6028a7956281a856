"""A POST sent twice with one key does its work once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.store.access import idempotency as store
from geo.store.access.idempotency import ABANDONED, KEPT, Answer, Claim, Slot
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings, with_examples
from tests.api.serving import Served, serving


def post(served: Served, name: str, key: str | None = "k1", path: str = "/counted", **headers: str) -> httpx.Response:
    sent = headers | ({} if key is None else {"Idempotency-Key": key})
    return served.client.post(path, json={"name": name}, headers=sent)


@pytest.fixture(autouse=True)
def nothing_kept(standing_admin: URL) -> None:
    """Each test may use the same keys."""
    engine = create_engine(standing_admin, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("truncate core.idempotency"))
    engine.dispose()


def test_row_79_the_same_request_gets_the_same_answer(served: Served) -> None:
    first, second = post(served, "a"), post(served, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


def test_row_79_another_body_with_the_same_key_is_422(served: Served) -> None:
    post(served, "a")
    answer = post(served, "b")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    other_query = served.client.post("/counted?lang=en", json={"name": "a"}, headers={"Idempotency-Key": "k1"})
    assert other_query.headers["idempotency-replayed"] == "true", "the language is no part of what is asked"


def test_without_a_key_or_with_another_the_work_is_done_again(served: Served) -> None:
    numbers = [post(served, "a", key).json()["number"] for key in (None, None, "k1", "k2")]
    assert len(set(numbers)) == 4


def test_a_key_belongs_to_its_principal_and_its_address(served: Served, standing: Database) -> None:
    with standing.connection(Role.GATE) as connection:
        secret = create_key(connection, "test", Admitted("admin"))[1]
    public, keyed = post(served, "a"), post(served, "a", **{"X-API-Key": secret})
    assert keyed.json() != public.json()
    assert post(served, "other", path="/things").status_code == 201
    refused = post(served, "a", **{"X-API-Key": "emp_no_no"})
    assert refused.status_code == 401, "a refused key gets no kept answer"


def test_two_at_the_same_moment_do_the_work_once(served: Served) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(served, "slow"), range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201, 409, 409, 409]
    busy = next(answer for answer in answers if answer.status_code == 409)
    assert busy.json()["type"] == "/problems/in-progress"
    assert busy.headers["retry-after"] == "1"
    assert post(served, "slow").headers["idempotency-replayed"] == "true"


def test_a_request_that_failed_may_be_tried_again(served: Served) -> None:
    for _ in range(2):
        assert post(served, "broken", "k3").status_code == 500
        assert post(served, "x" * 50, "k4").status_code == 422
    assert post(served, "mended", "k4").status_code == 201


def test_an_answer_too_long_to_keep_goes_out_whole(served: Served, standing_admin: URL) -> None:
    answer = served.client.post("/long", headers={"Idempotency-Key": "k5"})
    assert len(answer.content) == 6_000_000
    until = time.monotonic() + 20
    while rows(standing_admin, "k5"):
        assert time.monotonic() < until, "the claim of an answer that is not kept still stands"
        time.sleep(0.02)


def test_the_public_has_little_kept(served: Served, standing: Database, standing_admin: URL) -> None:
    with standing.connection(Role.GATE) as connection:
        secret = create_key(connection, "long", Admitted("admin"))[1]
    for key, headers, kept in (("k7", {}, 0), ("k8", {"X-API-Key": secret}, 1)):
        answer = served.client.post("/long?parts=1", headers={"Idempotency-Key": key} | headers)
        assert len(answer.content) == 1_000_000
        answers = [row for row in rows(standing_admin, key) if row[3] is not None]
        assert len(answers) == kept, "a claim may stand for a moment after a long answer; no answer does"


def test_each_address_has_keys_of_its_own(standing: Database) -> None:
    settings = quick_settings(trusted_proxies=("127.0.0.1",))
    with serving(with_examples(settings, standing), settings) as behind_proxy:
        one, other = (post(behind_proxy, "a", **{"X-Forwarded-For": f"192.0.2.{host}"}) for host in (1, 2))
        again = post(behind_proxy, "a", **{"X-Forwarded-For": "192.0.2.1"})
    assert one.json() != other.json()
    assert again.json() == one.json()


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é"])
def test_a_malformed_key_is_400(served: Served, key: str) -> None:
    answer = served.client.post("/counted", json={"name": "a"}, headers=[(b"Idempotency-Key", key.encode())])
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency.key")


def test_other_methods_need_no_key(served: Served) -> None:
    assert served.client.get("/things", headers={"Idempotency-Key": "x" * 999}).status_code == 200


def test_what_is_kept_holds_no_key_and_no_cookie(served: Served, standing_admin: URL) -> None:
    served.client.post("/counted?lang=fr", json={"name": "a"}, headers={"Idempotency-Key": "k6"})
    ((principal, route, key, headers),) = rows(standing_admin, "k6")
    assert (principal, route, key) == ("public 127.0.0.1", "/counted", "k6")
    assert {name for name, _ in headers} == {"location", "content-length", "content-type"}


KEPT_ROWS = text("select principal, route, key, headers from core.idempotency where key = :key")


def rows(standing_admin: URL, key: str) -> list[Any]:
    engine = create_engine(standing_admin)
    with engine.connect() as connection:
        found = connection.execute(KEPT_ROWS, {"key": key}).all()
    engine.dispose()
    return [tuple(row) for row in found]


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SLOT = Slot("public", "/counted", "k", b"digest")
KEPT_ANSWER = Answer(201, [("location", "/things/1")], b"{}")


def test_an_abandoned_claim_is_given_again(standing: Database) -> None:
    with standing.connection(Role.GATE) as connection:
        assert store.claim(connection, SLOT, NOW) == (Claim.NEW, None)
        assert store.claim(connection, SLOT, NOW + ABANDONED) == (Claim.UNDER_WAY, None)
        later = NOW + ABANDONED + timedelta(seconds=1)
        assert store.claim(connection, SLOT, later) == (Claim.NEW, None)


def test_answers_are_forgotten_after_a_day(standing: Database) -> None:
    with standing.connection(Role.GATE) as connection:
        store.claim(connection, SLOT, NOW)
        store.keep(connection, SLOT, KEPT_ANSWER)
        store.purge(connection, NOW + KEPT)
        assert store.claim(connection, SLOT, NOW + KEPT) == (Claim.ANSWERED, KEPT_ANSWER)
        store.release(connection, SLOT)
        store.purge(connection, NOW + KEPT + timedelta(seconds=1))
        assert store.claim(connection, SLOT, NOW) == (Claim.NEW, None)


def test_the_second_of_two_claims_does_not_wait_for_the_answer(standing: Database) -> None:
    with standing.connection(Role.GATE) as connection:
        store.claim(connection, SLOT, NOW)
    began = time.monotonic()
    with standing.connection(Role.GATE) as connection:
        assert store.claim(connection, SLOT, NOW)[0] is Claim.UNDER_WAY
    assert time.monotonic() - began < 1
