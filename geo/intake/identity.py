"""What makes a row the same row: digests of normalised records, and natural keys met twice in one file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

DIGEST_BYTES = 16
_VERSION = b"emprise/record/1"


def digests(
    layer: str, crs: str, keys: Sequence[str], fields: dict[str, list[object]], source: NDArray[np.object_]
) -> list[bytes]:
    """BLAKE2b (16 bytes) of each record: key, values of all columns by name, source geometry and its system.

    Depends on nothing else: not on the row's number, the file's name, or the order of fields.
    """
    names = sorted(fields)
    head = _VERSION + orjson.dumps([layer, crs, names])
    records = zip(keys, *(fields[name] for name in names), strict=True)
    return [
        hashlib.blake2b(head + orjson.dumps(record) + wkb, digest_size=DIGEST_BYTES).digest()
        for record, wkb in zip(records, shapely.to_wkb(source, byte_order=1), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Twice:
    """A key met before: the place in this batch, and the row that had it first.

    ``opens``: these two rows are the first of this key that differ, so the first one must go too.
    """

    place: int
    first_row: int
    identical: bool
    opens: bool = False


@dataclass(slots=True)
class _Run:
    keys: NDArray[np.int64]
    digests: NDArray[np.int64]
    rows: NDArray[np.int64]


@dataclass(slots=True)
class Seen:
    """The keys of one layer met so far, 24 bytes each, in sorted runs that are merged as they grow."""

    _runs: list[_Run] = field(default_factory=list)
    _disputed: set[int] = field(default_factory=set)

    def add(self, rows: Sequence[int], keys: Sequence[str], found: Sequence[bytes]) -> list[Twice]:
        """Take a batch and give what of it was met before, in this batch or an earlier one.

        A key whose rows differ is in dispute for good: every further row of it is given as not identical.
        """
        hashes = np.fromiter(map(hash, keys), np.int64, len(keys))
        heads = np.frombuffer(b"".join(found), np.int64)[:: DIGEST_BYTES // 8]
        order = np.argsort(hashes, kind="stable")
        run = _Run(hashes[order], heads[order], np.asarray(rows, np.int64)[order])
        twice = self._within(run, order) + self._before(run, order)
        fresh = np.ones(len(run.keys), bool)
        fresh[1:] = run.keys[1:] != run.keys[:-1]
        self._store(_Run(run.keys[fresh], run.digests[fresh], run.rows[fresh]))
        return self._settle(twice, hashes)

    def _within(self, run: _Run, order: NDArray[np.intp]) -> list[Twice]:
        """Rows whose key an earlier row of the same batch has."""
        if not len(run.keys) or not bool((run.keys[1:] == run.keys[:-1]).any()):
            return []
        first = np.searchsorted(run.keys, run.keys)
        again = np.flatnonzero(first != np.arange(len(first)))
        return [self._twice(run, int(i), run, int(first[i]), order) for i in again]

    def _before(self, run: _Run, order: NDArray[np.intp]) -> list[Twice]:
        """Rows whose key an earlier batch has."""
        found = []
        for old in self._runs:
            at = np.minimum(np.searchsorted(old.keys, run.keys), len(old.keys) - 1)
            for i in np.flatnonzero(old.keys[at] == run.keys):
                found.append(self._twice(run, int(i), old, int(at[i]), order))
        return found

    def _twice(self, run: _Run, i: int, old: _Run, at: int, order: NDArray[np.intp]) -> Twice:
        return Twice(int(order[i]), int(old.rows[at]), bool(old.digests[at] == run.digests[i]))

    def _settle(self, twice: list[Twice], hashes: NDArray[np.int64]) -> list[Twice]:
        """One finding a place (the earliest row), and no identity where the key is in dispute."""
        earliest: dict[int, Twice] = {}
        for one in twice:
            known = earliest.get(one.place)
            if known is None or one.first_row < known.first_row:
                earliest[one.place] = one
        settled = []
        for one in sorted(earliest.values(), key=lambda one: one.place):
            key = int(hashes[one.place])
            known_dispute = key in self._disputed
            if not one.identical:
                self._disputed.add(key)
            identical = one.identical and not known_dispute
            settled.append(Twice(one.place, one.first_row, identical, not identical and not known_dispute))
        return settled

    def _store(self, run: _Run) -> None:
        if not len(run.keys):
            return
        while self._runs and len(self._runs[-1].keys) <= 2 * len(run.keys):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)


def _merged(old: _Run, new: _Run) -> _Run:
    """Two runs as one; of equal keys the older row stays."""
    keys = np.concatenate([old.keys, new.keys])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    kept = order[first]
    return _Run(
        keys[first],
        np.concatenate([old.digests, new.digests])[kept],
        np.concatenate([old.rows, new.rows])[kept],
    )
