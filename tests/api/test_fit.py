"""POST /fit: polygons in, placements or proofs out, and every wrong body told."""

import json
import re
from contextlib import ExitStack
from typing import Any

import anyio
import pytest
import shapely
from anyio.to_thread import run_sync
from shapely.geometry import box, mapping, shape

from api.problems import Problem
from tests.api.conftest import quick_settings
from tests.api.serving import Served
from tests.conftest import REPO

Body = dict[str, Any]


def body(*shapes: Any, **more: Any) -> Body:
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in shapes]
    asked = {"buildings": [{"length_m": 80, "width_m": 49}], "setback_m": 10, "crs": "EPSG:2154"}
    return {"type": "FeatureCollection", "features": features, **asked} | more


LAND = box(900_000, 6_500_000, 900_100, 6_500_100)
SQUARE = mapping(LAND)
HALF = mapping(box(900_000, 6_500_000, 900_060, 6_500_100))
CROSSED = {"type": "Polygon", "coordinates": [[[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]]}


def ask(served: Served, document: Body, **headers: str) -> Any:
    return served.client.post("/fit", json=document, headers={"Accept-Language": "en"} | headers)


def test_each_polygon_is_answered_in_order(bare: Served) -> None:
    answer = ask(bare, body(SQUARE, HALF, CROSSED, None))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["schema"] == "emprise/fit/1"
    found = document["results"]
    assert [one["fit"] for one in found] == ["fits", "no", None, None]
    assert [one["id"] for one in found] == [1, 2, 3, 4]
    placed = shape(found[0]["placement"])
    assert LAND.covers(placed)
    assert LAND.boundary.distance(placed) == 10
    assert found[1] == {
        "id": 2, "fit": "no", "length": 80, "width": 49, "setback": 10, "placement": None, "angle_deg": None,
        "margin_m": None,
    }  # fmt: skip
    assert found[2]["error"]["code"] == "shape.invalid"
    assert "Self-intersection" in found[2]["error"]["message"]
    assert found[3]["error"]["message"] == "The row has no geometry; expected a Polygon or MultiPolygon."


@pytest.mark.parametrize(
    ("rules", "fit", "verdicts"),
    [
        ({"ces": 0.4}, "fits", ["pass"]),
        ({"ces": 0.392}, "fits", ["pass"]),
        ({"ces": 0.39}, "no", ["fail"]),
        ({"ces": 0.4, "open_ground": 0.6}, "fits", ["pass", "pass"]),
        ({"ces": 0.4, "open_ground": 0.61}, "no", ["pass", "fail"]),
        ({"open_ground": 0.45, "yard_m": 20}, "no", ["fail"]),
        ({"open_ground": 0.44, "yard_m": 20}, "fits", ["pass"]),
        ({"ces": None}, "fits", None),
    ],
)
def test_the_plans_shares_are_held_to(bare: Served, rules: Body, fit: str, verdicts: list[str] | None) -> None:
    """80 x 49 m on a hectare, in either order."""
    for one in ({"length_m": 80, "width_m": 49}, {"length_m": 49, "width_m": 80}):
        (found,) = ask(bare, body(SQUARE, setback_m=0, buildings=[one], **rules)).json()["results"]
        assert found["fit"] == fit
        told = found.get("rules")
        assert (told and [rule["verdict"] for rule in told]) == verdicts
        assert (found["placement"] is None) == (fit == "no")
        if fit == "fits":
            rest = {"ces", "height", "open_ground", "parking", "retention"} - {r for r in rules if rules[r] is not None}
            assert set(found["not_checked"]) == rest


def test_shares_of_land_drawn_in_degrees_are_those_of_the_ground(bare: Served) -> None:
    spot = mapping(box(4.8, 45.7, 4.802, 45.701))
    building = {"buildings": [{"length_m": 80, "width_m": 49}], "setback_m": 0, "crs": None, "ces": 0.5}
    (found,) = ask(bare, body(spot) | building).json()["results"]
    assert found["rules"][0]["asked"] == pytest.approx(80 * 49 / (155.7 * 111.15), rel=0.01)


def test_several_buildings_and_a_yard_come_back_as_drawn(bare: Served) -> None:
    two = [{"length_m": 60, "width_m": 30}, {"area_m2": 900}]
    (found,) = ask(bare, body(SQUARE, buildings=two, gap_m=8, setback_m=0, yard_m=20)).json()["results"]
    assert found["fit"] == "fits"
    first, second = shapely.get_parts(shape(found["placement"]))
    assert (round(first.area), round(second.area)) == (1800, 900)
    assert first.distance(second) >= 8 - 1e-9
    assert shape(found["yard"]).area == pytest.approx(1200)
    assert found["length"] is None


def test_degrees_are_metres_on_the_ground(bare: Served) -> None:
    land = mapping(box(4.83, 45.76, 4.8313, 45.7609))  # 101 by 100 m
    answers = [
        ask(bare, body(land, crs=None, setback_m=0, buildings=[{"length_m": side, "width_m": side}])).json()["results"]
        for side in (98, 103)
    ]
    assert [one["fit"] for (one,) in answers] == ["fits", "no"]
    assert shape(land).covers(shape(answers[0][0]["placement"]))


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"type": "Feature"}, "type", "fit.body"),
        ({"features": []}, "features", "fit.features"),
        ({"features": [{}] * 1001}, "features", "fit.features"),
        ({"features": [3]}, "features[0].type", "fit.feature"),
        ({"features": [{"type": "Feature", "properties": 3}]}, "features[0].properties", "fit.properties"),
        ({"features": [{"type": "Feature", "id": {}}]}, "features[0].id", "fit.feature_id"),
        ({"crs": "EPSG:999999"}, "crs", "fit.crs"),
        ({"crs": 2154}, "crs", "fit.crs"),
        ({"crs": {"type": "link"}}, "crs", "fit.crs"),
        ({"tolerance_m": 0}, "tolerance_m", "fit.tolerance"),
        ({"tolerance_m": "0.25"}, "tolerance_m", "fit.tolerance"),
        ({"ground": 1}, "ground", "fit.ground"),
        ({"ces": 60}, "ces", "fit.share"),
        ({"ces": -0.1}, "ces", "fit.share"),
        ({"open_ground": "0.2"}, "open_ground", "fit.share"),
        ({"buildings": []}, "buildings", "fit.buildings"),
        ({"buildings": [{"length_m": 0, "width_m": 4}]}, "buildings[0].length_m", "need.too_small"),
        ({"buildings": [{"length_m": 1e9, "width_m": 4}]}, "buildings[0].length_m", "need.too_large"),
        ({"setback_m": -1}, "setback_m", "need.too_small"),
        ({"setback_m": {"road": 5, "neighbour": 3}}, "setback_m", "fit.setback"),
        ({"land_m2": 5}, "land_m2", "fit.unknown_field"),
    ],
)
def test_a_wrong_body_is_told_field_by_field(bare: Served, changed: Body, field: str, code: str) -> None:
    answer = ask(bare, body(SQUARE) | changed)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["detail"] != code


def test_a_list_is_no_body(bare: Served) -> None:
    assert bare.client.post("/fit", json=[1]).status_code == 422


def test_too_many_vertices_are_refused(bare: Served) -> None:
    ring = [[k, 0] for k in range(120_000)]
    assert ask(bare, body({"type": "Polygon", "coordinates": [ring]})).status_code == 413


@pytest.mark.parametrize("coordinates", [[], [[]], [[[0, 0], [1, 1], [0, 0]]], [[["a", 0], [1, 1], [0, 1], ["a", 0]]]])
def test_coordinates_that_are_none_are_told_in_the_answer(bare: Served, coordinates: list[Any]) -> None:
    (found,) = ask(bare, body({"type": "Polygon", "coordinates": coordinates})).json()["results"]
    assert found["fit"] is None
    assert found["error"]["message"] not in ("", found["error"]["code"])


def test_the_request_of_the_guide_is_answered(bare: Served) -> None:
    text = (REPO / "docs" / "fit.md").read_text(encoding="utf-8")
    sent = re.search(r"/fit -H 'Content-Type: application/geo\+json' -d '(.*?)'\n", text, re.DOTALL)
    assert sent is not None
    (found,) = ask(bare, json.loads(sent[1])).json()["results"]
    assert (found["id"], found["fit"], found["placement"]["type"]) == ("north", "fits", "MultiPolygon")
    assert found["yard"]["type"] == "Polygon"


def test_the_document_of_the_service_describes_it(bare: Served) -> None:
    operation = bare.client.get("/api").json()["paths"]["/fit"]["post"]
    sent = operation["requestBody"]["content"]["application/geo+json"]["schema"]
    assert {"features", "buildings", "setback_m", "ground"} <= set(sent["properties"])
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Fits"
    }


def test_no_turn_is_held_while_the_answer_is_sent(bare: Served) -> None:
    """Who reads slowly, or not at all, keeps nobody else waiting."""
    sent: list[dict[str, Any]] = [
        {"type": "http.request", "body": json.dumps(body(SQUARE, HALF)).encode(), "more_body": False}
    ]
    turns, most = bare.app.state.slots, quick_settings().matches_at_once
    refused: list[Problem | None] = []

    async def receive() -> dict[str, Any]:
        if not sent:
            await anyio.sleep_forever()
        return sent.pop()

    def all_turns() -> Problem | None:
        with ExitStack() as held:
            try:
                for _ in range(most):
                    held.enter_context(turns.turn())
            except Problem as problem:
                return problem
        return None

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            refused.append(await run_sync(all_turns))

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/fit", "raw_path": b"/fit", "query_string": b"",
             "headers": headers, "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1),
             "server": ("127.0.0.1", 80), "root_path": ""}  # fmt: skip
    anyio.run(bare.app, scope, receive, send)
    assert refused
    assert not any(refused)
