"""Where land lies: in places that are named, drawn, near or next door, on many rows at once."""

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.match.criteria.areas import AID, labour, lists
from geo.match.criteria.areas import aid_zone as aid_zone_of
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.place import EARTH_RADIUS_KM
from geo.match.criteria.place import place as place_of
from geo.match.need.need import Need
from geo.match.need.places import Near, Place
from geo.match.parcel.around import Beside, Spanned
from geo.match.parcel.candidate import Candidate
from geo.match.screen.asking import DOUBT, FAIL, PASS, UNKNOWN, Asking, Verdicts
from geo.match.screen.columns import Rows
from geo.match.screen.hulls import depths
from geo.match.screen.rounding import Floats

NEIGHBOURLY_KM = 1e-6
"""Distances so close to what is asked are told by the rule itself: a sine may differ in its last digit."""


def place(ask: Asking, rows: Rows) -> Verdicts:
    """As the rule: one part that fails decides, else one that is unknown."""
    parts = place_parts(ask, rows)
    return joined(list(parts.values())) if parts else np.full(len(rows), PASS)


def place_parts(ask: Asking, rows: Rows) -> dict[str, Verdicts]:
    """The verdict of each part of the place, in the order they are read."""
    where = ask.need.place
    if where is None:
        return {}
    parts: dict[str, Verdicts] = {}
    if where.listed:
        parts["areas"] = _by_where(ask, "communes", "departments", "named", rows=rows)
    if where.exclude is not None and where.exclude.listed:
        parts["exclude"] = _by_where(ask, "exclude", rows=rows)
    if where.polygon is not None:
        parts["polygon"] = _in_polygon(ask, where, rows)
    if where.near is not None:
        parts["near"] = _near(ask, where.near, rows)
    if where.minutes_from is not None:
        parts["minutes_from"] = _by_where(ask, "minutes_from", rows=rows)
    if where.adjacent_to is not None:
        parts["adjacent_to"] = _adjacent(ask, rows)
    return parts


def joined(parts: list[Verdicts]) -> Verdicts:
    """One that fails decides, else one in doubt, else one that is unknown."""
    if len(parts) == 1:
        return parts[0]
    rank = np.array([0, 3, 1, 2], np.int8)
    worst = np.maximum.reduce([rank[part] for part in parts])
    return np.array([PASS, UNKNOWN, DOUBT, FAIL], np.int8)[worst]


def _by_where(ask: Asking, *fields: str, rows: Rows) -> Verdicts:
    """The parts that a commune, an EPCI and areas tell, these fields of the place alone."""
    need = _alone(ask.need, *fields)
    numbers = {Verdict.PASS: PASS, Verdict.FAIL: FAIL, Verdict.UNKNOWN: UNKNOWN}

    def judge(one: Candidate) -> int:
        return int(numbers[place_of(need, one, None).verdict])

    return ask.by_kind("where", rows, judge, np.int8)


def _alone(need: Need, *fields: str) -> Need:
    where = need.place
    assert where is not None  # noqa: S101 - asked of a need that has one
    others = {name: field.get_default(call_default_factory=True) for name, field in Place.model_fields.items()}
    kept = {name: getattr(where, name) for name in fields}
    return need.model_copy(update={"place": where.model_copy(update=others | kept)})


def minutes_to(ask: Asking, rows: Rows) -> Floats:
    """Minutes on the way that the place asks for; NaN where it is not known."""
    need = _alone(ask.need, "minutes_from")

    def minutes(one: Candidate) -> float:
        found = place_of(need, one, None).detail.get("minutes")
        return float(found) if isinstance(found, int | float) else np.nan

    return ask.by_kind("where", rows, minutes)


def _in_polygon(ask: Asking, where: Place, rows: Rows) -> Verdicts:
    assert where.polygon is not None  # noqa: S101 - asked by the caller
    shape = where.polygon.shape
    lon, lat = ask.column("lon", rows), ask.column("lat", rows)
    west, south, east, north = shape.bounds
    possible = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    inside = np.zeros(len(rows), np.bool_)
    shapely.prepare(shape)
    inside[possible] = shapely.intersects_xy(shape, lon[possible], lat[possible])
    return np.where(np.isnan(lon) | np.isnan(lat), UNKNOWN, np.where(inside, PASS, FAIL)).astype(np.int8)


def km_to(ask: Asking, near: Near, rows: Rows) -> Floats:
    """Great-circle distances (haversine), as the rule has them; NaN where the land has no place."""
    lon, lat = ask.column("lon", rows), ask.column("lat", rows)
    lat_a, lat_b = np.radians(near.lat), np.radians(lat)
    half_lon = np.radians(lon - near.lon) / 2
    chord = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin(half_lon) ** 2
    km: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
    return km


def _near(ask: Asking, near: Near, rows: Rows) -> Verdicts:
    km = km_to(ask, near, rows)
    found = np.where(km <= near.km, PASS, FAIL).astype(np.int8)
    found[np.abs(km - near.km) < NEIGHBOURLY_KM] = DOUBT
    found[np.isnan(km)] = UNKNOWN
    return found


def _adjacent(ask: Asking, rows: Rows) -> Verdicts:
    beside = ask.around.beside
    if beside is None or beside.parcels is None:
        return np.full(len(rows), UNKNOWN)
    found = np.isin(ask.column("id", rows), np.array(sorted(beside.parcels), np.int64))
    told = np.where(found, PASS, FAIL).astype(np.int8)
    undrawn = np.flatnonzero(~ask.column("drawn", rows))
    told[undrawn] = _undrawn(ask, beside, rows[undrawn])
    return told


def _undrawn(ask: Asking, beside: Beside, rows: Rows) -> Verdicts:
    """Land without an outline: too far to be next to it, or unknown."""
    elsewhere = ask.by_kind("where", rows, lambda one: one.commune_insee in beside.elsewhere) > 0
    near = np.full(len(rows), UNKNOWN) if beside.within is None else _near(ask, beside.within, rows)
    return np.where(elsewhere, FAIL, np.where(near == PASS, UNKNOWN, near)).astype(np.int8)


def aid_zone(ask: Asking, rows: Rows) -> Verdicts:
    """By areas and commune; where only drawn zones tell whether they would be known, by what those span."""
    numbers = {"aid_zone.inside": PASS, "aid_zone.outside": FAIL, "aid_zone.not_covered": DOUBT}

    def judge(one: Candidate) -> int:
        return int(numbers.get(aid_zone_of(ask.need, one, None).code, UNKNOWN))

    found = ask.by_kind("where", rows, judge, np.int8)
    label = ask.need.aid_zone if isinstance(ask.need.aid_zone, str) else None
    asked = np.flatnonzero(found == DOUBT)
    told = [_would_tell(ask, zones, rows[asked]) for zones in ask.around.spans(AID, label)] if len(asked) else []
    if told:
        found[asked] = np.where(
            np.any([one == UNKNOWN for one in told], axis=0),
            UNKNOWN,
            np.where(np.any([one == DOUBT for one in told], axis=0), DOUBT, FAIL),
        )
    return found


def _would_tell(ask: Asking, zones: Spanned, rows: Rows) -> Verdicts:
    """Of land in none of the zones of a file: fail where it would have told, else unknown, or in doubt."""
    listed = ask.by_kind("where", rows, lambda one: lists(zones, one)) > 0
    return np.where(listed, FAIL, _spanned(ask, zones.hull, rows)).astype(np.int8)


def people(ask: Asking, rows: Rows) -> Floats:
    """How many people live near enough to work there, where they are too few; else NaN."""

    def told(one: Candidate) -> float:
        found = labour(ask.need, one, None)
        return float(found.fact) if isinstance(found.fact, int) else np.nan

    return ask.by_kind("where", rows, told)


def _spanned(ask: Asking, hull: BaseGeometry | None, rows: Rows) -> Verdicts:
    """Of land that is drawn within a hull it fails, of land beyond it is unknown; the box of a parcel tells."""
    if hull is None or hull.is_empty:
        return np.full(len(rows), UNKNOWN)
    if not isinstance(hull, Polygon):
        return np.full(len(rows), DOUBT)
    west, south, east, north = (ask.column(side, rows) for side in ("west", "south", "east", "north"))
    least, most = depths(hull, (west, south, east, north))
    found = np.where(least > _SLACK_M, FAIL, np.where(most < -_SLACK_M, UNKNOWN, DOUBT)).astype(np.int8)
    found[np.isnan(west)] = UNKNOWN
    return found


_SLACK_M = 1e-3
