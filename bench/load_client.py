"""Asks a server over some connections for some seconds and tells how it answered; a process of its own.

A job as JSON on stdin: ``port``, ``connections``, ``seconds``, ``paths``; with ``wanted``, a number of requests instead
of seconds. On stdout: ``requests``, ``errors``, ``bytes``, ``seconds``, ``own_cpu`` and the times of all (ms, sorted).
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job; times in ms, sorted."""

    requests: int
    errors: int
    bytes: int
    seconds: float
    own_cpu: float
    times: tuple[float, ...]

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    def time(self, share: float) -> float:
        """The time that this share of the requests took at most."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


def asked(port: int, paths: Sequence[str], *, connections: int, seconds: float) -> Outcome:
    """The outcome of a job done by a process of its own."""
    job = {"port": port, "paths": list(paths), "connections": connections, "seconds": seconds}
    command = [sys.executable, "-m", "bench.load_client"]
    ended = subprocess.run(command, cwd=REPO, input=json.dumps(job), capture_output=True, text=True, check=True)
    told = json.loads(ended.stdout)
    return Outcome(**{**told, "times": tuple(told["times"])})


class Line:
    """One connection: its request under way and how much of the answer is still to come."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._length: int | None = None
        self._body = 0
        self.began = 0.0

    def ask(self, path: str) -> None:
        """Send the next request."""
        self._received.clear()
        self._length, self._body = None, 0
        self.began = time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".encode())

    def ended(self) -> bool:
        """Take what came; whether the answer is whole."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError("the server ended the connection")
        self._received += part
        if not self._body and not self._head_read():
            return False
        if self._length is None:
            return self._received.endswith(b"0\r\n\r\n")
        return len(self._received) >= self._body + self._length

    def _head_read(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        self._body = end + 4
        for header in bytes(self._received[:end]).lower().split(b"\r\n"):
            if header.startswith(b"content-length:"):
                self._length = int(header.partition(b":")[2])
        return True

    @property
    def good(self) -> bool:
        """Whether the answer is 200."""
        return self._received.startswith(b"HTTP/1.1 200")

    @property
    def size(self) -> int:
        """Bytes of the answer."""
        return len(self._received)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job."""
    paths, numbers = job["paths"], count()
    times: list[float] = []
    errors = size = 0
    lines = [Line(job["port"]) for _ in range(job["connections"])]
    began, spent = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask(paths[next(numbers) % len(paths)])
        while time.perf_counter() - began < job["seconds"]:
            for key, _ in waiting.select(1.0):
                line = key.data
                if line.ended():
                    times.append((time.perf_counter() - line.began) * 1000)
                    errors += not line.good
                    size += line.size
                    line.ask(paths[next(numbers) % len(paths)])
    told = {"requests": len(times), "errors": errors, "bytes": size, "seconds": time.perf_counter() - began}
    return {**told, "own_cpu": time.process_time() - spent, "times": sorted(times)}


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
