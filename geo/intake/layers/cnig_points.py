"""Points that a standard's file states beside an outline: kept where they are more than its centroid."""

import json
import re

import numpy as np
import shapely

from geo.intake.crs import WGS84, Frame
from geo.intake.layers.draft import Draft

CENTROID_M = 0.05
"""A stated point this near (metres) to the centroid of the row's outline is that centroid, written with 7 decimals."""
_MULTIPOINT, _DIGITS = 4, 7
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


def not_centroids(draft: Draft, values: list[object]) -> list[object]:
    """``values`` (``lon, lat`` or WKT) without those that repeat the row's own point or the centroid of its outline.

    What can be computed is no fact of its own: it is computed again when the row leaves.
    """
    if draft.frame is None or all(value is None for value in values):
        return values
    degrees = Frame(WGS84, draft.frame.srid)
    return [None if _is_centroid(draft, i, value, degrees) else value for i, value in enumerate(values)]


def _is_centroid(draft: Draft, place: int, value: object, degrees: Frame) -> bool:
    own = draft.shapes.geometry[place] or draft.shapes.location[place]
    read = as_position(value)
    if own is None or read is None:
        return False
    there = degrees.transform(np.array([read]))[0]
    centre = shapely.centroid(own)
    return bool(np.hypot(there[0] - centre.x, there[1] - centre.y) <= CENTROID_M)


def several(draft: Draft) -> list[str | None]:
    """The points of rows that have more than one, as GeoJSON in degrees (7 decimals).

    Our own point is the middle of them as they are stored, so that it does not depend on the file's system.
    """
    shapes, found = draft.shapes, list[str | None]([None] * draft.size)
    if draft.frame is None:
        return found
    degrees = Frame(draft.frame.source, 4326)
    several_points = (shapely.get_type_id(shapes.source) == _MULTIPOINT) & (
        shapely.get_num_geometries(shapes.source) > 1
    )
    for place in np.flatnonzero(several_points & shapes.good).tolist():
        places = shapely.get_coordinates(shapes.source[place])
        shapes.geometry[place] = shapely.Point(draft.frame.transform(places).mean(axis=0))
        written = sorted(degrees.transform(places).round(_DIGITS).tolist())
        found[place] = json.dumps({"type": "MultiPoint", "coordinates": written})
    return found


def as_position(value: object) -> tuple[float, float] | None:
    """Longitude and latitude out of ``3.9815, 49.2527`` or ``POINT (3.9815 49.2527)``; None when they are not there."""
    found = _NUMBERS.findall(str(value)) if value is not None else []
    if len(found) != 2:
        return None
    east, north = map(float, found)
    return (east, north) if abs(east) <= 180 and abs(north) <= 90 else None
