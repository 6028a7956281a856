"""Bad uploads (reference/bad-inputs.md, rows 85-91, 93, 95, 97): refused with a sentence, and nothing left of them."""

import gzip
import io
import json
import socket
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from geo.cluster import Running
from geo.store.database import Database, Role
from tests.api.importing import SETTINGS, TWO, Place, a_place, collection
from tests.api.serving import dripped, problem_of, received, status_of
from tests.conftest import copied
from tests.intake.test_load import feature


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    """One for all whose files are refused before anything of them is kept."""
    with copied(cluster, template, "hostile") as address:
        database = Database(address, pool_size=2)
        with a_place(database) as made:
            yield made
        database.close()


@pytest.fixture
def own_place(database: Database) -> Iterator[Place]:
    with a_place(database) as made:
        yield made


def left(place: Place) -> int:
    """What the base holds of deliveries and pieces."""
    with place.database.connection(Role.WORKER) as connection:
        counted = text("select (select count(*) from core.delivery) + (select count(*) from core.delivery_piece)")
        return connection.scalar(counted) or 0


def form(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end


def part(name: str, content: bytes = b"1", more: bytes = b"") -> bytes:
    return b'Content-Disposition: form-data; name="%s"%s\r\n\r\n%s' % (name.encode(), more, content)


FILE = part("file", TWO, b'; filename="x.geojson"')

FORMS = {
    "no file": (form(part("crs", b"EPSG:2154")), 422, "upload.one_file"),
    "two files": (form(FILE, FILE), 422, "upload.one_file"),
    "many parts": (form(FILE, *(part(f"f{n}") for n in range(100))), 413, "upload.parts"),
    "a long field": (form(part("mapping", b"x" * 300_000), FILE), 413, "upload.fields"),
    "a long header": (form(b"X-Bomb: " + b"x" * 60_000 + b"\r\n" + FILE), 400, "upload.form"),
    "many headers": (form(b"".join(b"X-%d: y\r\n" % n for n in range(500)) + FILE), 400, "upload.form"),
    "cut off": (form(FILE, end=b""), 400, "upload.form"),
    "no form at all": (b"hello", 400, "upload.form"),
    "a field twice": (form(FILE, part("crs"), part("crs")), 400, "parameter.twice"),
    "an unknown field": (form(FILE, part("owner_id", b"2")), 422, "upload.unknown_field"),
    "whose it is": (form(FILE, part("responsible", b"other")), 403, "upload.not_for_others"),
    "a wrong option": (form(FILE, part("visibility", b"everybody")), 422, "body.invalid"),
    "an update without reason": (form(FILE, part("update", b"true")), 422, "body.invalid"),
    "a field that is no text": (form(FILE, part("crs", b"\xff\xfe")), 400, "text.utf8"),
    "a field with a NUL": (form(FILE, part("source", b"a\x00b")), 422, "body.invalid"),
    "no name": (form(part("file", TWO)), 422, "upload.no_name"),
    "an empty file": (form(part("file", b"", b'; filename="x.geojson"')), 422, "upload.empty"),
}


@pytest.mark.parametrize("named", FORMS)
def test_bad_forms(place: Place, named: str) -> None:
    body, status, code = FORMS[named]
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = place.ask("POST", "/imports", content=body, headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert "{" not in answer.json()["detail"]
    assert left(place) == 0
    assert place.ask("GET", "/imports").status_code == 200, "the next request is answered"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, "body.media_type"),
        ({"Content-Type": "text/plain"}, "body.media_type"),
        ({}, "body.no_media_type"),
        ({"Content-Type": "application/zip", "Content-Encoding": "gzip"}, "body.encoding"),
    ],
)
def test_row_86_a_body_of_another_type_or_compressed_is_415(place: Place, headers: dict[str, str], code: str) -> None:
    answer = place.ask("POST", "/imports?name=x.zip", content=gzip.compress(TWO), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, code)
    no_boundary = place.ask("POST", "/imports", content=TWO, headers={"Content-Type": "multipart/form-data"})
    assert (no_boundary.status_code, no_boundary.json()["code"]) == (400, "upload.form")


@pytest.mark.parametrize("chunked", [False, True])
def test_row_85_a_body_over_the_limit_is_413(place: Place, chunked: bool) -> None:
    body = b" " * (SETTINGS.max_upload_bytes + 1)
    parts = (body[at : at + 100_000] for at in range(0, len(body), 100_000))
    kind = {"Content-Type": "application/zip"}
    answer = place.ask("POST", "/imports?name=x.zip", content=parts if chunked else body, headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")
    time.sleep(0.1)
    assert left(place) == 0
    refused = place.ask("POST", "/imports?name=x.zip", None, content=body, headers=kind)
    assert refused.status_code in (401, 413), "who may not send is not listened to"


def test_thirty_megabytes_are_never_whole_in_memory(database: Database) -> None:
    settings = SETTINGS.model_copy(update={"max_upload_bytes": 40_000_000, "body_timeout_s": 20.0})
    with a_place(database, settings) as roomy:
        pieces = (b"x" * 65_536 for _ in range(480))
        tracemalloc.start()
        try:
            kind = {"Content-Type": "application/octet-stream"}
            answer = roomy.ask("POST", "/imports?name=x.bin", content=pieces, headers=kind)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert answer.status_code == 202
        assert answer.json()["size_bytes"] == 480 * 65_536
        assert peak < 15_000_000, "a file of 31 MB"
        assert roomy.pieces() == 30


def head(place: Place, more: bytes) -> bytes:
    key = place.keys["own"].encode()
    return (
        b"POST /imports?name=x.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/zip\r\n"
        b"X-API-Key: " + key + b"\r\n" + more + b"\r\n"
    )


def test_a_sender_that_falls_silent_is_not_waited_for(place: Place) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", place.served.port), timeout=10) as connection:
        connection.sendall(head(place, b"Content-Length: 100000\r\n") + b"PK")
        answer = received(connection)
    assert time.monotonic() - began < 6
    assert status_of(answer) == 408
    assert problem_of(answer)["code"] == "body.too_slow"
    assert left(place) == 0


def test_a_sender_that_trickles_ends_in_time(database: Database) -> None:
    settings = SETTINGS.model_copy(update={"upload_timeout_s": 2.0})
    with a_place(database, settings) as place, socket.create_connection(("127.0.0.1", place.served.port)) as connection:
        connection.sendall(head(place, b"Content-Length: 100000\r\n"))
        assert dripped(connection, b"x" * 30, 0.2) < 5


def test_nothing_stays_of_a_file_whose_sender_went_away(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.served.port), timeout=10) as connection:
        connection.sendall(head(place, b"Content-Length: 2500000\r\n") + b"x" * 1_500_000)
        deadline = time.monotonic() + 20
        while left(place) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left(place) == 2, "a delivery that is received and its first piece"
        assert place.ask("GET", "/imports").json()["imports"] == [], "not told of before it is whole"
    deadline = time.monotonic() + 20
    while left(place) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left(place) == 0


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""


def hostile_files() -> dict[str, tuple[str, bytes]]:
    return {
        "a virtual file": ("x.geojson", VRT),
        "a virtual file in an archive": ("x.zip", zipped(**{"x.vrt": VRT})),
        "an archive that slips": ("x.zip", zipped(**{"../../x.geojson": TWO})),
        "an archive of archives": ("x.zip", zipped(**{"inner.zip": zipped(**{"x.geojson": TWO})})),
        "an archive bomb": ("x.zip", zipped(**{"x.geojson": b" " * 300_000_000})),
        "ten thousand entries": ("x.zip", zipped(**{f"{n}.geojson": b"{}" for n in range(10_001)})),
        "a truncated gzip": ("x.geojson.gz", gzip.compress(TWO)[:-20]),
        "a truncated GeoPackage": ("x.gpkg", b"SQLite format 3\0" + b"\0" * 200),
        "entities": (
            "x.kml",
            b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY e SYSTEM "file:///etc/passwd">]><kml>&e;</kml>',
        ),
        "a schema nobody knows": ("x.geojson", json.dumps({"type": "FeatureCollection", "features": []}).encode()),
        "bytes": ("x.geojson", bytes(range(256)) * 100),
    }


def test_rows_87_to_90_hostile_files_are_refused_with_a_sentence(own_place: Place) -> None:
    for named, (name, content) in hostile_files().items():
        tried = own_place.staged(content, name=name)
        assert tried["status"] == "refused", named
        error = tried["error"]
        assert error["type"] == "/problems/invalid", named
        assert error["detail"] not in ("", error["code"]), named
        assert "{" not in error["detail"], named
        assert "root:" not in json.dumps(tried), named
        assert own_place.ask("POST", f"/imports/{tried['id']}/confirm").status_code == 409
    assert own_place.parcels() == {}
    assert own_place.pieces() == 0


def test_row_95_an_organisation_cannot_be_asked_for(own_place: Place) -> None:
    headers: dict[str, Any] = {"X-Role": "admin", "X-Organisation": str(own_place.organisations["other"])}
    sent = own_place.ask("POST", "/imports", files={"file": ("x.geojson", TWO)}, headers=headers)
    assert sent.status_code == 202
    own_place.work()
    own_place.confirmed(sent.json()["id"])
    assert {row.responsible for row in own_place.parcels().values()} == {own_place.organisations["own"]}
    listed = own_place.ask("POST", "/imports?organisation=2&name=x.geojson", content=TWO)
    assert (listed.status_code, listed.json()["type"]) == (400, "/problems/unknown-parameter")


def test_a_row_that_says_whose_it_is_is_not_believed(own_place: Place) -> None:
    said: dict[str, Any] = {
        "responsible": "other",
        "organisation": own_place.organisations["other"],
        "id": 1,
        "version": 9,
    }
    own_place.confirmed(own_place.staged(collection(feature("1", **said)))["id"])
    (row,) = own_place.parcels().values()
    assert (row.responsible, row.version) == (own_place.organisations["own"], 1)
