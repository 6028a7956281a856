"""What many stored profiles tell of one building: `Profile.tell` on their bytes, compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.fit.profile import _QUANTUM, _UNPROVED, BEHIND, LADDER, VERSION

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Numbers = NDArray[np.int8]

_WIDTHS: Floats = np.exp(np.arange(_UNPROVED + 1) * _QUANTUM)
_HEAD, _RUNG = 4, 5
_NOTHING, _YES, _NO = 0, 1, 2


@lean
def _width(stored: Bytes, at: int, widths: Floats) -> float:
    return float(widths[stored[at] | (stored[at + 1] << 8)])


@lean
def _holds(stored: Bytes, at: int, rungs: int, long: float, wide: float, ladder: Floats, widths: Floats) -> bool:
    """As `Curve.holds`; a width of code 0 holds nothing."""
    for place in range(at, at + rungs * _RUNG, _RUNG):
        length = ladder[stored[place]]
        if length < long and length < wide:
            continue
        lower = _width(stored, place + 1, widths)
        if lower == 1.0:
            lower = 0.0
        if (length >= long and lower >= wide) or (length >= wide and lower >= long):
            return True
    return False


@lean
def _refuses(
    stored: Bytes, at: int, rungs: int, long: float, wide: float, room: float, ladder: Floats, widths: Floats
) -> bool:
    """As `Curve.refuses`; the largest code is of no width that was proved."""
    for place in range(at, at + rungs * _RUNG, _RUNG):
        if stored[place + 3] == 255 and stored[place + 4] == 255:
            continue
        length, upper = ladder[stored[place]], _width(stored, place + 3, widths)
        a, b = max(0.0, length - long), max(0.0, upper - wide)
        if a * a + b * b <= room * room:
            return True
        a, b = max(0.0, length - wide), max(0.0, upper - long)
        if a * a + b * b <= room * room:
            return True
    return False


@lean
def _tell(
    stored: Bytes, at: int, long: float, wide: float, room: float, behind_m: float, ladder: Floats, widths: Floats
) -> int:
    own, parcel, behind = int(stored[at + 1]), int(stored[at + 2]), int(stored[at + 3])
    first = at + _HEAD
    second, third = first + own * _RUNG, first + (own + parcel) * _RUNG
    if _holds(stored, first, own, long + room, wide + room, ladder, widths):
        return _YES
    more = max(0.0, room - 2.0 * behind_m)
    if behind > 0 and _holds(stored, third, behind, long + more, wide + more, ladder, widths):
        return _YES
    if _refuses(stored, first, own, long, wide, 0.0, ladder, widths):
        return _NO
    at_parcel, rungs = (second, parcel) if parcel > 0 else (first, own)
    if room > 0.0 and _refuses(stored, at_parcel, rungs, long, wide, room, ladder, widths):
        return _NO
    if behind > 0 and room >= 2.0 * behind_m and _refuses(stored, third, behind, long, wide, 0.0, ladder, widths):
        return _NO
    return _NOTHING


@lean
def _tell_rows(
    stored: Bytes,
    begins: Places,
    scales: Floats,
    long: float,
    wide: float,
    setback: float,
    version: int,
    behind_m: float,
    ladder: Floats,
    widths: Floats,
    out: Numbers,
) -> None:
    for row in range(begins.shape[0]):
        at, k = begins[row], scales[row]
        out[row] = _NOTHING
        if stored[at] == version:
            out[row] = _tell(stored, at, long * k, wide * k, 2.0 * (setback * k), behind_m, ladder, widths)


def tell_rows(stored: Bytes, begins: Places, scales: Floats, asked: tuple[float, float, float], out: Numbers) -> None:
    """Into ``out``: 1 where the building fits, 2 where it does not, 0 where the profile tells neither.

    ``stored`` are profiles one after another, ``begins`` (N,) where those asked begin; ``asked`` are length, width and
    setback in ground metres, each multiplied by the row's scale (N,).
    """
    _tell_rows(stored, begins, scales, *asked, VERSION, BEHIND, LADDER, _WIDTHS, out)
