"""A figure that is eroded stays in itself wherever it is moved by as much."""

import math

import pytest
import shapely
from shapely import Point, Polygon

from geo.fit.figure import Figure, Piece


@pytest.mark.parametrize("turn", [10, 30, 44.9, 46, 74.9, 90, 120])
def test_no_chord_around_an_inner_corner_takes_too_little(turn: float) -> None:
    angle = math.radians(turn)
    bent = Polygon(
        [(-90, 0), (0, 0), (90 * math.cos(angle), -90 * math.sin(angle)), (120, 120), (-90, 120)],
    )
    eroded = Figure((Piece(bent),)).eroded(10)
    assert eroded is not None
    assert min(piece.polygon.distance(Point(0, 0)) for piece in eroded.pieces) >= 10 - 1e-9
    assert all(shapely.distance(piece.polygon, bent.exterior) >= 10 - 1e-9 for piece in eroded.pieces)
