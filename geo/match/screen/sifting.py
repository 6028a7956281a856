"""What one rule leaves of the rows: those that fail are marked, those of which it is unknown are counted."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

Places = NDArray[np.int64]

_FAIL = 1
"""As `geo.match.screen.asking` numbers verdicts: pass 0, fail 1, unknown 2, and no doubt is left."""


@lean
def sift(
    found: NDArray[np.int8],
    left: Places,
    rows: Places,
    kept: Places,
    failing: NDArray[np.int8],
    asked: NDArray[np.int16],
    number: int,
) -> int:
    """Note the verdicts ``found`` of rule ``number`` on the first rows of ``left`` and ``rows``; how many stay.

    ``left`` are places among all rows, ``rows`` where these lie in the columns: of those that stay, the former move to
    the front, the latter to the front of ``kept``, which may be ``rows``. ``failing`` and ``asked`` are of all rows; -1
    is none. Sums instead of branches: which row fails cannot be foreseen.
    """
    stay = 0
    for place in range(found.shape[0]):
        at, fails = left[place], found[place] & _FAIL
        failing[at] += fails * (number + 1)
        asked[at] += found[place] >> _FAIL
        left[stay], kept[stay] = at, rows[place]
        stay += 1 - fails
    return stay
