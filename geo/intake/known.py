"""The rows of the base that a file may repeat word for word, and those it was seen to repeat."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

ROW = np.dtype([("head", ">u8"), ("tail", ">u8"), ("id", ">i8")])
"""As geo.store.merging.repeats.texts writes them: hash and number."""
HASH = np.dtype([("head", ">u8"), ("tail", ">u8")])

Numbers = NDArray[np.uint64]


class Known:
    """Rows by the hash of their text, 24 bytes each and as many while they are sorted."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        rows = np.frombuffer(b"".join(blocks), ROW)
        head = rows["head"].astype(np.uint64)
        order = np.argsort(head, kind="stable")
        self._head: Numbers = head[order]
        self._tail: Numbers = rows["tail"].astype(np.uint64)[order]
        self._id = rows["id"].astype(np.int64)[order]
        self._seen = np.zeros(len(order), dtype=np.bool_)
        self.able = int(np.count_nonzero(self._head | self._tail))

    def find(self, hashed: list[bytes]) -> NDArray[np.intp]:
        """The place of each hash among the rows, -1 where none has it."""
        asked = np.frombuffer(b"".join(hashed), HASH)
        head, tail = asked["head"].astype(np.uint64), asked["tail"].astype(np.uint64)
        if not len(self._head):
            return np.full(len(head), -1)
        place = np.minimum(np.searchsorted(self._head, head), len(self._head) - 1)
        same = (self._head[place] == head) & (self._tail[place] == tail) & ((head | tail) != 0)
        return np.where(same, place, -1)

    def see(self, places: NDArray[np.intp]) -> bool:
        """Note that the file repeats these rows; False when it says one of them twice."""
        if self._seen[places].any() or len(np.unique(places)) < len(places):
            return False
        self._seen[places] = True
        return True

    def print_of(self, places: NDArray[np.intp]) -> bytes:
        """The xor of the hashes of some rows."""
        return _xor(self._head[places], self._tail[places])

    @property
    def repeated(self) -> tuple[int, bytes]:
        """How many rows the file repeats, and the xor of their hashes."""
        return int(self._seen.sum()), _xor(self._head[self._seen], self._tail[self._seen])

    @property
    def rest(self) -> list[int]:
        """The ids of the rows that it does not repeat."""
        found: list[int] = self._id[~self._seen].tolist()
        return found

    def without(self, ids: list[int]) -> tuple[int, bytes]:
        """As ``repeated``, were all rows repeated that have a text but for those of ``ids``."""
        kept = ((self._head | self._tail) != 0) & ~np.isin(self._id, np.array(ids, dtype=np.int64))
        return int(kept.sum()), _xor(self._head[kept], self._tail[kept])


def joined(prints: Iterable[bytes]) -> bytes:
    """The xor of some xors."""
    numbers = np.frombuffer(b"".join(prints), HASH)
    return _xor(numbers["head"].astype(np.uint64), numbers["tail"].astype(np.uint64))


def _xor(head: Numbers, tail: Numbers) -> bytes:
    both = (int(np.bitwise_xor.reduce(one)) if len(one) else 0 for one in (head, tail))
    return b"".join(one.to_bytes(8, "big") for one in both)
