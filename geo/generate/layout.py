"""The drawing of one economic zone: panels of lots on both sides of its main road, until it has enough lots."""

from dataclasses import dataclass

from geo.generate.dice import Dice
from geo.generate.lots import Lot, Point, Ring
from geo.generate.panels import Panel, Spot, close, large, rows, strip

LONGEST = 100_000
"""The main road is no longer than this (cm)."""

_SIDE_STREET = 900
_FEWEST_LEFT = 10_000


@dataclass(frozen=True, slots=True)
class Layout:
    """Lots and outline (drawing centimetres) of a zone whose main road is ``length`` long.

    ``depths``: how deep the lots reach to the left (+t) and to the right (-t) of the axis.
    ``seams``: for each side, where one panel ends and the next begins.
    """

    lots: list[Lot]
    length: int
    outline: Ring
    depths: tuple[int, int]
    seams: tuple[tuple[int, ...], tuple[int, ...]]


class _Side:
    """One side of the road while it fills up."""

    def __init__(self, sign: int, start: int, edge: int) -> None:
        self.sign, self.cursor, self.edge = sign, start, edge
        self.profile: list[tuple[int, int, int]] = []
        self.open, self.bulky = True, False

    @property
    def room(self) -> int:
        return LONGEST - self.cursor

    @property
    def spot(self) -> Spot:
        return Spot(self.cursor, self.sign * self.edge, self.sign)

    def take(self, panel: Panel, gap: int) -> None:
        self.profile.append((self.cursor, self.cursor + panel.width, self.edge + panel.depth))
        self.cursor += panel.width + gap

    def steps(self) -> list[Point]:
        """The outline of this side, from the axis and back to it."""
        corners = [(self.profile[0][0], 0)]
        for start, end, depth in self.profile:
            for corner in ((start, self.sign * depth), (end, self.sign * depth)):
                if corner != corners[-1]:
                    corners.append(corner)
        return [*corners, (self.profile[-1][1], 0)]


def lay_out(dice: Dice, wanted: int) -> Layout:
    """A zone of at least ``wanted`` lots, fewer only when the land runs out."""
    edge = dice.between(550, 850)
    sides = (_Side(1, 0, edge), _Side(-1, dice.pick((0, 0, 2_500)), edge))
    grain = dice.lognormal(4_600, 0.4)
    lots: list[Lot] = []
    while (len(lots) < wanted or not sides[1].profile) and any(side.open for side in sides):
        side = min((side for side in sides if side.open), key=lambda x: x.cursor)
        panel = _panel(dice, side, grain * dice.lognormal(1.0, 0.4))
        if panel.width > side.room:
            side.open = side.room > _FEWEST_LEFT and dice.random() < 0.9
            continue
        side.take(panel, _SIDE_STREET if dice.random() < 0.4 else 0)
        side.open = side.room > _FEWEST_LEFT
        lots += panel.lots
    return _layout(lots, sides)


def _panel(dice: Dice, side: _Side, typical_m2: float) -> Panel:
    """What comes next; a side gets one large lot or strip at most."""
    draw = dice.random() * (0.8 if side.bulky else 1.0)
    if draw < 0.5:
        return rows(dice, side.spot, typical_m2, side.room)
    if draw < 0.8:
        return close(dice, side.spot, typical_m2)
    side.bulky = True
    if draw < 0.94:
        return large(dice, side.spot, min(side.room, 92_000))
    return strip(dice, side.spot, side.room)


def _layout(lots: list[Lot], sides: tuple[_Side, _Side]) -> Layout:
    left, right = (side.steps() for side in sides)
    if left[0] == right[0]:
        del right[0]
    if left[-1] == right[-1]:
        del right[-1]
    return Layout(
        lots,
        max(left[-1][0], sides[1].profile[-1][1]),
        (*left, *reversed(right)),
        (max(t for _, t in left), max(-t for _, t in right)),
        (_seams(sides[0]), _seams(sides[1])),
    )


def _seams(side: _Side) -> tuple[int, ...]:
    return tuple(end for _, end, _ in side.profile[:-1])
