"""What the profiles of many parcels prove of a need's buildings, in one compiled loop."""

import numpy as np
from numpy.typing import NDArray

from geo.fit.building import Rectangle
from geo.fit.profile_rows import tell_rows
from geo.match.criteria.extension import is_placed
from geo.match.fit.building_surface import ground_area
from geo.match.fit.fit import with_setback
from geo.match.fit.programme import programme_of
from geo.match.screen.asking import Asking
from geo.match.screen.columns import Columns, Rows
from geo.match.screen.land import Land

Numbers = NDArray[np.int8]

OPEN, YES, NO = (np.int8(number) for number in range(3))
CLOSE = 1 + 1e-6
"""A surface so near to what is asked is left to the decision on the outline: the last digits may differ."""


def told_rows(ask: Asking, rows: Rows) -> Numbers:
    """What `geo.match.fit.told` says of each row; what fits is open where a rule on buildings may still refuse it."""
    need, land = ask.need, ask.land
    programme = programme_of(need)
    rectangles = sorted({(one.length, one.width) for one in programme.buildings if isinstance(one, Rectangle)})
    found = np.full(len(rows), OPEN)
    asked = np.flatnonzero(~land.column("stale", rows) & (land.column("profile", rows) >= 0))
    if not rectangles or not len(asked):
        return found
    least, most = min(need.setbacks), max(need.setbacks)
    found[asked] = _told(land, rows[asked], rectangles, least)
    if len(programme.buildings) > 1 or programme.yard or is_placed(need):
        found[found == YES] = OPEN
    elif most != least:
        sure = np.flatnonzero(found == YES)
        found[sure[_told(land, rows[sure], rectangles, most) != YES]] = OPEN
    sure = np.flatnonzero(found == YES)
    found[sure[land.column("mixed", rows[sure]) | ask.limited(rows[sure])]] = OPEN
    return found


def too_small(ask: Asking, rows: Rows) -> NDArray[np.bool_]:
    """Rows whose surfaces alone refuse the buildings, as `cannot_hold` has it; what is close is not told."""
    need, drawn = ask.need, ask.column("drawn", rows) & ~ask.column("stale", rows)
    built = sum(ground_area(building) for building in need.buildings or [])
    around = max((with_setback(one, min(need.setbacks)) for one in need.buildings or []), default=0.0)
    buildable, surface = ask.column("buildable", rows), ask.column("surface", rows)
    lacks = (buildable * CLOSE < built) | (surface * CLOSE < around)
    found: NDArray[np.bool_] = drawn & lacks & ~np.isnan(buildable) & ~np.isnan(surface)
    return found


def _told(land: Land, rows: Rows, rectangles: list[tuple[float, float]], setback: float) -> Numbers:
    """No where one of the rectangles fits nowhere, yes where each of them fits alone."""
    found = np.full(len(rows), YES)
    begins, scales = land.column("profile", rows), land.column("scale", rows)
    for long, wide in rectangles:
        told = np.empty(len(rows), np.int8)
        for part, these in _parts(land, rows):
            out = np.empty(len(told[these]), np.int8)
            tell_rows(part.profiles, begins[these], scales[these], (long, wide, setback), out)
            told[these] = out
        found = np.where(told == NO, NO, np.where((told == YES) & (found == YES), YES, np.where(found == NO, NO, OPEN)))
        found = found.astype(np.int8)
    return found


def _parts(land: Land, rows: Rows) -> list[tuple[Columns, Rows | slice]]:
    """The rows by the columns they are of."""
    if not len(land.late):
        return [(land.base, slice(None))]
    late = rows >= len(land.base)
    return [(land.base, np.flatnonzero(~late)), (land.late, np.flatnonzero(late))]
