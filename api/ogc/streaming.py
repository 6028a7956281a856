"""An answer sent while the database reads it, which ends its query when nobody takes it any more."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import anyio
from anyio.to_thread import run_sync
from starlette.types import Send

from api.matching.slots import Slots
from api.ogc.taking_turns import InTurn
from geo.store.database import AUDIENCES, Role
from geo.store.items.stream import Stream


def turns(pool_size: int) -> dict[Role, Slots]:
    """How many answers stream at once to each audience: half of its connections are left to all other requests."""
    return {role: Slots(max(1, pool_size // 2), "format.busy") for role in AUDIENCES}


class Streamed(InTurn):
    """Text as it comes from ``stream``."""

    def __init__(self, stream: Stream, turns: Slots, media_type: str, headers: Mapping[str, str], start: str) -> None:
        """``start``: what comes before the first part."""
        super().__init__(turns, media_type, headers)
        self._stream = stream
        self._first = start.encode()

    def stop(self) -> None:
        """End the query."""
        self._stream.stop()

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()

    async def answer(self, send: Send) -> None:
        """Part by part."""
        part = await run_sync(self._part, self._first)
        await self.start(send)
        while part is not None and not self.gone:
            # the next one is read while this one is sent
            coming = asyncio.ensure_future(run_sync(self._part))
            try:
                await self.part(send, part)
            except BaseException:
                await self._ended(coming)
                raise
            part = await coming
        await send({"type": "http.response.body", "body": b""})

    def _part(self, before: bytes = b"") -> bytes | None:
        part = self._stream.part()
        return before + part if part is not None and before else part

    async def _ended(self, coming: "asyncio.Future[bytes | None]") -> None:
        """Let go of the part that is being read: one thread at a time reads of a stream."""
        with anyio.CancelScope(shield=True), suppress(Exception):
            await run_sync(self._stream.stop)
            await coming
