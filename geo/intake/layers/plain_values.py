"""The values of one column of plain rows: each distinct one is read once, however many rows and chunks it is in."""

from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.compiler import lean
from geo.intake.files.scan_kernel import TEXT, WIDE
from geo.intake.files.scanner import Bytes, Places
from geo.intake.layers.values import Reader
from geo.store.merging.copying import packed

_MOST_KEPT = 4_000
"""Values that outlive the chunk they are in keep its memory from being given back."""
_UNTAKEN = -1


@dataclass(frozen=True, slots=True)
class Read:
    """One distinct value: as COPY wants it, as JSON, and as a number; ``sure`` when a report says nothing of it."""

    sure: bool
    copied: bytes
    told: bytes
    number: float


@dataclass(frozen=True, slots=True)
class Column:
    """Row i holds ``values[which[i]]``; of rows that were not asked for, ``which`` is 0."""

    values: list[Read]
    which: Places

    def of(self, places: Places) -> "Column":
        """The column of some of its rows."""
        return Column(self.values, self.which[places])

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Of which rows a report says nothing."""
        return np.array([value.sure for value in self.values])[self.which]

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers, NaN where there is none."""
        return np.array([value.number for value in self.values])[self.which]


class Memo:
    """A column that ``read`` understands and that travels as ``kind``; without a reader it holds nothing."""

    def __init__(self, kind: str, read: Reader | None) -> None:
        self._kind, self._read = kind, read
        self._known: dict[tuple[int, bytes], Read] = {}
        self._nothing = self._kept(None, None)

    def nothing(self, count: int) -> Column:
        """A column of ``count`` rows the file says nothing of."""
        return Column([self._nothing], np.zeros(count, np.int64))

    def column(self, text: Bytes, kinds: Bytes, starts: Places, ends: Places, plain: NDArray[np.bool_]) -> Column:
        """The column of the ``plain`` rows whose values are written as ``kinds`` from ``starts`` to ``ends``."""
        which, first = distinct(text, kinds, starts, ends, plain)
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        values = [self._value(int(kinds[i]), text[starts[i] : ends[i]].tobytes()) for i in first]
        return Column(values or [self._nothing], np.maximum(which, 0))

    def _value(self, kind: int, token: bytes) -> Read:
        known = self._known.get((kind, token))
        if known is None:
            assert self._read is not None  # noqa: S101 - a column with a source field is read
            raw = token.decode() if kind in (TEXT, WIDE) else orjson.loads(token)
            known = self._known[kind, token] = self._kept(*self._read(raw))
        return known

    def _kept(self, value: object, code: str | None) -> Read:
        number = float(value) if isinstance(value, float) else np.nan
        return Read(code is None, packed(self._kind, [value])[0], orjson.dumps(value), number)


def distinct(
    text: Bytes, kinds: Bytes, starts: Places, ends: Places, plain: NDArray[np.bool_]
) -> tuple[Places, Places]:
    """Number the distinct values: which each plain row holds (-1 in others), and the first row of each."""
    size = 1 << int(2 * len(starts) + 2).bit_length()
    slots = np.full(size, _UNTAKEN, np.int64)
    which, first = np.full(len(starts), _UNTAKEN, np.int64), np.empty(len(starts), np.int64)
    count = _number(text, kinds, starts, ends, plain, slots, which, first)
    return which, first[:count]


@lean
def _number(text, kinds, starts, ends, plain, slots, which, first):  # type: ignore[no-untyped-def]
    count = 0
    for i in range(len(starts)):
        if not plain[i]:
            continue
        at = _hash(text, kinds[i], starts[i], ends[i]) & (len(slots) - 1)
        while slots[at] >= 0 and not _same(text, kinds, starts, ends, i, first[slots[at]]):
            at = (at + 1) & (len(slots) - 1)
        if slots[at] < 0:
            slots[at] = count
            first[count] = i
            count += 1
        which[i] = slots[at]
    return count


@lean
def _hash(text, kind, start, end):  # type: ignore[no-untyped-def]
    """FNV-1a, folded: only how long the search takes depends on it."""
    found = np.uint64(0xCBF29CE484222325) ^ np.uint64(kind)
    for k in range(start, end):
        found = (found ^ np.uint64(text[k])) * np.uint64(0x100000001B3)
    return np.int64((found ^ (found >> np.uint64(29))) & np.uint64(0x7FFFFFFF))


@lean
def _same(text, kinds, starts, ends, i, j):  # type: ignore[no-untyped-def]
    size = ends[i] - starts[i]
    same = kinds[i] == kinds[j] and size == ends[j] - starts[j]
    for k in range(size if same else 0):
        same &= text[starts[i] + k] == text[starts[j] + k]
    return same
