"""Needs from strangers: each broken geometry and impossible number is a 422 that names its field (rows 56-70, 83)."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.match.need import Need
from tests.api.serving import Served

RING = [[4.8, 45.7], [4.9, 45.7], [4.9, 45.8], [4.8, 45.8], [4.8, 45.7]]
JSON = {"Content-Type": "application/json"}
HALL = {"length_m": 40, "width_m": 20}


def polygon(*rings: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings), **more}


def ask(served: Served, **need: Any) -> httpx.Response:
    body = {"schema": "emprise/need/1", "buildings": [HALL], **need}
    answer = served.client.post("/matches?lang=en", json=body)
    assert answer.status_code < 500
    return answer


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(polygon(RING), id="plain"),
        pytest.param(polygon([[x, y, 200.0] for x, y in RING]), id="row-61-heights"),
        pytest.param(polygon(RING[::-1]), id="row-70-clockwise"),
        pytest.param({"type": "MultiPolygon", "coordinates": [[RING]]}, id="multi"),
    ],
)
def test_a_sound_polygon_is_taken(served: Served, shape: dict[str, Any]) -> None:
    answer = ask(served, place={"polygon": shape})
    assert (answer.status_code, answer.json().get("code")) == (200, None)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(polygon(), id="row-57-empty"),
        pytest.param(polygon([]), id="row-57-empty-ring"),
        pytest.param(polygon([[4, 45], [5, 45], [4, 45]]), id="row-58-three-points"),
        pytest.param(polygon(RING[:-1]), id="row-58-unclosed"),
        pytest.param(polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), id="row-59-bowtie"),
        pytest.param(polygon([[4, 45], [5, 45], [6, 45], [4, 45]]), id="row-60-flat"),
        pytest.param(polygon([*RING[:2], [5.5, 45.7], *RING[1:]]), id="row-60-spike"),
        pytest.param(polygon(RING, [[1, 1], [2, 1], [2, 2], [1, 1]]), id="row-60-hole-outside"),
        pytest.param(polygon(RING, RING), id="row-60-hole-is-shell"),
        pytest.param({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}, id="row-60-overlapping"),
        pytest.param(polygon([[x, y, 1, 2] for x, y in RING]), id="row-62-four-numbers"),
        pytest.param(polygon([[x] for x, _ in RING]), id="row-62-one-number"),
        pytest.param(polygon([[842e3, 6519e3], [843e3, 6519e3], [843e3, 652e4], [842e3, 6519e3]]), id="row-64-metres"),
        pytest.param(polygon(RING, crs={"type": "name", "properties": {"name": "EPSG:2154"}}), id="row-65-crs"),
        pytest.param(polygon([[200, 45], [201, 45], [201, 46], [200, 45]]), id="row-66-longitude-200"),
        pytest.param({"type": "Point", "coordinates": [4.8, 45.7]}, id="row-67-point"),
        pytest.param({"type": "GeometryCollection", "geometries": []}, id="row-67-collection"),
        pytest.param({"type": "Blob", "coordinates": []}, id="row-67-unknown"),
        pytest.param({"type": "feature", "geometry": polygon(RING)}, id="row-68-feature"),
        pytest.param(polygon([["NaN", 45], [5, 45], [5, 46], ["NaN", 45]]), id="row-53-text-nan"),
        pytest.param(polygon([[None, None]] * 4), id="nothing-for-numbers"),
        pytest.param(polygon("abc"), id="text-for-a-ring"),
    ],
)
def test_a_broken_polygon_is_422_with_its_field(served: Served, shape: dict[str, Any]) -> None:
    answer = ask(served, place={"polygon": shape})
    assert answer.status_code == 422
    fields = [error["field"] for error in answer.json()["errors"]]
    assert all(field.startswith("place.polygon") for field in fields)
    assert not any(field.endswith(("Polygon", "MultiPolygon")) for field in fields), "names of types are no fields"


def test_row_59_the_crossing_is_located(served: Served) -> None:
    bowtie = polygon([RING[0], RING[2], RING[1], RING[3], RING[0]])
    (error,) = ask(served, place={"polygon": bowtie}).json()["errors"]
    assert "4.85 45.75" in error["detail"]


@pytest.mark.parametrize(
    ("need", "field"),
    [
        pytest.param({"buildings": [{"length_m": 0, "width_m": 20}]}, "buildings[0].length_m", id="row-83-zero"),
        pytest.param({"buildings": [{"length_m": -1, "width_m": 20}]}, "buildings[0].length_m", id="row-83-negative"),
        pytest.param({"buildings": [{"length_m": 1e9, "width_m": 20}]}, "buildings[0].length_m", id="row-83-1e9"),
        pytest.param({"buildings": [{"length_m": "NaN", "width_m": 20}]}, "buildings[0].length_m", id="row-83-nan"),
        pytest.param({"buildings": []}, "buildings", id="row-83-no-building"),
        pytest.param({"buildings": [HALL] * 10_000}, "buildings", id="row-83-many-buildings"),
        pytest.param({"setback_m": 1e308}, "setback_m", id="row-83-setback"),
        pytest.param({"start_by": "2026-13-45"}, "start_by", id="row-29-no-day"),
        pytest.param({"use": "Volcano"}, "use", id="row-83-unknown-use"),
        pytest.param({"limit": 10**30}, "limit", id="row-04-limit"),
        pytest.param({"land_m2": {"min": 10, "max": 5}}, "land_m2", id="row-28-min-above-max"),
        pytest.param({"wishes": {"__class__": {"weight": 1}}}, "wishes.__class__", id="row-34-odd-name"),
        pytest.param({"place": {"communes": ["' or 1=1 --"]}}, "place.communes[0]", id="row-32-quote"),
        pytest.param({"published_by": 1}, "published_by", id="row-95-mass-assignment"),
        pytest.param({"schema": "emprise/need/999"}, "schema", id="another-schema"),
    ],
)
def test_an_impossible_need_is_422_with_its_field(served: Served, need: dict[str, Any], field: str) -> None:
    answer = ask(served, **need)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_row_84_no_match_is_an_answer(served: Served) -> None:
    answer = ask(served, place={"communes": ["74173"]})
    assert (answer.status_code, answer.json()["matches"]) == (200, [])


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the names a need has and values of every kind."""
    atoms = st.none() | st.booleans() | st.integers() | st.floats(-1e300, 1e300) | st.text() | st.just("emprise/need/1")
    inner = st.recursive(atoms, lambda part: st.lists(part, max_size=4) | st.dictionaries(names, part, max_size=4))
    return st.dictionaries(names, inner, max_size=6)


names = st.sampled_from([*Need.model_json_schema()["properties"], "length_m", "polygon", "weight", "min"]) | st.text()


@settings(max_examples=150, deadline=None)
@given(documents())
def test_no_need_however_odd_is_a_500(standing_service: Served, need: dict[str, Any]) -> None:
    answer = standing_service.client.post("/matches", content=json.dumps(need), headers=JSON)
    assert answer.status_code in (200, 400, 413, 422)
