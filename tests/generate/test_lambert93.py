"""The projection without sines against PROJ's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.generate.lambert93 import EASTINGS, NORTHINGS, to_lonlat

_PROJ = Transformer.from_crs(2154, 4326, always_xy=True)


@given(st.lists(st.tuples(st.floats(*EASTINGS), st.floats(*NORTHINGS)), min_size=1, max_size=50))
def test_it_agrees_with_proj_to_its_last_decimal(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    expected = np.column_stack(_PROJ.transform(x, y))
    assert np.abs(to_lonlat(x, y) - expected).max() < 0.5001e-8


def test_it_has_eight_decimals() -> None:
    lonlat = to_lonlat(np.array([863_271.123]), np.array([6_506_812.456]))
    assert [[round(value, 8) for value in pair] for pair in lonlat.tolist()] == lonlat.tolist()


@pytest.mark.parametrize("point", [(619_999.0, 6_400_000.0), (700_000.0, 6_648_001.0), (np.nan, 6_400_000.0)])
def test_it_refuses_what_its_series_do_not_cover(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="outside"):
        to_lonlat(np.array([point[0]]), np.array([point[1]]))


def test_no_points_give_no_points() -> None:
    assert to_lonlat(np.empty(0), np.empty(0)).shape == (0, 2)
