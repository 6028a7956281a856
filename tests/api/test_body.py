"""Bodies: 415, 413, 400 and 422 each for its own reason, with the field, what is wrong and an example."""

import json
import time
from typing import Any

import pytest

from api.problems import Problem
from api.security.body import JsonBody, example_at, path_in
from tests.api.conftest import quick_settings
from tests.api.example import Thing
from tests.api.serving import Served

JSON = {"Content-Type": "application/json"}


def post(bare: Served, body: bytes | Any, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = bare.client.post("/things", content=raw, headers=JSON if headers is None else headers)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "media_type",
    [
        pytest.param("application/json", id="json"),
        pytest.param("application/json; charset=UTF-8", id="charset"),
        pytest.param("Application/JSON", id="case"),
        pytest.param("application/geo+json", id="row-49-geojson"),
    ],
)
def test_json_is_read(bare: Served, media_type: str) -> None:
    status, thing = post(bare, {"name": "Atelier", "since": "2027-03-31"}, {"Content-Type": media_type})
    assert (status, thing["name"], thing["since"]) == (201, "Atelier", "2027-03-31")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        pytest.param({}, "body.no_media_type", id="row-48-missing"),
        pytest.param({"Content-Type": "text/plain"}, "body.media_type", id="row-48-text"),
        pytest.param({"Content-Type": "application/xml"}, "body.media_type", id="row-48-xml"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, "body.media_type", id="row-48-form"),
        pytest.param({"Content-Type": "application/json; charset=latin-1"}, "body.charset", id="row-47-charset"),
        pytest.param(JSON | {"Content-Encoding": "gzip"}, "body.encoding", id="row-86-gzip"),
    ],
)
def test_another_kind_of_body_is_415(bare: Served, headers: dict[str, str], code: str) -> None:
    status, problem = post(bare, b'{"name":"x"}', headers)
    assert (status, problem["code"]) == (415, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(b"", "body.empty", id="row-44"),
        pytest.param(b"{", "json.syntax", id="row-45"),
        pytest.param('{"name":"é"}'.encode("latin-1"), "json.utf8", id="row-47-latin-1"),
        pytest.param('{"name":"x"}'.encode("utf-16"), "json.utf8", id="row-47-utf-16"),
        pytest.param(b"[" * 900 + b"]" * 900, "json.depth", id="row-50-900"),
        pytest.param(b"[" * 200_000 + b"]" * 200_000, "json.depth", id="row-50-200000"),
        pytest.param(b'{"name":"x","surface_m2":' + b"1" * 5_000 + b"}", "json.number", id="row-51"),
        pytest.param(b'{"name":"x","surface_m2":NaN}', "json.constant", id="row-52-54-nan"),
        pytest.param(b'{"name":"x","surface_m2":1e999}', "json.number", id="row-53-1e999"),
        pytest.param(b'{"name":"x","name":"y"}', "json.duplicate", id="row-55"),
    ],
)
def test_malformed_json_is_400(bare: Served, raw: bytes, code: str) -> None:
    status, problem = post(bare, raw)
    assert (status, problem["code"]) == (400, code)


def polygon(*positions: Any) -> dict[str, Any]:
    return {"name": "x", "geometry": {"type": "Polygon", "coordinates": [list(positions)]}}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        pytest.param([], "", "field.model_type", id="row-46-list"),
        pytest.param(None, "", "field.model_type", id="row-46-null"),
        pytest.param("x", "", "field.model_type", id="row-46-text"),
        pytest.param({"name": "x", "surface_m2": "NaN"}, "surface_m2", "field.float_type", id="row-54-text-nan"),
        pytest.param({"name": "x", "surface_m2": "abc"}, "surface_m2", "field.float_type", id="row-54-abc"),
        pytest.param({"name": "x", "surface_m2": 1e300}, "surface_m2", "field.less_than_equal", id="row-54-1e300"),
        pytest.param({"name": "x", "surface_m2": -1}, "surface_m2", "field.greater_than_equal", id="row-54-negative"),
        pytest.param({"name": "x", "surface_m2": True}, "surface_m2", "field.float_type", id="a-truth-as-number"),
        pytest.param({"name": "a\0b"}, "name", "field.string_unicode", id="row-71-nul"),
        pytest.param({"name": "\ud800"}, "name", "field.string_unicode", id="row-71-surrogate"),
        pytest.param({"name": "x" * 41}, "name", "field.string_too_long", id="row-72-long"),
        pytest.param({"name": "x\x07"}, "name", "field.string_unicode", id="row-72-control"),
        pytest.param({"name": "x", "extra": 1}, "extra", "field.extra_forbidden", id="row-75"),
        pytest.param({"name": "x", "owner_id": 3}, "owner_id", "field.extra_forbidden", id="row-95-mass-assignment"),
        pytest.param({}, "name", "field.missing", id="row-76"),
        pytest.param({"name": "x", "since": "2026-13-45"}, "since", "field.date_parsing", id="a-day"),
        pytest.param({"name": "x", "geometry": None} | {"geometry": 3}, "geometry", "field.model_type", id="shape"),
        pytest.param(
            {"name": "x", "geometry": {"type": "feature", "coordinates": []}},
            "geometry.type", "field.literal_error", id="row-68-type",
        ),
        pytest.param({"name": "x", "parts": [{"length_m": 3}, {}]}, "parts[1].length_m", "field.missing", id="deep"),
        pytest.param({"name": "x", "parts": {}}, "parts", "field.list_type", id="object-for-list"),
    ],
)  # fmt: skip
def test_a_body_that_was_read_but_does_not_fit_is_422(bare: Served, body: Any, field: str, code: str) -> None:
    status, problem = post(bare, body)
    assert (status, problem["type"]) == (422, "/problems/invalid")
    assert [(error["in"], error["field"], error["code"]) for error in problem["errors"]] == [("body", field, code)]
    assert "{" not in problem["errors"][0]["detail"]


def test_an_error_shows_an_example_and_speaks_the_language_asked(bare: Served) -> None:
    raw = json.dumps({"name": "x", "surface_m2": -1}).encode()
    french = bare.client.post("/things", content=raw, headers=JSON).json()
    english = bare.client.post("/things?lang=en", content=raw, headers=JSON).json()
    assert french["errors"][0]["detail"] == "Doit être au moins 0."
    assert english["errors"][0]["detail"] == "Must be at least 0."
    assert french["errors"][0]["example"] == 12_500.0


@pytest.mark.parametrize("text", ["é", "\u202eabc", "<img onerror=alert(1)>", "=cmd|'/C calc'!A0", "a\nb\tc"])
def test_harmless_text_is_kept_as_it_is(bare: Served, text: str) -> None:
    assert post(bare, {"name": text})[1]["name"] == text


def test_row_47_a_byte_order_mark_is_accepted(bare: Served) -> None:
    assert post(bare, b'\xef\xbb\xbf{"name":"x"}')[0] == 201


@pytest.mark.parametrize(
    ("vertices", "status"),
    [pytest.param(9_000, 201, id="within"), pytest.param(60_000, 413, id="row-69-60000")],
)
def test_row_69_vertices_are_limited(bare: Served, vertices: int, status: int) -> None:
    assert post(bare, polygon(*([n, 45] for n in range(vertices))))[0] == status


def test_row_69_counting_vertices_is_quick() -> None:
    raw = json.dumps(polygon(*([n, 45] for n in range(90_000)))).encode()
    began = time.thread_time()
    with pytest.raises(Problem, match="too-large"):
        JsonBody(Thing).read(raw, quick_settings())
    assert time.thread_time() - began < 0.7


def test_row_69_and_72_a_body_of_megabytes_is_413(bare: Served) -> None:
    assert post(bare, polygon(*([n + 0.123456789, 45.123456789] for n in range(100_000))))[0] == 413
    assert post(bare, {"name": "x" * 1_000_000})[0] == 413


def test_no_more_errors_are_told_than_one_can_read(bare: Served) -> None:
    status, problem = post(bare, {"name": "x", "parts": [{}] * 500})
    assert (status, len(problem["errors"])) == (422, 20)


def test_an_odd_key_is_made_printable_in_the_answer(bare: Served) -> None:
    status, problem = post(bare, {"name": "x", "\u202e" + "k" * 500: 1})
    assert status == 422
    assert len(problem["errors"][0]["field"]) == 80
    assert "\u202e" not in problem["errors"][0]["field"]


def test_the_path_of_an_error_leaves_out_what_is_not_in_the_body() -> None:
    value: Any = {"buildings": [{"length_m": 3}]}
    assert path_in(value, ("buildings", 0, "Rectangle", "length_m")) == ("buildings", 0, "length_m")
    assert path_in(value, ("buildings", 0, "width_m"), missing=True) == ("buildings", 0, "width_m")
    assert path_in(value, ("buildings", 0, "Rectangle")) == ("buildings", 0)
    assert path_in(value, ("function-after", "buildings", 7)) == ("buildings",)
    assert path_in(3, ("int",)) == ()


def test_an_example_is_found_behind_references_and_unions() -> None:
    schema = {
        "properties": {"place": {"anyOf": [{"$ref": "#/x/Place"}, {"type": "null"}]}, "kind": {"const": "a"}},
        "$defs": {"Place": {"properties": {"insee": {"items": {"examples": ["74173"]}}, "size": {"enum": [1, 2]}}}},
    }
    assert example_at(schema, ("place", "insee", 0)) == "74173"
    assert example_at(schema, ("place", "size")) == 1
    assert example_at(schema, ("kind",)) == "a"
    assert example_at(schema, ("place", "absent")) is None
