import math
from datetime import date
from typing import Any

import pytest

from geo.match.need.examples import EXAMPLES, LAND_ONLY
from geo.match.need.reading import MAX_PROBLEMS, NeedError, NeedProblem, read_need


def problems(document: object) -> dict[tuple[str, str], NeedProblem]:
    with pytest.raises(NeedError) as caught:
        read_need(document)
    return {(problem.field, problem.code): problem for problem in caught.value.problems}


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda e: e.get("name", "land only"))
def test_reads_the_examples(document: dict[str, Any]) -> None:
    assert read_need(document).schema_ == "emprise/need/1"


def test_a_bare_surface_is_a_minimum_and_a_bare_power_is_at_opening() -> None:
    need = read_need({**LAND_ONLY, "power_mw": 3})
    assert need.land_m2 is not None
    assert need.power_mw is not None
    assert (need.land_m2.min, need.land_m2.max, need.power_mw.at_opening) == (12_000, None, 3)


def test_defaults_are_those_of_the_interface() -> None:
    need = read_need({"land_m2": 5})
    assert (need.limit, need.probability, need.setback_m, need.tenure, need.include) == (20, 0.8, 0, None, [])


LAND = {"land_m2": 5}
SQUARE = [[4.0, 45.0], [5.0, 45.0], [5.0, 46.0], [4.0, 46.0], [4.0, 45.0]]
WHEEL = [[40 * math.cos(math.pi * n / 64), 40 * math.sin(math.pi * n / 64)] for n in range(128)] + [[40.0, 0.0]]


def polygon(*rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    return {**LAND, "place": {"polygon": {"type": kind, "coordinates": list(rings)}}}


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ({}, "", "need.need_empty"),
        ({"name": "x"}, "", "need.need_empty"),
        ([], "", "need.wrong_type"),
        ({"buildings": []}, "buildings", "need.too_few"),
        ({"buildings": [{"length_m": 10}]}, "buildings[0].width_m", "need.missing"),
        ({"buildings": [{"length_m": 0, "width_m": 5}]}, "buildings[0].length_m", "need.too_small"),
        ({"buildings": [{"length_m": 5001, "width_m": 5}]}, "buildings[0].length_m", "need.too_large"),
        ({"buildings": [{"length_m": math.inf, "width_m": 5}]}, "buildings[0].length_m", "need.not_finite"),
        ({"buildings": [{"length_m": math.nan, "width_m": 5}]}, "buildings[0].length_m", "need.not_finite"),
        ({"buildings": [{"length_m": "220", "width_m": 5}]}, "buildings[0].length_m", "need.quantity_unreadable"),
        ({"buildings": [{"length_m": [220], "width_m": 5}]}, "buildings[0].length_m", "need.wrong_type"),
        ({"buildings": [{"length_m": True, "width_m": 5}]}, "buildings[0].length_m", "need.wrong_type"),
        ({"buildings": [{"length_m": 9, "width_m": 5, "count": 1.5}]}, "buildings[0].count", "need.wrong_type"),
        ({"buildings": [{"length_m": 9, "width_m": 5, "height": 3}]}, "buildings[0].height", "need.unknown_field"),
        ({"buildings": ["big"]}, "buildings[0]", "need.wrong_type"),
        ({"buildings": [{"polygon": {"type": "Polygon", "coordinates": [[[0, 0], [9000, 0], [0, 9], [0, 0]]]}}]},
         "buildings[0].polygon.coordinates", "need.building_too_long"),
        ({"buildings": [{"polygon": {"type": "Polygon", "coordinates": [[[0, 0], [90, 0], [0, 0.9], [0, 0]]]}}]},
         "buildings[0].polygon", "need.building_too_thin"),
        ({"buildings": [{"polygon": {"type": "Polygon", "coordinates": [WHEEL]}}]}, "buildings[0].polygon.coordinates",
         "need.building_too_many_corners"),
        ({"buildings": [{"area_m2": "12,000"}]}, "buildings[0].area_m2", "need.quantity_ambiguous"),
        ({"land_m2": "huge"}, "land_m2.min", "need.quantity_unreadable"),
        ({"land_m2": "8" * 50}, "land_m2.min", "need.quantity_unreadable"),
        ({"land_m2": {"min": 5, "max": 2}}, "land_m2", "need.range_reversed"),
        ({"land_m2": {}}, "land_m2", "need.range_empty"),
        ({"land_m2": True}, "land_m2", "need.wrong_type"),
        ({"land_m2": {"min": -1}}, "land_m2.min", "need.too_small"),
        ({**LAND, "setback_m": -1}, "setback_m", "need.too_small"),
        ({**LAND, "start_by": "2027-02-30"}, "start_by", "need.day_unreadable"),
        ({**LAND, "start_by": "30/06/2027"}, "start_by", "need.day_unreadable"),
        ({**LAND, "start_by": 1_800_000_000}, "start_by", "need.day_unreadable"),
        ({**LAND, "start_by": "1815-06-18"}, "start_by", "need.day_out_of_range"),
        ({**LAND, "probability": 1}, "probability", "need.too_large"),
        ({**LAND, "probability": 0}, "probability", "need.too_small"),
        ({**LAND, "limit": 0}, "limit", "need.too_small"),
        ({**LAND, "limit": 1001}, "limit", "need.too_large"),
        ({**LAND, "limit": 2.5}, "limit", "need.wrong_type"),
        ({**LAND, "use": "usine"}, "use", "need.not_in_list"),
        ({**LAND, "include": ["sold"]}, "include[0]", "need.not_in_list"),
        ({**LAND, "schema": "emprise/need/2"}, "schema", "need.not_in_list"),
        ({**LAND, "already": {"PC": "finished"}}, "already.PC", "need.not_in_list"),
        ({**LAND, "max_km": {"substation": -1}}, "max_km.substation", "need.too_small"),
        ({**LAND, "near": []}, "near", "need.too_few"),
        ({**LAND, "near": [{"kind": "airport"}]}, "near[0]", "need.near_unbounded"),
        ({**LAND, "near": [{"kind": "!?", "max_km": 5}]}, "near[0].kind", "need.wrong_code"),
        ({**LAND, "near": [{"kind": "gare + port", "max_km": 5}]}, "near[0].kind", "need.wrong_code"),
        ({**LAND, "max_km": {"x" * 200: 5}}, "max_km." + "x" * 60, "need.wrong_code"),
        ({**LAND, "max_km": {"échangeur": 5, "motorway_junction": 9}}, "max_km", "need.kind_twice"),
        ({**LAND, "near": [{"kind": "airport", "max_km": float("nan")}]}, "near[0].max_km", "need.not_finite"),
        ({**LAND, "near": [{"kind": "airport", "max_km": 1e9}]}, "near[0].max_km", "need.too_large"),
        ({**LAND, "near": [{"kind": "airport", "max_minutes": 0}]}, "near[0].max_minutes", "need.too_small"),
        ({**LAND, "near": [{"kind": "airport", "km": 5}]}, "near[0].km", "need.unknown_field"),
        ({**LAND, "near": [{"kind": "airport", "max_km": 5}] * 21}, "near", "need.too_many"),
        ({**LAND, "power_mw": "10"}, "power_mw.at_opening", "need.quantity_unreadable"),
        ({**LAND, "power_mw": "2,500 MW"}, "power_mw.at_opening", "need.quantity_ambiguous"),
        ({**LAND, "power_mw": True}, "power_mw", "need.wrong_type"),
        ({**LAND, "aid_zone": 3}, "aid_zone", "need.wrong_type"),
        ({**LAND, "rail": True}, "rail", "need.unknown_field"),
        ({**LAND, "x-ray[0]": True}, "x-ray[0]", "need.unknown_field"),
        ({**LAND, "place": {}}, "place", "need.place_empty"),
        ({**LAND, "place": {"communes": ["Lyon"]}}, "place.communes[0]", "need.wrong_code"),
        ({**LAND, "place": {"departments": ["38", "96"]}}, "place.departments[1]", "need.department_unknown"),
        ({**LAND, "place": {"exclude": {"departments": ["20"]}}}, "place.exclude.departments[0]",
         "need.department_unknown"),
        ({**LAND, "place": {"departments": ["979"]}}, "place.departments[0]", "need.department_unknown"),
        ({**LAND, "place": {"communes": ["00001"]}}, "place.communes[0]", "need.commune_nowhere"),
        ({**LAND, "place": {"communes": ["20004"]}}, "place.communes[0]", "need.commune_nowhere"),
        ({**LAND, "place": {"exclude": {"communes": ["98512"]}}}, "place.exclude.communes[0]", "need.commune_nowhere"),
        ({**LAND, "place": {"near": {"lon": 4, "lat": 95, "km": 1}}}, "place.near.lat", "need.too_large"),
        (polygon(SQUARE[:-1]), "place.polygon.coordinates", "need.ring_open"),
        (polygon([[x * 1e5, y * 1e5] for x, y in SQUARE]), "place.polygon.coordinates", "need.not_degrees"),
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "place.polygon", "need.polygon_invalid"),
        (polygon(SQUARE[:3]), "place.polygon.coordinates[0]", "need.too_few"),
        (polygon(SQUARE, kind="Point"), "place.polygon", "need.wrong_type"),
        ({**LAND, "wishes": {"colour": {}}}, "wishes.colour", "need.not_in_list"),
        ({**LAND, "wishes": {"power_mw": {}}}, "wishes.power_mw", "need.wish_without_value"),
        ({**LAND, "wishes": {"land_m2": {"weight": 0}}}, "wishes.land_m2.weight", "need.too_small"),
        ({**LAND, "wishes": {"land_m2": {"ideal": 1, "worst": 2}}}, "wishes.land_m2", "need.wish_without_scale"),
        ({**LAND, "wishes": {"start_by": {"ideal": 1, "worst": 2}}}, "wishes.start_by", "need.wish_wrong_unit"),
        ({**LAND, "wishes": {"price_max_eur_m2": {"ideal": 9}}}, "wishes.price_max_eur_m2", "need.wish_half_scale"),
        ({**LAND, "wishes": {"price_max_eur_m2": {"ideal": 9, "worst": 3}}}, "wishes.price_max_eur_m2",
         "need.wish_reversed"),
        ({**LAND, "power_mw": 5, "wishes": {"power_mw": {"ideal": 3, "worst": 9}}}, "wishes.power_mw",
         "need.wish_reversed"),
        ({"buildings": [{"length_m": 0.005, "width_m": 5}]}, "buildings[0].length_m", "need.too_small"),
        ({"buildings": [{"length_m": 9, "width_m": 0.9}]}, "buildings[0].width_m", "need.too_small"),
        ({"buildings": [{"area_m2": 99, "min_side_m": 0.5}]}, "buildings[0].min_side_m", "need.too_small"),
        ({"buildings": [{"area_m2": 99, "min_side_m": 10}]}, "buildings[0]", "need.building_too_small"),
        ({"buildings": [{"area_m2": 0.001}]}, "buildings[0]", "need.building_too_small"),
        ({**LAND, "already": {"FOO": "done"}}, "already", "need.step_unknown"),
        ({**LAND, "already": {"PREP_PC": "done", "PLU_REV": "done"}}, "already", "need.step_of_owner"),
        ({**LAND, "power_by": "2028-06-30"}, "power_mw", "need.power_by_without_power"),
        ({**LAND, "production_by": "2028-06-30"}, "buildings", "need.production_by_without_building"),
        ({**LAND, "icpe": {"regime": "NC", "seveso": "SB"}}, "icpe", "need.icpe_contradiction"),
        ({**LAND, "power_mw": {"at_opening": 9, "ramp": [{"on": "2030-01-01", "mw": 8}]}}, "power_mw",
         "need.ramp_below_opening"),
        (polygon([[y, x] for x, y in SQUARE]), "place.polygon.coordinates", "need.axes_swapped"),
        ({**LAND, "place": {"near": {"lon": 45.8, "lat": 4.8, "km": 3}}}, "place.near", "need.axes_swapped"),
        ({**LAND, "place": {"minutes_from": {"lon": 45.8, "lat": 4.8, "minutes": 30}}}, "place.minutes_from",
         "need.axes_swapped"),
        ({**LAND, "labour": {"jobs": 9, "minutes": "5 h"}}, "labour.minutes", "need.too_large"),
        ({**LAND, "extension": {"within_years": 5}}, "extension", "need.extension_empty"),
        ({**LAND, "icpe": {"regime": "NC", "ied": True}}, "icpe", "need.icpe_contradiction"),
        ({**LAND, "place": {"polygon": {"type": "MultiPolygon", "coordinates": [[[[y, x] for x, y in SQUARE]]]}}},
         "place.polygon.coordinates", "need.axes_swapped"),
    ],
)  # fmt: skip
def test_says_which_field_is_wrong_and_how(document: object, field: str, code: str) -> None:
    found = problems(document)
    assert (field, code) in found, found
    assert found[field, code].message


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("land_m2", []), ("start_by", "soon"), ("probability", 3), ("limit", 0), ("use", "usine"), ("setback_m", -4),
        ("power_mw", "big"), ("max_km", {}), ("near", {}), ("brownfield", "yes"), ("tenure", "rent"),
        ("wishes", {"colour": {}}),
        ("height_m", 0), ("already", {"PC": "finished"}), ("labour", 3), ("icpe", "E"), ("aid_zone", 7), ("place", {}),
        ("buildings", []), ("include", ["sold"]), ("extension", 5), ("name", ""), ("fibre", "yes"),
    ],
)  # fmt: skip
def test_the_example_of_right_mends_the_need(name: str, wrong: object) -> None:
    for problem in problems({**LAND, name: wrong}).values():
        assert problem.field.startswith(name)
        read_need({**LAND, "price_max_eur_m2": 40, name: problem.example})


def test_suggests_the_field_that_was_meant() -> None:
    assert problems({**LAND, "powr_mw": 3})["powr_mw", "need.unknown_field"].detail == {"did_you_mean": "power_mw"}


@pytest.mark.parametrize(
    ("members", "field", "told"),
    [
        ({"surface": "8 ha"}, "surface", {"did_you_mean": "land_m2"}),
        ({"buildings": [{"longueur": 40}]}, "buildings[0].longueur", {"did_you_mean": "length_m"}),
        ({"buildings": [{"area_m2": 900, "length_m": 40}]}, "buildings[0].length_m",
         {"known": ["area_m2", "min_side_m", "max_aspect"]}),
        ({"near": [{"kind": "port", "km": 5}]}, "near[0].km", {"known": ["kind", "max_km", "max_minutes"]}),
        ({"colour": 3}, "colour", {}),
    ],
)  # fmt: skip
def test_suggests_fields_of_the_place_alone(members: dict[str, Any], field: str, told: dict[str, object]) -> None:
    assert problems({**LAND, **members})[field, "need.unknown_field"].detail == told


@pytest.mark.parametrize(
    ("members", "field", "example"),
    [
        ({"extension": {"land_m2": 0}}, "extension.land_m2", "2 ha"),
        ({"place": {"minutes_from": {"lon": 4.8, "lat": 45.8}}}, "place.minutes_from.minutes", 45),
        ({"icpe": {"regime": "A", "seveso": "haut"}}, "icpe.seveso", "SB"),
    ],
)
def test_the_example_is_one_of_the_field_and_not_of_its_namesake(
    members: dict[str, Any], field: str, example: object
) -> None:
    (problem,) = problems({**LAND, **members}).values()
    assert (problem.field, problem.example) == (field, example)


def test_a_mistake_reads_as_a_sentence() -> None:
    with pytest.raises(NeedError, match=r"limit should be greater than or equal to 1 \(for example: 20\)"):
        read_need({**LAND, "limit": 0})


def test_many_mistakes_are_cut_and_long_names_shortened() -> None:
    document = {**LAND, **{f"x{i}" * 100: i for i in range(200)}}
    found = problems(document)
    assert len(found) <= MAX_PROBLEMS
    assert max(len(field) for field, _ in found) <= 60


def test_a_day_may_come_as_a_date() -> None:
    assert read_need({**LAND, "start_by": date(2027, 6, 30)}).start_by == date(2027, 6, 30)


def test_a_multipolygon_is_read_whole() -> None:
    document = {**LAND, "place": {"polygon": {"type": "MultiPolygon", "coordinates": [[SQUARE]]}}}
    place = read_need(document).place
    assert place is not None
    assert place.polygon is not None
    assert place.polygon.shape.area == pytest.approx(1)


@pytest.mark.parametrize(
    "document",
    [
        {**LAND, "power_by": "2028-06-30"},
        {**LAND, "production_by": "2028-06-30"},
        {**LAND, "already": {"PLU_REV": "done"}},
        {**LAND, "power_mw": {"at_opening": 9, "ramp": [{"on": "2030-01-01", "mw": 8}]}},
    ],
)
def test_the_example_of_a_contradiction_mends_it(document: dict[str, Any]) -> None:
    (problem,) = problems(document).values()
    read_need({**document, problem.field: problem.example})


@pytest.mark.parametrize(
    "members",
    [
        {"production_by": "2028-06-30", "floor_m2": 900},
        {"production_by": "2028-06-30", "footprint_m2": 900},
        {"power_by": "2028-06-30", "power_mw": {"at_opening": 9, "ramp": [{"on": "2030-01-01", "mw": 9}]}},
        {"already": {"PREP_PC": "done", "EL_HTA": "running"}},
        {"buildings": [{"area_m2": 100, "min_side_m": 10}, {"length_m": 1, "width_m": 1}]},
        {"icpe": {"regime": "A", "seveso": "SB"}},
        {"place": {"departments": ["01", "2A", "2B", "95", "971", "976"], "communes": ["2A004", "97411", "98735"]}},
    ],
)
def test_what_agrees_is_read(members: dict[str, Any]) -> None:
    read_need({**LAND, **members})


def test_land_across_the_equator_is_not_taken_for_swapped_axes() -> None:
    read_need(polygon([[40.0, 5.0], [42.0, 5.0], [42.0, 6.0], [40.0, 5.0]]))
