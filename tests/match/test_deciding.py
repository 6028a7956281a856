"""The brute force that the fit table rests on is right where the truth is known by other means."""

import math
import random

import pytest
import shapely

from tests.match.parcels import rectangle
from tests.match.reference.deciding import CLOSE, NO, YES, decide, inner, is_free
from tests.match.reference.fits import SIZES, Fits, cells
from tests.match.reference.rectangles import rectangle_in_rectangle


def test_rectangles_in_rectangles_as_carvers_inequality_has_it() -> None:
    """Another way altogether: no angle is tried (Carver 1957)."""
    draw = random.Random(7)
    verdicts = set()
    for _ in range(12):
        a, b = draw.uniform(60, 300), draw.uniform(30, 120)
        p, q = draw.uniform(0.7, 1.06) * a, draw.uniform(0.3, 1.1) * b
        found = decide(rectangle(a, b, draw.uniform(0, 180)), p, q)
        verdicts.add(found)
        assert rectangle_in_rectangle(p, q, a, b) == (found == YES) or found == CLOSE, (a, b, p, q)
    assert {YES, NO} <= verdicts


@pytest.mark.parametrize(("length", "width", "half"), [(100, 50, 0.09), (200, 15, 0.09), (60, 60, 0.02)])
def test_what_must_be_free_stays_inside_what_is_asked(length: float, width: float, half: float) -> None:
    box = shapely.box(-length / 2, -width / 2, length / 2, width / 2).buffer(1e-9)
    long, wide = inner(length, width, half)
    for n in range(-20, 21):
        turned = shapely.affinity.rotate(
            shapely.box(-long / 2, -wide / 2, long / 2, wide / 2), math.degrees(half) * n / 20, origin=(0, 0)
        )
        assert box.covers(turned)


def test_a_hole_and_a_notch_are_seen() -> None:
    ground = rectangle(100, 60)
    assert is_free(ground, 0.0, 90, 50)
    holed = ground - rectangle(4, 4)
    assert decide(holed, 90, 50) == NO
    assert decide(holed, 90, 20) == YES


def test_a_place_near_enough_is_told_as_such() -> None:
    assert decide(rectangle(100, 60, 20), 100, 60) == CLOSE


def test_cells_of_the_table_are_kept_by_outline() -> None:
    ground = rectangle(130, 70)
    fits = Fits({})
    found = fits.of(ground, ground, 1.0)
    assert found == cells(ground, ground, 1.0) == fits.of(ground, ground, 1.0)
    verdicts = dict(zip(SIZES, found, strict=True))
    assert (verdicts[(100, 60, 5)], verdicts[(120, 60, 10)], verdicts[(120, 20, 0)]) == (CLOSE, NO, YES)
