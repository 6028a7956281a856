"""OGC API Features Part 2: coordinate reference systems, and that coordinates are really in them."""

import re
from typing import Any

import httpx
import pytest
from pyproj import Transformer

from tests.conformance.proving import CRS, proves
from tests.conformance.reading import GEOJSON, Link, linked, positions, read

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
UNSUPPORTED = "http://www.opengis.net/def/crs/0/unsupported"
URI = re.compile(r"http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/\d+)")
CLOSE_DEGREES = 2e-7
CLOSE_METRES = 0.02

Collections = list[dict[str, Any]]
Lists = list[Link]


def epsg(uri: str) -> str:
    return "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"


@proves(CRS)
def test_req_crs_fc_md_crs_list(collections: Collections) -> None:
    for one in collections:
        assert CRS84 in one["crs"]
        assert all(URI.fullmatch(uri) for uri in one["crs"])
        assert {f"{EPSG}{code}" for code in (2154, 4326, 3857)} < set(one["crs"])


@proves(CRS)
def test_req_crs_fc_md_storagecrs_valid_value(collections: Collections) -> None:
    for one in collections:
        assert one["storageCrs"] in one["crs"]


@proves(CRS)
def test_req_crs_fc_crs_valid_value_and_header(client: httpx.Client, collections: Collections) -> None:
    for one in collections:
        items = linked(one, "items", GEOJSON)["href"]
        listed = read(client, items, limit="1")["features"]
        for uri in one["crs"]:
            for address in [items, *(f"{items}/{feature['id']}" for feature in listed)]:
                answer = client.get(address, params={"crs": uri})
                assert (answer.status_code, answer.headers["content-crs"]) == (200, f"<{uri}>")


@proves(CRS)
def test_req_crs_fc_crs_default_value(client: httpx.Client, lists: Lists) -> None:
    for one in lists:
        assert client.get(one["href"]).headers["content-crs"] == f"<{CRS84}>"


@proves(CRS)
@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_req_crs_invalid_value_is_400(client: httpx.Client, lists: Lists, name: str) -> None:
    for one in lists:
        read(client, one["href"], 400, **{name: UNSUPPORTED, "bbox": "1,2,3,4"})


@proves(CRS)
def test_coordinates_are_transformed_in_the_order_of_their_axes(client: httpx.Client, collections: Collections) -> None:
    """The suite computes this and forgets to assert it."""
    for one in collections:
        items = linked(one, "items", GEOJSON)["href"]
        default = read(client, items, limit="5")["features"]
        for uri in one["crs"]:
            # `always_xy` left out: the axes are in the order of the authority, latitude first for 4326
            there = Transformer.from_crs("OGC:CRS84", epsg(uri)).transform
            close = CLOSE_DEGREES if uri in (CRS84, f"{EPSG}4326") else CLOSE_METRES
            for ours, theirs in zip(read(client, items, limit="5", crs=uri)["features"], default, strict=True):
                expected = [there(*corner) for corner in positions(theirs["geometry"])]
                found = positions(ours["geometry"])
                assert len(found) == len(expected)
                for corner, other in zip(found, expected, strict=True):
                    assert corner == pytest.approx(other, abs=close)


@proves(CRS)
def test_req_crs_fc_bbox_crs_action(client: httpx.Client, collections: Collections) -> None:
    """A box around the first feature, in each system, holds that feature and no other than those of the collection."""
    for one in collections:
        items = linked(one, "items", GEOJSON)["href"]
        everything = {feature["id"] for feature in read(client, items, limit="1000")["features"]}
        first = next(iter(read(client, items, limit="1")["features"]), None)
        if first is None:
            continue
        for uri in one["crs"]:
            own = read(client, f"{items}/{first['id']}", crs=uri)
            corners = positions(own["geometry"])
            xs, ys = zip(*corners, strict=True)
            room = CLOSE_DEGREES if uri in (CRS84, f"{EPSG}4326") else CLOSE_METRES  # coordinates are rounded
            box = f"{min(xs) - room!r},{min(ys) - room!r},{max(xs) + room!r},{max(ys) + room!r}"
            found = read(client, items, bbox=box, limit="1000", **{"bbox-crs": uri})["features"]
            assert first["id"] in {feature["id"] for feature in found} <= everything
