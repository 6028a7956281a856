"""Is what must be near near enough: in a straight line, or by road where a table of travel times says so?

A straight line that is short enough passes. One that is too long fails only where every object of the kind is known as
far as asked: beyond the files that are loaded another may be nearer, so there it is unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.criteria.place import whole_commune
from geo.match.criteria.served import is_served
from geo.match.need.need import Need
from geo.match.need.places import NearKind
from geo.match.parcel.around import Travel
from geo.match.parcel.candidate import Candidate, ReadinessView

ASKED_OF = {"substation": Who.GRID_OPERATOR}
"""Who knows of objects of a kind; of the others, who answers for the land."""
SIDING = "siding"
RAILWAY = (SIDING, "freight_station", "station")
"""Kinds of objects that stand on a railway, of which a siding may start."""
CONNECTED_KM = 5.0
"""In a straight line from a railway a siding is not built farther than that: it costs some millions a kilometre
[estimate]."""
AT_THE_LAND_KM = 0.1
"""A siding no farther than that is at the land [estimate]."""


def near(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether all that must be near is: the first part that fails, else the first unknown, else the farthest."""
    parts = [part for one in need.near or () for part in _parts(candidate, one)]
    return _joined("near", parts, candidate)


def max_km(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """The same of distances asked by kind alone."""
    parts = [_by_distance(candidate, kind, km) for kind, km in (need.max_km or {}).items()]
    return _joined("max_km", parts, candidate)


def rail_siding(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether a siding is at the land, or may be built: near a railway that is asked, far from any it fails.

    A site that says it has one (CNIG `reseau_fret_ferroviaire`) has it somewhere: whether it reaches the land is asked.
    """
    km, said = straight_km(candidate, SIDING), is_served(candidate, "rail")
    detail, source = {} if km is None else _detail(candidate, SIDING, km), _source(candidate, SIDING)
    if km is not None and km <= AT_THE_LAND_KM:
        return Criterion("rail_siding", Verdict.PASS, "rail_siding.at_land", km, source, detail)
    if said:
        return unknown("rail_siding", "rail_siding.at_site", Who.RESPONSIBLE, candidate.networks_source, **detail)
    near = nearest_railway(candidate)
    if near is not None and near[0] <= CONNECTED_KM:
        return _may_be_connected(candidate, *near)
    if km is not None:
        detail["asked_max"] = CONNECTED_KM
        if is_covered(candidate, SIDING, CONNECTED_KM):
            return Criterion("rail_siding", Verdict.FAIL, "rail_siding.too_far", km, source, detail)
        return unknown("rail_siding", "rail_siding.not_covered", Who.RAIL_MANAGER, source, **detail)
    if said is False:
        return unknown("rail_siding", "rail_siding.none_at_site", Who.RAIL_MANAGER, candidate.networks_source)
    return unknown("rail_siding", "rail_siding.not_recorded", Who.RESPONSIBLE)


def nearest_railway(candidate: Candidate) -> tuple[float, str] | None:
    """Kilometres in a straight line to the nearest siding within reach, else to what else stands on a railway."""
    known = {kind: km for kind in RAILWAY if (km := straight_km(candidate, kind)) is not None}
    if known.get(SIDING, CONNECTED_KM + 1) <= CONNECTED_KM:
        return known[SIDING], SIDING
    return min(((km, kind) for kind, km in known.items()), default=None)


def _may_be_connected(candidate: Candidate, km: float, kind: str) -> Criterion:
    code = "rail_siding.none_at_land" if kind == SIDING else "rail_siding.railway_near"
    source = _source(candidate, kind)
    return unknown("rail_siding", code, Who.RAIL_MANAGER, source, **_detail(candidate, kind, km))


def is_covered(candidate: Candidate, kind: str, asked: float) -> bool:
    """Whether all objects of a kind are known as far around the land as asked, kilometres on the ground."""
    return candidate.around.margin_m(kind, candidate.shape) / candidate.scale / 1000 >= asked


def has_siding(candidate: Candidate) -> bool | None:
    """Whether a siding serves the land, or one would have to be built; None: not known."""
    km, said = straight_km(candidate, SIDING), is_served(candidate, "rail")
    if km is not None and km <= AT_THE_LAND_KM:
        return True
    return None if said or (km is None and said is None) else False


def straight_km(candidate: Candidate, kind: str) -> float | None:
    """Kilometres in a straight line to the nearest object of a kind; None when none is known."""
    found = candidate.nearest.get(kind)
    if found is not None:
        return round(found.metres / 1000, 3)
    return candidate.substation_km if kind == "substation" else None


def origins(candidate: Candidate) -> Iterator[str]:
    """Under which names a table of travel times may know where a parcel is, the most precise first."""
    if candidate.source_id is not None:
        yield candidate.source_id
    if candidate.commune_insee is not None:
        yield candidate.commune_insee
        yield whole_commune(candidate.commune_insee)
    for number in sorted(candidate.area_ids):
        area = candidate.around.areas.get(number)
        if area is not None:
            yield f"{area.kind}/{area.code}"


def _joined(name: str, parts: Sequence[Criterion], candidate: Candidate) -> Criterion:
    """One criterion of several parts, each told under ``parts``."""
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        found = [part for part in parts if part.verdict is verdict]
        if found:
            told = max(found, key=_length) if verdict is Verdict.PASS else found[0]
            detail = dict(told.detail)
            if len(parts) > 1:
                detail["parts"] = [{"verdict": part.verdict.value, "code": part.code, **part.detail} for part in parts]
            return replace(told, name=name, code=told.code.replace("near.", f"{name}.", 1), detail=detail)
    return Criterion(name, Verdict.PASS, "distance.within", None, candidate.source)


def _length(part: Criterion) -> float:
    return part.fact if isinstance(part.fact, int | float) else 0.0


def _parts(candidate: Candidate, asked: NearKind) -> Iterator[Criterion]:
    if asked.max_km is not None:
        yield _by_distance(candidate, asked.kind, asked.max_km)
    if asked.max_minutes is not None:
        yield _by_time(candidate, asked.kind, asked.max_minutes)


def _by_distance(candidate: Candidate, kind: str, asked: float) -> Criterion:
    """By road where a table knows a way; a straight line that is too long is enough to fail, for no road is shorter."""
    travels, all_known = candidate.around.travels_from(origins(candidate), kind)
    roads = {target: (travel.km, travel) for target, travel in travels.items() if travel.km is not None}
    line = _by_line(candidate, kind, asked)
    if not roads:
        return line
    target, (km, travel) = min(roads.items(), key=lambda one: (one[1][0], one[0]))
    detail = _told(candidate, kind, target, travel) | {"km": km, "asked_max": asked}
    if km > asked and (not all_known or len(roads) < len(travels)):
        code = "distance.road_partly_known"
        return line if line.verdict is Verdict.FAIL else unknown("near", code, Who.RESPONSIBLE, travel.source, **detail)
    return decided("near", km <= asked, ("distance.road_within", "distance.road_too_far"), km, travel.source, **detail)


def _by_line(candidate: Candidate, kind: str, asked: float) -> Criterion:
    km, who = straight_km(candidate, kind), ASKED_OF.get(kind, Who.RESPONSIBLE)
    if km is None and kind != "substation" and kind not in candidate.around.extents:
        return unknown("near", "near.not_recorded", Who.SERVICE, kind=kind)
    if km is None:
        return unknown("near", "distance.unknown", who, candidate.source, kind=kind)
    detail = _detail(candidate, kind, km) | {"asked_max": asked}
    source = _source(candidate, kind)
    if km > asked and kind in candidate.around.extents and not is_covered(candidate, kind, asked):
        return unknown("near", "distance.not_covered", who, source, **detail)
    return decided("near", km <= asked, ("distance.within", "distance.too_far"), km, source, **detail)


def _by_time(candidate: Candidate, kind: str, asked: float) -> Criterion:
    travels, all_known = candidate.around.travels_from(origins(candidate), kind)
    if not candidate.around.travels:
        return unknown("near", "near.times_not_recorded", Who.SERVICE, kind=kind)
    if not travels:
        return unknown("near", "travel.unknown", Who.RESPONSIBLE, kind=kind)
    target, travel = min(travels.items(), key=lambda one: (one[1].minutes, one[0]))
    detail = _told(candidate, kind, target, travel) | {"minutes": travel.minutes, "asked_minutes": asked}
    if travel.minutes > asked and not all_known:
        return unknown("near", "travel.partly_known", Who.RESPONSIBLE, travel.source, **detail)
    codes = ("travel.within", "travel.too_long")
    return decided("near", travel.minutes <= asked, codes, travel.minutes, travel.source, **detail)


def _detail(candidate: Candidate, kind: str, km: float) -> dict[str, object]:
    found = candidate.nearest.get(kind)
    thing = None if found is None else candidate.around.things.get(found.thing)
    told = {} if thing is None else {"to": thing.name or thing.key, "known_on": thing.known_on}
    return {"kind": kind, "km": km, "straight_line": True, **told}


def _told(candidate: Candidate, kind: str, target: str, travel: Travel) -> dict[str, object]:
    names = (thing.name for thing in candidate.around.things.values() if thing.key == target)
    to = None if target == kind else next(names, None) or target
    return {"kind": kind, "straight_line": False, "to": to, "known_on": travel.known_on}


def _source(candidate: Candidate, kind: str) -> str | None:
    found = candidate.nearest.get(kind)
    thing = None if found is None else candidate.around.things.get(found.thing)
    return candidate.source if thing is None else thing.source
