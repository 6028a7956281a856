"""Answers in the coding that a client takes: the same content, a tag of its own, and tags that come back are known."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import httpx
import pytest
import zstandard

from tests.api.serving import Served
from tests.api.test_parcels import ITEMS, client, keys, sample, service

__all__ = ["client", "keys", "sample", "service"]

READ: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
}


def raw(client: httpx.Client, path: str, coding: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer with its content as it was sent."""
    with client.stream("GET", path, headers={"Accept-Encoding": coding, **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    "path", [f"{ITEMS}?limit=50", f"{ITEMS}?f=csv", f"{ITEMS}?f=geojsonseq", "/api", f"{ITEMS}?f=html"]
)
@pytest.mark.parametrize("coding", sorted(READ))
def test_each_coding_holds_the_same(client: httpx.Client, path: str, coding: str) -> None:
    plain, whole = raw(client, path, "identity")
    assert "content-encoding" not in plain.headers
    answer, sent = raw(client, path, coding)
    assert answer.headers["content-encoding"] == coding
    assert len(sent) < len(whole) / 2
    read = READ[coding](sent)
    assert len(read) == len(whole)
    if "timeStamp" not in whole[:200].decode("utf-8", "replace"):
        assert read == whole
    for one in (answer, plain):
        assert "Accept-Encoding" in [name.strip() for name in one.headers["vary"].split(",")]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("*", "zstd"), ("gzip;q=0", None), ("deflate", None)],
)
def test_the_client_chooses(client: httpx.Client, accepted: str, coding: str | None) -> None:
    assert raw(client, "/api", accepted)[0].headers.get("content-encoding") == coding


@pytest.mark.parametrize("coding", sorted(READ))
def test_a_strong_tag_names_its_coding_and_is_known_again(client: httpx.Client, coding: str) -> None:
    plain, answer = (raw(client, "/api", one)[0].headers["etag"] for one in ("identity", coding))
    assert answer == f'{plain[:-1]}-{coding}"'
    for known, told in ((answer, answer), (plain, plain), (f'"other", {answer}', answer)):
        again, content = raw(client, "/api", coding, **{"If-None-Match": known})
        assert (again.status_code, content, again.headers["etag"]) == (304, b"", told)
        assert "Accept-Encoding" in again.headers["vary"]
    assert raw(client, "/api", coding, **{"If-None-Match": f'"0-{coding}"'})[0].status_code == 200


def test_a_head_says_what_the_get_would(client: httpx.Client) -> None:
    whole, head = client.get("/api"), client.head("/api")
    for name in ("content-encoding", "content-length", "etag", "vary", "content-type"):
        assert head.headers[name] == whole.headers[name]
    assert head.content == b""


def test_little_and_pictures_are_left_as_they_are(client: httpx.Client) -> None:
    for path in ("/livez", f"{ITEMS}/999999"):
        assert "content-encoding" not in client.get(path).headers


def test_a_stream_comes_in_parts(client: httpx.Client) -> None:
    inflating = zlib.decompressobj(wbits=31)
    with client.stream("GET", f"{ITEMS}?f=geojsonseq", headers={"Accept-Encoding": "gzip"}) as answer:
        assert "content-length" not in answer.headers
        first = next(answer.iter_raw(chunk_size=1_024))
    assert inflating.decompress(first).startswith(b'\x1e{"type":')


def test_an_answer_kept_for_a_key_is_sent_again_in_the_coding_now_asked_for(served: Served) -> None:
    body = {"name": "Atelier", "parts": [{"length_m": 5.0}] * 100}
    headers = {"Idempotency-Key": "coded"}
    asked = [
        served.client.post("/things", json=body, headers=headers | {"Accept-Encoding": coding})
        for coding in ("gzip", "identity", "br")
    ]
    assert [one.headers.get("content-encoding") for one in asked] == ["gzip", None, "br"]
    assert asked[0].json() == asked[1].json() == asked[2].json()
    assert "idempotency-replayed" in asked[2].headers
