"""Is there room for a second phase, on the same parcel or on a neighbour one can take an option on?

Land is judged here. Buildings of a second phase that must have room are placed with the first (geo.match.phases).
"""

from geo.land.vocabulary import Industry, Market
from geo.match.building_surface import ground_area
from geo.match.candidate import Candidate, ReadinessView
from geo.match.criterion import Criterion, Verdict, Who, unknown
from geo.match.need import Need

NAME = "extension"
OPTIONABLE = frozenset({Market.FOR_SALE, Market.FOR_LEASE})
"""Markets that leave land to an option, beside land that nobody offers: its owner may be asked."""


def is_placed(need: Need) -> bool:
    """Whether the buildings of the second phase are a must to be placed with those of the first."""
    later = need.extension
    return bool(later and later.buildings and need.buildings and NAME not in need.wishes)


def optionable(candidate: Candidate) -> bool:
    """Whether a project may take an option on it for later: offered or never asked for, and industry not forbidden."""
    free = candidate.is_prospect or candidate.market in OPTIONABLE
    return free and candidate.industry is not Industry.FORBIDDEN


def extension(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the land of a second phase is there.

    Never `fail`: a neighbour nobody has recorded may sell. By when one can be had is not judged: `within_years` is told
    with the verdict, and asked in the letter. The surface of the first phase is the least land asked, else
    what its buildings cover; that of the second its land, else what its buildings cover.
    """
    later = need.extension
    asked = 0.0 if later is None else later.land_m2 or sum(map(ground_area, later.buildings or []))
    if not asked or (is_placed(need) and later is not None and later.land_m2 is None):
        return Criterion(NAME, Verdict.PASS, "extension.in_fit", None, candidate.source)
    first = (need.land_m2.min if need.land_m2 else None) or sum(map(ground_area, need.buildings or []))
    detail: dict[str, object] = {"asked": asked}
    if later is not None and later.within_years is not None:
        detail["within_years"] = later.within_years
    if candidate.surface_m2 is None:
        return unknown(NAME, "extension.surface_unknown", Who.RESPONSIBLE, candidate.source, **detail)
    if candidate.surface_m2 >= first + asked:
        return Criterion(NAME, Verdict.PASS, "extension.same_parcel", None, candidate.source, detail)
    next_door = next((one for one in candidate.beside if optionable(one) and (one.surface_m2 or 0.0) >= asked), None)
    if next_door is not None:
        detail |= {"parcel": next_door.id, "surface_m2": round(next_door.surface_m2 or 0.0, 1)}
        return Criterion(NAME, Verdict.PASS, "extension.next_door", next_door.id, next_door.source, detail)
    return unknown(NAME, "extension.none_known", Who.RESPONSIBLE, candidate.source, **detail)
