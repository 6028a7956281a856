"""A POST with an Idempotency-Key does its work once; sent again, it gets the same answer.

What an answer tells once only (the links of a consultation) is not kept: the route says what is told instead.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem
from api.security.link_paths import is_secret
from api.security.parameters import EVERYWHERE
from api.security.principal import Doorkeeper, address_of
from geo.store.access import idempotency as store
from geo.store.access.idempotency import Answer, Claim, Slot
from geo.store.database import Database, Role

log = structlog.get_logger("emprise.idempotency")

MOST_KEPT_BYTES = 5_000_000
"""A longer answer is not kept: the same request then runs again."""

MOST_KEPT_OF_PUBLIC_BYTES = 200_000
"""The same for who is not signed in: anyone may ask, so what anyone makes us keep is small."""

PURGED_EVERY_S = 3600
KEPT_BY_ROUTE = frozenset({"/imports"})
"""Bodies too long to be held: their route keeps the key with what it made of them."""

NOT_REPEATED = frozenset({b"set-cookie", b"date", b"connection", b"content-length"})
_INSTEAD = "told_when_repeated"


def tell_instead(request: Request, document: Mapping[str, Any]) -> None:
    """What is kept of the answer to this request, and told when it is repeated."""
    request.scope["state"][_INSTEAD] = json.dumps(document, ensure_ascii=False).encode()


class Idempotency:
    """ASGI middleware: answers a repeated POST from the database, else runs it and keeps its answer."""

    def __init__(self, app: ASGIApp, database: Database, doorkeeper: Doorkeeper) -> None:
        self.app = app
        self._database = database
        self._doorkeeper = doorkeeper
        self._purged = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it.

        Raises:
            Problem: the key is malformed (400), under way (409), or was used for another body (422).
        """
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
            raise Problem("bad-request", "idempotency.key")
        if scope["path"] in KEPT_BY_ROUTE or is_secret(scope["path"]):
            await self.app(scope, receive, send)
            return
        principal = await self._doorkeeper.identify(scope)
        body = await read_all(receive)
        is_public = principal.audience is Role.PUBLIC
        # the public is everybody: each address has its own keys
        owner = f"{principal.name} {address_of(scope)}" if is_public else principal.name
        slot = Slot(owner, scope["path"], key, digest(scope, body))
        claimed, answer = await run_in_threadpool(self._claim, slot)
        if claimed is Claim.OTHER_BODY:
            raise Problem("key-reused", "idempotency.other_body")
        if claimed is Claim.UNDER_WAY:
            raise Problem("in-progress", "idempotency.under_way")
        if answer is not None:
            await replay(answer, send)
        else:
            scope.setdefault("state", {})
            recorder = Recorder(send, MOST_KEPT_OF_PUBLIC_BYTES if is_public else MOST_KEPT_BYTES)
            await self._run(scope, resent(body, receive), recorder, slot)

    def _claim(self, slot: Slot) -> tuple[Claim, Answer | None]:
        now = datetime.now(UTC)
        with self._database.connection(Role.GATE) as connection:
            if time.monotonic() - self._purged > PURGED_EVERY_S:
                store.purge(connection, now)
                self._purged = time.monotonic()
            return store.claim(connection, slot, now)

    async def _run(self, scope: Scope, receive: Receive, recorder: "Recorder", slot: Slot) -> None:
        try:
            await self.app(scope, receive, recorder.send)
        except BaseException:
            await run_in_threadpool(self._settle, slot, None)
            raise
        await run_in_threadpool(self._settle, slot, recorder.answer(scope["state"].get(_INSTEAD)))
        await recorder.flush()

    def _settle(self, slot: Slot, answer: Answer | None) -> None:
        try:
            with self._database.connection(Role.GATE) as connection:
                if answer is None:
                    store.release(connection, slot)
                else:
                    store.keep(connection, slot, answer)
        except SQLAlchemyError as error:  # the work is done: its answer goes out all the same
            log.warning("not kept", exc_info=error)


class Recorder:
    """Holds an answer back until it is kept; one that is too long, or no success, goes straight out."""

    def __init__(self, send: Send, most_kept: int) -> None:
        self._send = send
        self._most_kept = most_kept
        self._held: list[Message] = []
        self._size = 0
        self._through = False
        self._complete = False

    async def send(self, message: Message) -> None:
        """Take the next message of the answer."""
        self._held.append(message)
        self._size += len(message.get("body", b""))
        if message["type"] == "http.response.start" and message["status"] >= 400:
            self._through = True
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._complete = True
        if self._through or self._size > self._most_kept:
            self._through = True
            await self.flush()

    async def flush(self) -> None:
        """Send what is held back."""
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def answer(self, instead: bytes | None = None) -> Answer | None:
        """The whole answer, or what is told ``instead`` of its body; None when it is not to be kept."""
        if self._through or not self._complete:
            return None
        start = self._held[0]
        headers = [(name, value) for name, value in start.get("headers", ()) if name.lower() not in NOT_REPEATED]
        told = b"".join(message.get("body", b"") for message in self._held[1:]) if instead is None else instead
        headers.append((b"content-length", str(len(told)).encode()))
        return Answer(
            status=start["status"],
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers],
            body=told,
        )


async def read_all(receive: Receive) -> bytes:
    """The whole body of a request.

    Raises:
        ClientDisconnect: the client went away before its end.
    """
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def resent(body: bytes, receive: Receive) -> Receive:
    """A channel that gives ``body``, then what ``receive`` has to say."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def digest(scope: Scope, body: bytes) -> bytes:
    """SHA-256 of what is asked: body, its type, and the query but for the key and the language."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = sorted(entry for entry in query if entry[0] not in EVERYWHERE)
    media_type = Headers(scope=scope).get("content-type", "")
    return sha256(f"{asked}\n{media_type}\n".encode() + body).digest()


async def replay(answer: Answer, send: Send) -> None:
    """Send a kept answer again."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"idempotency-replayed", b"true"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
