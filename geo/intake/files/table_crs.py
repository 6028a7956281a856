"""In which coordinate systems a table's numbers would lie in France: recognised when only one does, asked otherwise."""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pyproj
import shapely

from geo.intake.crs import WGS84

Points = Sequence[tuple[float, float]]

_MAINLAND = (
    *((-5.6, 48.2), (-5.3, 49.0), (-2.2, 50.0), (1.2, 50.4), (1.5, 51.2), (2.7, 51.3), (4.5, 50.4), (6.3, 49.8)),
    *((8.5, 49.2), (7.9, 47.4), (7.4, 46.8), (7.3, 45.2), (7.8, 44.2), (7.8, 43.6), (6.3, 42.8), (3.4, 42.2)),
    *((1.3, 42.2), (-0.6, 42.5), (-2.0, 43.0), (-2.0, 46.0), (-3.6, 47.1)),
)
_CORSICA = (8.3, 41.2, 9.8, 43.2)
_OVERSEAS = (
    (-62.0, 15.7, -60.9, 16.7),
    (-61.4, 14.2, -60.7, 15.0),
    (-63.3, 17.7, -62.6, 18.3),
    (-54.7, 2.0, -51.5, 6.0),
    (55.1, -21.5, 55.95, -20.75),
    (44.9, -13.1, 45.4, -12.5),
    (-56.6, 46.6, -56.0, 47.3),
)
"""Guadeloupe, Martinique, Saint-Martin and Saint-Barthélemy, Guyane, La Réunion, Mayotte, Saint-Pierre-et-Miquelon."""
_USUAL = (WGS84, "EPSG:2154", *(f"EPSG:{code}" for code in range(3942, 3951)))
_RARE = tuple(
    f"EPSG:{code}" for code in (27572, 27561, 27562, 27563, 27564, 2975, 5490, 2972, 4471, 32630, 32631, 32632, 3857)
)
"""Older, overseas and world-wide systems, thought of only when none of the usual ones fits."""


@cache
def _territory() -> shapely.MultiPolygon:
    """France with some sea around it, in degrees; coarse: it tells systems apart, it judges no parcel."""
    boxes = [shapely.box(*bounds) for bounds in (_CORSICA, *_OVERSEAS)]
    territory = shapely.MultiPolygon([shapely.Polygon(_MAINLAND), *boxes])
    shapely.prepare(territory)
    return territory


@cache
def _to_degrees(code: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(code, WGS84, always_xy=True)


def likely(points: Points) -> list[str]:
    """The systems in which more than half of ``points`` (x, y) lie in France: one when recognised, several to ask.

    ``EPSG:4326`` stands for degrees, longitude first. The conic zones CC42 to CC50 (EPSG:3942-3950) and Lambert-93
    have numbers of their own; UTM zones share theirs.
    """
    for systems in (_USUAL, _RARE):
        found = _fitting(points, systems)
        if found:
            return found
    return []


def fits(points: Points, code: str) -> bool:
    """Whether more than half of ``points`` (x, y) in a system lie in France."""
    return bool(_fitting(points, (code,)))


def _fitting(points: Points, systems: Iterable[str]) -> list[str]:
    xy = np.array(points, dtype=np.float64).reshape(len(points), 2)
    return [code for code in systems if len(xy) and 2 * int(_inside(xy, code).sum()) > len(xy)]


def _inside(
    xy: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", code: str
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    x, y = (xy[:, 0], xy[:, 1]) if code == WGS84 else _to_degrees(code).transform(xy[:, 0], xy[:, 1], errcheck=False)
    return np.asarray(shapely.contains_xy(_territory(), x, y), dtype=np.bool_)
