"""Where land lies: in places that are named, drawn, near or next door, on many rows at once."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.match.candidate import Candidate
from geo.match.criteria.areas import AID
from geo.match.criteria.areas import aid_zone as aid_zone_of
from geo.match.criteria.place import EARTH_RADIUS_KM
from geo.match.criteria.place import place as place_of
from geo.match.criterion import Verdict
from geo.match.need_places import Near, Place
from geo.match.screen.asking import DOUBT, FAIL, PASS, UNKNOWN, Asking, Verdicts
from geo.match.screen.columns import Rows

NEIGHBOURLY_KM = 1e-6
"""Distances so close to what is asked are told by the rule itself: a sine may differ in its last digit."""


def place(ask: Asking, rows: Rows) -> Verdicts:
    """As the rule: one part that fails decides, else one that is unknown."""
    where = ask.need.place
    if where is None:
        return np.full(len(rows), PASS)
    parts = [_listed(ask, where, rows)]
    if where.polygon is not None:
        parts.append(_in_polygon(ask, where, rows))
    if where.near is not None:
        parts.append(_near(ask, where.near, rows))
    if where.adjacent_to is not None:
        parts.append(_adjacent(ask, rows))
    return joined(parts)


def joined(parts: list[Verdicts]) -> Verdicts:
    """One that fails decides, else one in doubt, else one that is unknown."""
    rank = np.array([0, 3, 1, 2], np.int8)
    worst = np.maximum.reduce([rank[part] for part in parts])
    return np.array([PASS, UNKNOWN, DOUBT, FAIL], np.int8)[worst]


def _listed(ask: Asking, where: Place, rows: Rows) -> Verdicts:
    """The parts that a commune, an EPCI and areas tell."""
    told = where.model_copy(update={"polygon": None, "near": None, "adjacent_to": None})
    need = ask.need.model_copy(update={"place": told})
    numbers = {Verdict.PASS: PASS, Verdict.FAIL: FAIL, Verdict.UNKNOWN: UNKNOWN}

    def judge(one: Candidate) -> int:
        return int(numbers[place_of(need, one, None).verdict])

    return ask.by_kind("where", rows, judge).astype(np.int8)


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


def _near(ask: Asking, near: Near, rows: Rows) -> Verdicts:
    """Great-circle distances (haversine), as the rule has them."""
    lon, lat = ask.column("lon", rows), ask.column("lat", rows)
    lat_a, lat_b = np.radians(near.lat), np.radians(lat)
    half_lon = np.radians(lon - near.lon) / 2
    chord = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin(half_lon) ** 2
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
    found = np.where(km <= near.km, PASS, FAIL).astype(np.int8)
    found[np.abs(km - near.km) < NEIGHBOURLY_KM] = DOUBT
    found[np.isnan(km)] = UNKNOWN
    return found


def _adjacent(ask: Asking, rows: Rows) -> Verdicts:
    beside = ask.around.beside
    if beside is None or beside.parcels is None:
        return np.full(len(rows), UNKNOWN)
    found = np.isin(ask.column("id", rows), np.array(sorted(beside.parcels), np.int64))
    undrawn = np.isnan(ask.column("west", rows))
    return np.where(undrawn, UNKNOWN, np.where(found, PASS, FAIL)).astype(np.int8)


def aid_zone(ask: Asking, rows: Rows) -> Verdicts:
    """By areas and commune; where only drawn zones tell whether they would be known, by what those span."""
    numbers = {"aid_zone.inside": PASS, "aid_zone.outside": FAIL, "aid_zone.not_covered": DOUBT}

    def judge(one: Candidate) -> int:
        return int(numbers.get(aid_zone_of(ask.need, one, None).code, UNKNOWN))

    found = ask.by_kind("where", rows, judge).astype(np.int8)
    label = ask.need.aid_zone if isinstance(ask.need.aid_zone, str) else None
    drawn = [zone.shape for zone in ask.around.of_kind(AID, label).values() if zone.shape is not None]
    asked = np.flatnonzero(found == DOUBT)
    found[asked] = _spanned(ask, drawn, rows[asked])
    return found


def _spanned(ask: Asking, drawn: list[BaseGeometry], rows: Rows) -> Verdicts:
    if not drawn:
        return np.full(len(rows), UNKNOWN)
    hull = shapely.convex_hull(shapely.geometrycollections(drawn))
    shapely.prepare(hull)
    west, south, east, north = (ask.column(side, rows) for side in ("west", "south", "east", "north"))
    boxes = shapely.box(west, south, east, north)
    touched, within = shapely.intersects(hull, boxes), shapely.contains(hull, boxes)
    found = np.where(within, FAIL, np.where(touched, DOUBT, UNKNOWN)).astype(np.int8)
    found[np.isnan(west)] = UNKNOWN
    return found
