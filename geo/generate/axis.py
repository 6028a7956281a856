"""The main road of an economic zone: straight, then a gentle bend, then straight; and the ground laid along it.

A zone is drawn in road coordinates, whole centimetres: ``s`` along the road, ``t`` to its left. Between two
stations of the road the drawing is carried to the ground so that every line of constant ``s`` or ``t`` stays
straight: what tiles the drawing tiles the ground, and a corner on a neighbour's side stays on it.
"""

from dataclasses import dataclass

import numpy as np

from geo.generate.dice import Dice
from geo.generate.lambert93 import Floats

_CHORDS = 10
_BEYOND = 20_000
"""The road is drawn this far (cm) past both ends of the zone, for what surrounds it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """``stations`` (n, cm along the road), their ``points`` and ``mitres`` (n, 2; metres a metre of ``t``)."""

    stations: Floats
    points: Floats
    mitres: Floats
    bends: tuple[int, ...]
    """The inner stations: an edge along the road takes a corner at each of them."""

    def lay(self, s: Floats, t: Floats) -> Floats:
        """Ground metres (n, 2) from the start of the road, for drawing centimetres ``s`` and ``t``."""
        k = np.clip(np.searchsorted(self.stations, s, side="right") - 1, 0, len(self.stations) - 2)
        start = self.points[k] + (t / 100.0)[:, None] * self.mitres[k]
        end = self.points[k + 1] + (t / 100.0)[:, None] * self.mitres[k + 1]
        part = (s - self.stations[k]) / (self.stations[k + 1] - self.stations[k])
        laid: Floats = start + part[:, None] * (end - start)
        return laid


def straight(length: int, heading: tuple[float, float]) -> Axis:
    """A road of ``length`` cm with no bend, towards the unit vector ``heading``."""
    return _axis([-_BEYOND, length + _BEYOND], [heading])


def bent(dice: Dice, length: int) -> Axis:
    """A road of ``length`` cm in any direction with one bend of 9 to 16 degrees over at most 500 m."""
    chord = min(dice.between(3_800, 5_500), length // 12)
    start = dice.between(length // 20, max(length // 20, length - _CHORDS * chord))
    heading = _unit(dice.uniform(-1.0, 1.0))
    turn = _unit(dice.pick((-1.0, 1.0)) * dice.uniform(0.008, 0.014))
    headings = [heading]
    for _ in range(_CHORDS):
        (x, y), (c, d) = headings[-1], turn
        headings.append((x * c - y * d, x * d + y * c))
    stations = [-_BEYOND, *(start + k * chord for k in range(_CHORDS)), length + _BEYOND]
    return _axis(stations, headings)


def _unit(half_tangent: float) -> tuple[float, float]:
    """The unit vector whose angle has this tangent of its half: exact arithmetic, unlike a sine."""
    square = half_tangent * half_tangent
    return (1.0 - square) / (1.0 + square), 2.0 * half_tangent / (1.0 + square)


def _axis(stations: list[int], headings: list[tuple[float, float]]) -> Axis:
    """Points by walking each heading from station to station, mitres halfway between headings."""
    points = [(stations[0] / 100.0 * headings[0][0], stations[0] / 100.0 * headings[0][1])]
    for k, (x, y) in enumerate(headings):
        step = (stations[k + 1] - stations[k]) / 100.0
        points.append((points[-1][0] + step * x, points[-1][1] + step * y))
    mitres = []
    for before, after in zip([headings[0], *headings], [*headings, headings[-1]], strict=True):
        scale = 1.0 + before[0] * after[0] + before[1] * after[1]
        mitres.append((-(before[1] + after[1]) / scale, (before[0] + after[0]) / scale))
    return Axis(np.array(stations, dtype=float), np.array(points), np.array(mitres), tuple(map(int, stations[1:-1])))
