"""Spatial functions: planar, in the filter's own coordinates, on the geometry stored in them."""

import math
from collections.abc import Iterator
from itertools import chain
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import box, shape
from sqlalchemy import ColumnElement, LargeBinary, and_, bindparam, cast, func
from sqlalchemy import column as named

from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import GEOMETRY, GEOMETRY_COLUMNS, Kind, Places, Term
from geo.store.projecting import box_here

FUNCTIONS = {
    "s_intersects": func.st_intersects,
    "s_disjoint": func.st_disjoint,
    "s_equals": func.st_equals,
    "s_touches": func.st_touches,
    "s_within": func.st_within,
    "s_overlaps": func.st_overlaps,
    "s_crosses": func.st_crosses,
    "s_contains": func.st_contains,
}

MOST_CORNERS = 5_000
TURN = 360
"""Degrees of a whole turn: what lies further is in metres, and would find nothing without a word."""
EXAMPLE = "S_INTERSECTS(geometry, BBOX(4.8, 45.6, 4.9, 45.7))"
RING = "S_INTERSECTS(geometry, POLYGON((4.8 45.6, 4.9 45.6, 4.9 45.7, 4.8 45.6)))"


def example_of(function: str) -> str:
    """A filter by this function."""
    return EXAMPLE.replace("S_INTERSECTS", function.upper())


def column(places: Places, *, projected: bool = True) -> Term:
    """The geometry in the filter's coordinates; ``projected``: it is stored in those of the web, too."""
    name = GEOMETRY_COLUMNS.get(places.srid, "geom")
    return Term(Kind.SHAPE, named(name), GEOMETRY, of=None if projected or name == "geom" else "geom")


def compare(function: str, left: Term, right: Term, places: Places, srid: int) -> ColumnElement[bool]:
    """One spatial function of two shapes in the coordinates ``places``; ``srid`` is that of the territory.

    A geometry that is computed is looked for around a literal by the index of the one it comes of.

    Raises:
        FilterFault: one is not a shape.
    """
    if left.kind is not Kind.SHAPE or right.kind is not Kind.SHAPE:
        raise FilterFault("filter.shapes_wanted", op=function.upper(), example=EXAMPLE)
    found: ColumnElement[bool] = FUNCTIONS[function](left.sql, right.sql)
    for stored, drawn in ((left.of, right.bounds), (right.of, left.bounds)):
        if stored is not None and drawn is not None and function != "s_disjoint":
            corners: Any = (bindparam(None, corner, unique=True) for corner in box_here(drawn, places.srid, srid))
            around = func.st_makeenvelope(*corners, bindparam(None, srid, unique=True))
            found = and_(named(stored).op("&&")(around), found)
    return found


def literal(node: dict[str, Any], places: Places, srid: int) -> Term:
    """A geometry in GeoJSON, or a ``bbox``, bound with its EPSG code.

    Raises:
        FilterFault: it is no geometry, is not valid, or is too large.
    """
    geometry = _box(node["bbox"], places) if "bbox" in node else _geometry(node, places)
    if places.srid == 4326 and max(map(abs, shapely.bounds(geometry))) > TURN:
        raise FilterFault("filter.degrees")
    if not shapely.is_valid(geometry):
        raise FilterFault("filter.shape_invalid", why=shapely.is_valid_reason(geometry))
    written = cast(bindparam(None, shapely.to_wkb(geometry), unique=True), LargeBinary())
    known = places.srid if places.srid in GEOMETRY_COLUMNS else srid
    bounds = tuple(shapely.bounds(geometry))
    return Term(Kind.SHAPE, func.st_geomfromwkb(written, bindparam(None, known, unique=True)), bounds=bounds)


def _geometry(node: dict[str, Any], places: Places) -> shapely.Geometry:
    try:
        closed = all(_closed(ring) for ring in _rings(node))
        geometry = shapely.force_2d(shape(node))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        raise FilterFault("filter.shape", example=EXAMPLE) from None
    if not closed:
        raise FilterFault("filter.ring", example=RING)
    corners = shapely.get_coordinates(geometry)
    if geometry.is_empty or not all(map(math.isfinite, corners.flat)):
        raise FilterFault("filter.shape", example=EXAMPLE)
    if len(corners) > MOST_CORNERS:
        raise FilterFault("filter.shape_large", corners=len(corners), most=MOST_CORNERS)
    return shapely.transform(geometry, lambda corners: corners[:, ::-1]) if places.latitude_first else geometry


def _rings(node: dict[str, Any]) -> Iterator[Any]:
    """The rings of polygons, of which a list of positions is one."""
    match node["type"]:
        case "Polygon":
            yield from node["coordinates"]
        case "MultiPolygon":
            yield from chain.from_iterable(node["coordinates"])
        case "GeometryCollection":
            yield from chain.from_iterable(map(_rings, node["geometries"]))


def _closed(ring: Any) -> bool:
    """Whether a ring ends where it begins: shapely would close it without a word."""
    return bool(ring[0] == ring[-1])


def _box(corners: object, places: Places) -> shapely.Geometry:
    """West, south, east, north, or latitudes first, with heights in between, ignored.

    Across the antimeridian where west > east.
    """
    if not isinstance(corners, list) or len(corners) not in (4, 6):
        raise FilterFault("filter.shape", example=EXAMPLE)
    if not all(type(value) in (int, float) and math.isfinite(value) for value in corners):
        raise FilterFault("filter.shape", example=EXAMPLE)
    half = len(corners) // 2
    (west, south), (east, north) = corners[:2], corners[half : half + 2]
    if places.latitude_first:
        west, south, east, north = south, west, north, east
    if south > north:
        raise FilterFault("filter.south_north", south=south, north=north)
    if west <= east:
        return box(west, south, east, north)
    if places.srid != 4326:
        raise FilterFault("filter.west_east", west=west, east=east)
    return shapely.union(box(west, south, 180, north), box(-180, south, east, north))
