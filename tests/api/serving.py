"""The service on a loopback port, in a thread of the test: real HTTP, and raw sockets where bytes matter."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from fastapi import FastAPI

from api.server import server_config
from api.settings import Settings

START_S = 120
"""A start takes a second; a machine busy with other things may take many."""


@dataclass(frozen=True)
class Served:
    """A running service: its application, its port, and a client for it."""

    app: FastAPI
    port: int
    client: httpx.Client

    def raw(self, data: bytes, *, wait: float = 5.0, close: bool = False) -> bytes:
        """Send bytes as they are and return what comes back until the service closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            try:
                connection.sendall(data)
                if close:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before everything was sent: the answer is still there to read
            return received(connection)


def received(connection: socket.socket) -> bytes:
    """Everything that arrives until the other side closes or is silent for the socket's time-out."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


def dripped(connection: socket.socket, data: bytes, pause_s: float) -> float:
    """Send bytes one at a time until all are sent or the other side refuses more; the seconds it took."""
    began = time.monotonic()
    try:
        for letter in data:
            connection.sendall(bytes([letter]))
            time.sleep(pause_s)
    except OSError:
        pass
    return time.monotonic() - began


def status_of(answer: bytes) -> int:
    """The status of a raw HTTP answer; 0 when there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def problem_of(answer: bytes) -> dict[str, object]:
    """The problem in a raw HTTP answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    document: dict[str, object] = json.loads(body)
    return document


@contextmanager
def serving(app: FastAPI, settings: Settings) -> Iterator[Served]:
    """Serve ``app`` as `emprise serve` does, on a free port."""
    server = uvicorn.Server(server_config(app, settings.model_copy(update={"host": "127.0.0.1", "port": 0})))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_S
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < until, f"the service did not start in {START_S} s"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        try:
            yield Served(app, port, client)
        finally:
            server.should_exit = True
            thread.join(timeout=10)
