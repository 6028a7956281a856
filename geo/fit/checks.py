"""Refuses, with a clear message, lengths and shapes on which a decision would mean nothing."""

import math
from numbers import Real

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

Shape = Polygon | MultiPolygon

SHORTEST, LONGEST = 0.01, 100_000.0
LEEWAY = 10.0
"""Times the bounds that what follows from lengths asked may be: metres of the ground on the map, a row, a yard."""
MAX_VERTICES = 20_000


class UnusableShape(ValueError):  # noqa: N818 - the name others rely on
    """The polygon is not one a building can be placed on: a stable code, and what its sentence is filled with."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(_WORDS[code].format(**params))
        self.code = code
        self.params = params


_WORDS = {
    "shape.empty": "{name} is empty",
    "shape.type": "{name} must be a Polygon or a MultiPolygon; got {kind}",
    "shape.vertices": "{name} has {count} vertices; at most {most} are accepted, simplify it first",
    "shape.invalid": "{name} is not a valid polygon: {why}; repair it first",
    "shape.not_finite": "{name} has a coordinate that is not a finite number",
    "shape.not_degrees": "{name} is not in degrees: x {x:.10g}, y {y:.10g}",
    "shape.outside_crs": "{name} lies where {crs} does not reach: x {x:.10g}, y {y:.10g}",
    "shape.too_wide": "{name} is {extent:.0f} m wide; at most {widest:.0f} m are accepted (is the CRS in metres?)",
}
"""For whoever programs; what users read stands in the catalogues."""


def check_length(name: str, value: float, shortest: float = SHORTEST, longest: float = LONGEST) -> float:
    """Return ``value`` (metres) as a float, or raise ValueError naming it, the value and a right example."""
    metres = _number(value)
    if not shortest / LEEWAY <= metres <= longest * LEEWAY:
        raise ValueError(f"{name} must be from {shortest:g} to {longest:g} metres, for example 5; got {value!r}")
    return metres


def check_tolerance(value: float) -> float:
    """Return the tolerance (metres), which must be above 0; below 0.01 it costs time and decides little more."""
    metres = _number(value)
    if not 0.0 < metres <= LONGEST:
        raise ValueError(f"tolerance must be above 0 metres, for example 0.25; got {value!r}")
    return metres


def _number(value: object) -> float:
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan


def check_shape(name: str, shape: object) -> Shape:
    """Return the polygon in two dimensions (heights are dropped), or raise :class:`UnusableShape`.

    A multipolygon whose parts are each valid but overlap or share an edge is united: its land is their union.
    """
    if not isinstance(shape, Polygon | MultiPolygon):
        raise UnusableShape("shape.type", name=name, kind=type(shape).__name__)
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        count = shapely.get_num_coordinates(shape)
        raise UnusableShape("shape.vertices", name=name, count=int(count), most=MAX_VERTICES)
    if shape.is_empty:
        return shape
    flat = shapely.force_2d(shape) if shape.has_z else shape
    _check_bounds(name, flat)
    if flat.is_valid:
        return flat
    if isinstance(flat, MultiPolygon) and all(part.is_valid for part in flat.geoms):
        return polygonal(shapely.union_all(list(flat.geoms)))
    raise UnusableShape("shape.invalid", name=name, why=shapely.is_valid_reason(flat))


def _check_bounds(name: str, shape: Shape) -> None:
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise UnusableShape("shape.not_finite", name=name)
    x0, y0, x1, y1 = shape.bounds
    if max(x1 - x0, y1 - y0) > LONGEST:
        extent = max(x1 - x0, y1 - y0)
        raise UnusableShape("shape.too_wide", name=name, extent=extent, widest=LONGEST)


def polygonal(shape: shapely.Geometry) -> Shape:
    """Keep the polygons of any geometry."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return MultiPolygon(parts)
