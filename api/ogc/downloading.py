"""A file that a process of its own makes, then sent; both end when nobody takes it any more."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import anyio
from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.matching.slots import Slots
from api.ogc.streaming import TAKE_S
from api.problems import Problem
from api.security.head import BODILESS
from geo.export.errand import Errand, Making
from geo.export.whole import CannotExportError
from geo.export.workbook import MOST_ROWS

PART = 1 << 20
"""Bytes sent together."""


class Filed(Response):
    """The file of an errand, made in a turn of ``turns``; what goes wrong before it is whole is a problem."""

    def __init__(
        self,
        errand: Callable[[], Errand],
        within: Path | None,
        turns: Slots,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        """``within``: the folder that files are made in, None where temporary files are."""
        self._errand = errand
        self._within = within
        self._turns = turns
        self._gone = False
        self._making: Making | None = None
        self.media_type = media_type
        self.status_code = 200
        self.background = None
        self.body = b""
        self.init_headers({"content-type": media_type, **headers})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; process and file end with the answer, however that ends."""
        if scope.get(BODILESS):
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})
            return
        turn = self._turns.turn()
        await run_sync(turn.__enter__)
        watching = asyncio.create_task(self._watch(receive))
        try:
            await self._answer(send)
        except Exception:
            if not self._gone:  # else nobody is left to tell
                raise
        finally:
            watching.cancel()
            with anyio.CancelScope(shield=True):
                try:
                    await run_sync(self._end)
                finally:
                    turn.__exit__(None, None, None)

    async def _answer(self, send: Send) -> None:
        file = await run_sync(self._made)
        with file:
            self.headers["content-length"] = str(os.fstat(file.fileno()).st_size)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while (part := await run_sync(file.read, PART)) and not self._gone:
                with anyio.fail_after(TAKE_S):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _made(self) -> BinaryIO:
        """The whole file, opened; it has no name any more, so that nothing is left whatever becomes of us."""
        self._making = Making(self._errand(), self._within)
        if self._gone:
            self._making.stop()
        try:
            self._making.wait()
        except CannotExportError:  # there is no other of a file of our own
            raise Problem("bad-parameter", "format.rows", most=MOST_ROWS) from None
        file = self._making.path.open("rb")
        self._making.close()
        return file

    def _end(self) -> None:
        if self._making is not None:
            self._making.close()

    async def _watch(self, receive: Receive) -> None:
        """Wait until the client goes, then let the process give up."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        if self._making is not None:
            self._making.stop()


def room_for_files(caches: Path | None) -> Path | None:
    """The folder that files are made in: among the caches, where they may be written."""
    if caches is not None:
        folder = caches / "files"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(folder, os.W_OK):
                return folder
    return None
