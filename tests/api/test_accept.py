"""An answer goes out in a format the client accepts, or is refused."""

import pytest

from tests.api.serving import Served


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", "image/*, text/plain;q=0.5", "application/json;q=0", "application/json;q=0.00"]
)
def test_a_format_that_is_not_served_is_406(bare: Served, accept: str) -> None:
    answer = bare.client.get("/livez", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (406, "accept.other")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "*",
        "application/*",
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/geo+json, application/json;q=0.9",
        "application/schema+json",
        "application/problem+json",
        "application/vnd.oai.openapi+json;version=3.0",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/json;q=0.05",
    ],
)
def test_a_format_that_is_served_is_answered(bare: Served, accept: str) -> None:
    assert bare.client.get("/livez", headers={"Accept": accept}).status_code == 200


def test_no_accept_takes_anything(bare: Served) -> None:
    answer = bare.raw(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
