"""Land made of unit squares, where counting squares gives the answer and every contact is degenerate."""

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.affinity import rotate

from geo.fit import Fit, Verdict, decide

Cells = NDArray[np.bool_]


@pytest.fixture(scope="module")
def blobs() -> list[tuple[Cells, int, int]]:
    """Unions of boxes of squares, some with a hole, and a building in whole squares for each."""
    rng = np.random.default_rng(21)
    found = []
    for _ in range(150):
        width, length = sorted(rng.integers(1, 7, 2).tolist())
        found.append((_blob(rng), length, width))
    return found


@pytest.mark.parametrize("turn", [0, 90, 37])
def test_a_building_counted_in_squares_is_never_refused_and_fits_with_a_centimetre(
    blobs: list[tuple[Cells, int, int]], turn: int
) -> None:
    verdicts = set()
    for cells, length, width in blobs:
        land = _land(cells, turn)
        answer = decide(land, length, width)
        verdicts.add(answer.verdict)
        if _counted(cells, length, width):
            assert answer.verdict is not Verdict.NO
            assert decide(land, length - 0.01, width - 0.01).verdict is Verdict.FITS
            assert decide(land, length - 0.41, width - 0.41, setback=0.2).verdict is Verdict.FITS
        else:
            _assert_askew(answer, turn)
    assert Verdict.NO in verdicts


def test_exact_fits_along_the_axes_are_found(blobs: list[tuple[Cells, int, int]]) -> None:
    for cells, length, width in blobs:
        if _counted(cells, length, width):
            assert decide(_land(cells, 0), length, width).verdict is Verdict.FITS


def _blob(rng: np.random.Generator) -> Cells:
    cells = np.zeros((9, 9), dtype=bool)
    for _ in range(int(rng.integers(2, 6))):
        x, y, w, h = *rng.integers(0, 6, 2), *rng.integers(1, 6, 2)
        cells[x : x + w, y : y + h] = True
    x, y = rng.integers(0, 9, 2)
    cells[x, y] = False
    return cells


def _land(cells: Cells, turn: float) -> Polygon | MultiPolygon:
    squares = [shapely.box(x, y, x + 1, y + 1) for x, y in np.argwhere(cells)]
    turned = rotate(shapely.union_all(squares), turn, origin=(0, 0))
    assert isinstance(turned, Polygon | MultiPolygon)
    return turned


def _counted(cells: Cells, length: int, width: int) -> bool:
    """Does a run of whole squares hold the building, along or across?"""
    shapes = ((length, width), (width, length))
    windows = [np.lib.stride_tricks.sliding_window_view(cells, shape) for shape in shapes]
    return any(bool(window.all(axis=(2, 3)).any()) for window in windows)


def _assert_askew(answer: Fit, turn: float) -> None:
    """A building that no run of squares holds can only stand at another angle than theirs."""
    if answer.angle_deg is not None:
        assert abs((answer.angle_deg - turn + 45) % 90 - 45) > 1e-3
