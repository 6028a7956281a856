"""The fit of a need with a second phase: the first must fit; the second beside it, or on a neighbour, both drawn."""

from dataclasses import replace

from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy import Connection, text

from geo.match.criteria.extension import is_in_time, is_placed, optionable
from geo.match.fit.fit import MOST_WORK, decide_fit
from geo.match.fit.outcome import FitOutcome, FitVerdict
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.need.parts import Extension
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
    second, `later_on` the neighbour it stands on. Neighbours are looked at as far as the work of one decision goes.
    """
    first = decide_fit(need, candidate)
    if not is_placed(need) or first.verdict is not FitVerdict.FITS or need.extension is None:
        return first
    whole = decide_fit(_of_both(need, need.extension), candidate)
    work = first.work + whole.work
    if whole.verdict is FitVerdict.FITS and isinstance(whole.placement, MultiPolygon):
        return replace(_told_apart(need, whole, list(whole.placement.geoms)), work=work)
    for neighbour in candidate.beside:
        if work < MOST_WORK and optionable(neighbour) and is_in_time(need, neighbour):
            second = decide_fit(alone(need), neighbour)
            work += second.work
            if second.verdict is FitVerdict.FITS:
                detail = {**first.detail, "extension": {"on": "neighbour", "parcel": neighbour.id}}
                return replace(first, detail=detail, later=second.placement, later_on=neighbour.id, work=work)
    return replace(first, verdict=FitVerdict.OPEN, code="fit.extension_open", work=work)


def _of_both(need: Need, later: Extension) -> Need:
    """The need of both phases at once."""
    buildings = [*(need.buildings or []), *(later.buildings or [])]
    return need.model_copy(update={"buildings": buildings, "extension": None})


def _told_apart(need: Need, whole: FitOutcome, placed: list[Polygon]) -> FitOutcome:
    """Both phases on the parcel itself, each as what it builds."""
    count = len(programme_of(need).buildings)
    detail = {**whole.detail, "extension": {"on": "same_parcel"}}
    return replace(whole, placement=_several(placed[:count]), later=_several(placed[count:]), detail=detail)


def _several(placed: list[Polygon]) -> Polygon | MultiPolygon:
    return placed[0] if len(placed) == 1 else MultiPolygon(placed)
