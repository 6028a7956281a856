"""OGC API Features Part 3 (queryables) and Part 5 (schemas): what features say of themselves, and that it is so."""

from typing import Any

import httpx

from tests.conformance.proving import FEATURES_FILTER, FILTER, QUERYABLE_PARAMETERS, QUERYABLES, SCHEMAS, proves
from tests.conformance.reading import GEOJSON, linked, parameter, read

SCHEMA_JSON = "application/schema+json"
OGC = "http://www.opengis.net/def/rel/ogc/1.0"
DRAFT = "https://json-schema.org/draft/2020-12/schema"

Collections = list[dict[str, Any]]


def described(client: httpx.Client, collection: dict[str, Any], name: str) -> dict[str, Any]:
    link = linked(collection, f"{OGC}/{name}", SCHEMA_JSON)
    answer = client.get(link["href"], headers={"Accept": SCHEMA_JSON})
    assert (answer.status_code, answer.headers["content-type"]) == (200, SCHEMA_JSON)
    assert answer.links["self"]["type"] == SCHEMA_JSON
    assert answer.links["alternate"]["type"] == "text/html"
    found: dict[str, Any] = answer.json()
    assert (found["$schema"], found["type"]) == (DRAFT, "object")
    return found


@proves(QUERYABLES)
def test_req_queryables_response(client: httpx.Client, collections: Collections) -> None:
    for one in collections:
        document = described(client, one, "queryables")
        assert document["$id"] == linked(one, f"{OGC}/queryables", SCHEMA_JSON)["href"]
        assert document["additionalProperties"] is False
        for name, entry in document["properties"].items():
            geometry = entry.get("$ref", "").startswith("https://geojson.org/schema/")
            assert geometry is ("type" not in entry), f"{name}: QGIS knows a geometry by this"
            assert geometry or isinstance(entry["type"], str)


@proves(QUERYABLE_PARAMETERS)
def test_req_queryables_query_parameters(client: httpx.Client, api: dict[str, Any], collections: Collections) -> None:
    for one in collections:
        items = linked(one, "items", GEOJSON)["href"]
        listed = read(client, items, limit="1")["features"]
        for name, entry in described(client, one, "queryables")["properties"].items():
            if "$ref" in entry:
                continue
            declared = parameter(api, f"/collections/{one['id']}/items", name)
            assert (declared["style"], declared["explode"]) == ("form", False)
            value = listed[0]["properties"].get(name) if listed else None
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                found = read(client, items, limit="1000", **{name: str(value)})["features"]
                assert listed[0]["id"] in [feature["id"] for feature in found]
                assert all(feature["properties"][name] == value for feature in found)


@proves(FILTER, FEATURES_FILTER)
def test_req_filter_and_its_parameters(client: httpx.Client, api: dict[str, Any], collections: Collections) -> None:
    for one in collections:
        path, items = f"/collections/{one['id']}/items", linked(one, "items", GEOJSON)["href"]
        for name in ("filter", "filter-lang", "filter-crs"):
            assert parameter(api, path, name)["in"] == "query"
        listed = read(client, items, limit="1000")
        kind = described(client, one, "queryables")["properties"]["id"]["type"]
        own = listed["features"][0]["id"] if listed["features"] else "none" if kind == "string" else 0
        written = f"'{own}'" if isinstance(own, str) else str(own)
        found = read(client, items, filter=f"id = {written}", **{"filter-lang": "cql2-text"})["features"]
        assert [feature["id"] for feature in found] == [own] * bool(listed["features"])
        others = read(client, items, filter=f"NOT id = {written}", limit="1")
        if "numberMatched" in listed:
            assert others["numberMatched"] == listed["numberMatched"] - len(found)
        assert read(client, items, 400, filter="nobody_s = 1")["code"] == "filter.unknown_property"
        read(client, items, 400, filter="id =")
        read(client, items, 400, **{"filter": "id = 1", "filter-lang": "cql3"})


@proves(SCHEMAS)
def test_req_schemas_describe_what_features_have(client: httpx.Client, collections: Collections) -> None:
    for one in collections:
        document = described(client, one, "schema")
        properties = document["properties"]
        roles = [entry.get("x-ogc-role") for entry in properties.values()]
        assert roles.count("id") == roles.count("primary-geometry") == 1
        order = [entry["x-ogc-propertySeq"] for entry in properties.values() if "x-ogc-propertySeq" in entry]
        assert order == sorted(set(order))
        for feature in read(client, linked(one, "items", GEOJSON)["href"], limit="20")["features"]:
            assert set(feature["properties"]) <= set(properties)
