"""Constraints laid over an economic zone: flood, industrial risk, pipeline, wetland, wooded land, noise."""

from typing import NamedTuple

from geo.generate.dice import Dice
from geo.generate.layout import Layout
from geo.generate.lots import Point, Ring, blob
from geo.generate.plan import AROUND


class Constraint(NamedTuple):
    """In the drawing: rings (the others are holes), ``kind``, ``effect``, and the clearance it asks (metres)."""

    rings: tuple[Ring, ...]
    kind: str
    effect: str
    clearance_m: float
    label: str


def draw_constraints(dice: Dice, layout: Layout) -> list[Constraint]:
    """The constraints of one zone; most zones have one or two."""
    found: list[Constraint] = []
    if dice.random() < 0.35:
        found += _flood(dice, layout)
    if dice.random() < 0.25:
        found += _industrial_risk(dice, layout)
    if dice.random() < 0.3:
        found.append(_pipeline(dice, layout))
    if dice.random() < 0.3:
        ring = _patch(dice, layout)
        found.append(Constraint((ring,), "wetland", "restricts", 0.0, "Zone humide inventoriée (exemple)"))
    if dice.random() < 0.25:
        ring = _patch(dice, layout)
        found.append(Constraint((ring,), "ebc", "forbids", 0.0, "Espace boisé classé (exemple)"))
    if dice.random() < 0.45:
        found.append(_noise(dice, layout))
    return found


def _flood(dice: Dice, layout: Layout) -> list[Constraint]:
    """A river past the right side: a red band that winds, a blue band along it."""
    bank = -layout.depths[1] - AROUND
    steps = range(0, layout.length + 1, max(layout.length // 10, 1))
    red = [(s, bank + AROUND + dice.between(-2_500, 4_000)) for s in steps]
    blue = [(s, t + dice.between(1_500, 5_000)) for s, t in red]
    shore = ((red[-1][0], bank), (red[0][0], bank))
    return [
        Constraint(((*red, *shore),), "flood_red", "forbids", 0.0, "PPRI (exemple), zone rouge"),
        Constraint(((*blue, *reversed(red)),), "flood_blue", "restricts", 0.0, "PPRI (exemple), zone bleue"),
    ]


def _industrial_risk(dice: Dice, layout: Layout) -> list[Constraint]:
    """A red disc around a plant, a blue ring around the disc."""
    s0, t0, s1, t1 = dice.pick(layout.lots).core
    s, t = (s0 + s1) // 2, (t0 + t1) // 2
    near = dice.between(5_000, 11_000)
    red = blob(s, t, [near] * 24)
    blue = blob(s, t, [near + dice.between(6_000, 12_000)] * 24)
    return [
        Constraint((red,), "pprt_red", "forbids", 0.0, "PPRT (exemple), zone rouge"),
        Constraint((blue, red), "pprt_blue", "restricts", 0.0, "PPRT (exemple), zone bleue"),
    ]


def _pipeline(dice: Dice, layout: Layout) -> Constraint:
    """A gas main across the zone: a band 6 m wide, and 5 m more on each side."""
    left, right = layout.depths
    s = dice.between(layout.length // 8, layout.length * 7 // 8)
    end = s + dice.between(-6_000, 6_000)
    low, high = -right - AROUND, left + AROUND
    ring = ((s - 300, low), (s + 300, low), (end + 300, high), (end - 300, high))
    return Constraint((ring,), "pipeline", "forbids", 5.0, "Canalisation de transport de gaz (exemple)")


def _patch(dice: Dice, layout: Layout) -> Ring:
    """A ragged patch at the back of a lot."""
    s0, t0, s1, t1 = dice.pick(layout.lots).core
    back = t1 if t0 >= 0 else t0
    return blob((s0 + s1) // 2, back, [dice.between(1_200, 4_500) for _ in range(12)])


def _noise(dice: Dice, layout: Layout) -> Constraint:
    """The band of a noisy road, both sides of the axis."""
    half = dice.pick((3_000, 10_000))
    half = min(half, *layout.depths)
    corners: tuple[Point, ...] = ((0, -half), (layout.length, -half), (layout.length, half), (0, half))
    return Constraint((corners,), "noise", "informs", 0.0, "Secteur affecté par le bruit (exemple)")
