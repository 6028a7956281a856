"""Many rows of bytes put together at once, each of the same number of pieces taken from here and there."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


class Rows:
    """``count`` rows in the making: say piece by piece, from the left, where that of each row stands."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: list[Bytes] = []
        self._end = 0
        self._starts: list[Places] = []
        self._sizes: list[Places] = []

    def same(self, piece: bytes) -> None:
        """A piece that is the same in every row."""
        self.one_of([piece], np.zeros(self._count, np.int64))

    def one_of(self, pieces: Sequence[bytes], which: Places) -> None:
        """A piece that is one of some: row i has ``pieces[which[i]]``."""
        sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
        begin = np.cumsum(sizes) - sizes
        self.cut(np.frombuffer(b"".join(pieces), np.uint8), begin[which], sizes[which])

    def cut(self, text: Bytes, starts: Places, sizes: Places) -> None:
        """A piece cut out of ``text``: row i has ``sizes[i]`` bytes from ``starts[i]`` on."""
        self._starts.append(starts + self._end)
        self._sizes.append(sizes)
        self._pool.append(text)
        self._end += len(text)

    def blocks(self, blocks: Bytes) -> None:
        """A piece of one size: row i has ``blocks[i]``, an (n, size) array."""
        size = blocks.shape[1]
        begin = np.arange(self._count, dtype=np.int64) * size
        self.cut(np.ascontiguousarray(blocks).reshape(-1), begin, np.full(self._count, size))

    def join(self) -> tuple[Bytes, Places]:
        """All rows end to end: row i is ``raw[offsets[i]:offsets[i + 1]]``."""
        starts, sizes = np.column_stack(self._starts), np.column_stack(self._sizes)
        offsets = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))])
        raw = np.empty(int(offsets[-1]), np.uint8)
        _join(np.concatenate(self._pool), starts, sizes, raw)
        return raw, offsets


@lean
def _join(pool, starts, sizes, raw):  # type: ignore[no-untyped-def]
    at = np.uint64(0)  # unsigned: a place that may be counted from the end keeps bytes from being moved together
    for i in range(starts.shape[0]):
        for k in range(starts.shape[1]):
            begin, size = np.uint64(starts[i, k]), np.uint64(sizes[i, k])
            for byte in range(size):
                raw[at + byte] = pool[begin + byte]
            at += size
