"""Boxes in the systems of the web, as the stored geometry has them: where an index is looked through."""

import math
from functools import cache

import pyproj

Box = tuple[float, float, float, float]
"""West, south, east, north."""

DEGREES = 4326
HALF_WORLD = 20_037_508.342789244
"""Metres (EPSG:3857) to the 180th meridian: beyond it, longitudes come round again."""
POINTS = 21
"""Between the corners of a box: its sides are curves in another system."""
LEAST = 1e-6
"""Degrees: a tenth of a metre."""
MARGIN = 0.001
"""Of the longer side: more than a curve rises between two of the points."""


@cache
def _degrees(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(srid, DEGREES, always_xy=True)


@cache
def _here(territory: int) -> tuple[pyproj.Transformer, Box]:
    area = pyproj.CRS.from_epsg(territory).area_of_use
    bounds = (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds
    return pyproj.Transformer.from_crs(DEGREES, territory, always_xy=True), bounds


def box_here(box: Box, srid: int, territory: int) -> Box:
    """A box in EPSG:``territory`` that holds everything of the territory within ``box``, longitude first.

    ``srid``: 4326 or 3857.

    Nothing is stored outside the area of use of the territory's system, where it could not be projected.
    """
    west, south, east, north = box
    if srid != DEGREES:
        west, east = (min(max(x, -HALF_WORLD), HALF_WORLD) for x in (west, east))
        (west, east), (south, north) = _degrees(srid).transform((west, east), (south, north))
    project, (least_x, least_y, most_x, most_y) = _here(territory)
    west, east = (min(max(x, least_x), most_x) for x in (west, east))
    south, north = (min(max(y, least_y), most_y) for y in (south, north))
    left, bottom, right, top = project.transform_bounds(west, south, east, north, densify_pts=POINTS)
    margin = 1 + MARGIN * max(right - left, top - bottom)
    return left - margin, bottom - margin, right + margin, top + margin


def degrees_of(box: Box, territory: int) -> Box:
    """A box in degrees that holds a box of the territory's system, a little wider than needed."""
    west, south, east, north = _degrees(territory).transform_bounds(*box, densify_pts=POINTS)
    margin = LEAST + MARGIN / 10 * max(east - west, north - south)
    least = (math.floor((edge - margin) / LEAST) * LEAST for edge in (west, south))
    most = (math.ceil((edge + margin) / LEAST) * LEAST for edge in (east, north))
    west, south, east, north = (round(edge, 6) for edge in (*least, *most))
    return west, south, east, north
