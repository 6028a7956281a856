"""``/metrics``: what it counts, what it reads of the base, and for whom it is not there."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text

from api.app import create_app
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving

TOKEN = "0123456789abcdef"

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(answer: httpx.Response) -> Figures:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    samples = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for one in samples}


def requests(found: Figures, route: str, method: str, status: int) -> float:
    labels = (("method", method), ("route", route), ("status", str(status)))
    return found.get(("emprise_requests_total", labels), 0)


def test_requests_are_counted_by_route(served: Served) -> None:
    before = figures(served.client.get("/metrics"))
    for number in (1, 2):
        served.client.get(f"/collections/parcels/items/{number}")
    served.client.get("/nowhere/at/all")
    served.client.request("BREW", "/livez")
    after = figures(served.client.get("/metrics"))
    route = "/collections/parcels/items/{parcel_id}"
    assert requests(after, route, "GET", 404) - requests(before, route, "GET", 404) == 2
    assert requests(after, "/metrics", "GET", 200) - requests(before, "/metrics", "GET", 200) == 1
    assert not any("nowhere" in str(labels) or "BREW" in str(labels) for _, labels in after)
    timed = (("method", "GET"), ("route", route))
    assert after["emprise_request_seconds_count", timed] - before.get(("emprise_request_seconds_count", timed), 0) == 2


def test_what_waits_is_told(served: Served, standing: Database) -> None:
    with standing.connection(Role.WORKER) as connection:
        told = figures(served.client.get("/metrics"))
        left = connection.scalar(text("select count(*) from core.dirty"))
    assert told["emprise_base_up", ()] == 1
    assert told["emprise_waiting", (("what", "derivation"),)] == left
    assert told["emprise_pool_in_use", (("role", "worker"),)] >= 1
    assert told["emprise_pool_size", (("role", "worker"),)] == standing.pool_size
    assert told["emprise_pool_size", (("role", "public"),)] == 2 * standing.pool_size, "those of the event loop, too"
    assert {("emprise_waiting", (("what", one),)) for one in ("jobs", "messages", "messages_given_up")} <= told.keys()


def test_a_base_that_is_away_is_told(bare: Served) -> None:
    assert figures(bare.client.get("/metrics"))["emprise_base_up", ()] == 0


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "Origin"])
def test_it_is_not_there_for_those_behind_a_proxy(bare: Served, header: str) -> None:
    answer = bare.client.get("/metrics", headers={header: "https://example.org"})
    assert (answer.status_code, answer.json()["code"]) == (404, "path.unknown")


@pytest.mark.parametrize(
    ("changes", "given", "status"),
    [
        ({"public_url": "http://127.0.0.1"}, None, 404),
        ({"metrics_token": SecretStr(TOKEN)}, None, 404),
        ({"metrics_token": SecretStr(TOKEN)}, f"Bearer {TOKEN}x", 404),
        ({"metrics_token": SecretStr(TOKEN), "public_url": "http://127.0.0.1"}, f"Bearer {TOKEN}", 200),
    ],
)
def test_where_others_reach_the_service_the_token_is_wanted(
    standing: Database, changes: dict[str, object], given: str | None, status: int
) -> None:
    settings = quick_settings(**changes)
    with serving(create_app(settings, standing), settings) as made:
        headers = {} if given is None else {"Authorization": given}
        assert made.client.get("/metrics", headers=headers).status_code == status


def test_it_is_in_no_document(bare: Served) -> None:
    assert "/metrics" not in bare.client.get("/api").json()["paths"]
