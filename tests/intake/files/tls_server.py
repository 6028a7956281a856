"""A small https server on loopback with a certificate of its own, for the tests of downloads."""

import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], None]
needed = shutil.which("openssl") is not None


@dataclass
class Site:
    """What answers under which path, and what was asked. ``port`` is where it listens."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def address(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


def certificate(folder: Path, names: str = "DNS:localhost,DNS:emprise.test,IP:127.0.0.1,IP:127.0.0.2") -> Path:
    """A key and a self-made certificate in one file."""
    key, made, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    made_of = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=emprise-test"
    asked = ["openssl", *made_of.split(), "-addext", f"subjectAltName={names}"]
    subprocess.run([*asked, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + made.read_bytes())
    return both


@contextmanager
def site(pem: Path) -> Iterator[Site]:
    """A server on 127.0.0.1 and 127.0.0.2 until the context ends."""

    class Asked(Handler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            found.answers.get(self.path, missing)(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = _Quiet(("0.0.0.0", 0), Asked)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


def missing(handler: Handler) -> None:
    handler.send_error(404)


def content(body: bytes, **headers: str) -> Answer:
    """The whole body, whatever is asked."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def breaking(body: bytes, after: int, tags: list[str], times: int = 1) -> Answer:
    """The body, resumable, whose connection breaks ``times`` times ``after`` bytes; each answer takes the next tag."""
    broken = 0

    def answer(handler: Handler) -> None:
        nonlocal broken
        tag = tags.pop(0) if len(tags) > 1 else tags[0]
        start = 0
        if "Range" in handler.headers and handler.headers["If-Range"] == tag:
            start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        handler.send_response(206 if start else 200)
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(body) - start))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.end_headers()
        whole = broken >= times
        broken += 1
        handler.wfile.write(body[start:] if whole else body[start : start + after])

    return answer


def pointing(to: str, status: int = 302) -> Answer:
    """A redirect."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer
