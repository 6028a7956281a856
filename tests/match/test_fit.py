from dataclasses import replace
from typing import Any

import pytest
import shapely

from geo.land.vocabulary import Effect
from geo.match.candidate import Candidate, Touched
from geo.match.criterion import Verdict
from geo.match.fit import FitVerdict, decide_fit, ground_area, is_provable
from geo.match.need import Need
from tests.match.parcels import need, parcel, rectangle


def building(length: float, width: float, **members: Any) -> Need:
    return need(buildings=[{"length_m": length, "width_m": width}], **members)


def verdict(asked: Need, candidate: Candidate) -> tuple[str, str]:
    found = decide_fit(asked, candidate)
    return found.verdict.value, found.code


def test_a_building_fits_turned_and_behind_its_setback() -> None:
    land = rectangle(240, 140, angle=31)
    found = decide_fit(building(219, 119, setback_m=10), parcel(shape=land))
    assert found.verdict is FitVerdict.FITS
    assert found.placement is not None
    assert land.covers(found.placement)
    assert found.placement.distance(land.boundary) >= 10
    assert found.placement.area == pytest.approx(219 * 119)
    criterion = found.criterion("inventaire")
    assert (criterion.verdict, criterion.code, criterion.fact) == (Verdict.PASS, "fit.fits", "fits")
    assert float(str(criterion.detail["angle_deg"])) == pytest.approx(31, abs=2)


def test_a_building_too_wide_is_refused() -> None:
    found = decide_fit(building(300, 130), parcel(shape=rectangle(818, 110)))
    assert (found.verdict, found.code, found.placement) == (FitVerdict.NO, "fit.no", None)
    assert found.criterion(None).verdict is Verdict.FAIL


PENTAGON = shapely.Polygon([(0, 0), (100, 13), (131, 90), (40, 120), (-20, 50)])


def test_a_building_as_long_as_the_land_is_borderline() -> None:
    """Between the lengths that fit and those that are refused lie some that a survey would have to decide."""
    lengths = [127.6 + 0.01 * step for step in range(40)]
    found = [decide_fit(building(length, 50, land_m2=1), parcel(shape=PENTAGON)) for length in lengths]
    verdicts = [one.verdict for one in found]
    assert (verdicts[0], verdicts[-1]) == (FitVerdict.FITS, FitVerdict.NO)
    limit = found[verdicts.index(FitVerdict.BORDERLINE)]
    criterion = limit.criterion(None)
    assert (criterion.verdict, criterion.code, criterion.detail["who"]) == (
        Verdict.UNKNOWN,
        "fit.borderline",
        "surveyor",
    )
    assert limit.placement is None


def test_lengths_and_setback_are_ground_metres() -> None:
    """At a scale of 0.99 a building of 84.1 m behind 8 m on both sides takes 99.1 m of map, not 100.1 nor 99.26."""
    asked = building(84.1, 40, setback_m=8)
    assert verdict(asked, parcel(shape=rectangle(99.15, 90))) == ("no", "fit.no")
    found = decide_fit(asked, parcel(shape=rectangle(99.15, 90), scale=0.99))
    assert found.verdict is FitVerdict.FITS
    assert found.placement is not None
    assert found.placement.area == pytest.approx(84.1 * 40 * 0.99**2)


def test_only_the_buildable_area_counts() -> None:
    land = rectangle(200, 100)
    half = shapely.intersection(land, shapely.box(839_000, 6_519_000, 840_000, 6_521_000))
    assert verdict(building(120, 60), parcel(shape=land)) == ("fits", "fit.fits")
    assert verdict(building(120, 60), parcel(shape=land, buildable=half)) == ("no", "fit.no")
    assert verdict(building(120, 60), parcel(shape=land, buildable=shapely.Polygon())) == (
        "no",
        "fit.surface_too_small",
    )


@pytest.mark.parametrize(
    ("facts", "code", "who"),
    [
        ({"stale": True}, "fit.stale", "service"),
        ({"buildable": None}, "fit.stale", "service"),
        ({"geometry": None}, "fit.no_geometry", "responsible"),
        ({"geometry": shapely.Point(1, 1)}, "fit.unusable_geometry", "responsible"),
        ({"geometry": shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])}, "fit.unusable_geometry", "responsible"),
    ],
)
def test_what_cannot_be_decided_is_open(facts: dict[str, Any], code: str, who: str) -> None:
    found = decide_fit(building(40, 20), parcel(**facts))
    assert (found.verdict, found.code, found.is_stale) == (FitVerdict.OPEN, code, code == "fit.stale")
    assert found.criterion(None).detail["who"] == who


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [50, 0], [50, 50], [0, 50], [0, 0]]]}


@pytest.mark.parametrize(
    "buildings",
    [
        [{"length_m": 40, "width_m": 20, "count": 2}],
        [{"length_m": 40, "width_m": 20}, {"length_m": 30, "width_m": 20}],
        [{"polygon": SQUARE}],
        [{"area_m2": "2 500 m²", "min_side_m": 20}],
    ],
)
def test_other_shapes_are_never_said_to_fit(buildings: list[dict[str, Any]]) -> None:
    asked = need(buildings=buildings)
    assert not is_provable(asked)
    assert verdict(asked, parcel()) == ("open", "fit.shape_not_decided")
    tiny = parcel(shape=rectangle(30, 30))
    assert verdict(asked, tiny) == ("no", "fit.surface_too_small")


def test_several_buildings_are_refused_when_one_alone_does_not_fit() -> None:
    asked = need(buildings=[{"length_m": 40, "width_m": 20}, {"length_m": 300, "width_m": 60}])
    assert verdict(asked, parcel(shape=rectangle(200, 200))) == ("no", "fit.no")


def test_ground_area_counts_every_copy() -> None:
    asked = need(
        buildings=[{"length_m": 40, "width_m": 20, "count": 3}, {"polygon": SQUARE}, {"area_m2": "1 ha"}]
    ).buildings
    assert [ground_area(one) for one in asked or []] == [2_400, 2_500, 10_000]


def test_a_placement_on_a_restricting_constraint_is_conditional() -> None:
    everywhere = Touched(7, "abf", Effect.RESTRICTS, rectangle(400, 250))
    elsewhere = Touched(8, "abf", Effect.RESTRICTS, rectangle(10, 10, at=(0, 0)))
    somewhere = Touched(5, "bruit", Effect.RESTRICTS)
    told = Touched(9, "zac", Effect.INFORMS, rectangle(400, 250))
    land = parcel(constraints=(everywhere, elsewhere, somewhere, told))
    found = decide_fit(building(100, 50), land)
    assert (found.verdict, found.code, found.touches) == (FitVerdict.FITS, "fit.conditional", (5, 7))
    assert found.criterion(None).detail["constraints"] == [5, 7]
    assert decide_fit(building(100, 50), replace(land, constraints=(elsewhere, told))).touches == ()
