"""Is it where it was asked?"""

import math
from collections.abc import Iterable, Iterator

import shapely

from geo.land.text import fold
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.need.places import Areas, MinutesFrom, Near, Place
from geo.match.parcel.candidate import Candidate, ReadinessView

EARTH_RADIUS_KM = 6_371.0088
"""Mean radius of WGS 84; a straight-line distance is right to 0.5 % or better."""

_ARRONDISSEMENTS = {"69123": ("69381", "69389"), "75056": ("75101", "75120"), "13055": ("13201", "13216")}
"""Lyon, Paris and Marseille: the cadastre uses the arrondissements, plans and statistics the commune."""


def place(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """In any of the places named, and in the polygon, and in the circle, and in nothing excluded.

    The polygon and the circle are asked of the parcel's point (lon, lat), a travel time of its commune, a neighbour of
    its outline. One part that fails decides; else one that is unknown.
    """
    where = need.place
    if where is None:
        return Criterion("place", Verdict.PASS, "place.anywhere", candidate.commune_insee, candidate.source)
    parts = list(_parts(where, candidate))
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        for part in parts:
            if part.verdict is verdict:
                return part
    return Criterion("place", Verdict.PASS, "place.inside", candidate.commune_insee, candidate.source)


def _parts(where: Place, candidate: Candidate) -> Iterator[Criterion]:
    if where.listed:
        yield _listed(where, candidate)
    if where.exclude is not None and where.exclude.listed:
        inside = _in_areas(where.exclude, candidate)
        yield _verdict(candidate, "exclude", None if inside is None else not inside)
    if where.polygon is not None:
        yield _verdict(candidate, "polygon", _in_polygon(where, candidate))
    if where.near is not None:
        yield _near(where.near, candidate)
    if where.minutes_from is not None:
        yield _in_time(where.minutes_from, candidate)
    if where.adjacent_to is not None:
        yield _adjacent(where.adjacent_to, candidate)


def _in_time(asked: MinutesFrom, candidate: Candidate) -> Criterion:
    """By the loaded table of travels between communes, from the one that holds the point."""
    insee, reach = candidate.commune_insee, candidate.around.reach
    if not reach:
        return unknown("place", "place.minutes_from.not_recorded", Who.SERVICE, part="minutes_from")
    travel = None if insee is None else reach.get(insee, reach.get(whole_commune(insee)))
    if travel is None:
        return unknown("place", "place.minutes_from.unknown", Who.RESPONSIBLE, part="minutes_from")
    detail: dict[str, object] = {"part": "minutes_from", "minutes": travel.minutes, "asked_minutes": asked.minutes}
    verdict, code = (Verdict.PASS, "place.inside") if travel.minutes <= asked.minutes else (Verdict.FAIL, "place.late")
    return Criterion("place", verdict, code, insee, travel.source, detail | {"known_on": travel.known_on})


def _adjacent(asked: str, candidate: Candidate) -> Criterion:
    """Next to the parcel, or the land of the establishment; one that nobody may see is one that is not there."""
    beside = candidate.around.beside
    if beside is None or beside.parcels is None:
        return unknown("place", "place.adjacent_to.not_found", Who.SERVICE, part="adjacent_to", asked=asked)
    if candidate.geometry is None:
        code = "place.outline_unknown"
        return unknown("place", code, Who.RESPONSIBLE, candidate.source, part="adjacent_to", asked=asked)
    found = candidate.id in beside.parcels
    verdict, code = (Verdict.PASS, "place.adjacent") if found else (Verdict.FAIL, "place.not_adjacent")
    detail = {"part": "adjacent_to", "asked": asked}
    return Criterion("place", verdict, code, candidate.commune_insee, candidate.source, detail)


def _listed(where: Place, candidate: Candidate) -> Criterion:
    """In any of the places listed; a name that nothing loaded bears is told, for it may be misspelt."""
    inside = _in_areas(where, candidate)
    if inside is None and (nobody := [name for name in where.named if _is_nobodys(name, candidate)]):
        return unknown("place", "place.not_loaded", Who.SERVICE, part="areas", names=", ".join(nobody))
    return _verdict(candidate, "areas", inside)


def _is_placed(areas: Iterable[int], candidate: Candidate) -> bool:
    """Whether all areas could hold it: drawn ones by its place, lists of communes by its commune."""
    drawn = [candidate.around.areas[number].shape is not None for number in areas]
    is_somewhere = candidate.lon is not None
    return all(is_somewhere if one else candidate.commune_insee is not None for one in drawn)


def _is_nobodys(name: str, candidate: Candidate) -> bool:
    around = candidate.around
    return bool(around.epcis) and fold(name) not in around.epcis and not around.named(name)


def _verdict(candidate: Candidate, part: str, inside: bool | None) -> Criterion:
    if inside is None:
        return unknown("place", "place.unknown", Who.RESPONSIBLE, candidate.source, part=part)
    verdict, code = (Verdict.PASS, "place.inside") if inside else (Verdict.FAIL, "place.outside")
    return Criterion("place", verdict, code, candidate.commune_insee, candidate.source, {"part": part})


def _in_areas(areas: Areas, candidate: Candidate) -> bool | None:
    """Three-valued "any": True as soon as one place is known to hold it, None when none does and one is unknown."""
    answers = []
    if areas.communes:
        answers.append(_in_communes(areas.communes, candidate.commune_insee))
    if areas.departments:
        insee = candidate.commune_insee
        answers.append(None if insee is None else department_of(insee) in areas.departments)
    if areas.named:
        answers.append(_in_named(areas.named, candidate))
    return True if True in answers else None if None in answers else False


def _in_communes(codes: list[str], insee: str | None) -> bool | None:
    if insee is None:
        return None
    return insee in codes or whole_commune(insee) in codes


def whole_commune(insee: str) -> str:
    """The commune of an arrondissement of Lyon, Paris or Marseille; any other is itself."""
    found = (code for code, (first, last) in _ARRONDISSEMENTS.items() if first <= insee <= last)
    return next(found, insee)


def department_of(insee: str) -> str:
    """Code of the department of a commune: three characters overseas, else two."""
    return insee[:3] if insee.startswith("97") else insee[:2]


def _in_named(names: list[str], candidate: Candidate) -> bool | None:
    """Areas by name, code or kind/code; an EPCI also by what its communes call it."""
    answers = [_in_one(name, candidate) for name in names]
    return True if True in answers else None if None in answers else False


def _in_one(name: str, candidate: Candidate) -> bool | None:
    is_siren = len(name) == 9 and name.isdigit()
    said = candidate.epci_siren if is_siren else candidate.epci_name
    if said is not None and fold(said) == fold(name):
        return True
    areas = candidate.around.named(name)
    if areas:
        return bool(areas & candidate.area_ids) or (False if _is_placed(areas, candidate) else None)
    return None if said is None or _is_nobodys(name, candidate) else False


def _in_polygon(where: Place, candidate: Candidate) -> bool | None:
    if where.polygon is None or candidate.lon is None or candidate.lat is None:
        return None
    return bool(shapely.intersects_xy(where.polygon.shape, candidate.lon, candidate.lat))


def _near(near: Near, candidate: Candidate) -> Criterion:
    km = distance_km(near, candidate)
    if km is None:
        return unknown("place", "place.unknown", Who.RESPONSIBLE, candidate.source, part="near")
    verdict, code = (Verdict.PASS, "place.inside") if km <= near.km else (Verdict.FAIL, "place.too_far")
    detail = {"part": "near", "km": round(km, 3), "asked_max": near.km, "straight_line": True}
    return Criterion("place", verdict, code, candidate.commune_insee, candidate.source, detail)


def distance_km(near: Near, candidate: Candidate) -> float | None:
    """Great-circle distance of the parcel's point to the centre (haversine), kilometres; None when unknown."""
    if candidate.lon is None or candidate.lat is None:
        return None
    lat_a, lat_b = math.radians(near.lat), math.radians(candidate.lat)
    half_lon = math.radians(candidate.lon - near.lon) / 2
    chord = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))
