"""Boxes against a convex hull: the numbers say what the geometries do."""

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPoint, Polygon

from geo.match.parcel.around import Around, NamedArea
from geo.match.screen.areas import aid_zone
from geo.match.screen.asking import DOUBT, FAIL, UNKNOWN, Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.hulls import depths
from geo.match.screen.land import land_of
from tests.match.parcels import need, parcel, ready, rectangle

HERE = np.array([840_000.0, 6_520_000.0])


@pytest.mark.parametrize("seed", range(20))
def test_boxes_within_and_beyond_a_hull(seed: int) -> None:
    """A triangle to an outline of many corners, walked either way, with boxes on all sides of it."""
    random = np.random.default_rng(seed)
    hull = MultiPoint(HERE + random.normal(0, 1_000, (3 + 2 * seed, 2))).convex_hull
    assert isinstance(hull, Polygon)
    low = HERE + random.uniform(-2_500, 2_500, (2_000, 2))
    high = low + random.uniform(0, 400, (2_000, 2)) * random.integers(0, 2, (2_000, 1))
    box = (low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    drawn = shapely.box(*box)
    least, most = depths(Polygon(hull.exterior.coords[::-1]) if seed % 2 else hull, box)
    assert ((least >= 0) == shapely.covers(hull, drawn)).all()
    assert ((most < 0) == shapely.disjoint(hull, drawn)).all()
    inside = least >= 0
    corners = shapely.distance(shapely.boundary(hull), drawn)
    assert least[inside] == pytest.approx(corners[inside], abs=1e-6)
    assert 0 < np.count_nonzero(inside) < np.count_nonzero(most >= 0) < len(low)


def test_a_box_that_is_not_known_is_nowhere() -> None:
    nowhere = np.array([np.nan])
    assert np.isnan(depths(shapely.box(0, 0, 1, 1), (nowhere, nowhere, nowhere, nowhere))).all()


def test_aid_zones_tell_by_box_what_lies_within_their_span() -> None:
    """Where the box of a parcel crosses the edge, its outline is asked."""
    here = shapely.box(*HERE, *(HERE + 9_000))
    around = Around(areas={1: NamedArea("aid_zone", "AFR1", "AFR", "afr", shape=here)})
    spots = {1: HERE + 4_000, 2: HERE - 4_000, 3: HERE, 4: HERE + np.array([4_000, 9_000])}
    land = [parcel(id_, rectangle(300, 200, 30, tuple(at)), around=around) for id_, at in spots.items()]
    asked = need(aid_zone=True)
    found = aid_zone(ask := Asking(asked, land_of(land), ByCandidate(asked, land, ready), around), ask.land.rows)
    assert found.tolist() == [FAIL, UNKNOWN, DOUBT, DOUBT]
