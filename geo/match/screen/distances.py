"""How far networks are, on many rows at once."""

import numpy as np
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.match.criteria.near import AT_THE_LAND_KM, CONNECTED_KM, RAILWAY, SIDING, _by_distance, _by_time
from geo.match.criteria.served import is_served
from geo.match.need.places import NearKind
from geo.match.parcel.candidate import Candidate
from geo.match.screen.areas import joined
from geo.match.screen.asking import DOUBT, FAIL, PASS, UNKNOWN, Asking, Verdicts
from geo.match.screen.columns import METRES, Column, Rows, hash_of
from geo.match.screen.hulls import depths
from geo.match.screen.rounding import Floats, rounded

_LINE = 9
"""No road tells: the straight line does."""
_PARTLY = 8
"""A road that is too long, and others not known: the straight line tells what fails."""
_CODES = {
    "distance.road_within": int(PASS),
    "distance.road_too_far": int(FAIL),
    "distance.road_partly_known": _PARTLY,
}
_TIMES = {"travel.within": PASS, "travel.too_long": FAIL}


def near(ask: Asking, rows: Rows) -> Verdicts:
    """All that must be near."""
    parts = [part for one in ask.need.near or () for part in _parts(ask, one, rows)]
    return joined(parts) if parts else np.full(len(rows), PASS)


def max_km(ask: Asking, rows: Rows) -> Verdicts:
    """The same of distances asked by kind alone."""
    parts = [_by_distances(ask, kind, km, rows) for kind, km in (ask.need.max_km or {}).items()]
    return joined(parts) if parts else np.full(len(rows), PASS)


def rail_siding(ask: Asking, rows: Rows) -> Verdicts:
    """Far from any railway it fails, where all sidings around are known and the site says nothing of one."""
    km = straight_km(ask, SIDING, rows)
    found = np.where(km <= AT_THE_LAND_KM, PASS, UNKNOWN).astype(np.int8)
    near = np.any([straight_km(ask, kind, rows) <= CONNECTED_KM for kind in RAILWAY], axis=0)
    at_site = ask.by_kind("served", rows, lambda one: is_served(one, "rail") is True) > 0
    far = np.flatnonzero((km > CONNECTED_KM) & ~near & ~at_site)
    if SIDING in ask.around.extents:
        found[far] = _as_far_as_known(ask, ask.around.extents[SIDING], CONNECTED_KM, rows[far])
    return found


def straight_km(ask: Asking, kind: str, rows: Rows) -> Floats:
    """Kilometres in a straight line to the nearest object of a kind; NaN when none is known."""
    km = rounded(ask.column(METRES + kind, rows) / 1000, 3)
    return np.where(np.isnan(km), ask.column("substation_km", rows), km) if kind == "substation" else km


def too_far(ask: Asking, kind: str, asked: float, rows: Rows, *, by_time: bool) -> Floats:
    """How far the rows are that are too far, or may be, in km or minutes as `near` tells it; else NaN."""

    def told(one: Candidate) -> float:
        found = (_by_time if by_time else _by_distance)(one, kind, asked)
        return float(found.fact) if found.code in _TOLD and isinstance(found.fact, int | float) else np.nan

    verdict = (_by_times if by_time else _by_distances)(ask, kind, asked, rows)
    road: Floats = ask.by_kind("where", rows, told) if ask.around.travels else np.full(len(rows), np.nan)
    way = road if by_time else np.where(np.isnan(road), straight_km(ask, kind, rows), road)
    return np.where((verdict == FAIL) | (verdict == DOUBT), way, np.nan)


_TOLD = ("distance.road_too_far", "travel.too_long")


def _parts(ask: Asking, asked: NearKind, rows: Rows) -> list[Verdicts]:
    found = []
    if asked.max_km is not None:
        found.append(_by_distances(ask, asked.kind, asked.max_km, rows))
    if asked.max_minutes is not None:
        found.append(_by_times(ask, asked.kind, asked.max_minutes, rows))
    return found


def _by_distances(ask: Asking, kind: str, asked: float, rows: Rows) -> Verdicts:
    line = _by_line(ask, kind, asked, rows)
    if not ask.around.travels:
        return line

    def judge(one: Candidate) -> int:
        return _CODES.get(_by_distance(one, kind, asked).code, _LINE)

    road = ask.by_kind("where", rows, judge, np.int8)
    partly = np.where(line == PASS, UNKNOWN, line)
    found = np.where(road == _LINE, line, np.where(road == _PARTLY, partly, road)).astype(np.int8)
    found[_told_by_name(ask, rows)] = DOUBT
    return found


def _by_times(ask: Asking, kind: str, asked: float, rows: Rows) -> Verdicts:
    if not ask.around.travels:
        return np.full(len(rows), UNKNOWN)

    def judge(one: Candidate) -> int:
        return int(_TIMES.get(_by_time(one, kind, asked).code, UNKNOWN))

    found = ask.by_kind("where", rows, judge, np.int8)
    found[_told_by_name(ask, rows)] = DOUBT
    return found


def _told_by_name(ask: Asking, rows: Rows) -> Column:
    """Rows of which a table of travels has the parcel itself."""
    return np.isin(ask.column("source", rows), np.array([hash_of(name) for name in ask.around.travels], np.int64))


def _by_line(ask: Asking, kind: str, asked: float, rows: Rows) -> Verdicts:
    km = straight_km(ask, kind, rows)
    found = np.where(km <= asked, PASS, FAIL).astype(np.int8)
    far = np.flatnonzero(km > asked)
    if kind in ask.around.extents:
        found[far] = _as_far_as_known(ask, ask.around.extents[kind], asked, rows[far])
    found[np.isnan(km)] = UNKNOWN
    return found


def _as_far_as_known(ask: Asking, extent: BaseGeometry, asked: float, rows: Rows) -> Verdicts:
    """Of land that is too far: whether all objects as near as asked are known (fail), or not (unknown).

    The box of a parcel lies within it to the length of its diagonal; in between, its outline tells.
    """
    if not isinstance(extent, Polygon):
        return np.full(len(rows), UNKNOWN)
    west, south, east, north = (ask.column(side, rows) for side in ("west", "south", "east", "north"))
    inside, _ = depths(extent, (west, south, east, north))
    k = ask.column("scale", rows) * 1000
    least = np.maximum(inside, 0.0) / k
    most = (inside + np.hypot(east - west, north - south)) / k
    found = np.where(least > asked + _SLACK_KM, FAIL, np.where(most < asked - _SLACK_KM, UNKNOWN, DOUBT))
    found[np.isnan(west)] = UNKNOWN
    return found.astype(np.int8)


_SLACK_KM = 1e-6
