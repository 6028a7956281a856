"""The coordinate reference systems a request may name, and boxes in them."""

import math
import re

from api.problems import Problem
from geo.store.cql2.terms import Places
from geo.store.projecting import Box

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
LATITUDE_FIRST = EPSG.format(4326)

NUMBER = re.compile(r" *[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? *")
"""A number in a parameter: ``float`` would also read 4_0, and the digits of other scripts."""


def boxes(bbox: str | None, crs: str | None, srid: int) -> tuple[tuple[Box, ...], int]:
    """The boxes of a ``bbox`` parameter (two where it crosses the antimeridian) and the EPSG code they are in.

    ``crs`` is a CRS URI; without it CRS84, degrees, longitude first. Heights of a 3D box are ignored.

    Raises:
        Problem: 400, with an example of right.
    """
    code = _code(crs, srid)
    if bbox is None:
        return (), code
    west, south, east, north = _corners(bbox, latitude_first=crs == LATITUDE_FIRST)
    if south > north:
        raise Problem("bad-parameter", "bbox.south_north", south=south, north=north)
    if code != 4326:
        if west > east:
            raise Problem("bad-parameter", "bbox.west_east", west=west, east=east)
        return ((west, south, east, north),), code
    if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        raise Problem("bad-parameter", "bbox.degrees", bbox=bbox)
    if west <= east:
        return ((west, south, east, north),), code
    return ((west, south, 180.0, north), (-180.0, south, east, north)), code


def places(crs: str | None, srid: int) -> Places:
    """What coordinates in the CRS of a URI are; without one those of CRS84.

    Raises:
        Problem: 400, a CRS that is not offered.
    """
    return Places(_code(crs, srid), latitude_first=crs == LATITUDE_FIRST)


def uri(coordinates: Places) -> str:
    """The URI of the CRS that coordinates are in."""
    if coordinates.latitude_first:
        return LATITUDE_FIRST
    return CRS84 if coordinates.srid == 4326 else EPSG.format(coordinates.srid)


def _code(crs: str | None, srid: int) -> int:
    known = {None: 4326, CRS84: 4326, LATITUDE_FIRST: 4326, EPSG.format(3857): 3857, EPSG.format(srid): srid}
    if crs not in known:
        raise Problem("bad-parameter", "crs.unknown", crs=crs, known=[uri for uri in known if uri])
    return known[crs]


def _corners(bbox: str, *, latitude_first: bool) -> Box:
    parts = bbox.split(",")
    numbers = [float(part) for part in parts] if all(NUMBER.fullmatch(part) for part in parts) else []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise Problem("bad-parameter", "bbox.numbers", bbox=bbox)
    half = len(numbers) // 2
    (a, b), (c, d) = numbers[:2], numbers[half : half + 2]
    return (b, a, d, c) if latitude_first else (a, b, c, d)
