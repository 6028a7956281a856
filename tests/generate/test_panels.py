"""Panels and rows in the drawing: lots tile their row, stay in their box, keep a clear core."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.generate.dice import Dice
from geo.generate.lots import CM2, LEAST_M2, Frame, Lot, cut_row, shares, with_hole
from geo.generate.panels import DEEPEST, Panel, Spot, close, large, rows, strip

DICE = st.integers(0, 1_000_000).map(lambda n: Dice(f"panels {n}"))
SPOTS = st.builds(Spot, st.integers(0, 90_000), st.sampled_from([550, 850]), st.sampled_from([1, -1])).map(
    lambda spot: spot._replace(t=spot.t * spot.side)
)
TYPICAL = st.floats(1_500.0, 20_000.0)


def polygon(lot: Lot) -> shapely.Polygon:
    return shapely.Polygon(lot.ring, lot.holes)


def check(spot: Spot, panel: Panel) -> None:
    """What every panel promises."""
    far = spot.t + spot.side * panel.depth
    box = shapely.box(spot.s, min(spot.t, far), spot.s + panel.width, max(spot.t, far))
    shapes = [polygon(lot) for lot in panel.lots]
    for lot, shape in zip(panel.lots, shapes, strict=True):
        assert shape.is_valid
        assert box.covers(shape)
        assert shape.covers(shapely.box(*lot.core))
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))


@given(DICE, SPOTS, TYPICAL, st.integers(10_000, 100_000))
def test_rows(dice: Dice, spot: Spot, typical_m2: float, room: int) -> None:
    panel = rows(dice, spot, typical_m2, room)
    check(spot, panel)
    assert panel.width <= room
    assert panel.depth <= DEEPEST


@given(DICE, SPOTS, TYPICAL)
def test_close(dice: Dice, spot: Spot, typical_m2: float) -> None:
    panel = close(dice, spot, typical_m2)
    check(spot, panel)
    assert sum(lot.shape == "curved" for lot in panel.lots) == 4
    assert panel.depth <= DEEPEST


@given(DICE, SPOTS, st.integers(10_000, 92_000))
def test_large(dice: Dice, spot: Spot, room: int) -> None:
    panel = large(dice, spot, room)
    check(spot, panel)
    assert panel.width <= room
    assert panel.lots[0].shape in ("plain", "ell", "trapeze")
    assert sum(polygon(lot).area for lot in panel.lots) <= 400_000 * CM2


@given(DICE, SPOTS, st.integers(30_000, 100_000))
def test_strip_is_long_and_thin(dice: Dice, spot: Spot, room: int) -> None:
    panel = strip(dice, spot, room)
    check(spot, panel)
    assert 4.9 < panel.width / panel.depth < 8.6


@given(DICE, st.integers(9_000, 90_000), st.integers(3_400, 17_000), TYPICAL)
def test_a_row_fills_its_length(dice: Dice, length: int, depth: int, typical_m2: float) -> None:
    cuts = shares(dice, length, depth, typical_m2)
    assert (cuts[0], cuts[-1]) == (0, length)
    lots = cut_row(dice, Frame(0, 0, (1, 0), (0, 1)), cuts, depth, (False, False))
    union = shapely.union_all([polygon(lot) for lot in lots])
    assert union.symmetric_difference(shapely.box(0, 0, length, depth)).area == pytest.approx(0.0, abs=1.0)
    for lot in lots:
        assert polygon(lot).area >= LEAST_M2 * CM2 * 0.95 or lot.shape == "sliver"


def test_every_odd_shape_comes_up() -> None:
    dice = Dice("odd")
    spot = Spot(0, 600, 1)
    lots = [lot for _ in range(60) for lot in rows(dice, spot, 6_000.0, 100_000).lots]
    assert {lot.shape for lot in lots} == {"plain", "ell", "flag", "sliver"}
    slanted = [lot for lot in lots if lot.shape == "plain" and len({s for s, _ in lot.ring}) > 2]
    assert slanted
    assert {len(hole) for lot in lots for hole in lot.holes} == {4, 10}


def test_a_small_lot_gets_no_hole() -> None:
    lot = Lot(((0, 0), (5_900, 0), (5_900, 9_000), (0, 9_000)), (0, 0, 5_900, 9_000), "plain")
    dice = Dice("holes")
    assert all(with_hole(dice, lot) is lot for _ in range(200))
