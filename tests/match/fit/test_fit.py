import math
from dataclasses import replace
from typing import Any

import pytest
import shapely

from geo.fit.frontage import sides_of
from geo.land.vocabulary import Effect
from geo.match.criteria.criterion import Verdict
from geo.match.fit.building_surface import ground_area
from geo.match.fit.fit import FitVerdict, cannot_hold, decide_fit, is_one_rectangle
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, Touched
from geo.match.parcel.forbidden import unite
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
    ("buildings", "count"),
    [
        ([{"length_m": 40, "width_m": 20, "count": 2}], 2),
        ([{"length_m": 40, "width_m": 20}, {"length_m": 30, "width_m": 20}], 2),
        ([{"polygon": SQUARE}], 1),
        ([{"area_m2": "2 500 m²", "min_side_m": 20}], 1),
    ],
)
def test_other_shapes_fit_with_every_placement_on_the_land(buildings: list[dict[str, Any]], count: int) -> None:
    asked = need(buildings=buildings, setback_m=5, gap_m=8)
    assert not is_one_rectangle(asked)
    land = rectangle(150, 100, angle=31)
    found = decide_fit(asked, parcel(shape=land))
    assert (found.verdict, found.code) == (FitVerdict.FITS, "fit.fits")
    placed = shapely.get_parts(found.placement)
    assert len(placed) == count
    for one in placed:
        assert land.covers(one)
        assert one.distance(land.boundary) >= 5 - 1e-9
    assert count == 1 or placed[0].distance(placed[1]) >= 8 - 1e-9
    tiny = parcel(shape=rectangle(30, 30))
    assert verdict(asked, tiny) == ("no", "fit.surface_too_small")


def test_buildings_neither_placed_nor_excluded_are_open() -> None:
    asked = need(buildings=[{"length_m": 99, "width_m": 40}, {"length_m": 80, "width_m": 64}])
    assert verdict(asked, parcel(shape=rectangle(100, 100))) == ("open", "fit.open")


def test_a_yard_is_placed_with_the_building_unless_it_is_only_wished_for() -> None:
    land = parcel(shape=rectangle(100, 100))
    for yard, expected in ((25, "fits"), (50, "no")):
        assert verdict(building(79, 60, setback_m=10, yard_m=yard), land)[0] == expected
    wished = building(79, 60, setback_m=10, yard_m=50, wishes={"yard_m": {"weight": 1}})
    assert verdict(wished, land)[0] == "fits"


def sided(length: float, width: float, road: float = 20, neighbour: float = 5) -> Need:
    return building(length, width, setback_m={"road": road, "neighbour": neighbour})


LAND = shapely.box(840_000, 6_520_000, 840_100, 6_520_100)
NEIGHBOURS = shapely.box(839_000, 6_519_000, 841_000, 6_521_000).difference(
    shapely.box(840_000, 6_519_990, 840_100, 6_520_100)
)
"""All around but for 10 m of road in the south."""


@pytest.mark.parametrize(
    ("sides", "loaded", "expected"),
    [
        ((89, 74), True, ("fits", "fit.fits")),
        ((89, 76), True, ("no", "fit.no")),
        ((59, 59), False, ("fits", "fit.fits")),
        ((89, 76), False, ("open", "fit.sides_unknown")),
        ((91, 60), False, ("no", "fit.no")),
    ],
)
def test_the_setback_of_each_side_holds_where_it_is_known(
    sides: tuple[float, float], *, loaded: bool, expected: tuple[str, str]
) -> None:
    """20 m from the road in the south, 5 m elsewhere; of an unknown side the most to fit, the least to refuse."""
    known = sides_of(LAND, [NEIGHBOURS], [], shapely.buffer(LAND, 100)) if loaded else None
    found = decide_fit(sided(*sides), parcel(shape=LAND, sides=known))
    assert (found.verdict.value, found.code) == expected
    if found.verdict is FitVerdict.FITS:
        assert found.detail["access"] == ("yes" if loaded else "unknown")
        assert found.detail["setback_m"] == {"road": 20, "neighbour": 5}


def test_a_building_stands_along_the_longest_frontage() -> None:
    land = shapely.Polygon([(0, 0), (60, 0), (110, 90), (-30, 60)])
    road = shapely.LineString([(60, 0), (110, 90)])
    neighbours = shapely.buffer(land, 30).difference(shapely.union(land, shapely.buffer(road, 8)))
    known = sides_of(land, [neighbours], [], shapely.buffer(land, 100))
    found = decide_fit(building(40, 20), parcel(shape=land, sides=known))
    assert float(str(found.detail["angle_deg"])) == pytest.approx(math.degrees(math.atan2(90, 50)), abs=0.01)


def test_a_placement_names_the_rules_it_does_not_answer_for() -> None:
    height = Touched(3, "max_height", Effect.INFORMS)
    detail = decide_fit(building(40, 20), parcel(constraints=(height,))).detail
    rules: Any = detail["not_checked"]
    assert [rule["rule"] for rule in rules] == ["ces", "height", "open_ground", "parking", "retention"]
    assert [rule["constraints"] for rule in rules] == [[], [3], [], [], []]


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


WEST = shapely.box(839_000, 6_519_000, 840_000, 6_521_000)
"""What lies west of the middle of the parcels of these tests."""


def mixed(**facts: Any) -> Candidate:
    """200 x 100 m whose western half is in a zone where the plan forbids industry."""
    rule = "mix:allowed+forbidden"
    return parcel(shape=rectangle(200, 100), **{"industry_rule": rule, "forbidden": WEST, **facts})


def test_an_industry_stays_out_of_the_zone_that_forbids_it() -> None:
    found = decide_fit(building(90, 60, use="industrie"), mixed())
    assert found.verdict is FitVerdict.FITS
    assert found.placement is not None
    assert found.placement.intersection(WEST).area == 0
    assert found.criterion(None).detail["outside_forbidden_zone"] is True


@pytest.mark.parametrize(("width", "code"), [(60, "fit.no"), (95, "fit.surface_too_small")])
def test_a_building_that_needs_the_forbidden_zone_is_refused(width: float, code: str) -> None:
    found = decide_fit(building(120, width, use="industrie"), mixed())
    assert (found.verdict, found.code, found.detail["outside_forbidden_zone"]) == (FitVerdict.NO, code, True)


@pytest.mark.parametrize(
    "members", [{}, {"use": "entrepot"}, {"use": "industrie", "wishes": {"use": {}}}], ids=["none", "other", "wish"]
)
def test_only_an_industry_that_is_a_must_stays_out(members: dict[str, Any]) -> None:
    found = decide_fit(building(120, 60, **members), mixed())
    assert (found.verdict, found.detail.get("outside_forbidden_zone")) == (FitVerdict.FITS, None)


BOWTIE = shapely.Polygon([(839_950, 6_519_950), (840_050, 6_520_050), (840_050, 6_519_950), (839_950, 6_520_050)])


@pytest.mark.parametrize("forbidden", [None, BOWTIE])
def test_a_forbidden_zone_that_cannot_be_taken_away_is_to_check(forbidden: shapely.Polygon | None) -> None:
    found = decide_fit(building(40, 20, use="industrie"), mixed(forbidden=forbidden))
    assert (found.verdict, found.code) == (FitVerdict.OPEN, "fit.forbidden_zone_unknown")
    assert found.criterion(None).detail["who"] == "planning_authority"


def test_a_mixture_without_a_forbidden_zone_is_as_any_parcel() -> None:
    land = mixed(industry_rule="mix:allowed+conditional", forbidden=None)
    assert verdict(building(120, 60, use="industrie"), land) == ("fits", "fit.fits")


def test_zones_are_united_or_not_known() -> None:
    halves = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    whole = unite(halves)
    assert whole is not None
    assert whole.area == 2
    assert unite([shapely.Polygon()]) is None


def test_a_thin_margin_is_flagged() -> None:
    thin, wide = (decide_fit(building(100, width), parcel(shape=rectangle(100.4, 100.4))) for width in (100, 50))
    assert thin.verdict is FitVerdict.FITS
    assert thin.detail["thin_margin"] is True
    roomy = decide_fit(building(40, 50), parcel(shape=rectangle(100.4, 100.4)))
    assert float(str(roomy.detail["margin_m"])) >= 0.5
    assert "thin_margin" not in roomy.detail
    assert "thin_margin" in wide.detail


def test_the_margin_of_several_buildings_is_that_of_the_group() -> None:
    """Two of 40 x 30 m, 8 m apart, beside each other in the middle of 100 x 76 m: 68 x 40 m with the gap."""
    asked = need(buildings=[{"length_m": 40, "width_m": 30, "count": 2}], gap_m=8)
    found = decide_fit(asked, parcel(shape=rectangle(100, 76, angle=31)))
    assert found.detail["buildings"] == 2
    assert float(str(found.detail["margin_m"])) == pytest.approx(16, abs=0.1)
    assert "thin_margin" not in found.detail
    thin = decide_fit(asked, parcel(shape=rectangle(88.4, 30.4)))
    assert thin.verdict is FitVerdict.FITS
    assert float(str(thin.detail["margin_m"])) == pytest.approx(0.2, abs=0.02)
    assert thin.detail["thin_margin"] is True


@pytest.mark.parametrize(
    ("members", "facts", "expected"),
    [
        ({}, {}, False),
        ({"setback_m": 30}, {}, True),
        ({"setback_m": 30}, {"scale": 0.5}, False),
        ({"setback_m": 30}, {"stale": True}, False),
        ({"setback_m": 30}, {"geometry": None}, False),
        ({}, {"buildable": shapely.Polygon()}, True),
        ({"use": "industrie"}, {"industry_rule": "mix:forbidden", "forbidden": WEST}, True),
        ({"use": "industrie"}, {"industry_rule": "mix:forbidden", "forbidden": None}, False),
    ],
)
def test_surfaces_alone_may_prove_that_it_cannot_hold(
    members: dict[str, Any], facts: dict[str, Any], *, expected: bool
) -> None:
    """100 x 60 m need 120 x 160 m or so with 30 m around; the land is 120 x 100 m."""
    asked, land = building(100, 60, **members), parcel(shape=rectangle(120, 95), **facts)
    assert cannot_hold(asked, land) is expected
    if expected:
        assert decide_fit(asked, land).verdict is FitVerdict.NO
