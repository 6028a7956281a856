"""The fit of a need with a second phase: the first must fit; the second beside it, or on a neighbour, both drawn."""

from dataclasses import replace

from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import Connection, text

from geo.match.criteria.extension import is_in_time, is_placed, optionable
from geo.match.fit.fit import decide_fit
from geo.match.fit.outcome import FitOutcome, FitVerdict
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.second_phase import alone

BESIDE = text("select a, b from beside where (a = any(:ids) or b = any(:ids)) and shared_m > 0 order by a, b")


def beside_of(connection: Connection, ids: list[int]) -> dict[int, list[int]]:
    """The neighbours, by id, of these parcels, of those one may see."""
    found: dict[int, list[int]] = {}
    for row in connection.execute(BESIDE, {"ids": ids}):
        found.setdefault(row.a, []).append(row.b)
        found.setdefault(row.b, []).append(row.a)
    return found


def decide_phases(need: Need, candidate: Candidate) -> FitOutcome:
    """The fit of the first phase, and of the second where its buildings are a must.

    Where the second has no place that is known the fit is open (`fit.extension_open`): a neighbour nobody has recorded
    may sell, and one that is known may not be ready in the years asked. `placement` is the first phase, `later` the
    second, `later_on` the neighbour it stands on.
    """
    first = decide_fit(need, candidate)
    if not is_placed(need) or first.verdict is not FitVerdict.FITS or need.extension is None:
        return first
    together = _together(need, candidate)
    if together is not None:
        return together
    for neighbour in candidate.beside:
        if optionable(neighbour) and is_in_time(need, neighbour):
            second = decide_fit(alone(need), neighbour)
            if second.verdict is FitVerdict.FITS:
                detail = {**first.detail, "extension": {"on": "neighbour", "parcel": neighbour.id}}
                return replace(first, detail=detail, later=second.placement, later_on=neighbour.id)
    return replace(first, verdict=FitVerdict.OPEN, code="fit.extension_open")


def _together(need: Need, candidate: Candidate) -> FitOutcome | None:
    """Both phases on the parcel itself; None where that is not proved."""
    later = need.extension
    if later is None:
        return None
    buildings = [*(need.buildings or []), *(later.buildings or [])]
    whole = decide_fit(need.model_copy(update={"buildings": buildings, "extension": None}), candidate)
    if whole.verdict is not FitVerdict.FITS or not isinstance(whole.placement, MultiPolygon):
        return None
    count = len(programme_of(need).buildings)
    placed = list(whole.placement.geoms)
    detail = {**whole.detail, "extension": {"on": "same_parcel"}}
    return replace(whole, placement=_several(placed[:count]), later=_several(placed[count:]), detail=detail)


def _several(placed: list[Polygon]) -> Polygon | MultiPolygon:
    return placed[0] if len(placed) == 1 else MultiPolygon(placed)
