"""Which parcels are neighbours, and along how many metres, however two drawings of one limit differ."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.fit.checks import Shape

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Shapes = NDArray[np.object_]
Land = Sequence[Shape] | Shapes
"""Polygons of one planar CRS, metres."""

TOLERANCE_M = 0.25
"""Planar metres by which two drawings of one limit may differ: gaps and overlaps up to it are slivers, not land."""
LEAST_SHARED_M = 5.0
"""Planar metres of limit in common that make two parcels neighbours: what a gate and a road need to pass."""
SAME_LAND = 0.5
"""Share of the smaller parcel from which an overlap is the same land drawn twice: such parcels are no neighbours."""
TOLD_OVERLAP_M2 = 1.0
"""Square metres from which an overlap is told, so that land is not counted twice."""


class Pairs(NamedTuple):
    """Pairs of parcels by their places in the list given, ``first`` < ``second``, in that order.

    ``shared``: planar metres of limit in common, 0 for pairs that only overlap. ``overlap``: planar m2 that both claim.
    A pair is listed when it shares ``LEAST_SHARED_M`` or overlaps by ``TOLD_OVERLAP_M2``.
    """

    first: Places
    second: Places
    shared: Floats
    overlap: Floats

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Which pairs are neighbours."""
        found: NDArray[np.bool_] = self.shared >= LEAST_SHARED_M
        return found


def neighbours(shapes: Land, of: Sequence[int] | None = None) -> Pairs:
    """The pairs among valid shapes of one planar CRS (metres); with ``of``, those with one of these places alone.

    The limit in common is the length of one parcel's boundary within ``TOLERANCE_M`` of the other, less what turns the
    corners at its two ends, and the lesser of the two seen from either side. It depends on the two shapes alone, so a
    pair is measured alike whatever else is in the list.
    """
    land = np.array(shapes, dtype=object)
    first, second = _near(land, of)
    shared, overlap = _measured(land, first, second)
    told = (shared >= LEAST_SHARED_M) | (overlap >= TOLD_OVERLAP_M2)
    return Pairs(first[told], second[told], np.where(shared >= LEAST_SHARED_M, shared, 0.0)[told], overlap[told])


def _near(land: Shapes, of: Sequence[int] | None) -> tuple[Places, Places]:
    """Pairs within the tolerance of each other, each once, ordered."""
    asked = np.arange(len(land)) if of is None else np.asarray(of, dtype=np.intp)
    if not len(land) or not len(asked):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    near, other = shapely.STRtree(land).query(land[asked], predicate="dwithin", distance=TOLERANCE_M)
    near = asked[near]
    pairs = np.unique(np.column_stack([np.minimum(near, other), np.maximum(near, other)])[near != other], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _measured(land: Shapes, first: Places, second: Places) -> tuple[Floats, Floats]:
    """Metres of limit in common and m2 of overlap of each pair; 0 m when they are the same land drawn twice."""
    met = np.unique(np.concatenate([first, second]))
    limits, grown = land.copy(), land.copy()
    limits[met] = shapely.boundary(land[met])
    grown[met] = grow(land[met], TOLERANCE_M)
    along = np.minimum(_within(limits[first], grown[second]), _within(limits[second], grown[first]))
    overlap = shapely.area(shapely.intersection(land[first], land[second]))
    smaller = np.minimum(shapely.area(land[first]), shapely.area(land[second]))
    return np.where(overlap >= SAME_LAND * smaller, 0.0, np.maximum(along - 2 * TOLERANCE_M, 0.0)), overlap


def grow(land: Shapes, by: float) -> Shapes:
    """The shapes grown by some metres (shrunk by less than 0), corners kept.

    One in some thousands comes out of GEOS crossing itself [measured: 16 of 100,000], and is mended.
    """
    made: Shapes = np.asarray(shapely.buffer(land, by, join_style="mitre"))
    bad = ~shapely.is_valid(made)
    return np.where(bad, shapely.make_valid(made), made) if bad.any() else made


def _within(limits: Shapes, grown: Shapes) -> Floats:
    met: Floats = shapely.length(shapely.intersection(limits, grown))
    return met
