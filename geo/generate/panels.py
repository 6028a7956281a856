"""What stands side by side along the main road: rows of lots, a close with its round end, one large lot, a strip.

A panel starts at ``s`` on one side (+1 or -1) of the road and takes a width along it and a depth away from it.
"""

import math
from typing import NamedTuple

from geo.generate.dice import Dice
from geo.generate.lots import CM2, Frame, Lot, Point, cut_row, shares, with_hole

DEEPEST = 43_000
"""No panel is deeper than this (cm)."""

LANE = 800
"""Width of a lane or of the street of a close."""

_HALF = LANE // 2


class Panel(NamedTuple):
    """Its ``width`` along the road, its ``depth`` from the edge of the road, its lots."""

    width: int
    depth: int
    lots: list[Lot]


class Spot(NamedTuple):
    """Where a panel starts: ``s`` along the road, ``t`` the edge of the road, ``side`` of it (+1 or -1)."""

    s: int
    t: int
    side: int

    def frame(self, s: int, depth: int, facing: int) -> Frame:
        """A row at ``s`` from the start and ``depth`` from the road, facing away from it (+1) or to it (-1)."""
        return Frame(self.s + s, self.t + self.side * depth, (1, 0), (0, self.side * facing))


def rows(dice: Dice, spot: Spot, typical_m2: float, room: int) -> Panel:
    """One row on the road; mostly a second back to back with it on a lane, and a third across the lane."""
    width = min(dice.between(12_000, 42_000), room - LANE)
    depths = [_depth(dice, typical_m2) for _ in range(3)]
    blocks = dice.random()
    backed = blocks < 0.65 and depths[0] + depths[1] + LANE < DEEPEST
    across = blocks < 0.4 and backed and sum(depths) + LANE < DEEPEST
    street = (False, backed)
    lots = _row(dice, spot.frame(0, 0, 1), (width, depths[0]), typical_m2, street)
    depth = depths[0]
    if backed:
        depth += depths[1] + LANE
        lots += _row(dice, spot.frame(0, depth - LANE, -1), (width, depths[1]), typical_m2, street)
    if across:
        lots += _row(dice, spot.frame(0, depth, 1), (width, depths[2]), typical_m2, street)
        depth += depths[2]
    return Panel(width + (LANE if backed else 0), depth, lots)


def _row(dice: Dice, frame: Frame, size: tuple[int, int], typical_m2: float, street: tuple[bool, bool]) -> list[Lot]:
    cuts = shares(dice, size[0], size[1], typical_m2)
    return [with_hole(dice, lot) for lot in cut_row(dice, frame, cuts, size[1], street)]


def _depth(dice: Dice, typical_m2: float) -> int:
    """Depth of a row: lots between square and twice as deep as wide."""
    return min(max(int(math.sqrt(typical_m2 * dice.uniform(0.9, 2.0)) * 100), 3_400), 17_000)


def close(dice: Dice, spot: Spot, typical_m2: float) -> Panel:
    """A dead-end street with lots on both sides and two lots around its round end."""
    depth = min(max(int(math.sqrt(typical_m2 * dice.uniform(0.8, 1.5)) * 100), 3_400), 9_000)
    length = dice.between(9_000, 24_000)
    radius = dice.between(1_200, 1_500)
    end = max(2 * radius + 1_000, int(typical_m2 * CM2 / (depth + _HALF)))
    end = min(end, 12_000)
    lots: list[Lot] = []
    for inward, edge in ((-1, depth), (1, depth + LANE)):
        arm = Frame(spot.s + edge, spot.t, (0, spot.side), (inward, 0))
        lots += _arm(dice, arm, length, depth, radius, typical_m2)
    head = spot.frame(0, length, 1)
    lots += _around_head(head, depth + _HALF, end, radius)
    return Panel(2 * depth + LANE, length + end, lots)


def _arm(dice: Dice, frame: Frame, length: int, depth: int, radius: int, typical_m2: float) -> list[Lot]:
    """The lots on one side of a close; the last gives way to the round end with a curved frontage."""
    cuts = shares(dice, length, depth, typical_m2)
    if len(cuts) > 2 and cuts[-1] - cuts[-2] < radius + 500:
        del cuts[-2]
    lots = cut_row(dice, frame, cuts[:-1], depth, (True, False)) if len(cuts) > 2 else []
    arc = [(length - a, b - _HALF) for a, b in _quarter(radius) if b > _HALF]
    opening = length - math.isqrt(radius * radius - _HALF * _HALF)
    ring = ((cuts[-2], 0), (opening, 0), *arc, (length, depth), (cuts[-2], depth))
    core = (cuts[-2], radius - _HALF, length, depth)
    return [*lots, frame.lot("curved", ring, core)]


def _around_head(frame: Frame, half: int, depth: int, radius: int) -> list[Lot]:
    """The two lots beyond the round end, each with a quarter of its circle."""
    arc = _quarter(radius)
    left = ((0, 0), *((half - a, b) for a, b in arc), (half, depth), (0, depth))
    right = ((2 * half, 0), (2 * half, depth), (half, depth), *((half + a, b) for a, b in reversed(arc)))
    return [
        frame.lot("curved", left, (0, radius, half, depth)),
        frame.lot("curved", right, (half, radius, 2 * half, depth)),
    ]


def _quarter(radius: int) -> list[Point]:
    """A quarter of a circle from (radius, 0) to (0, radius), rounded to the centimetre."""
    angles = [k * math.pi / 10 for k in range(6)]
    return [(round(radius * math.cos(x)), round(radius * math.sin(x))) for x in angles]


def large(dice: Dice, spot: Spot, room: int) -> Panel:
    """One lot of 1.5 to 40 ha no wider than ``room``: a rectangle, a trapeze, or an L around a corner lot."""
    area = min(max(dice.lognormal(105_000, 0.75), 15_000), 360_000) * CM2
    depth = min(int(math.sqrt(area / dice.uniform(0.7, 2.4))), DEEPEST)
    width = min(max(int(area / depth), 9_000), room)
    frame, draw = spot.frame(0, 0, 1), dice.random()
    if draw < 0.3:
        aside = dice.between(width // 16, width // 6)
        ring = ((0, 0), (width, 0), (width - aside, depth), (aside // 2, depth))
        lots = [frame.lot("trapeze", ring, (aside // 2, 0, width - aside, depth))]
    elif draw < 0.6:
        lots = _large_ell(dice, frame, width, depth)
    else:
        ring = ((0, 0), (width, 0), (width, depth), (0, depth))
        lots = [frame.lot("plain", ring, (0, 0, width, depth))]
    return Panel(width, depth, [with_hole(dice, lots[0]), *lots[1:]])


def _large_ell(dice: Dice, frame: Frame, width: int, depth: int) -> list[Lot]:
    """A large L and the lot in its elbow, on the road."""
    a, b = width * dice.between(55, 75) // 100, depth * dice.between(35, 60) // 100
    ell = ((0, 0), (a, 0), (a, b), (width, b), (width, depth), (0, depth))
    corner = ((a, 0), (width, 0), (width, b), (a, b))
    return [frame.lot("ell", ell, (0, 0, a, depth)), frame.lot("plain", corner, (a, 0, width, b))]


def strip(dice: Dice, spot: Spot, room: int) -> Panel:
    """One long narrow lot along the road: large in hectares, too thin for many a building."""
    width = min(dice.between(30_000, 82_000), room)
    depth = max(int(width / dice.uniform(5.0, 8.0)), 3_500)
    ring = ((0, 0), (width, 0), (width, depth), (0, depth))
    return Panel(width, depth, [spot.frame(0, 0, 1).lot("strip", ring, (0, 0, width, depth))])
