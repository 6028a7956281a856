"""Which parcels have room for nearly the building asked, as their profiles tell: far.py for what refuses the fit."""

from collections.abc import Iterator

import numpy as np

from geo.fit.profile_room import LENGTH, SETBACK, SHAPE, WIDTH, room_rows
from geo.match.fit.fit import is_one_rectangle
from geo.match.need.need import Need
from geo.match.need.parts import RectangleBuilding
from geo.match.relaxing.building import least_sides
from geo.match.relaxing.far import Far
from geo.match.screen.asking import Asking
from geo.match.screen.columns import Rows
from geo.match.screen.rounding import Floats


def room(ask: Asking, rows: Rows) -> Iterator[Far]:
    """How far a narrower, a shorter, another building or another setback is, as `building_changes` of each row."""
    need = ask.need
    (building,) = need.buildings if need.buildings and is_one_rectangle(need) else (None,)
    if not isinstance(building, RectangleBuilding):
        return
    known = ~(ask.column("stale", rows) | ask.column("mixed", rows))
    asked = (building.length_m, building.width_m, max(need.setbacks))
    found = np.where(known[:, None], _room(ask, asked, rows), np.nan)
    least = least_sides(building.length_m, building.width_m)
    yield _side("width_m", building.width_m, found[:, WIDTH], least[1])
    yield _side("length_m", building.length_m, found[:, LENGTH], least[0])
    other = found[:, SHAPE]
    other = np.where((other > 0) & np.isfinite(other), other, np.nan)
    yield Far("/buildings/0", other, other)
    yield _setback(need, found[:, SETBACK])


def _room(ask: Asking, asked: tuple[float, float, float], rows: Rows) -> Floats:
    land = ask.land
    begins, scales = land.column("profile", rows), land.column("scale", rows)
    out = np.full((len(rows), 4), np.nan)
    for is_late, part in ((False, land.base), (True, land.late)):
        these = np.flatnonzero(((rows >= len(land.base)) == is_late) & (begins >= 0))
        out[these] = room_rows(part.profiles, begins[these], scales[these], asked)
    return out


def _side(name: str, asked: float, largest: Floats, least: float) -> Far:
    to = _floored(largest)
    size = np.where((to >= least) & (to < asked), asked - to, np.nan)
    return Far(f"/buildings/0/{name}", size, size / asked)


def _setback(need: Need, most: Floats) -> Far:
    to, asked = _floored(most), max(need.setbacks)
    size = np.where((to >= 0) & (to < asked), asked - to, np.nan)
    effort = size / asked if asked else size
    return Far("/setback_m", size if len(set(need.setbacks)) == 1 else effort, effort)


def _floored(metres: Floats) -> Floats:
    floored: Floats = np.floor(metres * 10) / 10
    return floored
