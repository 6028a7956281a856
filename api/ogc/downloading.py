"""A file that a process of its own makes, then sent; both end when nobody takes it any more."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from anyio.to_thread import run_sync
from starlette.types import Send

from api.matching.slots import Slots
from api.ogc.taking_turns import InTurn
from api.problems import Problem
from geo.export.errand import DrawnErrand, Errand, Making
from geo.export.whole import CannotExportError
from geo.export.workbook import MOST_ROWS

PART = 1 << 20
"""Bytes sent together."""


class Filed(InTurn):
    """The file of an errand, sent when it is whole."""

    def __init__(
        self,
        errand: Callable[[], Errand | DrawnErrand],
        within: Path | None,
        turns: Slots,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        """``within``: the folder that files are made in, None where temporary files are."""
        super().__init__(turns, media_type, headers)
        self._errand = errand
        self._within = within
        self._making: Making | None = None

    def stop(self) -> None:
        """Let the process give up."""
        if self._making is not None:
            self._making.stop()

    def close(self) -> None:
        """End the process and remove the file."""
        if self._making is not None:
            self._making.close()

    async def answer(self, send: Send) -> None:
        """Make the file, then send it."""
        file = await run_sync(self._made)
        with file:
            self.headers["content-length"] = str(os.fstat(file.fileno()).st_size)
            await self.start(send)
            while (part := await run_sync(file.read, PART)) and not self.gone:
                await self.part(send, part)
        await send({"type": "http.response.body", "body": b""})

    def _made(self) -> BinaryIO:
        """The whole file, opened; it has no name any more, so that nothing is left whatever becomes of us."""
        self._making = Making(self._errand(), self._within)
        try:
            self._making.wait()
        except CannotExportError:  # there is no other of a file of our own
            raise Problem("bad-parameter", "format.rows", most=MOST_ROWS) from None
        file = self._making.path.open("rb")
        self._making.close()
        return file


def room_for_files(caches: Path | None) -> Path | None:
    """The folder that files are made in: among the caches, where they may be written."""
    if caches is not None:
        folder = caches / "files"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(folder, os.W_OK):
                return folder
    return None
