"""An outline with a yard, and where it is moved to: it is the outline asked, and the yard is open ground."""

import numpy as np
import pytest
import shapely
from shapely import Polygon
from shapely.affinity import rotate, translate

from geo.fit import Verdict, lay_out
from geo.fit.building import Outline, Programme
from geo.fit.programme import decide_programme
from tests.fit.shapes import LAMBERT_93

HALL = Polygon([(0, 0), (50, 0), (50, 30), (20, 30), (20, 20), (0, 20)])
GABLE = Polygon([(0, 0), (10, 0), (60, 30), (0, 30)])


@pytest.mark.parametrize(("sides", "verdict"), [((51, 51), "fits"), ((51, 49), "no"), ((45, 70), "no")])
@pytest.mark.parametrize("angle", [0, 27])
def test_an_outline_stands_with_its_yard_or_not_at_all(sides: tuple[float, float], verdict: str, angle: float) -> None:
    parcel = translate(rotate(shapely.box(0, 0, *sides), angle), *LAMBERT_93)
    found = decide_programme(lay_out(parcel), Programme((Outline(HALL),), yard=20), settle=True)
    assert found.verdict == verdict
    if found.yard is not None:
        assert parcel.covers(found.yard)
        assert found.yard.area == pytest.approx(1_000, rel=1e-6)
        assert shapely.intersection(found.yard, found.placements[0]).area < 1e-6
        assert found.yard.distance(found.placements[0]) < 1e-6
    assert (found.yard is None) == (verdict == "no")


def test_the_yard_of_a_square_may_lie_along_any_side() -> None:
    """The court opens to the east, the land is long to the east or to the north."""
    square = Polygon([(0, 0), (40, 0), (40, 15), (20, 15), (20, 25), (40, 25), (40, 40), (0, 40)])
    for land in (shapely.box(0, 0, 61, 41), shapely.box(0, 0, 41, 61)):
        found = decide_programme(lay_out(land), Programme((Outline(square),), yard=20))
        assert found.verdict is Verdict.FITS


@pytest.mark.parametrize("turn", [0, 20])
def test_an_outline_of_four_corners_is_not_taken_for_a_rectangle(turn: float) -> None:
    land = Polygon([(0, 0), (160, 0), (0, 160)])
    found = decide_programme(lay_out(rotate(land, turn)), Programme((Outline(GABLE),)), settle=True)
    assert found.verdict is Verdict.FITS
    assert found.placements[0].area == pytest.approx(GABLE.area)


def test_a_nib_of_half_a_millimetre_is_no_rectangle_to_refuse() -> None:
    nib = Polygon([(0, 0), (50, 0), (50, 20), (0.0005, 20), (0.0005, 70), (0, 70)])
    found = decide_programme(lay_out(shapely.box(0, 0, 40, 40)), Programme((Outline(nib),)))
    assert found.verdict is Verdict.NO


def bulged(outline: Polygon, by: float) -> Polygon:
    """The middle of each edge pushed outwards: no edge keeps its direction."""
    corners = shapely.get_coordinates(shapely.orient_polygons(outline).exterior)
    along = np.diff(corners, axis=0)
    outwards = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
    middles = corners[:-1] + 0.4 * along + by * outwards
    return Polygon(np.stack([corners[:-1], middles], axis=1).reshape(-1, 2))


@pytest.mark.parametrize("turn", [4.1, 11.3, 37.7, 52.2])
def test_an_outline_held_at_its_corners_alone_is_not_refused(turn: float) -> None:
    """0.1 m all round: a turn by a degree is too much."""
    land = rotate(bulged(shapely.buffer(HALL, 0.1, join_style="mitre"), 1.0), turn)
    assert decide_programme(lay_out(land), Programme((Outline(HALL),))).verdict is not Verdict.NO
