"""What must be true of every answer `fits`."""

import math

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from geo.fit import Fit, Verdict


def assert_stands(
    answer: Fit, parcel: Polygon | MultiPolygon, sides: tuple[float, float], setback: float = 0.0
) -> None:
    """The placement is the building asked, inside the parcel and as far from its boundary as claimed."""
    assert answer.verdict is Verdict.FITS
    assert answer.placement is not None
    assert answer.certificate is None
    assert answer.angle_deg is not None
    assert answer.margin_m is not None
    corners = shapely.get_coordinates(answer.placement)
    assert len(corners) == 5
    edges = np.diff(corners, axis=0)
    lengths = np.hypot(*edges.T)
    assert lengths == pytest.approx([max(sides), min(sides)] * 2, abs=1e-7)
    assert abs(np.dot(edges[0], edges[1])) < 1e-5
    assert parcel.covers(answer.placement)
    room = parcel.boundary.distance(answer.placement) - setback
    assert room == pytest.approx(answer.margin_m, abs=1e-9)
    assert room >= -1e-9
    assert 0 <= answer.angle_deg < 180
    if sides[0] != sides[1]:
        long = math.degrees(math.atan2(edges[0][1], edges[0][0])) % 180
        apart = abs(long - answer.angle_deg)
        assert min(apart, 180 - apart) < 1e-4
