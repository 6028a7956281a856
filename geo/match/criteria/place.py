"""Is it where it was asked?"""

import math
from collections.abc import Iterator

import shapely

from geo.land.departments import department_of
from geo.land.text import fold
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.need.places import Areas, MinutesFrom, Near, Place
from geo.match.parcel.around import Beside
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
    detail: dict[str, object] = {"part": "adjacent_to", "asked": asked}
    if candidate.geometry is None:
        return _undrawn(beside, candidate, detail)
    found = candidate.id in beside.parcels
    verdict, code = (Verdict.PASS, "place.adjacent") if found else (Verdict.FAIL, "place.not_adjacent")
    return Criterion("place", verdict, code, candidate.commune_insee, candidate.source, detail)


def _undrawn(beside: Beside, candidate: Candidate, detail: dict[str, object]) -> Criterion:
    """Land without an outline is not next to what is known to lie too far from its commune, or from its point."""
    insee, source = candidate.commune_insee, candidate.source
    if insee in beside.elsewhere:
        return Criterion("place", Verdict.FAIL, "place.elsewhere", insee, source, detail)
    km = None if beside.within is None else distance_km(beside.within, candidate)
    if beside.within is not None and km is not None and km > beside.within.km:
        told = {**detail, "km": round(km, 3), "straight_line": True}
        return Criterion("place", Verdict.FAIL, "place.too_far_to_touch", insee, source, told)
    return unknown("place", "place.outline_unknown", Who.RESPONSIBLE, source, **detail)


def _listed(where: Place, candidate: Candidate) -> Criterion:
    """In any of the places listed; a name that nothing loaded bears is told, for it may be misspelt."""
    inside = _in_areas(where, candidate)
    if inside is None and (nobodys := candidate.around.meant(where.named).nobodys):
        return unknown("place", "place.not_loaded", Who.SERVICE, part="areas", names=", ".join(nobodys))
    return _verdict(candidate, "areas", inside)


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


def _in_named(names: list[str], candidate: Candidate) -> bool | None:
    """Areas by name, code or kind/code; an EPCI also by what its communes call it."""
    meant = candidate.around.meant(names)
    siren, epci = candidate.epci_siren, candidate.epci_name
    if meant.areas & candidate.area_ids:
        return True
    if (siren is not None and fold(siren) in meant.sirens) or (epci is not None and fold(epci) in meant.epcis):
        return True
    is_somewhere = not meant.drawn or candidate.lon is not None
    is_in_a_commune = not meant.listed or candidate.commune_insee is not None
    has_epci = (siren is not None or not meant.other_sirens) and (epci is not None or not meant.other_epcis)
    return False if is_somewhere and is_in_a_commune and has_epci and not meant.nobodys else None


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
