"""OGC API Features Part 1: features of each collection (abstract tests 2 and 13 to 29)."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from shapely.geometry import box, shape

from tests.conformance.proving import CORE, GEOJSON, proves
from tests.conformance.reading import GEOJSON as GEOJSON_TYPE
from tests.conformance.reading import HTML, Link, linked, links, parameter, positions, read

Collections = list[dict[str, Any]]
Lists = list[Link]

FIXED = [(-1.5, 50, 1.5, 53), (-80, -5, -70, 5), (177, 65, -177, 70), (-180, -90, 180, -60), (-180, 60, 180, 90)]
"""The boxes of the suite: England, Ecuador, over the antimeridian, both poles."""
PAGES = 4
NUMBER_MATCHED = 10_000


@proves(CORE, GEOJSON)
def test_at_2_req_core_crs84(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        features = read(client, one["href"], limit="100")["features"]
        corners = [corner for feature in features for corner in positions(feature["geometry"])]
        assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in corners)


@proves(CORE, GEOJSON)
def test_at_13_req_core_fc_op(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        answer = client.get(one["href"], headers={"Accept": GEOJSON_TYPE})
        assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON_TYPE)


@proves(CORE)
def test_at_14_req_core_fc_bbox_definition(api: dict[str, Any], collections: Collections) -> None:
    for one in collections:
        found = parameter(api, f"/collections/{one['id']}/items", "bbox")
        assert (found["in"], found["required"], found["style"], found["explode"]) == ("query", False, "form", False)
        schema = found["schema"]
        assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 4, 6)
        assert schema["items"]["type"] == "number"


@proves(CORE)
def test_at_15_req_core_fc_bbox_response(client: httpx.Client, collections: Collections) -> None:
    for one in collections:
        items = linked(one, "items", GEOJSON_TYPE)["href"]
        own = one.get("extent", {}).get("spatial", {}).get("bbox", [])
        for corners in [*map(tuple, own), *FIXED]:
            found = read(client, items, bbox=",".join(map(str, corners)))["features"]
            west, south, east, north = corners
            parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
            asked = [box(left, south, right, north) for left, right in parts]
            assert all(any(shape(each["geometry"]).intersects(part) for part in asked) for each in found)
            assert (corners not in FIXED) <= bool(found), "the extent holds what there is"


@proves(CORE)
def test_at_16_req_core_fc_limit_definition(api: dict[str, Any], collections: Collections) -> None:
    for one in collections:
        found = parameter(api, f"/collections/{one['id']}/items", "limit")
        assert (found["in"], found["required"], found["style"], found["explode"]) == ("query", False, "form", False)
        schema = found["schema"]
        assert schema["type"] == "integer"
        assert 0 <= schema["minimum"] <= schema["default"] <= schema["maximum"]
    assert api["components"]["parameters"]["limit"]["schema"]["maximum"], "where QGIS looks for its page size"


@proves(CORE)
@pytest.mark.parametrize("limit", [1, 50])
def test_at_17_req_core_fc_limit_response(client: httpx.Client, lists: Lists, limit: int) -> None:
    for one in lists:
        assert len(read(client, one["href"], limit=str(limit))["features"]) <= limit


@proves(CORE)
def test_at_18_req_core_fc_time_definition(api: dict[str, Any], collections: Collections) -> None:
    for one in collections:
        found = parameter(api, f"/collections/{one['id']}/items", "datetime")
        assert (found["in"], found["required"], found["style"], found["explode"]) == ("query", False, "form", False)
        assert found["schema"]["type"] == "string"


@proves(CORE)
@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-01T00:00:00Z",
        "2020-01-01T00:00:00Z/2030-01-01T00:00:00Z",
        "2020-01-01/..",
        "../2030-01-01",
        "0000-01-01T00:00:00Z/2030-01-01T00:00:00Z",  # as QGIS writes an open end
        "2020-01-01T00:00:00Z/9999-12-31T00:00:00Z",
    ],
)
def test_at_19_req_core_fc_time_response(client: httpx.Client, lists: Lists, moment: str) -> None:
    for one in lists:
        read(client, one["href"], datetime=moment)


@proves(CORE)
def test_at_19_a_span_that_begins_at_the_first_moment(client: httpx.Client, collections: Collections) -> None:
    for one in collections:
        for start, _ in one.get("extent", {}).get("temporal", {}).get("interval", []):
            if start is not None:
                read(client, linked(one, "items", GEOJSON_TYPE)["href"], datetime=f"{start}/P1Y")


@proves(CORE)
@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "unlimited"), ("bbox", "1,2,3"), ("datetime", "yesterday"), ("unknownParameter1", "1")],
)
def test_at_20_21_req_core_query_param_invalid(client: httpx.Client, lists: Lists, name: str, value: str) -> None:
    for one in lists:
        answer = client.get(httpx.URL(one["href"]).copy_merge_params({name: value}))
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


@proves(CORE, GEOJSON)
def test_at_22_to_25_req_core_fc_response(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        document = read(client, one["href"])
        assert document["type"] == "FeatureCollection"
        assert linked(document, "self", GEOJSON_TYPE)
        assert linked(document, "alternate", HTML)
        assert datetime.fromisoformat(document["timeStamp"]).tzinfo is not None
        assert document["numberReturned"] == len(document["features"])


@proves(CORE)
def test_at_26_req_core_fc_number_matched(client: httpx.Client, api: dict[str, Any], lists: Lists) -> None:
    """The sum over the pages, which the suite follows with the largest limit that is declared."""
    largest = str(api["components"]["parameters"]["limit"]["schema"]["maximum"])
    for one in lists:
        page = read(client, one["href"], limit=largest)
        matched, returned = page.get("numberMatched"), page["numberReturned"]
        for _ in range(PAGES):
            following = links(page, "next")
            if not following:
                break
            page = read(client, following[0]["href"], limit=largest)
            returned += page["numberReturned"]
        if matched is not None and not links(page, "next"):
            assert matched == returned
        assert matched is not None or returned > NUMBER_MATCHED


@proves(CORE, GEOJSON)
def test_at_27_to_29_req_core_f_success(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        for feature in read(client, one["href"], limit="3")["features"]:
            own = read(client, f"{one['href']}/{feature['id']}")
            assert own["type"] == "Feature"
            assert own["id"] == feature["id"]
            assert linked(own, "self", GEOJSON_TYPE)
            assert linked(own, "alternate", HTML)
            assert len(links(own, "collection")) == 1


@proves(GEOJSON)
def test_features_are_as_in_their_list(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        for feature in read(client, one["href"], limit="3")["features"]:
            own = read(client, f"{one['href']}/{feature['id']}")
            assert {name: own[name] for name in feature} == feature


@proves(CORE)
def test_a_feature_that_is_not_there_is_404(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        assert read(client, f"{one['href']}/999999999", 404)["type"] == "/problems/not-found"
