"""What the profile of a parcel proves of a need's buildings, before any fit is decided."""

from geo.fit.building import Rectangle
from geo.fit.profile import Profile, Told
from geo.match.candidate import Candidate
from geo.match.criteria.extension import is_placed
from geo.match.need import Need
from geo.match.programme import programme_of


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
    profile = None if stored is None else Profile.from_bytes(stored)
    if profile is None:
        return Told.OPEN
    k, least, most = candidate.scale, min(need.setbacks), max(need.setbacks)
    if any(profile.tell(one.length * k, one.width * k, least * k) is Told.NO for one in rectangles):
        return Told.NO
    if len(programme.buildings) > 1 or programme.yard or candidate.is_partly_forbidden or is_placed(need):
        return Told.OPEN
    (only,) = rectangles
    fits = profile.tell(only.length * k, only.width * k, most * k) is Told.YES
    return Told.YES if fits else Told.OPEN
