"""An answer sent while the database reads it, which ends its query when nobody takes it any more."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import anyio
from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.matching.slots import Slots
from api.security.head import BODILESS
from geo.store.database import AUDIENCES, Role
from geo.store.items.stream import Stream

TAKE_S = 25.0
"""A client that takes nothing for so long has gone; a little less than the database waits for us."""
AGAIN_S = 0.5
"""Between two words to a query that should end: the first may come before it begins."""


def turns(pool_size: int) -> dict[Role, Slots]:
    """How many answers stream at once to each audience: half of its connections are left to all other requests."""
    return {role: Slots(max(1, pool_size // 2), "format.busy") for role in AUDIENCES}


class Streamed(Response):
    """Text as it comes from ``stream``, in a turn of ``turns``; what goes wrong before its first part is a problem."""

    def __init__(self, stream: Stream, turns: Slots, media_type: str, headers: Mapping[str, str], start: str) -> None:
        """``start``: what comes before the first part."""
        self._stream = stream
        self._turns = turns
        self._first = start
        self._gone = False
        self.media_type = media_type
        self.charset = "utf-8"
        self.status_code = 200
        self.background = None
        self.body = b""
        self.init_headers({"content-type": media_type, **headers})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; the query ends with the answer, however that ends."""
        if scope.get(BODILESS):
            await self._start(send)
            await send({"type": "http.response.body", "body": b""})
            return
        turn = self._turns.turn()
        await run_sync(turn.__enter__)
        watching = asyncio.create_task(self._watch(receive))
        try:
            await self._send(send)
        except Exception:
            if not self._gone:  # else nobody is left to tell
                raise
        finally:
            watching.cancel()
            with anyio.CancelScope(shield=True):
                try:
                    await run_sync(self._stream.close)
                finally:
                    turn.__exit__(None, None, None)

    async def _send(self, send: Send) -> None:
        part = await run_sync(self._part, self._first)
        await self._start(send)
        while part is not None and not self._gone:
            # the next one is read while this one is sent
            coming = asyncio.ensure_future(run_sync(self._part))
            try:
                with anyio.fail_after(TAKE_S):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            except BaseException:
                await self._ended(coming)
                raise
            part = await coming
        await send({"type": "http.response.body", "body": b""})

    def _part(self, before: str = "") -> bytes | None:
        part = self._stream.part()
        return None if part is None else (before + part).encode()

    async def _ended(self, coming: "asyncio.Future[bytes | None]") -> None:
        """Let go of the part that is being read: one thread at a time reads of a stream."""
        with anyio.CancelScope(shield=True), suppress(Exception):
            await run_sync(self._stream.stop)
            await coming

    async def _start(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

    async def _watch(self, receive: Receive) -> None:
        """Wait until the client goes, then end the query."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        while True:
            await run_sync(self._stream.stop)
            await asyncio.sleep(AGAIN_S)
