"""The proxy's configuration, run for real where Caddy is installed (apt-get install caddy)."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from api.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
CADDY = shutil.which("caddy")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CADDY is None, reason="caddy is not on this machine (apt-get install caddy)"),
]


CONFIGURATION = REPOSITORY / "deploy" / "Caddyfile"
MINUTE_S = 60


class Page(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[int]:
    """The port of a proxy with our configuration before a service that always answers."""
    port = _free_port()
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as service:
        Thread(target=service.serve_forever, daemon=True).start()
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "EMPRISE_PUBLIC_URL": f"http://localhost:{port}",
            "EMPRISE_UPSTREAM": f"127.0.0.1:{service.server_port}",
        }
        command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(CONFIGURATION)]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as caddy:
            while _answer(port) is None:
                assert caddy.poll() is None
                time.sleep(0.05)
            yield port
            caddy.terminate()
        service.shutdown()


def _answer(port: int, path: str = "/") -> int | None:
    connection = HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except ConnectionError:
        return None
    finally:
        connection.close()


def test_what_is_for_operators_stays_inside(proxy: int) -> None:
    assert _answer(proxy) == 200
    assert _answer(proxy, "/metrics") == 404


def test_requests_sent_too_slowly_are_ended_while_others_are_served(proxy: int) -> None:
    started = time.monotonic()
    slow = [socket.create_connection(("localhost", proxy)) for _ in range(50)]
    for connection in slow:
        connection.settimeout(0.01)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    while slow and time.monotonic() - started < 30:
        assert _answer(proxy) == 200
        slow = [connection for connection in slow if _still_open(connection)]
        time.sleep(0.5)
    assert slow == []
    assert time.monotonic() - started > 5


def test_a_file_that_takes_a_while_arrives(proxy: int) -> None:
    """Longer than other bodies may take."""
    connection = HTTPConnection("localhost", proxy, timeout=30)
    connection.putrequest("POST", "/imports")
    connection.putheader("Content-Length", "35")
    connection.endheaders()
    for _ in range(35):
        connection.send(b"x")
        time.sleep(1)
    assert connection.getresponse().status == 200
    connection.close()


def test_the_proxy_waits_longer_for_a_file_than_the_service() -> None:
    minutes = {name: int(said) for name, said in re.findall(r"(read_body|write) (\d+)m\n", CONFIGURATION.read_text())}
    upload_s = Settings.model_fields["upload_timeout_s"].default
    assert minutes["read_body"] * MINUTE_S > upload_s
    assert minutes["write"] * MINUTE_S > minutes["read_body"] * MINUTE_S + upload_s / 2


def _still_open(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"a")
        connection.recv(1)
    except TimeoutError:
        return True
    except OSError:
        pass
    connection.close()
    return False
