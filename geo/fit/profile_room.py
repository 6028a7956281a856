"""What many stored profiles have room for instead of one building: as the boxes they hold tell, compiled.

A profile (geo/fit/profile.py) holds boxes that were placed. With one side kept, the other is the largest of any box
that holds it; with the surface kept, the sides change within a box, the longer one staying the longer; with the
building kept, what is over is setback.
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.fit.profile import BEHIND, LADDER, VERSION
from geo.fit.profile_rows import _HEAD, _RUNG, _WIDTHS, Bytes, Floats, Places, _width

WIDTH, LENGTH, SHAPE, SETBACK = range(4)
"""Columns of what is told: the widest, the longest, the nearest of other forms, the most that may be kept."""
ROUNDED = 0.2
"""Metres by which sides may change places when they are written with a decimal."""


@lean
def _one_box(long: float, wide: float, kept: float, asked: Floats, room: Floats) -> None:
    """Better what is known of one parcel by a box of these sides around which so much is kept, ground metres."""
    length, width, setback = asked[0], asked[1], asked[2]
    if long >= length and wide >= width:
        room[SETBACK] = max(room[SETBACK], kept + min(long - length, wide - width) / 2.0)
    more = 2.0 * max(0.0, setback - kept)
    long, wide = long - more, wide - more
    if long >= length:
        room[WIDTH] = max(room[WIDTH], wide)
    if wide >= width:
        room[LENGTH] = max(room[LENGTH], long)
    if long * wide < length * width or min(long, wide) < 1.0:
        return
    side = min(max(length, length * width / wide), long)
    other = length * width / side
    is_alike = side + ROUNDED >= other if length >= width else side <= other + ROUNDED
    if other <= wide and is_alike:
        room[SHAPE] = min(room[SHAPE], abs(side - length) / length)


@lean
def _curve(
    stored: Bytes,
    at: int,
    rungs: int,
    kept: float,
    k: float,
    asked: Floats,
    ladder: Floats,
    widths: Floats,
    room: Floats,
) -> None:
    for place in range(at, at + rungs * _RUNG, _RUNG):
        long, wide = ladder[stored[place]] / k, _width(stored, place + 1, widths)
        wide = 0.0 if wide == 1.0 else wide / k
        _one_box(long, wide, kept, asked, room)
        _one_box(wide, long, kept, asked, room)


@lean
def _room_rows(
    stored: Bytes,
    begins: Places,
    scales: Floats,
    asked: Floats,
    version: int,
    behind_m: float,
    ladder: Floats,
    widths: Floats,
    out: Floats,
) -> None:
    for row in range(begins.shape[0]):
        at, k, room = begins[row], scales[row], out[row]
        room[WIDTH], room[LENGTH], room[SHAPE], room[SETBACK] = 0.0, 0.0, np.inf, -1.0
        if at < 0 or stored[at] != version:
            continue
        own, parcel, behind = int(stored[at + 1]), int(stored[at + 2]), int(stored[at + 3])
        first = at + _HEAD
        _curve(stored, first, own, 0.0, k, asked, ladder, widths, room)
        _curve(stored, first + (own + parcel) * _RUNG, behind, behind_m / k, k, asked, ladder, widths, room)


def room_rows(stored: Bytes, begins: Places, scales: Floats, asked: tuple[float, float, float]) -> NDArray[np.float64]:
    """For each row (N, 4): the widest and the longest building with the other side as asked, the least share by which
    the length changes for as much ground in another form (infinite: none), the most kept from the boundary (-1: none).

    ``stored`` are profiles one after another, ``begins`` (N,) where those asked begin (-1: none); ``asked`` are length,
    width and setback. All in ground metres; ``scales`` (N,) are planar metres for one of them.
    """
    out = np.empty((len(begins), 4))
    _room_rows(stored, begins, scales, np.array(asked, np.float64), VERSION, BEHIND, LADDER, _WIDTHS, out)
    return out
