"""The compiled core: a rectangle at one angle, exactly, and the branch-and-bound over the angle."""

from geo.fit.kernel.bars import COLUMNS, Floats, View, axes, turn
from geo.fit.kernel.branch import branch, inner
from geo.fit.kernel.directions import DIRECTIONS, FINE, Ask, directions
from geo.fit.kernel.one_angle import FREE, OPEN, REFUSED, place

__all__ = [
    "COLUMNS",
    "DIRECTIONS",
    "FINE",
    "FREE",
    "OPEN",
    "REFUSED",
    "Ask",
    "Floats",
    "View",
    "axes",
    "branch",
    "directions",
    "inner",
    "place",
    "turn",
]
