"""What one rule leaves of the rows: those that fail are marked, those of which it is unknown are counted."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

Places = NDArray[np.int64]

_FAIL, _UNKNOWN = 1, 2
"""As `geo.match.screen.asking` numbers verdicts."""


@lean
def sift(
    found: NDArray[np.int8],
    left: Places,
    rows: Places,
    failing: NDArray[np.int8],
    asked: NDArray[np.int16],
    number: int,
) -> int:
    """Note the verdicts ``found`` of rule ``number`` on the first rows of ``left`` and ``rows``; how many stay.

    ``left`` are places among all rows, ``rows`` where these lie in the columns: those that stay move to the front.
    ``failing`` and ``asked`` are of all rows.
    """
    stay = 0
    for place in range(found.shape[0]):
        at = left[place]
        if found[place] == _FAIL:
            failing[at] = number
        else:
            if found[place] == _UNKNOWN:
                asked[at] += 1
            left[stay], rows[stay] = at, rows[place]
            stay += 1
    return stay
