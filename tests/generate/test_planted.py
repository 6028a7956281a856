"""The six planted parcels, by direct computation: 220 x 120 m, setback 10 m, and what else tells them apart."""

import math
from typing import Any

import pytest
import shapely
from shapely.affinity import rotate, translate

from geo.generate.land import generate
from geo.generate.planted import CLOSED_ZONE, OPTIONED, POWER_UNKNOWN, READY, RED, STRIP
from tests.generate.ground import Layer, layers


@pytest.fixture(scope="module")
def planted() -> dict[str, Layer]:
    return layers(generate(6, 0))


def named(planted: dict[str, Layer], name: str) -> tuple[dict[str, Any], shapely.Polygon]:
    place = planted["parcel"].all("name").index(name)
    return planted["parcel"].features[place]["properties"], planted["parcel"].shapes[place]


def sides(shape: shapely.Polygon) -> tuple[float, float]:
    """Short and long side of the smallest rectangle around a shape."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    a, b = (shapely.Point(corners[k]).distance(shapely.Point(corners[k + 1])) for k in (0, 1))
    return min(a, b), max(a, b)


def takes_the_building(free: shapely.Polygon) -> bool:
    """Does 220 x 120 m fit around the middle of what is free, along one of its sides?"""
    hall = translate(shapely.box(-110, -60, 110, 60), free.centroid.x, free.centroid.y)
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(free))
    dx, dy = corners[1] - corners[0]
    turns = (math.atan2(dy, dx), math.atan2(dy, dx) + math.pi / 2)
    return any(free.contains(rotate(hall, turn, origin=free.centroid, use_radians=True)) for turn in turns)


@pytest.mark.parametrize("name", [READY, CLOSED_ZONE, POWER_UNKNOWN, OPTIONED])
def test_four_squares_of_nine_hectares_take_the_building(planted: dict[str, Layer], name: str) -> None:
    _, shape = named(planted, name)
    assert shape.area == pytest.approx(90_000, abs=2.0)
    assert sides(shape) == pytest.approx((300, 300), abs=0.01)
    assert takes_the_building(shape.buffer(-10))


def test_the_strip_has_the_surface_but_not_the_width(planted: dict[str, Layer]) -> None:
    facts, shape = named(planted, STRIP)
    assert facts["terr_surf_brute"] == pytest.approx(8.998, abs=2e-4)
    assert sides(shape) == pytest.approx((110, 818), abs=0.01)
    assert sides(shape.buffer(-10))[0] < 120


def test_red_leaves_too_little(planted: dict[str, Layer]) -> None:
    facts, shape = named(planted, RED)
    (red,) = planted["constraint"].shapes
    assert planted["constraint"].all("kind") == ["pprt_red"]
    assert planted["constraint"].all("effect") == ["forbids"]
    assert facts["terr_surf_brute"] == pytest.approx(9.0, abs=2e-4)
    assert shape.intersection(red).area == pytest.approx(shape.area / 2, abs=2.0)
    assert takes_the_building(shape.buffer(-10))
    assert sides(shape.buffer(-10).difference(red))[0] < 120


def test_red_touches_no_other(planted: dict[str, Layer]) -> None:
    (red,) = planted["constraint"].shapes
    touched = [
        name
        for name, shape in zip(planted["parcel"].all("name"), planted["parcel"].shapes, strict=True)
        if shape.intersects(red)
    ]
    assert touched == [RED]


def test_they_do_not_touch_each_other(planted: dict[str, Layer]) -> None:
    shapes = planted["parcel"].shapes
    assert min(a.distance(b) for k, a in enumerate(shapes) for b in shapes[:k]) > 5.0


def test_each_differs_from_the_ready_one_in_one_way(planted: dict[str, Layer]) -> None:
    ready, _ = named(planted, READY)
    assert ready["terr_stade_comm"] == "en vente"
    assert ready["terr_stade_amngt"] == "viabilisé et aménagé"
    assert ready["power_mw"] == 12.0
    assert _differences(ready, named(planted, STRIP)[0]) == {"terr_cle_en_main"}
    assert _differences(ready, named(planted, RED)[0]) == {"terr_cle_en_main"}
    assert _differences(ready, named(planted, POWER_UNKNOWN)[0]) == {"terr_cle_en_main", "power_mw"}
    assert _differences(ready, named(planted, OPTIONED)[0]) == {"terr_cle_en_main", "terr_stade_comm"}
    assert named(planted, OPTIONED)[0]["terr_stade_comm"] == "réservé par option de réservation"
    assert "power_mw" not in named(planted, POWER_UNKNOWN)[0]
    aus = _differences(ready, named(planted, CLOSED_ZONE)[0])
    assert aus == {"terr_cle_en_main", "terr_stade_amngt", "terr_usage"}


def _differences(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    own = {"name", "terr_id", "terr_refcad", "terr_surf_brute"}
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)} - own


def test_the_plan_allows_industry_everywhere_but_in_the_closed_zone(planted: dict[str, Layer]) -> None:
    for name, shape in zip(planted["parcel"].all("name"), planted["parcel"].shapes, strict=True):
        over = [
            feature["properties"]
            for feature, zone in zip(planted["zone"].features, planted["zone"].shapes, strict=True)
            if zone.intersection(shape).area > 1.0
        ]
        assert {zone["typezone"] for zone in over} == ({"AUs"} if name == CLOSED_ZONE else {"U"})
        assert all("51" in zone["destoui"] for zone in over if zone["typezone"] == "U")


def test_all_are_public_and_the_same_for_every_seed() -> None:
    assert all(p == "public" for p in layers(generate(6, 3))["parcel"].all("visibility"))
    facts = [
        [f["geometry"], f["properties"]["name"], f["properties"]["terr_id"]]  # type: ignore[index]
        for seed in (0, 3)
        for f in generate(6, seed)
        if f["properties"]["layer"] == "parcel"  # type: ignore[index]
    ]
    assert facts[:6] == facts[6:]
