"""How large a body may be and how long it may take to arrive."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem

DRAINED_BYTES = 32_000_000
DRAINED_SECONDS = 2.0
"""What is still read of a body that is refused, so that the client gets to read the answer."""

CLOSE = {"Connection": "close"}


class BodyLimit:
    """ASGI middleware: counts the bytes that arrive, whatever Content-Length says.

    The limit acts when the body is read, so a route may set another one before, as ``max_body_bytes`` in the
    request's state, and another time as ``body_timeout_s``.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, timeout_s: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a body that ends in a Problem when it is too long or too slow."""
        if scope["type"] == "http":
            receive = LimitedBody(scope, receive, self.max_bytes, self.timeout_s).receive
        await self.app(scope, receive, send)


class LimitedBody:
    """The body of one request."""

    def __init__(self, scope: Scope, receive: Receive, max_bytes: int, timeout_s: float) -> None:
        self._scope = scope
        self._receive = receive
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._deadline: float | None = None
        self._received = 0
        self._ended = False

    async def receive(self) -> Message:
        """The next part of the body, then what the server says of the connection.

        Raises:
            Problem: Content-Length is no length (400), the body is too slow (408) or too large (413).
        """
        if self._ended:
            return await self._receive()
        if self._deadline is None:
            self._timeout_s = self._scope.get("state", {}).get("body_timeout_s", self._timeout_s)
            self._deadline = asyncio.get_running_loop().time() + self._timeout_s
            if declared_length(self._scope) > self._limit():
                await self._refuse()
        message = await self._next()
        self._received += len(message.get("body", b""))
        if self._received > self._limit():
            await self._refuse()
        return message

    def _limit(self) -> int:
        limit: int = self._scope.get("state", {}).get("max_body_bytes", self._max_bytes)
        return limit

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise Problem("request-too-slow", "body.too_slow", headers=CLOSE, seconds=f"{self._timeout_s:g}") from None
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def _refuse(self) -> None:
        problem = Problem("too-large", "body.too_large", headers=CLOSE, limit=self._limit())
        if self._received == 0 and Headers(scope=self._scope).get("expect", "").lower() == "100-continue":
            raise problem
        soon = asyncio.get_running_loop().time() + DRAINED_SECONDS
        self._deadline = min(self._deadline or soon, soon)
        drained = 0
        while not self._ended and drained < DRAINED_BYTES:
            try:
                drained += len((await self._next()).get("body", b""))
            except Problem:
                break
        raise problem


def declared_length(scope: Scope) -> int:
    """Content-Length in bytes; 0 when it is not given.

    Raises:
        Problem: it is not a length (400).
    """
    given = Headers(scope=scope).get("content-length")
    if given is None:
        return 0
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Problem("bad-request", "body.length", headers=CLOSE, given=given)
    return int(given)
