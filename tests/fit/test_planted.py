"""Buildings planted in parcels that touch them only with vertices, so that no edge gives the direction."""

import numpy as np
import pytest

from geo.fit import Verdict, decide
from tests.fit.shapes import planted
from tests.fit.standing import assert_stands


@pytest.mark.parametrize(("tolerance", "setback"), [(0.25, 0.0), (0.05, 0.0), (0.25, 6.0)])
def test_a_planted_building_with_a_margin_of_the_tolerance_is_found(tolerance: float, setback: float) -> None:
    rng = np.random.default_rng(11)
    for _ in range(250):
        length, width = _sides(rng)
        grown = tolerance + 2 * setback
        parcel = planted(rng, length + grown, width + grown)
        answer = decide(parcel, length, width, tolerance=tolerance, setback=setback)
        assert_stands(answer, parcel, (length, width), setback)


@pytest.mark.parametrize("setback", [0.0, 6.0])
def test_a_planted_building_with_a_margin_of_4_mm_is_never_refused(setback: float) -> None:
    rng = np.random.default_rng(12)
    for _ in range(250):
        length, width = _sides(rng)
        grown = 0.004 + 2 * setback
        parcel = planted(rng, length + grown, width + grown)
        assert decide(parcel, length, width, setback=setback).verdict is not Verdict.NO


def _sides(rng: np.random.Generator) -> tuple[float, float]:
    width = float(10 ** rng.uniform(0.8, 2))
    return width * float(rng.uniform(1, 6)), width


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", [0.25, 0.05])
@pytest.mark.parametrize("margin", [0.004, 0.02, 0.05, 0.25])
def test_planted_buildings_in_number(tolerance: float, margin: float) -> None:
    rng = np.random.default_rng(13)
    for _ in range(4000):
        length, width = _sides(rng)
        parcel = planted(rng, length + margin, width + margin)
        answer = decide(parcel, length, width, tolerance=tolerance)
        assert answer.verdict is not Verdict.NO
        if margin >= tolerance:
            assert_stands(answer, parcel, (length, width))
