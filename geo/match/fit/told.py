"""What the profile of a parcel proves of a need's buildings, before any fit is decided."""

import numpy as np

from geo.fit.building import Rectangle
from geo.fit.profile import Told
from geo.fit.profile_rows import tell_rows
from geo.match.criteria.extension import is_placed
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate

TOLD = (Told.OPEN, Told.YES, Told.NO)
"""By the numbers of `tell_rows`."""


def told(need: Need, candidate: Candidate) -> Told:
    """`no`: one of the need's rectangles alone fits nowhere, so the need does not. `yes`: all it places is one
    rectangle, and that fits. `open` where neither is proved, or the profile is missing or being recomputed.

    Sides and setbacks of a need are ground metres, a profile is planar: they are multiplied by the parcel's scale.
    With a setback for each kind of side, what is refused keeps the least and what fits keeps the most. A second phase
    that must have room leaves it open.
    """
    programme = programme_of(need)
    rectangles = {one for one in programme.buildings if isinstance(one, Rectangle)}
    stored = None if candidate.stale or not rectangles else candidate.profile
    if not stored:
        return Told.OPEN
    least, most = min(need.setbacks), max(need.setbacks)
    if any(_tell(stored, one, least, candidate.scale) is Told.NO for one in rectangles):
        return Told.NO
    if len(programme.buildings) > 1 or programme.yard or candidate.is_partly_forbidden or is_placed(need):
        return Told.OPEN
    (only,) = rectangles
    return Told.YES if _tell(stored, only, most, candidate.scale) is Told.YES else Told.OPEN


def _tell(stored: bytes, one: Rectangle, setback: float, scale: float) -> Told:
    """What the profile says of one rectangle, by the loop that reads those of all land."""
    out = np.empty(1, np.int8)
    begins, scales = np.zeros(1, np.int64), np.full(1, scale)
    tell_rows(np.frombuffer(stored, np.uint8), begins, scales, (one.length, one.width, setback), out)
    return TOLD[int(out[0])]
