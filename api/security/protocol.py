"""HTTP/1.1 with limits on the head of a request: its size, and how long it may take to arrive."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import MEDIA_TYPE, Problem, problem_document

DEFAULT_HEAD_BYTES = 65_536
DEFAULT_TIMEOUT_S = 10.0


class HeadTooLong(Exception):  # noqa: N818 - a signal to the parser, told to the client as a problem
    """The head of a request exceeds its limit."""


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself reads heads of any size for any time.

    What is wrong before a request exists is answered here, as a problem without request id.
    """

    max_head_bytes = DEFAULT_HEAD_BYTES
    head_timeout_s = DEFAULT_TIMEOUT_S

    def __init__(self, config: Config, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        self._in_head = False
        self._head_bytes = 0
        self._refusal = Problem("bad-request", "head.malformed")
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; an unfinished head counts as it grows."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > self.max_head_bytes:
                self._refuse(Problem("head-too-large", "head.too_large", limit=self.max_head_bytes))

    def on_message_begin(self) -> None:
        """A head begins: the clock runs."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        self._size = 0
        self._await_head()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        self._count(len(url), "address-too-long", "head.address_too_long")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4, "head-too-large", "head.too_large")

    def on_headers_complete(self) -> None:
        """The head is here: what follows is the application's."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be parsed, and close the connection."""
        self._refuse(self._refusal)

    def _count(self, size: int, kind: str, code: str) -> None:
        self._size += size
        if self._size > self.max_head_bytes:
            self._refusal = Problem(kind, code, limit=self.max_head_bytes)
            raise HeadTooLong

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_timeout_s, self._head_too_slow)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_too_slow(self) -> None:
        self._head_timer = None
        if self._in_head:
            self._refuse(Problem("request-too-slow", "head.too_slow", seconds=f"{self.head_timeout_s:g}"))
        elif self.cycle is None:  # connected and silent
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        if self.transport.is_closing():
            return
        self._stop_waiting()
        if self._may_answer():
            self.transport.write(raw_answer(problem))
        self.transport.close()

    def _may_answer(self) -> bool:
        """Whether an answer written now would be taken for the one to the refused request."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        if self._in_head or self.cycle.response_started:
            return False
        self.cycle.disconnected = True  # what the application has to say comes too late
        return True


def raw_answer(problem: Problem) -> bytes:
    """A problem as the bytes of an HTTP answer that ends the connection."""
    body = json.dumps(problem_document(problem, "fr", None), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
        f"content-type: {MEDIA_TYPE}\r\ncontent-language: fr\r\ncontent-length: {len(body)}\r\n"
        "x-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def guarded_protocol(max_head_bytes: int, head_timeout_s: float) -> type[GuardedProtocol]:
    """The protocol with these limits."""
    limits = {"max_head_bytes": max_head_bytes, "head_timeout_s": head_timeout_s}
    return type("LimitedProtocol", (GuardedProtocol,), limits)
