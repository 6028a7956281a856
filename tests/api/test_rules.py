"""The rules every address follows: parameters, encodings, hosts, methods, headers, other sites' pages."""

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.openapi.document import json_bodies
from api.security.hosts import known_hosts
from api.security.parameters import known_parameters
from api.security.principal import current_principal
from geo.store.database import Database
from tests.api.conftest import NOWHERE, quick_settings
from tests.api.serving import Served


def shipped() -> FastAPI:
    """The application as it is shipped, without example routes."""
    return create_app(quick_settings(), Database(NOWHERE))


PLAIN = {"/metrics", "/app", "/app/", "/app/assets/{name}", "/accessibility", "/privacy"}
"""Routes outside of the rules: an ended session never blocks a page, and what asks for metrics has no key of ours."""


def routes(app: FastAPI) -> list[APIRoute]:
    contexts = [context for context in iter_route_contexts(app.routes) if context.endpoint is not None]
    assert len(contexts) >= 6
    assert {context.path for context in contexts if not hasattr(context, "dependant")} <= PLAIN
    contexts = [context for context in contexts if context.path not in PLAIN]
    return contexts  # type: ignore[return-value] # they look like routes


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("limit=-1", "parameter.refused", id="row-01"),
        pytest.param("limit=0", "parameter.refused", id="row-02"),
        pytest.param("limit=9223372036854775808", "parameter.refused", id="row-04"),
        pytest.param("limit=" + "9" * 5_000, "parameter.refused", id="row-04-longer"),
        pytest.param("limit=abc", "parameter.refused", id="row-05-abc"),
        pytest.param("limit=1.5", "parameter.refused", id="row-05-decimal"),
        pytest.param("limit=", "parameter.refused", id="row-05-empty"),
        pytest.param("limit=unlimited", "parameter.refused", id="ogc-at-20"),
        pytest.param("limit=1&limit=5", "parameter.twice", id="row-07"),
        pytest.param("limit=1&li%6Dit=5", "parameter.twice", id="row-07-encoded"),
        pytest.param("frobnicate=1", "parameter.unknown", id="row-08"),
        pytest.param("unknownQueryParameter12345=1", "parameter.unknown", id="ogc-at-21"),
        pytest.param("Limit=1", "parameter.unknown", id="row-08-case"),
        pytest.param("=1", "parameter.unknown", id="row-08-nameless"),
        pytest.param("zone=%00", "text.nul", id="row-11"),
        pytest.param("zone=%ff%fe", "text.utf8", id="row-12"),
        pytest.param("zone=%ed%a0%80", "text.utf8", id="row-13"),
        pytest.param("zone=%zz", "text.escape", id="broken-escape"),
        pytest.param("zone=100%", "text.escape", id="lone-percent"),
        pytest.param("%ff=1", "text.utf8", id="row-12-name"),
        pytest.param("zone=%1b[31m", "text.nul", id="control-character"),
        pytest.param("lang=xx", "parameter.language", id="another-language"),
        pytest.param("lang=", "parameter.language", id="no-language"),
        pytest.param("min_surface=nan", "parameter.refused", id="row-27-nan"),
        pytest.param("min_surface=1e400", "parameter.refused", id="row-27-1e400"),
        pytest.param("min_surface=-5", "parameter.refused", id="row-28"),
    ],
)
def test_a_bad_parameter_is_400(bare: Served, query: str, code: str) -> None:
    answer = bare.client.get(f"/things?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("query", "limit", "zone"),
    [
        pytest.param("", 100, None, id="default"),
        pytest.param("limit=1000000000", 1_000, None, id="row-03"),
        pytest.param("limit=7&lang=en", 7, None, id="language-everywhere"),
        pytest.param("zone=UX%27+OR+%271%27%3D%271", 100, "UX' OR '1'='1", id="row-14"),
        pytest.param("zone=d%C3%A9chets%0Ab", 100, "déchets\nb", id="text"),
        pytest.param("&&zone=a", 100, "a", id="empty-parts"),
    ],
)
def test_a_good_parameter_is_read(bare: Served, query: str, limit: int, zone: str | None) -> None:
    answer = bare.client.get(f"/things?{query}")
    assert answer.status_code == 200
    assert (answer.json()["limit"], answer.json()["zone"]) == (limit, zone)


def test_a_refused_parameter_is_named(bare: Served) -> None:
    problem = bare.client.get("/things?limit=0&lang=en").json()
    assert problem["errors"] == [
        {"in": "query", "field": "limit", "code": "field.greater_than_equal", "detail": "Must be at least 1."}
    ]
    unknown = bare.client.get("/things?frobnicate=1&lang=en").json()["detail"]
    assert (
        unknown
        == 'There is no parameter "frobnicate" here; possible parameters: api-key, lang, limit, min_surface, zone.'
    )


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/things/%00", id="row-10-nul"),
        pytest.param("/things/../../etc/passwd", id="row-10-dots"),
        pytest.param("/things/..%2f..%2fetc%2fpasswd", id="row-10-encoded-dots"),
        pytest.param("/things/1'--", id="row-10-quote"),
        pytest.param("/things/" + "9" * 10_000, id="row-10-long"),
        pytest.param("/things/%ff", id="row-12-path"),
        pytest.param("/things/", id="slash"),
        pytest.param("/nothing", id="nothing"),
    ],
)
def test_a_path_that_names_nothing_is_404_or_400(bare: Served, path: str) -> None:
    answer = bare.client.get(path)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_route_can_forget_its_rules() -> None:
    for route in routes(shipped()):
        dependant = route.dependant
        calls = [dependency.call for dependency in dependant.dependencies]
        assert calls[:2] == [known_parameters, current_principal], route.path
        assert not dependant.body_params, f"{route.path}: bodies are read by json_body only"
        assert route.methods, route.path


def test_every_route_refuses_unknown_parameters(bare: Served) -> None:
    for route in routes(bare.app):
        path = route.path_format.replace("{", "").replace("}", "")
        for method in route.methods or ():
            answer = bare.client.request(method, f"{path}?frobnicate=1")
            assert answer.status_code in (400, 404), (method, path)
            if answer.status_code == 400:
                assert answer.json()["type"] == "/problems/unknown-parameter", (method, path)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "FROB"])
def test_row_101_a_method_not_meant_is_405_with_all_that_are(bare: Served, method: str) -> None:
    answer = bare.client.request(method, "/things")
    assert answer.status_code in (400, 405)
    if answer.status_code == 405:
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
        assert answer.json()["type"] == "/problems/method-not-allowed"
    assert answer.status_code == 405 or method == "FROB"


def test_options_tells_the_methods(bare: Served) -> None:
    answer = bare.client.options("/things")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


def test_head_is_get_without_body(bare: Served) -> None:
    got, head = bare.client.get("/things"), bare.client.head("/things")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_every_answer_carries_the_headers_of_a_closed_house(bare: Served) -> None:
    for path in ("/livez", "/nothing", "/broken", "/things?limit=0"):
        headers = bare.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert len(headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-123.DEF_456", True), ("short", False), ("x" * 65, False), ("a b c d e f", False), ("<script>x", False)],
)
def test_a_sane_request_id_is_kept(bare: Served, given: str, kept: bool) -> None:
    answer = bare.client.get("/nothing", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "localhost@evil.example", "", "[::1"]
)
def test_row_99_another_host_is_400(bare: Served, host: str) -> None:
    answer = bare.client.get("/things", headers={"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8123", "127.0.0.1:1", "[::1]:8000"])
def test_our_own_names_are_answered(bare: Served, host: str) -> None:
    assert bare.client.get("/things", headers={"Host": host}).status_code == 200


def test_those_who_watch_may_call_by_any_name(bare: Served) -> None:
    assert bare.client.get("/livez", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_the_known_names_come_from_the_settings() -> None:
    settings = quick_settings(public_url="https://terrains.example.org:8443/x", trusted_hosts="a.example,B.example")
    names = known_hosts(settings)
    assert names is not None
    assert {"terrains.example.org", "a.example", "b.example", "localhost", "127.0.0.1", "::1"} == set(names)
    assert known_hosts(quick_settings(trusted_hosts=("*",))) is None


def test_row_99_x_forwarded_for_is_not_believed(bare: Served) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = bare.client.get("/me", headers=headers)
    assert answer.status_code == 200
    assert bare.app.state.doorkeeper.posts._buckets.get("203.0.113.9") is None


def test_row_95_a_role_in_a_header_is_ignored(bare: Served) -> None:
    headers = {"X-Role": "admin", "X-Hasura-Role": "admin", "X-User": "1"}
    assert bare.client.get("/me", headers=headers).json()["audience"] == "public"


PREFLIGHT = {"Access-Control-Request-Headers": "content-type"}


def test_any_page_may_read_without_credentials(bare: Served) -> None:
    answer = bare.client.get("/things", headers={"Origin": "https://any.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]
    asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "GET"} | PREFLIGHT
    assert bare.client.options("/things", headers=asked).headers["access-control-allow-methods"] == "GET, HEAD"


def test_problems_may_be_read_by_any_page_too(bare: Served) -> None:
    answer = bare.client.get("/nothing", headers={"Origin": "https://any.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_row_98_an_unknown_page_may_not_write(bare: Served) -> None:
    asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "POST"} | PREFLIGHT
    answer = bare.client.options("/things", headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]
    posted = bare.client.post("/me", headers={"Origin": "https://any.example"})
    assert "access-control-allow-origin" not in posted.headers


def test_a_named_page_may_write(bare: Served) -> None:
    asked = {"Origin": "https://writer.example", "Access-Control-Request-Method": "PATCH"} | PREFLIGHT
    answer = bare.client.options("/things", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://writer.example"
    assert "PATCH" in answer.headers["access-control-allow-methods"]


def test_an_unexpected_error_is_a_500_problem_that_tells_nothing_and_keeps_the_connection(bare: Served) -> None:
    for _ in range(3):
        answer = bare.client.get("/broken")
        assert answer.status_code == 500
        assert answer.json()["type"] == "/problems/fault"
        assert "secret" not in answer.text
        assert "connection" not in answer.headers
    assert bare.client.get("/livez").status_code == 200


def test_each_type_of_problem_has_a_page(bare: Served) -> None:
    answer = bare.client.get(bare.client.get("/nothing").json()["type"] + "?lang=en")
    assert answer.json() == {"type": "/problems/not-found", "status": 404, "title": "Not found"}
    assert bare.client.get("/problems/none-such").status_code == 404


def test_every_body_refuses_properties_it_does_not_know() -> None:
    bodies = [body for route in routes(shipped()) for body in json_bodies(route.dependant)]
    assert bodies
    for body in bodies:
        schema = body.schema
        target = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        assert target.get("additionalProperties") is False, body.model


def test_every_number_of_an_address_is_finite(bare: Served) -> None:
    """Row 27 on every route there is: a parameter that is a number takes neither nan nor infinity."""
    document = bare.client.get("/api").json()
    numbers = [
        (path, parameter["name"], parameter["schema"]["type"])
        for path, item in document["paths"].items()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter.get("in") == "query" and parameter["schema"].get("type") in ("number", "integer")
    ]
    assert ("/things", "min_surface", "number") in numbers
    for path, name, kind in numbers:
        # Who may not ask is told so first; a whole number is none of these by its type
        refused = (400, 401, 404) if kind == "integer" else (400, 404)
        for value in ("nan", "inf", "-inf", "1e999"):
            assert bare.client.get(path, params={name: value}).status_code in refused, (path, name, value)
