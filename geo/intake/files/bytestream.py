"""The bytes of a plain, gzipped or bzip2 file in pieces, with progress and a bound on what may be unfolded."""

import bz2
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from geo.intake.files.formats import HEAD_BYTES
from geo.intake.problems import Unreadable

MAX_UNFOLDED = 64 << 30
"""No packed source may unfold to more bytes than this."""
MAX_RATIO = 250
"""Land files deflate 3 to 20 times; deflate's own limit, used by bombs, is about 1030 (bzip2's, about 20 000)."""
_RATIO_FROM = 16 << 20
_READ = 256 << 10
_PIECE = 1 << 20


class _Unfolding(Protocol):
    """One packed member on its way out; ``rest`` are the bytes behind its end, once ``eof`` is set."""

    kind: str
    rest: bytes

    @property
    def eof(self) -> bool:
        """Whether the member's end was seen."""
        ...

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """The content of more packed bytes, at most 1 MiB at a time."""
        ...


class _Gzip:
    kind = "gzip"

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self.rest = b""

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self.eof:
            yield self._inflate.decompress(packed, _PIECE)
            packed = self._inflate.unconsumed_tail
        self.rest = self._inflate.unused_data


class _Bzip2:
    kind = "bzip2"

    def __init__(self) -> None:
        self._inflate = bz2.BZ2Decompressor()
        self.rest = b""

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        yield self._inflate.decompress(packed, _PIECE)
        while not (self.eof or self._inflate.needs_input):
            yield self._inflate.decompress(b"", _PIECE)
        self.rest = self._inflate.unused_data


class ByteStream:
    """The bytes of ``path``, unfolded when they are gzip or bzip2.

    ``position`` is how many bytes of the file on disk have been consumed, for a progress bar.
    """

    def __init__(self, path: Path, *, gzipped: bool, bzipped: bool = False) -> None:
        self._file = path.open("rb")
        self._packing = _Bzip2 if bzipped else _Gzip if gzipped else None
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
            Unreadable: what is packed is truncated, damaged, or unfolds beyond reason.
        """
        yield from self._plain() if self._packing is None else self._unfolded(self._packing)

    def _plain(self) -> Iterator[bytes]:
        while piece := self._file.read(_READ):
            self.position += len(piece)
            yield piece

    def _unfolded(self, packing: type[_Gzip] | type[_Bzip2]) -> Iterator[bytes]:
        member: _Unfolding = packing()
        unfolded = 0
        for piece in self._plain():
            pending = piece
            while pending:
                if member.eof:  # a packed file may hold several members, one after the other
                    pending = pending.lstrip(b"\x00")
                    if not pending:
                        break
                    member = packing()
                for content in _guarded(member, pending):
                    unfolded += len(content)
                    _check_ratio(member.kind, unfolded, self.position)
                    yield content
                pending = member.rest if member.eof else b""
        if not member.eof:
            raise Unreadable(f"{member.kind}.truncated")


def _guarded(member: _Unfolding, packed: bytes) -> Iterator[bytes]:
    try:
        for content in member.pieces(packed):
            if content:
                yield content
    except (zlib.error, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{member.kind}.damaged") from error


def _check_ratio(kind: str, unfolded: int, read: int) -> None:
    if unfolded > MAX_UNFOLDED or (unfolded > _RATIO_FROM and unfolded > MAX_RATIO * read):
        raise Unreadable(f"{kind}.bomb", ratio=MAX_RATIO)


def head_of(path: Path, *, gzipped: bool, bzipped: bool = False) -> bytes:
    """The first bytes of a file, unfolded when they are packed."""
    head = b""
    with ByteStream(path, gzipped=gzipped, bzipped=bzipped) as stream:
        for piece in stream.pieces():
            head += piece[: HEAD_BYTES - len(head)]
            if len(head) >= HEAD_BYTES:
                break
    return head
