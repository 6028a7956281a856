"""Which sides of a parcel lie on public ground, which on a neighbour's, and which nobody can tell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import GeometryCollection, MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import Shape
from geo.fit.ground import Limit

NEAR_M = 0.25
"""Metres within which the drawing of a neighbour counts as the same limit (as adjacency does)."""
GAP_M = 1.0
"""Ground narrower than this (metres) between two parcels is a gap between their drawings, not a road [estimate: limits
in a cadastral plan are right to some decimetres at best]."""
BEYOND_M = 10.0
"""Metres outside a limit that must be recorded as loaded before nothing there means that nobody owns it [estimate:
drawings of the limits of communes and of their parcels differ by metres]."""
ACCESS_M = 4.0
"""The shortest frontage a lorry enters by, metres [estimate: the fire brigade's road is 3 m wide, arrêté du 25 juin
1980 art. CO 2; a gate takes more]."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The boundary of a parcel in four kinds of lines, which cover it together.

    ``frontage``: on ground that is no parcel, where the cadastre is recorded as complete: public, usually a road.
    ``neighbour``: on another parcel, or with a gap between the drawings that no road fits into. ``water``: on water.
    ``unknown``: nothing is drawn there, and nothing says that all that exists is loaded.
    """

    frontage: BaseGeometry
    neighbour: BaseGeometry
    water: BaseGeometry
    unknown: BaseGeometry

    @property
    def has_access(self) -> bool | None:
        """Whether a lorry gets in from public ground; None when that is not known."""
        lines = shapely.get_parts(shapely.line_merge(self.frontage))
        if any(line.length >= ACCESS_M for line in lines):
            return True
        return None if self.unknown.length >= ACCESS_M else False

    def collection(self) -> GeometryCollection:
        """The four as one geometry, to be kept: frontage, neighbour, water, unknown; see :meth:`of`."""
        return GeometryCollection(
            [_multiline(lines) for lines in (self.frontage, self.neighbour, self.water, self.unknown)]
        )

    @classmethod
    def of(cls, kept: BaseGeometry) -> "Sides":
        """The sides that :meth:`collection` wrote."""
        frontage, neighbour, water, unknown = shapely.get_parts(kept)
        return cls(frontage, neighbour, water, unknown)

    def direction(self) -> float | None:
        """Direction (radians) of the longest straight frontage, to stand a building along; None without one."""
        return _direction(self.frontage)


def sides_of(
    parcel: Shape, neighbours: Sequence[BaseGeometry], water: Sequence[BaseGeometry], loaded: BaseGeometry | None
) -> Sides:
    """Sort the boundary of a parcel; all shapes in one planar CRS in metres.

    ``neighbours`` are the other parcels around it, ``water`` the water; ``loaded`` is where the cadastre is recorded
    as completely loaded (None: nowhere).
    """
    boundary = parcel.boundary
    theirs, left = _parted(boundary, shapely.union_all(shapely.buffer(list(neighbours), NEAR_M)))
    wet, dry = _parted(left, shapely.union_all(shapely.buffer(list(water), NEAR_M)))
    _, wide = _parted(dry, shapely.union_all(shapely.buffer(list(neighbours), GAP_M)))
    dry, narrow = _parted(dry, shapely.buffer(wide, 2 * GAP_M))
    theirs = _lines(shapely.union(theirs, narrow))
    around = shapely.buffer(parcel, BEYOND_M)
    blank = around if loaded is None else shapely.difference(around, loaded)
    unknown, frontage = _parted(dry, shapely.buffer(blank, BEYOND_M))
    return Sides(frontage, theirs, wet, unknown)


def _parted(lines: BaseGeometry, area: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    """Lines inside an area, and those outside."""
    if lines.is_empty or area.is_empty:
        return shapely.LineString(), lines
    return _lines(shapely.intersection(lines, area)), _lines(shapely.difference(lines, area))


def _lines(found: BaseGeometry) -> BaseGeometry:
    """The lines of an overlay, without the points it may leave."""
    return shapely.union_all([part for part in shapely.get_parts(found) if shapely.get_dimensions(part) == 1])


def _multiline(lines: BaseGeometry) -> MultiLineString:
    return MultiLineString([line for line in shapely.get_parts(lines) if not line.is_empty])


def _direction(lines: BaseGeometry) -> float | None:
    longest, direction = 0.0, None
    for line in shapely.get_parts(lines):
        for x, y in np.diff(shapely.get_coordinates(line), axis=0):
            if math.hypot(x, y) > longest:
                longest, direction = math.hypot(x, y), math.atan2(y, x) % math.pi
    return direction


def limits_of(sides: Sides, road: float, neighbour: float) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """Limits that ask the most and the least of a building: they differ where a side is not known.

    ``road`` and ``neighbour`` are setbacks in metres; from water that from a neighbour is kept. What stands behind the
    first stands; what is refused behind the second is refused.
    """
    known = (Limit(sides.frontage, road), Limit(shapely.union(sides.neighbour, sides.water), neighbour))
    most, least = max(road, neighbour), min(road, neighbour)
    return (*known, Limit(sides.unknown, most)), (*known, Limit(sides.unknown, least))
