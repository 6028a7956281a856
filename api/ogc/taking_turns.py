"""An answer sent in a turn of its own while something makes it, which is ended when nobody takes it any more."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress

import anyio
import psycopg
from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.matching.slots import Slots
from api.security.head import BODILESS

TAKE_S = 25.0
"""A client that takes nothing for so long has gone; a little less than the database waits for us."""
AGAIN_S = 0.5
"""Between two words to what should end: the first may come before it begins."""


class InTurn(Response, ABC):
    """A long answer in a turn of ``turns``; what goes wrong before its first part is a problem.

    :meth:`answer` sends it; :meth:`stop` tells what makes it to end, from any thread and as often as one likes;
    :meth:`close` ends it, however the answer ended. The last two wait, and are called in threads.
    """

    def __init__(self, turns: Slots, media_type: str, headers: Mapping[str, str]) -> None:
        self._turns = turns
        self.gone = False
        self.media_type = media_type
        self.charset = "utf-8"
        self.status_code = 200
        self.background = None
        self.body = b""
        self.init_headers({"content-type": media_type, **headers})
        del self.headers["content-length"]

    @abstractmethod
    async def answer(self, send: Send) -> None:
        """Send the answer, its start included, until the client has gone."""

    @abstractmethod
    def stop(self) -> None:
        """Let go of what is being made."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what makes the answer ends with it, however that ends. What the route left for later comes last."""
        if scope.get(BODILESS):
            await self.start(send)
            await send({"type": "http.response.body", "body": b""})
            return
        turn = self._turns.turn()
        await run_sync(turn.__enter__)
        watching = asyncio.create_task(self._watch(receive))
        try:
            await self.answer(send)
        except Exception:
            if not self.gone:  # else nobody is left to tell
                raise
        finally:
            watching.cancel()
            with anyio.CancelScope(shield=True):
                try:
                    await run_sync(self.close)
                finally:
                    turn.__exit__(None, None, None)
        if self.background is not None:
            await self.background()

    async def start(self, send: Send) -> None:
        """Send status and headers."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

    async def part(self, send: Send, body: bytes) -> None:
        """Send a part. Raises TimeoutError: the client takes nothing."""
        with anyio.fail_after(TAKE_S):
            await send({"type": "http.response.body", "body": body, "more_body": True})

    async def _watch(self, receive: Receive) -> None:
        """Wait until the client goes, then end what makes the answer."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        while True:
            with suppress(psycopg.Error):  # the word did not arrive: it is said again
                await run_sync(self.stop)
            await asyncio.sleep(AGAIN_S)
