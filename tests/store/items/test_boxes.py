"""What lies within a box by the index alone does lie within it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.store.items.question import _within, in_boxes

CORNERS = st.floats(-2e7, 2e7, allow_nan=False)


@given(CORNERS, CORNERS, st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_rim_is_wider_than_the_rounding_of_the_index(west: float, south: float, wide: float, high: float) -> None:
    box = (west, south, west + wide, south + high)
    within = _within(box)
    if within is None:
        return
    down, up = np.float32(-np.inf), np.float32(np.inf)
    for side, edge in zip(within[:2], box[:2], strict=True):
        assert float(np.nextafter(np.float32(side), down)) >= edge
    for side, edge in zip(within[2:], box[2:], strict=True):
        assert float(np.nextafter(np.float32(side), up)) <= edge


def test_only_the_rim_is_compared_point_by_point() -> None:
    wide, thin = in_boxes([(4.8, 45.7, 4.9, 45.8)], 4326), in_boxes([(4.8, 45.7, 4.8, 45.8)], 4326)
    assert wide is not None
    assert thin is not None
    assert "case when geom_4326 @" in wide.sql
    assert thin.sql.startswith("(st_intersects(")
