"""The document at /api is OpenAPI 3.0 and says what the service does."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from api.app import create_app
from api.openapi.document import openapi_document
from api.openapi.spoken import common, summaries
from geo.store.database import Database
from tests.api.conftest import NOWHERE, quick_settings
from tests.api.serving import Served


@pytest.fixture(scope="module")
def document(bare: Served) -> dict[str, Any]:
    answer = bare.client.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [(path, method, op) for path, item in document["paths"].items() for method, op in item.items()]
    assert len(found) >= 3
    return found


@pytest.mark.parametrize("with_example", [True, False], ids=["with-examples", "as-shipped"])
def test_it_is_valid_openapi_3_0(document: dict[str, Any], with_example: bool) -> None:
    settings = quick_settings()
    shipped = openapi_document(create_app(settings, Database(NOWHERE)), settings)
    errors = list(OpenAPIV30SpecValidator(document if with_example else shipped).iter_errors())
    assert errors == []


def test_operations_are_summed_up_in_the_readers_language(bare: Served) -> None:
    settings = quick_settings()
    shipped = operations(openapi_document(create_app(settings, Database(NOWHERE)), settings))
    assert {common(op["summary"], path) for path, _, op in shipped} == set(summaries("fr"))
    english = bare.client.get("/api", headers={"Accept-Language": "en-GB"})
    french = bare.client.get("/api?lang=fr")
    for told, (enter, features) in (
        (english.json(), ("Sign in with a key", "Features: zones")),
        (french.json(), ("Se connecter avec une clé", "Objets : Zonages")),
    ):
        assert told["paths"]["/session"]["post"]["summary"] == enter
        assert told["paths"]["/collections/zones/items"]["get"]["summary"].startswith(features)
    assert english.headers["etag"] != french.headers["etag"]


def test_operation_ids_are_single_and_stable(document: dict[str, Any]) -> None:
    names = [op["operationId"] for _, _, op in operations(document)]
    assert len(set(names)) == len(names)
    assert {"get_livez", "get_things", "post_things", "get_things_number", "get_collections_parcels_items"} <= set(
        names
    )


def test_limit_is_where_qgis_looks_for_its_page_size(document: dict[str, Any]) -> None:
    limit = document["components"]["parameters"]["limit"]
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 100}
    assert (limit["style"], limit["explode"], limit["in"]) == ("form", False, "query")
    assert {"$ref": "#/components/parameters/limit"} in document["paths"]["/things"]["get"]["parameters"]


def test_query_parameters_are_written_out_as_clients_need_them(document: dict[str, Any]) -> None:
    found = {entry.get("name"): entry for entry in document["paths"]["/things"]["get"]["parameters"]}
    assert found["zone"]["schema"] == {"type": "string", "maxLength": 200}
    assert (found["zone"]["style"], found["zone"]["explode"]) == ("form", False)
    assert found["min_surface"]["schema"] == {"type": "number", "minimum": 0}


def test_every_operation_declares_its_problems(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        expected = {400, 401, 404, 406, 429, 500, 503}
        if method != "get":
            expected |= {403, 409, 412, 422, 428}
        if "requestBody" in operation:
            expected |= {408, 413, 415}
        assert {str(status) for status in expected} <= set(operation["responses"]), (method, path)
    for answer in document["components"]["responses"].values():
        assert set(answer["content"]) == {"application/problem+json"}
        assert answer["description"]


def test_bodies_read_by_our_reader_are_declared(document: dict[str, Any]) -> None:
    body = document["paths"]["/things"]["post"]["requestBody"]
    assert body["required"] is True
    assert set(body["content"]) == {"application/json", "application/geo+json"}
    schema = body["content"]["application/json"]["schema"]
    assert schema["properties"]["parts"]["items"] == {"$ref": "#/components/schemas/Part"}
    surface = schema["properties"]["surface_m2"]
    assert (surface["type"], surface["nullable"], surface["maximum"]) == ("number", True, 1e9)
    assert surface["example"] == 12_500.0
    length = document["components"]["schemas"]["Part"]["properties"]["length_m"]
    assert (length["minimum"], length["exclusiveMinimum"], length["example"]) == (0, True, 120.0)


def test_post_may_carry_an_idempotency_key_and_any_operation_a_language(document: dict[str, Any]) -> None:
    post = document["paths"]["/things"]["post"]["parameters"]
    assert {"$ref": "#/components/parameters/Idempotency-Key"} in post
    for _, _, operation in operations(document):
        assert {"$ref": "#/components/parameters/lang"} in operation["parameters"]


def test_the_ways_to_present_a_key_are_declared(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert {(s["type"], s.get("in", s.get("scheme")), s.get("name")) for s in schemes.values()} == {
        ("http", "bearer", None),
        ("apiKey", "header", "X-API-Key"),
        ("apiKey", "query", "api-key"),
        ("apiKey", "cookie", "__Host-emprise"),
    }
    assert {} in document["security"], "signing in is optional"


def test_the_documents_of_the_framework_are_off(bare: Served) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert bare.client.get(path).status_code == 404
    assert "HTTPValidationError" not in bare.client.get("/api").text


def test_a_public_address_is_the_server_of_the_document() -> None:
    settings = quick_settings(public_url="https://terrains.example.org")
    document = openapi_document(create_app(settings, Database(NOWHERE)), settings)
    assert document["servers"] == [{"url": "https://terrains.example.org"}]
