"""Is there room for a second phase, on the same parcel or on a neighbour one can take an option on?

Land is judged here. Buildings of a second phase that must have room are placed with the first (geo.match.fit.phases).
"""

from geo.land.vocabulary import Industry, Market
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.criteria.dates import written
from geo.match.fit.building_surface import ground_area
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

NAME = "extension"
OPTIONABLE = frozenset({Market.FOR_SALE, Market.FOR_LEASE})
"""Markets that leave land to an option, beside land that nobody offers: its owner may be asked."""
IN_ORDER = {True: 0, None: 1, False: 2}
"""Of neighbours that are large enough, the better: in time, perhaps, late."""


def is_placed(need: Need) -> bool:
    """Whether the buildings of the second phase are a must to be placed with those of the first."""
    later = need.extension
    return bool(later and later.buildings and need.buildings and NAME not in need.wishes)


def optionable(candidate: Candidate) -> bool:
    """Whether a project may take an option on it for later: offered or never asked for, and industry not forbidden."""
    free = candidate.is_prospect or candidate.market in OPTIONABLE
    return free and candidate.industry is not Industry.FORBIDDEN


def is_in_time(need: Need, neighbour: Candidate) -> bool | None:
    """Whether works of the second phase may start on a neighbour within the years asked; None: unknown."""
    later = need.extension
    return True if later is None or later.within_years is None else neighbour.later.in_time


def extension(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the land of a second phase is there, on the parcel or next door, there within the years asked.

    Never `fail`: a neighbour nobody has recorded may sell. On the parcel itself the second phase waits for nothing but
    its own permits. The surface of the first phase is the least land asked, else what its buildings cover; that of the
    second its land, else what its buildings cover.
    """
    later = need.extension
    asked = 0.0 if later is None else later.land_m2 or sum(map(ground_area, later.buildings or []))
    if not asked or (is_placed(need) and later is not None and later.land_m2 is None):
        return Criterion(NAME, Verdict.PASS, "extension.in_fit", None, candidate.source)
    first = (need.land_m2.min if need.land_m2 else None) or sum(map(ground_area, need.buildings or []))
    detail: dict[str, object] = {"asked": asked}
    if candidate.surface_m2 is None:
        return unknown(NAME, "extension.surface_unknown", Who.RESPONSIBLE, candidate.source, **detail)
    if candidate.surface_m2 >= first + asked:
        return Criterion(NAME, Verdict.PASS, "extension.same_parcel", None, candidate.source, detail)
    large = [one for one in candidate.beside if optionable(one) and (one.surface_m2 or 0.0) >= asked]
    if not large:
        return unknown(NAME, "extension.none_known", Who.RESPONSIBLE, candidate.source, **detail)
    return _next_door(need, min(large, key=lambda one: IN_ORDER[is_in_time(need, one)]), detail)


def _next_door(need: Need, neighbour: Candidate, detail: dict[str, object]) -> Criterion:
    """The second phase on a neighbour that is large enough, the best of them: in time, else perhaps, else late."""
    detail |= {"parcel": neighbour.id, "surface_m2": round(neighbour.surface_m2 or 0.0, 1)}
    if need.extension is not None and need.extension.within_years is not None:
        on = neighbour.later.on
        detail |= {"within_years": need.extension.within_years, "on": None if on is None else written(on)}
    verdict = is_in_time(need, neighbour)
    if verdict:
        return Criterion(NAME, Verdict.PASS, "extension.next_door", neighbour.id, neighbour.source, detail)
    code = "extension.next_door_undated" if verdict is None else "extension.next_door_late"
    return unknown(NAME, code, Who.RESPONSIBLE, neighbour.source, **detail)
