"""OGC API Features Part 1: landing page, interface, conformance, collections (abstract tests 1 to 12)."""

from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.api.serving import Served
from tests.conformance.proving import CORE, GEOJSON, OAS30, proves
from tests.conformance.reading import HTML, JSON, linked, links, read

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@proves(CORE)
def test_at_1_req_core_http(service: Served) -> None:
    answer = service.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@proves(CORE)
def test_at_3_4_req_core_root_success(client: httpx.Client) -> None:
    landing = read(client, "/")
    assert links(landing, "conformance")
    assert links(landing, "data")
    assert links(landing, "service-desc")
    assert links(landing, "service-doc")
    assert links(landing, "self")[0]["type"] == JSON
    assert linked(landing, "alternate", HTML)


@proves(CORE)
def test_every_link_of_the_landing_page_is_answered_in_its_type(client: httpx.Client) -> None:
    for one in read(client, "/")["links"]:
        if not one["rel"].endswith("/rel/matches"):  # that one is posted to
            answer = client.get(one["href"], headers={"Accept": one["type"]})
            assert answer.status_code == 200, one
            assert answer.headers["content-type"].partition("; charset")[0] == one["type"], one


@proves(CORE, OAS30)
def test_at_5_6_req_core_api_definition_success(client: httpx.Client) -> None:
    described = linked(read(client, "/"), "service-desc", OPENAPI)
    answer = client.get(described["href"], headers={"Accept": described["type"]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == OPENAPI
    document = answer.json()
    assert document["openapi"].startswith("3.0.")
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []


@proves(OAS30)
def test_req_oas30_completeness_the_suite_finds_its_test_points(api: dict[str, Any], client: httpx.Client) -> None:
    names = [one["id"] for one in read(client, "/collections")["collections"]]
    expected = {"/", "/conformance", "/collections", *(f"/collections/{name}" for name in names)}
    expected |= {f"/collections/{name}/items" for name in names}
    assert expected <= set(api["paths"])
    for name in names:
        (item,) = [path for path in api["paths"] if path.startswith(f"/collections/{name}/items/{{")]
        assert item.count("{") == 1, "the name of the collection is written out"
    for path in expected:
        statuses = api["paths"][path]["get"]["responses"]
        assert {"200", "400", "406", "500"} <= set(statuses), path
        assert {JSON, HTML} & set(statuses["200"]["content"]), path


@proves(OAS30)
def test_req_oas30_exceptions_are_problems(api: dict[str, Any]) -> None:
    for path, item in api["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert answer == {"$ref": f"#/components/responses/Problem{status}"}, (method, path)


@proves(CORE)
def test_at_7_8_req_core_conformance_success(client: httpx.Client) -> None:
    declared = read(client, linked(read(client, "/"), "conformance", JSON)["href"])["conformsTo"]
    assert all(isinstance(uri, str) for uri in declared)
    assert len(set(declared)) == len(declared)
    assert CORE in declared


@proves(CORE, GEOJSON)
def test_at_9_10_req_core_fc_md_success(client: httpx.Client) -> None:
    listed = read(client, linked(read(client, "/"), "data", JSON)["href"])
    (own,) = links(listed, "self")
    assert own["type"] == JSON
    assert linked(listed, "alternate", HTML)
    assert listed["collections"]
    for one in listed["collections"]:
        assert one["links"]
        assert one["id"]
        assert one["title"]
        assert one["crs"][0].endswith("/OGC/1.3/CRS84")
        assert linked(one, "items", "application/geo+json")
        assert linked(one, "items", HTML)


@proves(CORE)
def test_at_11_12_req_core_sfc_md_success(client: httpx.Client, collections: list[dict[str, Any]]) -> None:
    for listed in collections:
        own = read(client, linked(listed, "self", JSON)["href"])
        assert own == listed
        assert linked(own, "alternate", HTML)


@proves(CORE)
@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/collections/{0}", "/collections/{0}/items"])
def test_at_21_req_core_query_param_unknown(client: httpx.Client, collections: list[dict[str, Any]], path: str) -> None:
    for one in collections:
        problem = read(client, path.format(one["id"]), 400, unknownQueryParameter12345="1")
        assert problem["code"] == "parameter.unknown"


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/api"])
def test_other_methods_and_formats_are_refused_as_declared(client: httpx.Client, path: str) -> None:
    refused = client.put(path, json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    asked = client.options(path)
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "vary", "link", "etag"):
        assert head.headers.get(name) == whole.headers.get(name), name
