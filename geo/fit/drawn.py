"""What the cadastre draws around a parcel: whose land begins where, and which ground is nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import Shape
from geo.fit.frontage import BEYOND_M, GAP_M, NEAR_M, Sides, sides_of

ACROSS_M = 40.0
"""The widest public ground (a road with its verges) that counts as known to be nobody's when complete cadastre lies on
both sides of it [estimate]. Wider ground may be the end of what is loaded."""
REACH_M = BEYOND_M + ACROSS_M
"""How far from a parcel the cadastre has a say in its sides."""
OWN = 0.9
"""Share of a cadastral parcel that must lie in a parcel for it to be its land (as geo/store/lineage/lineage.py)."""
_SLACK_M = 0.2
"""GEOS draws an arc of 20 m as chords up to 0.1 m inside it."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The cadastral parcels within REACH_M of a parcel; ``whole`` says which lie in a completely loaded commune."""

    shapes: Sequence[BaseGeometry]
    whole: NDArray[np.bool_]
    water: Sequence[BaseGeometry] = ()


def sides_in(parcel: Shape, drawn: Drawn) -> Sides:
    """The sides of a parcel among what is drawn around it; all in one planar CRS in metres.

    Ground is known to be public between parcels of communes that are completely loaded. Where the parcel's own
    cadastral land goes on beyond its outline, the side is unknown: what lies past that land is not beside the parcel.
    """
    x0, y0, x1, y1 = parcel.bounds
    frame = (x0 - REACH_M, y0 - REACH_M, x1 + REACH_M, y1 + REACH_M)
    shapes = shapely.clip_by_rect(np.array(drawn.shapes, dtype=object), *frame)
    beside = shapes[shapely.dwithin(shapes, parcel, GAP_M)]
    own = np.array(
        [each.area > 0 and shapely.intersection(each, parcel).area >= OWN * each.area for each in beside], np.bool_
    )
    loaded = shapely.union(_closed(shapes[drawn.whole]), parcel)
    rest = shapely.difference(shapely.union_all(beside[own]), shapely.buffer(parcel, NEAR_M))
    if not rest.is_empty:
        loaded = shapely.difference(loaded, rest)
    return sides_of(parcel, list(shapely.difference(beside[~own], parcel)), drawn.water, loaded)


def _closed(shapes: NDArray[np.object_]) -> BaseGeometry:
    """The shapes with the ground between them that is at most ACROSS_M wide."""
    if not len(shapes):
        return shapely.Polygon()
    half = ACROSS_M / 2
    return shapely.buffer(shapely.union_all(shapely.buffer(shapes, half)), _SLACK_M - half)
