"""One JSON line a request; never a key, a query or a body."""

import io
import json
import logging
import time
from typing import Any

from tests.api.serving import Served

SECRET = "emp_0123456789_verysecretverysecret"


def entries(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_request_is_one_line(bare: Served, lines: io.StringIO) -> None:
    answer = bare.client.get("/things/7", headers={"X-Request-Id": "caller-0001"})
    assert answer.status_code == 200
    until = time.monotonic() + 10
    while not (found := [entry for entry in entries(lines) if entry["event"] == "request"]):
        assert time.monotonic() < until, "its line is written when the answer is sent, or soon after"
        time.sleep(0.01)
    (entry,) = found
    assert entry.pop("ms") < 5_000
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {
        "event": "request",
        "level": "info",
        "logger": "emprise.access",
        "request_id": "caller-0001",
        "actor": "public",
        "method": "GET",
        "route": "/things/{number}",
        "status": 200,
    }


def test_row_96_no_key_query_or_body_is_logged(bare: Served, lines: io.StringIO) -> None:
    bare.client.get(f"/things?api-key={SECRET}&zone=queryword")
    bare.client.get("/things?zone=queryword")
    bare.client.get("/me", headers={"X-API-Key": SECRET, "Cookie": "emprise=cookieword"})
    bare.client.get("/me", headers={"Authorization": f"Bearer {SECRET}"})
    bare.client.get("/session/tokenword")
    bare.client.post("/things", json={"name": "bodyword"})
    bare.client.get(f"/broken?api-key={SECRET}")
    bare.client.get("/broken")
    bare.raw(f"GET /things?api-key={SECRET} HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n".encode())
    text = lines.getvalue()
    assert len(entries(lines)) >= 8
    for word in ("verysecret", "queryword", "cookieword", "tokenword", "bodyword"):
        assert word not in text


def test_an_unexpected_error_is_logged_with_its_trace_and_request(bare: Served, lines: io.StringIO) -> None:
    request_id = bare.client.get("/broken").json()["request_id"]
    (fault,) = [entry for entry in entries(lines) if entry["event"] == "unexpected"]
    assert "secret detail of the inside" in fault["exception"]
    assert fault["request_id"] == request_id


def test_the_libraries_log_in_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("two\nlines")
    logging.getLogger("uvicorn.error").debug("not shown")
    (entry,) = entries(lines)
    assert (entry["event"], entry["level"], entry["logger"]) == ("two lines", "warning", "uvicorn.error")
