"""What one decision looks at is bounded, whatever is asked of whatever land."""

import math

import numpy as np
import pytest
import shapely
from shapely import Polygon

from geo.fit import Verdict, lay_out
from geo.fit.building import Outline, Programme, Rectangle
from geo.fit.programme import MOST_SWEEPS, decide_programme
from geo.fit.work import Work
from tests.fit.shapes import star

TURNS = np.linspace(0, 2 * math.pi, 80, endpoint=False)
GEAR = star(list(85 + 21 * np.cos(40 * TURNS)))
BLOB = star([95.0, 140, 120, 100, 130, 88, 150, 110, 99, 127, 141, 92])


@pytest.mark.parametrize("setback", [0.0, 5.0])
def test_an_outline_of_many_corners_ends_at_the_bound(setback: float) -> None:
    work = Work(MOST_SWEEPS)
    found = decide_programme(lay_out(BLOB, setback=setback), Programme((Outline(GEAR),)), work=work)
    assert (found.verdict, found.exhausted) == (Verdict.BORDERLINE, True)
    assert work.is_over
    assert work.done <= MOST_SWEEPS


def test_what_one_angle_alone_exceeds_is_not_begun() -> None:
    many = star(list(110 + 30 * np.sin(7 * np.linspace(0, 2 * math.pi, 1_500, endpoint=False))))
    work = Work(MOST_SWEEPS)
    found = decide_programme(lay_out(many, setback=5), Programme((Outline(GEAR),)), work=work)
    assert (found.verdict, found.exhausted, work.is_over) == (Verdict.BORDERLINE, True, True)


def test_several_buildings_share_one_bound() -> None:
    """Eight outlines drawn apart are not eight searches to their ends."""
    thin = Polygon([(0, 0), (150, 0), (150, 90), (147, 90), (147, 3), (3, 3), (3, 90), (0, 90)])
    halls = tuple(Outline(shapely.affinity.scale(thin, 1, 1 - n / 100)) for n in range(8))
    work = Work(2_000)
    found = decide_programme(lay_out(BLOB, setback=5), Programme((*halls, Rectangle(30, 20))), work=work)
    assert (found.verdict, found.exhausted) == (Verdict.OPEN, True)
    assert 1_000 < work.done <= 2_000 * 1.1


def test_a_search_that_is_cut_short_refuses_nothing() -> None:
    """The same verdict as with all the work it takes, or none."""
    hall = Polygon([(0, 0), (50, 0), (50, 30), (20, 30), (20, 20), (0, 20)])
    for sides in ((51, 31), (50.5, 29), (45, 70), (38, 38)):
        ground = lay_out(shapely.affinity.rotate(shapely.box(0, 0, *sides), 27))
        whole = decide_programme(ground, Programme((Outline(hall),))).verdict
        for most in (0, 1, 30, 200, 1_000, 5_000):
            found = decide_programme(ground, Programme((Outline(hall),)), work=Work(most))
            assert found.verdict is whole or (found.verdict, found.exhausted) == (Verdict.BORDERLINE, True), sides
