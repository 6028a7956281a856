"""What arrives on the socket: half requests, wrong lengths, endless heads and bodies."""

import socket
import time

import pytest

from tests.api.serving import Served, dripped, problem_of, received, status_of

POST = b"POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b"x" * 1_000_000


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_row_85_a_long_body_with_its_length_is_413(bare: Served) -> None:
    answer = bare.raw(POST + b"Content-Length: 30000000\r\n\r\n" + MEGABYTE * 30)
    assert status_of(answer) == 413
    assert problem_of(answer)["code"] == "body.too_large"


def test_row_85_a_long_body_without_length_is_413(bare: Served) -> None:
    answer = bare.raw(CHUNKED + chunk(MEGABYTE) * 30 + b"0\r\n\r\n")
    assert status_of(answer) == 413


def test_row_85_an_endless_body_is_413(bare: Served) -> None:
    answer = bare.raw(CHUNKED + chunk(MEGABYTE) * 2)
    assert status_of(answer) == 413


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(POST + b"Content-Length: -5\r\n\r\n", id="row-85-negative"),
        pytest.param(POST + b"Content-Length: abc\r\n\r\n", id="row-85-no-number"),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", id="row-85-two-lengths"),
        pytest.param(POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="row-85-both"),
        pytest.param(CHUNKED + b"zz\r\n", id="bad-chunk"),
        pytest.param(b"GARBAGE\r\n\r\n", id="garbage"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="tls"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", id="bad-header"),
        pytest.param(b"GET /li\x00vez HTTP/1.1\r\nHost: localhost\r\n\r\n", id="nul-in-address"),
    ],
)
def test_a_malformed_request_is_400(bare: Served, head: bytes) -> None:
    answer = bare.raw(head, wait=3, close=True)
    assert status_of(answer) == 400
    assert problem_of(answer)["status"] == 400


def test_row_85_a_length_of_no_body_is_read_as_none(bare: Served) -> None:
    assert status_of(bare.raw(POST + b"Content-Length: 0\r\nConnection: close\r\n\r\n")) == 400


@pytest.mark.parametrize("parts", [1, 70], ids=["at-once", "in-parts"])
def test_row_102_a_head_of_70_kB_is_431(bare: Served, parts: int) -> None:
    answer = trickled(bare, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n", parts)
    assert status_of(answer) == 431
    assert problem_of(answer)["type"] == "/problems/head-too-large"


def test_row_102_many_headers_are_431(bare: Served) -> None:
    head = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: aaaaaaaaaa\r\n" % n for n in range(5_000))
    assert status_of(bare.raw(head + b"\r\n")) == 431


def test_row_102_an_address_of_70_kB_is_414(bare: Served) -> None:
    answer = bare.raw(b"GET /things?zone=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status_of(answer) == 414


def test_row_102_an_endless_head_is_cut(bare: Served) -> None:
    began = time.monotonic()
    answer = trickled(bare, b"GET /livez HTTP/1.1\r\nX-Long: " + b"a" * 400_000, 40)
    assert status_of(answer) in (0, 431)
    assert time.monotonic() - began < 5


def trickled(bare: Served, data: bytes, parts: int) -> bytes:
    """The answer to bytes sent in some parts."""
    size = -(-len(data) // parts)
    with socket.create_connection(("127.0.0.1", bare.port), timeout=3) as connection:
        try:
            for start in range(0, len(data), size):
                connection.sendall(data[start : start + size])
                time.sleep(0.002)
        except OSError:
            pass
        return received(connection)


def test_row_107_half_a_head_is_closed_and_others_are_served(bare: Served) -> None:
    began = time.monotonic()
    waiting = [socket.create_connection(("127.0.0.1", bare.port), timeout=5) for _ in range(50)]
    for number, connection in enumerate(waiting):
        connection.sendall(b"" if number % 10 == 0 else b"GET /livez HTTP/1.1\r\nHost: local")
    assert bare.client.get("/livez").status_code == 200
    answers = [received(connection) for connection in waiting]
    assert time.monotonic() - began < 4
    assert {status_of(answer) for answer in answers} == {0, 408}
    for connection in waiting:
        connection.close()


def test_row_107_a_head_that_trickles_is_closed(bare: Served) -> None:
    with socket.create_connection(("127.0.0.1", bare.port), timeout=5) as connection:
        assert dripped(connection, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: aaaaaaaaaaaaaaaaaaaaaa", 0.1) < 4


def test_row_107_half_a_body_is_408(bare: Served) -> None:
    began = time.monotonic()
    answer = bare.raw(POST + b'Content-Length: 100\r\n\r\n{"name"')
    assert status_of(answer) == 408
    assert problem_of(answer)["code"] == "body.too_slow"
    assert 0.8 < time.monotonic() - began < 4


def test_row_107_a_body_of_one_byte_a_moment_is_408(bare: Served) -> None:
    with socket.create_connection(("127.0.0.1", bare.port), timeout=5) as connection:
        connection.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        assert dripped(connection, b"x" * 80, 0.05) < 3


def test_a_body_cut_short_troubles_nobody(bare: Served) -> None:
    bare.raw(POST + b'Content-Length: 100\r\n\r\n{"name"', wait=0.2, close=True)
    bare.raw(POST + b'Idempotency-Key: a\r\nContent-Length: 100\r\n\r\n{"name"', wait=0.2, close=True)
    assert bare.client.get("/livez").status_code == 200


def test_a_client_that_asks_before_sending_a_long_body_is_told_at_once(bare: Served) -> None:
    began = time.monotonic()
    answer = bare.raw(POST + b"Content-Length: 30000000\r\nExpect: 100-continue\r\n\r\n")
    assert status_of(answer) == 413
    assert time.monotonic() - began < 1


def test_a_client_that_asks_before_sending_a_fitting_body_may_send(bare: Served) -> None:
    with socket.create_connection(("127.0.0.1", bare.port), timeout=3) as connection:
        connection.sendall(POST + b"Content-Length: 12\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b'{"name":"x"}')
        assert status_of(received(connection)) == 201


def test_requests_sent_together_are_answered_in_turn(bare: Served) -> None:
    one = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = bare.raw(one + one.replace(b"livez", b"nothing") + last)
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200"]


def test_half_an_answer_is_broken_off_not_ended(bare: Served) -> None:
    answer = bare.raw(b"GET /broken-off HTTP/1.1\r\nHost: localhost\r\n\r\n", wait=2)
    assert b"one half" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    assert bare.client.get("/livez").status_code == 200


@pytest.mark.parametrize("address", [b"//evil.example/", b"/..//..//etc/passwd", b"*", b"/\xc3\xa9"])
def test_an_odd_address_names_nothing(bare: Served, address: bytes) -> None:
    request = b"GET " + address + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert status_of(bare.raw(request)) in (400, 404)


def test_http_1_0_and_an_upgrade_are_answered(bare: Served) -> None:
    assert status_of(bare.raw(b"GET /livez HTTP/1.0\r\n\r\n")) == 200
    upgrade = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    assert status_of(bare.raw(upgrade, wait=0.5)) == 200
