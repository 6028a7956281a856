"""The bytes of a plain or gzipped file in pieces, with progress and a bound on what gzip may unfold."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from geo.intake.formats import HEAD_BYTES
from geo.intake.problems import Unreadable

MAX_UNFOLDED = 64 << 30
"""No gzipped source may unfold to more bytes than this."""
MAX_RATIO = 250
"""Land files deflate 3 to 20 times; deflate's own limit, used by bombs, is about 1030."""
_RATIO_FROM = 16 << 20
_READ = 256 << 10


class ByteStream:
    """The bytes of ``path``, unfolded when they are gzip.

    ``position`` is how many bytes of the file on disk have been consumed, for a progress bar.
    """

    def __init__(self, path: Path, *, gzipped: bool) -> None:
        self._file = path.open("rb")
        self._gzipped = gzipped
        self.position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def pieces(self) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB.

        Raises:
            Unreadable: the gzip is truncated, damaged, or unfolds beyond reason.
        """
        yield from self._unfolded() if self._gzipped else self._plain()

    def _plain(self) -> Iterator[bytes]:
        while piece := self._file.read(_READ):
            self.position += len(piece)
            yield piece

    def _unfolded(self) -> Iterator[bytes]:
        inflate, unfolded = zlib.decompressobj(wbits=31), 0
        for piece in self._plain():
            pending = piece
            while pending:
                if inflate.eof:  # a gzip file may hold several members, one after the other
                    pending = pending.lstrip(b"\x00")
                    if not pending:
                        break
                    inflate = zlib.decompressobj(wbits=31)
                content = _inflate(inflate, pending)
                pending = inflate.unconsumed_tail or inflate.unused_data
                unfolded += len(content)
                _check_ratio(unfolded, self.position)
                if content:
                    yield content
        if not inflate.eof:
            raise Unreadable("gzip.truncated", "the gzip file ends too early; fetch it again, it is incomplete")


def _inflate(inflate: "zlib._Decompress", pending: bytes) -> bytes:
    try:
        return inflate.decompress(pending, 1 << 20)
    except zlib.error as error:
        raise Unreadable("gzip.damaged", "the gzip data is damaged; fetch the file again") from error


def _check_ratio(unfolded: int, read: int) -> None:
    if unfolded > MAX_UNFOLDED or (unfolded > _RATIO_FROM and unfolded > MAX_RATIO * read):
        raise Unreadable("gzip.bomb", f"the gzip unfolds more than {MAX_RATIO} times its size; refused as unsafe")


def head_of(path: Path, *, gzipped: bool) -> bytes:
    """The first bytes of a file, unfolded when they are gzip."""
    head = b""
    with ByteStream(path, gzipped=gzipped) as stream:
        for piece in stream.pieces():
            head += piece[: HEAD_BYTES - len(head)]
            if len(head) >= HEAD_BYTES:
                break
    return head
