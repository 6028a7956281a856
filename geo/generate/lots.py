"""A row of lots along a road, cut as a surveyor cuts it: plain, slanted, L-shaped, flag lots, slivers.

Everything is in whole centimetres of the drawing (see ``axis``): neighbours share the very same corners.
In a row, ``a`` runs along the road and ``b`` away from it.
"""

import math
from typing import NamedTuple

from geo.generate.dice import Dice

Point = tuple[int, int]
Ring = tuple[Point, ...]
Box = tuple[int, int, int, int]

CM2 = 10_000
"""Square centimetres in a square metre."""

LEAST_M2 = 1_050
_POLE = 600
_CUT = 400


class Lot(NamedTuple):
    """A lot in the drawing: ``ring`` (open), ``core`` a box inside it clear of everything, ``holes``."""

    ring: Ring
    core: Box
    shape: str
    holes: tuple[Ring, ...] = ()


class Frame(NamedTuple):
    """A row in the drawing: its corner, the direction along its road and the direction away from it."""

    s: int
    t: int
    along: Point
    inward: Point

    def point(self, a: int, b: int) -> Point:
        """The drawing point ``a`` along the row and ``b`` into it."""
        return (
            self.s + a * self.along[0] + b * self.inward[0],
            self.t + a * self.along[1] + b * self.inward[1],
        )

    def lot(self, shape: str, ring: Ring, core: Box) -> Lot:
        """A lot from row coordinates."""
        s0, t0 = self.point(core[0], core[1])
        s1, t1 = self.point(core[2], core[3])
        box = (min(s0, s1), min(t0, t1), max(s0, s1), max(t0, t1))
        return Lot(tuple(self.point(a, b) for a, b in ring), box, shape)


def shares(dice: Dice, length: int, depth: int, typical_m2: float) -> list[int]:
    """Where to cut ``length`` so that lots of ``depth`` have log-normal sizes around ``typical_m2``."""
    least = max(1_600, LEAST_M2 * CM2 // depth + 1, depth * 3 // 10)
    most = depth * 7 // 2
    cuts = [0]
    while True:
        width = int(typical_m2 * dice.lognormal(1.0, 0.6) * CM2 / depth)
        width = min(max(width, least), most)
        if cuts[-1] + width > length - least:
            break
        cuts.append(cuts[-1] + width)
    cuts.append(length)
    return cuts


def cut_row(dice: Dice, frame: Frame, cuts: list[int], depth: int, corners: tuple[bool, bool]) -> list[Lot]:
    """The lots between ``cuts`` (at least two); ``corners``: is there a street past the start, past the end."""
    lots: list[Lot] = []
    slant, i, last = 0, 0, len(cuts) - 2
    while i <= last:
        x0, x1 = cuts[i], cuts[i + 1]
        draw = dice.random() if slant == 0 else 1.0
        wide = (x1 - x0) * depth
        if draw < 0.05 and i < last and _takes_back(cuts[i + 2] - x1, depth):
            lots += _ells(dice, frame, (x0, x1, cuts[i + 2]), depth)
            i += 1
        elif draw < 0.11 and wide > 3 * LEAST_M2 * CM2 and x1 - x0 > 2_400:
            lots += _flag(dice, frame, x0, x1, depth)
        elif draw < 0.125 and i > 0 and wide > 2 * LEAST_M2 * CM2:
            lots += _sliver(dice, frame, x0, x1, depth)
        else:
            lean = _lean(dice, cuts[i : i + 3], depth) if i < last else 0
            cut = (corners[0] and i == 0, corners[1] and i == last)
            lots.append(_plain(frame, (x0, x1, x0 + slant, x1 + lean), depth, cut))
            slant = lean
        i += 1
    return lots


def _takes_back(width: int, depth: int) -> bool:
    """Can the next lot give up its back and stay a lot?"""
    return width * depth * 2 // 5 > LEAST_M2 * CM2


def _lean(dice: Dice, cuts: list[int], depth: int) -> int:
    """How far the back end of a boundary moves aside: mostly nothing."""
    if dice.random() > 0.18:
        return 0
    narrow = min(cuts[1] - cuts[0], cuts[2] - cuts[1])
    if narrow * depth < 2 * LEAST_M2 * CM2:
        return 0
    return dice.between(-narrow // 4, narrow // 4)


def _plain(frame: Frame, sides: tuple[int, int, int, int], depth: int, cut: tuple[bool, bool]) -> Lot:
    """A rectangle or a trapeze, its corners cut where streets meet."""
    x0, x1, back0, back1 = sides
    ring: list[Point] = [(x0, _CUT), (x0 + _CUT, 0)] if cut[0] else [(x0, 0)]
    ring += [(x1 - _CUT, 0), (x1, _CUT)] if cut[1] else [(x1, 0)]
    ring += [(back1, depth), (back0, depth)]
    margin = _CUT if cut[0] or cut[1] else 0
    core = (max(x0, back0), margin, min(x1, back1), depth)
    return frame.lot("plain", tuple(ring), core)


def _ells(dice: Dice, frame: Frame, cuts: tuple[int, int, int], depth: int) -> list[Lot]:
    """Two lots, the first running behind the second."""
    x0, x1, x2 = cuts
    back = depth * dice.between(42, 68) // 100
    ell = ((x0, 0), (x1, 0), (x1, back), (x2, back), (x2, depth), (x0, depth))
    front = ((x1, 0), (x2, 0), (x2, back), (x1, back))
    return [
        frame.lot("ell", ell, (x0, 0, x1, depth)),
        frame.lot("plain", front, (x1, 0, x2, back)),
    ]


def _flag(dice: Dice, frame: Frame, x0: int, x1: int, depth: int) -> list[Lot]:
    """A lot on the road and one behind it, reached by a pole 6 m wide."""
    inner = x0 + _POLE
    back = depth * dice.between(45, 60) // 100
    flag = ((x0, 0), (inner, 0), (inner, back), (x1, back), (x1, depth), (x0, depth))
    front = ((inner, 0), (x1, 0), (x1, back), (inner, back))
    return [
        frame.lot("flag", flag, (x0, back, x1, depth)),
        frame.lot("plain", front, (inner, 0, x1, back)),
    ]


def _sliver(dice: Dice, frame: Frame, x0: int, x1: int, depth: int) -> list[Lot]:
    """What an old boundary leaves: a strip 1.2 to 3 m wide beside a lot."""
    inner = x0 + dice.between(120, 300)
    strip = ((x0, 0), (inner, 0), (inner, depth), (x0, depth))
    lot = ((inner, 0), (x1, 0), (x1, depth), (inner, depth))
    return [
        frame.lot("sliver", strip, (x0, 0, inner, depth)),
        frame.lot("plain", lot, (inner, 0, x1, depth)),
    ]


def with_hole(dice: Dice, lot: Lot) -> Lot:
    """The lot, pierced by a transformer plot or a pond in a corner of its core when it is large enough."""
    s0, t0, s1, t1 = lot.core
    if min(s1 - s0, t1 - t0) < 6_000 or dice.random() > 0.12:
        return lot
    if dice.random() < 0.5:
        hole: Ring = ((s0 + 300, t0 + 300), (s0 + 1_100, t0 + 300), (s0 + 1_100, t0 + 900), (s0 + 300, t0 + 900))
        taken = 1_500
    else:
        hole = blob(s0 + 2_300, t0 + 2_300, [dice.between(900, 2_000) for _ in range(10)])
        taken = 4_500
    core = (s0 + taken, t0, s1, t1) if s1 - s0 > t1 - t0 else (s0, t0 + taken, s1, t1)
    return lot._replace(core=core, holes=(hole,))


def blob(s: int, t: int, radii: list[int]) -> Ring:
    """A ring around a point, one corner a radius, at equal angles."""
    step = 2.0 * math.pi / len(radii)
    return tuple((s + round(r * math.cos(k * step)), t + round(r * math.sin(k * step))) for k, r in enumerate(radii))
