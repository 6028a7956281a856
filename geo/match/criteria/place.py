"""Is it where it was asked?"""

import math
import unicodedata
from collections.abc import Iterator

import shapely

from geo.match.candidate import Candidate, ReadinessView
from geo.match.criterion import Criterion, Verdict, Who, unknown
from geo.match.need import Need
from geo.match.need_parts import Areas, Near, Place

EARTH_RADIUS_KM = 6_371.0088
"""Mean radius of WGS 84; a straight-line distance is right to 0.5 % or better."""

_ARRONDISSEMENTS = {"69123": ("69381", "69389"), "75056": ("75101", "75120"), "13055": ("13201", "13216")}
"""Lyon, Paris and Marseille: the cadastre uses the arrondissements, plans and statistics the commune."""


def place(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """In any of the places named, and in the polygon, and in the circle, and in nothing excluded.

    The polygon and the circle are asked of the parcel's point (lon, lat). One part that fails decides; else one that is
    unknown. A travel time and a neighbour are not recorded yet: unknown.
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
        yield _verdict(candidate, "areas", _in_areas(where, candidate))
    if where.exclude is not None and where.exclude.listed:
        inside = _in_areas(where.exclude, candidate)
        yield _verdict(candidate, "exclude", None if inside is None else not inside)
    if where.polygon is not None:
        yield _verdict(candidate, "polygon", _in_polygon(where, candidate))
    if where.near is not None:
        yield _near(where.near, candidate)
    for name in ("minutes_from", "adjacent_to"):
        if getattr(where, name) is not None:
            yield unknown("place", f"place.{name}.not_recorded", Who.SERVICE)


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
    ranges = (_ARRONDISSEMENTS[code] for code in codes if code in _ARRONDISSEMENTS)
    return insee in codes or any(first <= insee <= last for first, last in ranges)


def department_of(insee: str) -> str:
    """Code of the department of a commune: three characters overseas, else two."""
    return insee[:3] if insee.startswith("97") else insee[:2]


def _in_named(names: list[str], candidate: Candidate) -> bool | None:
    """An EPCI by its SIREN (nine digits) or its name, letter case and accents aside."""
    sirens = {name for name in names if len(name) == 9 and name.isdigit()}
    answers = []
    if sirens:
        answers.append(None if candidate.epci_siren is None else candidate.epci_siren in sirens)
    if len(sirens) < len(set(names)):
        plain = {_plain(name) for name in names}
        answers.append(None if candidate.epci_name is None else _plain(candidate.epci_name) in plain)
    return True if True in answers else None if None in answers else False


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("-", " ").replace("’", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


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
