"""A file that is sent, into the database piece by piece as it arrives; never whole in memory, never on this disk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.deps import Session
from api.planning.import_options import ImportOptions, completed, file_name
from api.planning.upload_form import UploadForm
from api.problems import Problem
from api.security.body_limit import CLOSE
from api.settings import Settings
from geo.store.database import Role
from geo.store.merging import uploads

FORM = "multipart/form-data"
RAW = (
    *("application/octet-stream", "application/geo+json", "application/geo+json-seq", "application/json"),
    *("application/geopackage+sqlite3", "application/vnd.sqlite3", "application/x-sqlite3", "application/flatgeobuf"),
    *("application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip"),
    *("application/x-bzip2", "application/x-tar", "text/csv", "application/vnd.apache.parquet"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Types of a body that is the file itself. What it is, its bytes tell."""
UNNAMED = "file"


@dataclass(slots=True)
class Received:
    """A file that arrived: its number, whose it is, its clean name, SHA-256 and size (bytes), what was said of it."""

    delivery: int
    organisation: int | None
    name: str
    sha256: bytes
    size: int
    options: ImportOptions


@dataclass(slots=True)
class _Pieces:
    """Bytes on their way into the database."""

    session: Session
    delivery: int
    size: int = 0
    digest: Any = field(default_factory=sha256)
    _waiting: bytearray = field(default_factory=bytearray)
    _number: int = 0

    def take(self, data: bytes) -> None:
        self._waiting += data
        self.size += len(data)
        self.digest.update(data)

    async def flush(self, *, all_of_it: bool = False) -> None:
        while len(self._waiting) >= uploads.PIECE_BYTES or (all_of_it and self._waiting):
            piece = bytes(self._waiting[: uploads.PIECE_BYTES])
            del self._waiting[: uploads.PIECE_BYTES]
            await run_in_threadpool(self._put, piece)

    def _put(self, piece: bytes) -> None:
        with self.session.begin() as connection:
            uploads.add_piece(connection, self.delivery, self._number, piece)
        self._number += 1


async def receive(request: Request, session: Session, settings: Settings, given: ImportOptions) -> Received:
    """Take in the file of a request whose sender may send one.

    Raises:
        Problem: wrong type (415), malformed (400), too slow (408), too large (413), no file or wrong options (422),
            too many files of its organisation under way (429).
    """
    kind = media_type(request)
    request.scope["state"] |= {"max_body_bytes": settings.max_upload_bytes, "body_timeout_s": settings.upload_timeout_s}
    delivery = await run_in_threadpool(_begin, session)
    pieces = _Pieces(session, delivery)
    try:
        await run_in_threadpool(_check_room, session, settings.imports_under_way)
        if kind == FORM:
            form = UploadForm(request.headers["content-type"], pieces.take)
            async for part in _arriving(request, settings.body_timeout_s):
                form.feed(part)
                await pieces.flush()
            form.end()
            options = completed(given, form.fields)
            name = file_name(options.name or form.name)
        else:
            options, name = given, file_name(given.name)
            async for part in _arriving(request, settings.body_timeout_s):
                pieces.take(part)
                await pieces.flush()
        await pieces.flush(all_of_it=True)
        if pieces.size == 0:
            raise Problem("invalid", "upload.empty")
    except BaseException:
        await asyncio.shield(run_in_threadpool(forget, session, delivery))
        raise
    return Received(delivery, _sender(session), name, pieces.digest.digest(), pieces.size, options)


def _begin(session: Session) -> int:
    with session.begin() as connection:
        return uploads.begin(connection, UNNAMED, {})


def _check_room(session: Session, most: int) -> None:
    """Refuse one more file of an organisation than it may have; it counts itself, so that no two take one place."""
    if session.principal.audience is not Role.PLANNER:
        return
    with session.begin() as connection:
        if uploads.under_way(connection) > most:
            raise Problem("too-many-requests", "upload.too_many", headers={"Retry-After": "60"}, limit=most)


def media_type(request: Request) -> str:
    """The type of the body.

    Raises:
        Problem: it is no type of a file, or the body is compressed on its way (415).
    """
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind != FORM and kind not in RAW:
        accepted = (FORM, *RAW)
        if not given:
            raise Problem("media-type", "body.no_media_type", accepted=accepted)
        raise Problem("media-type", "body.media_type", given=given, accepted=accepted)
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem("media-type", "body.encoding", given=coding)
    return kind


async def _arriving(request: Request, silence_s: float) -> AsyncIterator[bytes]:
    """The body as it arrives; a sender that falls silent is not waited for."""
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(silence_s):
                part = await anext(stream, None)
        except TimeoutError:
            raise Problem("request-too-slow", "body.too_slow", headers=CLOSE, seconds=f"{silence_s:g}") from None
        if part is None:
            return
        yield part


def _sender(session: Session) -> int | None:
    """The organisation a file is sent for; an administrator's is of none, as the base has it."""
    principal = session.principal
    return principal.organisation if principal.audience is Role.PLANNER else None


def forget(session: Session, delivery: int) -> None:
    """Leave nothing of a file that did not arrive whole."""
    with session.database.connection(Role.WORKER) as connection:
        uploads.discard(connection, delivery)
