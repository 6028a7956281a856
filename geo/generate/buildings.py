"""Buildings on a lot: one to three rectangles, or an L, in the clear core of it."""

from geo.generate.dice import Dice
from geo.generate.lots import Box, Lot, Ring

_MARGIN = 600
_LONGEST = 15_000
_SMALLEST = 600
_BETWEEN = 800


def draw_buildings(dice: Dice, lot: Lot) -> list[Ring]:
    """Rings in drawing centimetres, 6 m inside the core of the lot (less in a narrow one); none where none fits."""
    s0, t0, s1, t1 = _inset(lot.core)
    if min(s1 - s0, t1 - t0) < _SMALLEST:
        return []
    halls = _halls(s0, t0, s1, t1)
    built = dice.between(1, len(halls))
    return [_hall(dice, box) for box in halls[:built]]


def _inset(core: Box) -> Box:
    s0, t0, s1, t1 = core
    across, deep = min(_MARGIN, (s1 - s0) // 6), min(_MARGIN, (t1 - t0) // 6)
    return (s0 + across, t0 + deep, s1 - across, t1 - deep)


def _halls(s0: int, t0: int, s1: int, t1: int) -> list[Box]:
    """The room for one building, or for two or three side by side when the lot is long."""
    count = min(1 + max(s1 - s0, t1 - t0) // _LONGEST, 3)
    gap = _BETWEEN if count > 1 else 0
    if s1 - s0 >= t1 - t0:
        step = (s1 - s0) // count
        return [(s0 + k * step, t0, s0 + (k + 1) * step - gap, t1) for k in range(count)]
    step = (t1 - t0) // count
    return [(s0, t0 + k * step, s1, t0 + (k + 1) * step - gap) for k in range(count)]


def _hall(dice: Dice, box: Box) -> Ring:
    """A rectangle somewhere in its room, one in six with a corner left out."""
    s0, t0, s1, t1 = box
    wide = min((s1 - s0) * dice.between(50, 95) // 100, _LONGEST)
    deep = min((t1 - t0) * dice.between(40, 90) // 100, _LONGEST)
    s, t = s0 + dice.between(0, s1 - s0 - wide), t0 + dice.between(0, t1 - t0 - deep)
    if dice.random() < 1 / 6:
        a, b = s + wide * 3 // 5, t + deep // 2
        return ((s, t), (s + wide, t), (s + wide, b), (a, b), (a, t + deep), (s, t + deep))
    return ((s, t), (s + wide, t), (s + wide, t + deep), (s, t + deep))
