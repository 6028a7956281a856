"""The first rows of an order by several keys, without sorting the rest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = Sequence[NDArray[np.int64]]
Places = NDArray[np.int64]


def first(keys: Keys, count: int) -> Places:
    """Places of the ``count`` least by the keys (N,), the first of which decides before the next; in order."""
    size = len(keys[0])
    kept = np.arange(size) if size <= count else _least(keys, np.arange(size), count)
    return kept[np.lexsort([key[kept] for key in reversed(keys)])]


def _least(keys: Keys, among: Places, count: int) -> Places:
    """The least ``count`` of some places, in any order: those that tie on a key are told apart by the next."""
    if len(among) <= count:
        return among
    values = keys[0][among]
    bound = np.partition(values, count - 1)[count - 1]
    before, tied = among[values < bound], among[values == bound]
    if len(keys) == 1:
        return np.concatenate([before, tied[: count - len(before)]])
    return np.concatenate([before, _least(keys[1:], tied, count - len(before))])
